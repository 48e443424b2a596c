"""Fetches one file over whatever line there is, again and again until it is whole; for the hub's bench of lines.

Arguments: JSON `{hub, device, seed}`, a copy of the file to know its name and chunks by, the folder to put it in.
"""

import asyncio
import hashlib
import json
import sys
import time
from pathlib import Path

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle.bounds import CHUNK_BYTES
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File
from bangtin.bundle.media import chunks
from bangtin.player.clock import Clock
from bangtin.player.store.media import MediaStore
from bangtin.player.sync.download import Pace, download
from bangtin.player.sync.requests import Hub, HubRefused

PAUSE_S = 1.0


async def main() -> None:
    """Return when the file is there."""
    words, source, folder = json.loads(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    whole = source.read_bytes()
    listed = hashlib.sha256(chunks(source)).hexdigest() if len(whole) > CHUNK_BYTES else ""
    file = File(hashlib.sha256(whole).hexdigest(), len(whole), "video/mp4", listed)
    clock = Clock(wall=time.time, mono=time.monotonic, offset_s=0.0)  # noqa: TID251 - a player's main loop of its own
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(words["seed"]))
    async with Hub(words["hub"], key=key, keyid=words["device"], clock=clock, boot=1) as hub:
        while True:
            try:
                await download(hub, file, MediaStore(folder), Pace(0.0, time.monotonic))
                return
            except (aiohttp.ClientError, TimeoutError, OSError, HubRefused, BundleRefusal) as trouble:
                sys.stderr.write(f"{type(trouble).__name__}: {trouble}\n")
                await asyncio.sleep(PAUSE_S)


if __name__ == "__main__":
    asyncio.run(main())
