"""A file of the store as an HTTP answer, whole or the part that `Range` asks for."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

PIECE_BYTES = 1 << 18
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)


@dataclass(frozen=True)
class Span:
    """The bytes [start, stop) of a file."""

    start: int
    stop: int


def answer(request: HttpRequest, path: Path, *, etag: str, mime: str) -> HttpResponseBase:
    """The file: 200 whole, 206 in part, 304 if the reader has it, 416 if the part lies outside."""
    size = path.stat().st_size
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    span = _span(request, size, etag)
    if span is not None and span.start >= span.stop:
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": f"bytes */{size}"}
        )
    part = span or Span(0, size)
    # under ASGI a plain iterator would be read into memory whole before the first byte leaves
    pieces = _pieces_async(path, part) if isinstance(request, ASGIRequest) else _pieces(path, part)
    status = HTTPStatus.PARTIAL_CONTENT if span else HTTPStatus.OK
    found = StreamingHttpResponse(pieces, status=status, content_type=mime)
    found.headers["Content-Length"] = str(part.stop - part.start)
    found.headers["Accept-Ranges"] = "bytes"
    found.headers["ETag"] = etag
    if span:
        found.headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    return found


def _span(request: HttpRequest, size: int, etag: str) -> Span | None:
    """What `Range` asks for; None for the whole file (no range, more than one, or `If-Range` of another file)."""
    match = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not match or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match[1], match[2]
    if first:
        return Span(int(first), min(int(last) + 1, size) if last else size)
    return Span(max(0, size - int(last)), size) if last else None


def _pieces(path: Path, span: Span) -> Iterator[bytes]:
    with path.open("rb") as source:
        source.seek(span.start)
        left = span.stop - span.start
        while left > 0 and (piece := source.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece


async def _pieces_async(path: Path, span: Span) -> AsyncIterator[bytes]:
    pieces = _pieces(path, span)
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece
