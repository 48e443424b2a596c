"""Makes the renditions of a version, one for each geometry that is wanted; what was made before is used again."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings

from bangtin.hub.kit import files
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.media import ffmpeg, inspecting
from bangtin.hub.programmes.media.inspecting import Inspection
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition

STILL_PROFILE = "still-1"
TEXT_PROFILE = "text-1"
_SHORTER_BY_MS = 1_000

Progress = Callable[[int], None]


def make_all(version: ProgrammeVersion, inspection: Inspection | None, *, at: datetime, progress: Progress) -> None:
    """Make what is missing; `inspection` is None for a text notice. Each rendition is kept as soon as it is made,
    so that a check that was killed goes on where it stopped. Opens no transaction.

    Raises: Unusable.
    """
    wanted = [(0, 0)] if version.kind == Kind.SOUND else queries.geometries(version.programme)
    for number, (width, height) in enumerate(wanted):
        geometry = f"{width}x{height}" if width else ""
        if version.renditions.filter(geometry=geometry).exists():
            continue

        def tell(percent: int, done: int = number) -> None:
            progress((done * 100 + percent) // len(wanted))

        found = _again(version, geometry) or _new(version, inspection, geometry, (width, height), tell)
        found.made_at = at
        found.save(force_insert=True)


def make_poster(version: ProgrammeVersion) -> str:
    """The address of the thumbnail for lists; empty for sound and text notices."""
    rendition = version.renditions.exclude(sha256="").exclude(width=0).first()
    if rendition is None:
        return ""
    with _workplace() as folder:
        target = folder / "poster.webp"
        inspecting.make_poster(files.path(rendition.sha256), target)
        return files.put_file(target).sha256


def _profile(kind: str) -> str:
    return {
        Kind.VIDEO: ffmpeg.VIDEO_PROFILE,
        Kind.SOUND: ffmpeg.SOUND_PROFILE,
        Kind.PICTURE: STILL_PROFILE,
        Kind.TEXT: TEXT_PROFILE,
    }[Kind(kind)]


def _again(version: ProgrammeVersion, geometry: str) -> Rendition | None:
    """A rendition of the same bytes, geometry and profile, as a new row of this version."""
    if not version.source_sha256:
        return None
    found = (
        Rendition.objects.filter(
            version__source_sha256=version.source_sha256, geometry=geometry, profile=_profile(version.kind)
        )
        .order_by("id")
        .first()
    )
    if found is None or not files.has(found.sha256):
        return None
    found.pk, found.version = None, version
    found._state.adding = True
    if version.kind == Kind.PICTURE:
        found.duration_ms = version.still_ms
    return found


def _new(
    version: ProgrammeVersion,
    inspection: Inspection | None,
    geometry: str,
    size: tuple[int, int],
    progress: Progress,
) -> Rendition:
    made = Rendition(
        version=version,
        geometry=geometry,
        profile=_profile(version.kind),
        width=size[0],
        height=size[1],
        duration_ms=version.still_ms,
    )
    if inspection is None:
        return made
    source = files.path(version.source_sha256)
    with _workplace() as folder:
        target = folder / "made"
        if inspection.kind == Kind.PICTURE:
            inspecting.make_still(source, target, width=size[0], height=size[1])
            made.mime = "image/png" if inspection.container in ("png", "pdf") else "image/jpeg"
        else:
            _transcode(source, target, inspection=inspection, size=size, progress=progress)
            _measure(made, target, inspection)
        stored = files.put_file(target)
    made.sha256, made.size_bytes = stored.sha256, stored.size_bytes
    return made


def _transcode(
    source: Path, target: Path, *, inspection: Inspection, size: tuple[int, int], progress: Progress
) -> None:
    if inspection.kind == Kind.SOUND:
        ffmpeg.make_sound(source, target, inspection=inspection, on_percent=progress)
        return
    ffmpeg.make_video(source, target, inspection=inspection, width=size[0], height=size[1], on_percent=progress)


def _measure(made: Rendition, target: Path, inspection: Inspection) -> None:
    """Take size and length from the file that was made: a source that decodes short shows here at the latest."""
    result = inspecting.inspect(target)
    if result.duration_ms < inspection.duration_ms - max(_SHORTER_BY_MS, inspection.duration_ms // 50):
        raise Unusable("truncated", {"at_ms": result.duration_ms})
    made.width, made.height, made.duration_ms = result.width, result.height, result.duration_ms
    made.mime = "video/mp4" if result.kind == Kind.VIDEO else "audio/mp4"


def workroom() -> Path:
    """The folder under the data directory for files that live as long as a task."""
    root = Path(settings.DATA_DIR) / "work"
    root.mkdir(parents=True, exist_ok=True)
    return root


@contextmanager
def _workplace() -> Iterator[Path]:
    """A folder under the data directory for the time of a `with`."""
    with tempfile.TemporaryDirectory(dir=workroom(), prefix="check-") as folder:
        yield Path(folder)
