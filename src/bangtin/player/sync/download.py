"""Brings media to this disk: by chunks, resumed to the byte where it stopped, each checked as it comes (trust 4.1-4.3).

What came of a chunk before the line was cut stays; the chunk counts only once it is whole and its digest is right.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import BinaryIO

import aiohttp

from bangtin.bundle.bounds import CHUNK_BYTES
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File
from bangtin.bundle.media import DIGEST_BYTES, ChunkChecker, check_name
from bangtin.player.store.media import MediaStore
from bangtin.player.sync.metadata import API
from bangtin.player.sync.requests import Hub, HubRefused

SLOW_S = 60
SLOW_BYTES = 60_000
PIECE_BYTES = 65_536
log = logging.getLogger("bangtin.player.download")


@dataclass(frozen=True)
class Pace:
    """How fast files may come: bytes a second, 0 without a limit; `now_s` is a clock that only grows."""

    bytes_s: float
    now_s: Callable[[], float]


async def download(hub: Hub, file: File, media: MediaStore, pace: Pace) -> None:
    """Fetch `file` whole.

    Raises: BundleRefusal (4.1-4.3; `media_slow`), HubRefused, and what the client raises. What came so far stays, and
    the next attempt goes on from there; a chunk that is not what was declared is dropped.
    """
    check_name(file.sha256)
    listed = b""
    if file.chunks:
        path = media.chunks_path(file.sha256)
        listed = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(listed).hexdigest() != file.chunks:
            listed = (await hub.get(f"{API}/m/{file.sha256}.chunks")).body
    checker = ChunkChecker(file, listed)
    if file.chunks:
        media.chunks_path(file.sha256).write_bytes(listed)
    part = media.part(file.sha256)
    at = await asyncio.to_thread(_resume, media, file, listed, checker)
    with part.open("r+b" if part.exists() else "w+b") as stream:
        while at < file.size:
            end = min(at + CHUNK_BYTES, file.size)
            chunk = await _chunk(hub, file, stream, at, end, pace=pace)
            try:
                checker.take(chunk)
            except BundleRefusal:
                stream.truncate(at)
                raise
            at = end
    try:
        checker.finish()
    except BundleRefusal:
        part.unlink()
        raise
    await asyncio.to_thread(media.keep, file.sha256)
    log.info("fetched %s (%d bytes)", file.sha256[:12], file.size)


def _resume(media: MediaStore, file: File, listed: bytes, checker: ChunkChecker) -> int:
    """How many bytes of an earlier attempt are whole, right chunks; the checker has taken them.

    A power cut may leave noise in the file: the first chunk that is not right is fetched again, and all after it.
    """
    part = media.part(file.sha256)
    if not part.exists():
        return 0
    at = 0
    with part.open("r+b") as stream:
        stream.truncate(min(file.size, part.stat().st_size))
        while at < file.size:
            wanted = min(CHUNK_BYTES, file.size - at)
            chunk = stream.read(wanted)
            if len(chunk) < wanted:
                return at
            digest = _digest_of(file, listed, at // CHUNK_BYTES)
            if hashlib.sha256(chunk).digest() != digest:
                stream.truncate(at)
                return at
            checker.take(chunk)
            at += wanted
    return at


async def _chunk(hub: Hub, file: File, stream: BinaryIO, start: int, end: int, *, pace: Pace) -> bytes:
    """The bytes [start, end): those that came before the line was cut, and the rest from the hub."""
    stream.seek(start)
    chunk = stream.read(end - start)
    if len(chunk) < end - start:
        try:
            async for piece in _pieces(hub, file, start + len(chunk), end, pace):
                stream.write(piece)
                chunk += piece
        except TimeoutError as error:  # trust 4.2
            raise BundleRefusal("media_slow", step="4.2", subject=file.sha256, detail="came too slowly") from error
        finally:
            stream.flush()
    return chunk


async def _pieces(hub: Hub, file: File, start: int, end: int, pace: Pace) -> AsyncIterator[bytes]:
    path = f"{API}/m/{file.sha256}"
    headers = hub.signed("GET", path, {"Range": f"bytes={start}-{end - 1}"})
    # trust 4.2: 1 kB/s over a minute, or the next file has its turn; a pace that was set here makes it no slower
    paced_s = (end - start) / pace.bytes_s if pace.bytes_s else 0.0
    total_s = SLOW_S * max(1, (end - start) / SLOW_BYTES) + paced_s
    timeout = aiohttp.ClientTimeout(total=total_s, sock_read=SLOW_S)
    began_s, come = pace.now_s(), 0
    async with hub.session.get(hub.address + path, headers=headers, allow_redirects=False, timeout=timeout) as response:
        if response.status not in (200, 206):
            raise HubRefused(response.status, "media_unavailable", file.sha256)
        skip = start if response.status == 200 else 0  # a proxy that knows no ranges: skip what we have
        async for piece in response.content.iter_chunked(PIECE_BYTES):
            kept = piece[skip:][: end - start - come]
            skip = max(0, skip - len(piece))
            come += len(kept)
            if kept:
                yield kept
            if come == end - start:
                break
            if pace.bytes_s:
                await asyncio.sleep(max(0.0, come / pace.bytes_s - (pace.now_s() - began_s)))
        hub.count(response, received=come)
    if come < end - start:
        raise HubRefused(response.status, "media_cut", file.sha256)


def _digest_of(file: File, listed: bytes, index: int) -> bytes:
    if not file.chunks:
        return bytes.fromhex(file.sha256)
    return listed[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES]
