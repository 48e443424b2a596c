"""Signed metadata, targets and media: files that never change, for devices that are enrolled."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from bangtin.bundle import names, trusted
from bangtin.hub.api import policies
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.devices.models import PublishedFile
from bangtin.hub.devices.queries.repository import file_body
from bangtin.hub.kit import clock, files

PIECE_BYTES = 1 << 18
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})", re.ASCII)
FOREVER = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class Span:
    """The bytes [start, stop) of a file."""

    start: int
    stop: int


@endpoint("GET")
def metadata(request: HttpRequest, name: str) -> HttpResponseBase:
    """A metadata file by its consistent-snapshot name (`5.snapshot.json`, `timestamp.json`)."""
    return _repository_file(request, f"metadata/{name}")


@endpoint("GET")
def target(request: HttpRequest, path: str) -> HttpResponseBase:
    """A target file: `c/ta-lung/<sha256>.manifest.json`."""
    return _repository_file(request, f"targets/{path}")


@endpoint("GET")
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A media file that a published manifest names, or its chunk list; by ranges if asked."""
    policies.authenticate(message(request), at=clock.now(), is_counted=False)
    digest = name.removesuffix(".chunks")
    if not names.is_sha256(digest):
        raise ApiRefusal("name_unsafe", "a media name is 64 hex digits", status=404)
    found = PublishedFile.objects.filter(pk=digest).first()
    wanted = "" if found is None else found.chunks_sha256 if name.endswith(".chunks") else found.sha256
    if not wanted or not files.has(wanted):
        raise ApiRefusal("media_unknown", "no published bundle names this file", status=404)
    return _served(request, files.path(wanted), etag=f'"{wanted}"', mime=found.mime if found else "")


def _repository_file(request: HttpRequest, path: str) -> HttpResponseBase:
    policies.authenticate(message(request), at=clock.now(), is_counted=False)
    body = file_body(path)
    if body is None:
        raise ApiRefusal("file_unknown", "the repository has no such file", status=404)
    answer = HttpResponse(body, content_type="application/json")
    answer.headers["Cache-Control"] = "no-store" if path == trusted.TIMESTAMP else FOREVER
    return answer


def _served(request: HttpRequest, path: Path, *, etag: str, mime: str) -> HttpResponseBase:
    size = path.stat().st_size
    span = _span(request, size, etag)
    whole = Span(0, size)
    # Under ASGI a plain iterator would be read into memory whole before the first byte leaves.
    is_async = isinstance(request, ASGIRequest)
    pieces = _pieces_async(path, span or whole) if is_async else _pieces(path, span or whole)
    answer = StreamingHttpResponse(pieces, status=206 if span else 200, content_type=mime)
    answer.headers["Content-Length"] = str((span or whole).stop - (span or whole).start)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = FOREVER
    if span:
        answer.headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    return answer


def _span(request: HttpRequest, size: int, etag: str) -> Span | None:
    """What `Range` asks for; None for the whole file (no range, more than one, or `If-Range` of another file)."""
    asked = request.headers.get("Range", "")
    match = _RANGE.fullmatch(asked)
    if not match or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match[1], match[2]
    if first:
        span = Span(int(first), min(int(last) + 1, size) if last else size)
    elif last:
        span = Span(max(0, size - int(last)), size)
    else:
        return None
    if span.start >= span.stop:
        raise ApiRefusal("range_outside", f"the file has {size} bytes", status=416)
    return span


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
