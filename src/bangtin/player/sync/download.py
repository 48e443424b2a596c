"""Brings media to this disk: by chunks, resumed where it stopped, each checked as it comes (trust 4.1-4.3)."""

import asyncio
import logging

import aiohttp

from bangtin.bundle.bounds import CHUNK_BYTES
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File
from bangtin.bundle.media import ChunkChecker, check_name
from bangtin.player.store.media import MediaStore
from bangtin.player.sync.metadata import API
from bangtin.player.sync.requests import Hub, HubRefused

SLOW_S = 60
SLOW_BYTES = 60_000
log = logging.getLogger("bangtin.player.download")


async def download(hub: Hub, file: File, media: MediaStore) -> None:
    """Fetch `file` whole.

    Raises: BundleRefusal (4.1-4.3; `media_slow`), HubRefused, and what the client raises. What came so far and was
    verified stays, and the next attempt goes on from there.
    """
    check_name(file.sha256)
    listed = b""
    if file.chunks:
        listed = (await hub.get(f"{API}/m/{file.sha256}.chunks")).body
    checker = ChunkChecker(file, listed)
    part = media.part(file.sha256)
    if file.chunks:
        media.chunks_path(file.sha256).write_bytes(listed)
    at = await asyncio.to_thread(_resume, media, file, checker)
    path = f"{API}/m/{file.sha256}"
    with part.open("r+b" if part.exists() else "wb") as stream:
        stream.truncate(at)
        stream.seek(at)
        while at < file.size:
            end = min(at + CHUNK_BYTES, file.size)
            chunk = await _range(hub, path, at, end, subject=file.sha256)
            checker.take(chunk)
            stream.write(chunk)
            at = end
    try:
        checker.finish()
    except BundleRefusal:
        part.unlink()
        raise
    await asyncio.to_thread(media.keep, file.sha256)
    log.info("fetched %s (%d bytes)", file.sha256[:12], file.size)


def _resume(media: MediaStore, file: File, checker: ChunkChecker) -> int:
    """How many bytes of an earlier attempt are whole, verified chunks; the checker has taken them."""
    part = media.part(file.sha256)
    if not part.exists():
        return 0
    at = 0
    with part.open("rb") as stream:
        while at < file.size:
            wanted = min(CHUNK_BYTES, file.size - at)
            chunk = stream.read(wanted)
            if len(chunk) < wanted:
                return at
            checker.take(chunk)
            at += wanted
    return at


async def _range(hub: Hub, path: str, start: int, end: int, *, subject: str) -> bytes:
    headers = hub.signed("GET", path, {"Range": f"bytes={start}-{end - 1}"})
    timeout = aiohttp.ClientTimeout(total=SLOW_S * max(1, (end - start) / SLOW_BYTES), sock_read=SLOW_S)
    async with hub.session.get(hub.address + path, headers=headers, allow_redirects=False, timeout=timeout) as response:
        if response.status not in (200, 206):
            raise HubRefused(response.status, "media_unavailable", subject)
        if response.status == 200:  # a proxy that knows no ranges: skip what we have
            skipped = 0
            while skipped < start:
                skipped += len(await response.content.readexactly(min(65_536, start - skipped)))
        try:
            return await response.content.readexactly(end - start)
        except asyncio.IncompleteReadError as error:
            raise HubRefused(response.status, "media_cut", subject) from error
