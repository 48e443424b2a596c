"""Signed metadata, targets and media: files that never change, for devices that are enrolled."""

from http import HTTPStatus
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from bangtin.bundle import names, trusted
from bangtin.hub.api import policies
from bangtin.hub.api.errors import ApiRefusal
from bangtin.hub.api.views.answers import endpoint, message
from bangtin.hub.devices.models import PublishedFile
from bangtin.hub.devices.queries.repository import file_body
from bangtin.hub.kit import clock, files, ranges

FOREVER = "private, max-age=31536000, immutable"


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
    found = ranges.answer(request, path, etag=etag, mime=mime)
    if found.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise ApiRefusal("range_outside", f"the file has {path.stat().st_size} bytes", status=found.status_code)
    found.headers["Cache-Control"] = FOREVER
    return found
