"""Files for previews: what the screens will show, to those who may see the version, and to nobody else."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from bangtin.hub.kit import files, ranges
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.translation import policies as translation

SOUND = "am-thanh"
# what a browser may draw or play itself; anything else is handed out as a download of bytes
SHOWN = frozenset({"video/mp4", "audio/mp4", "audio/wav", "image/png", "image/jpeg", "image/webp"})
POSTER_MIME = "image/webp"


@require_safe
def rendition(request: HttpRequest, version_id: int, geometry: str) -> HttpResponseBase:
    """The rendition of a version for a geometry (`1024x512`; `am-thanh` for sound), by ranges if asked.

    Raises: Http404 for what is not there, or not for this account.
    """
    version = _seen(request, version_id)
    wanted = "" if geometry == SOUND else geometry
    row = get_object_or_404(version.renditions.exclude(sha256=""), geometry=wanted)
    return _file(request, row.sha256, row.mime)


@require_safe
def poster(request: HttpRequest, version_id: int) -> HttpResponseBase:
    """The thumbnail of a version.

    Raises: Http404 for what is not there, or not for this account.
    """
    version = _seen(request, version_id)
    return _file(request, version.poster_sha256, POSTER_MIME)


@require_safe
def review_copy(request: HttpRequest, version_id: int, look: str) -> HttpResponseBase:
    """What is looked at beside the film: its light copy, a sheet of frames, the shape of its sound.

    Raises: Http404 for what is not there, or not for this account.
    """
    version = _seen(request, version_id)
    row = get_object_or_404(version.review_copies.all(), look=look)
    return _file(request, row.sha256, row.mime)


@require_safe
def frame(request: HttpRequest, version_id: int, at_ms: int) -> HttpResponseBase:
    """The picture of a finding at a moment of a version, in milliseconds.

    Raises: Http404 for what is not there, or not for this account.
    """
    version = _seen(request, version_id)
    row = version.findings.filter(at_ms=at_ms).exclude(frame_sha256="").first()
    return _file(request, row.frame_sha256 if row else "", POSTER_MIME)


def sound(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """A WAV file by its address; who may hear it was asked before."""
    return _file(request, sha256, "audio/wav")


def picture_file(request: HttpRequest, sha256: str, mime: str) -> HttpResponseBase:
    """A picture by its address; who may see it was asked before. Raises: Http404 without one."""
    return _file(request, sha256, mime)


def _seen(request: HttpRequest, version_id: int) -> ProgrammeVersion:
    user, _now, today = reader(request)
    version = get_object_or_404(ProgrammeVersion.objects.select_related("programme"), pk=version_id)
    if not policies.may_see(user, version, on=today) and not translation.may_see_file(user, version, on=today):
        raise Http404
    return version


def _file(request: HttpRequest, sha256: str, mime: str) -> HttpResponseBase:
    if not sha256 or not files.has(sha256):
        raise Http404
    is_shown = mime in SHOWN
    found = ranges.answer(
        request, files.path(sha256), etag=f'"{sha256}"', mime=mime if is_shown else "application/octet-stream"
    )
    found.headers["Content-Disposition"] = "inline" if is_shown else "attachment"
    # asked for anew each time: rights end, renditions are made again, and an officer decides on what he sees
    found.headers["Cache-Control"] = "private, no-cache"
    found.headers["X-Content-Type-Options"] = "nosniff"
    # bytes from outside: even if a browser took them for a page, nothing in them would run
    found.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return found
