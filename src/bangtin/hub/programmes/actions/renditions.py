"""Makes the renditions of a version, one for each geometry that is wanted; what was made before is used again."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from bangtin.hub.kit import files
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.media import ffmpeg, inspecting, limits, office
from bangtin.hub.programmes.media.ffmpeg import Titles
from bangtin.hub.programmes.media.inspecting import Inspection
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition

STILL_PROFILE = "still-1"
TEXT_PROFILE = "text-1"
_SHORTER_BY_MS = 1_000
_LEFT = timedelta(days=1)

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Source:
    """What renditions are made from: the file, or the PDF that was made of it, and what it is."""

    path: Path
    inspection: Inspection


def make_all(version: ProgrammeVersion, source: Source | None, *, at: datetime, progress: Progress) -> None:
    """Make what is missing; `source` is None for a text notice. Each rendition is kept as soon as it is made,
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

        with _one_maker(version, geometry, profile(version, source)):
            found = _again(version, source, geometry) or _new(version, source, (width, height), tell)
            found.made_at = at
            found.save(force_insert=True)


def prepare(version: ProgrammeVersion, container: str, folder: Path) -> Source:
    """A document as something to make renditions from: Word and PowerPoint files through PDF.

    Raises: Unusable.
    """
    path = files.path(version.source_sha256)
    if container == "txt":
        return Source(path, Inspection("picture", "txt", "txt"))
    if container in office.CONTAINERS:
        path = office.to_pdf(path, container, folder)
    elif container != "pdf":
        raise Unusable("container", {"container": container.upper()})
    return Source(path, inspecting.inspect(path))


def make_poster(version: ProgrammeVersion) -> str:
    """The address of the thumbnail for lists; empty for sound and text notices."""
    rendition = version.renditions.exclude(sha256="").exclude(width=0).first()
    if rendition is None:
        return ""
    with workplace() as folder:
        target = folder / "poster.webp"
        inspecting.make_poster(files.path(rendition.sha256), target)
        return files.put_file(target).sha256


def kind(inspection: Inspection) -> str:
    """The kind of programme that comes of it: pages that follow one another are a video."""
    return Kind.VIDEO if inspection.is_slides else inspection.kind


def profile(version: ProgrammeVersion, source: Source | None) -> str:
    """What a rendition is made by, besides source and geometry; where two have the same, one serves both."""
    if source is None:
        return TEXT_PROFILE
    if source.inspection.is_slides:
        return f"{ffmpeg.SLIDES_PROFILE}-{version.still_ms}"
    if source.inspection.kind == Kind.VIDEO and version.subtitles_sha256:
        return f"{ffmpeg.VIDEO_PROFILE}-{version.subtitles_sha256[:16]}"
    return {Kind.VIDEO: ffmpeg.VIDEO_PROFILE, Kind.SOUND: ffmpeg.SOUND_PROFILE, Kind.PICTURE: STILL_PROFILE}[
        Kind(source.inspection.kind)
    ]


@contextmanager
def _one_maker(version: ProgrammeVersion, geometry: str, profile_: str) -> Iterator[None]:
    """Let one worker at a time make a rendition of these bytes: who waited finds it made. Ends with the process."""
    named = hashlib.sha256(f"{version.source_sha256} {geometry} {profile_}".encode()).hexdigest()[:24]
    path = workroom() / f"{named}.lock"
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _again(version: ProgrammeVersion, source: Source | None, geometry: str) -> Rendition | None:
    """A rendition of the same bytes, geometry and profile, as a new row of this version."""
    if not version.source_sha256:
        return None
    found = (
        Rendition.objects.filter(
            version__source_sha256=version.source_sha256, geometry=geometry, profile=profile(version, source)
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


def _new(version: ProgrammeVersion, source: Source | None, size: tuple[int, int], progress: Progress) -> Rendition:
    width, height = size
    made = Rendition(
        version=version,
        geometry=f"{width}x{height}" if width else "",
        profile=profile(version, source),
        width=width,
        height=height,
        duration_ms=version.still_ms,
    )
    if source is None:
        return made
    with workplace() as folder:
        target = folder / "made"
        if source.inspection.kind == Kind.PICTURE and not source.inspection.is_slides:
            inspecting.make_still(source.path, target, width=width, height=height)
            made.mime = "image/png" if source.inspection.container in ("png", "pdf") else "image/jpeg"
        else:
            lasts_ms = _make_moving(version, source, target, size=size, progress=progress)
            _measure(made, target, lasts_ms)
        stored = files.put_file(target)
    made.sha256, made.size_bytes = stored.sha256, stored.size_bytes
    return made


def _make_moving(
    version: ProgrammeVersion, source: Source, target: Path, *, size: tuple[int, int], progress: Progress
) -> int:
    """Write a clip or a sound; give how long it should last, in milliseconds."""
    inspection = source.inspection
    if inspection.kind == Kind.SOUND:
        ffmpeg.make_sound(source.path, target, inspection=inspection, on_percent=progress)
        return inspection.duration_ms
    capitals = queries.capitals(version.programme)[size]
    if inspection.is_slides:
        folder = target.parent
        pages = inspecting.make_slides(source.path, inspection.container, folder, size=size, capitals=capitals)
        ffmpeg.make_slides(folder, target, pages=pages, still_ms=version.still_ms, on_percent=progress)
        return pages * version.still_ms
    titles = None
    if version.subtitles_sha256:
        subtitles, folder = files.path(version.subtitles_sha256), target.parent
        whole = ffmpeg.even(size[0]), ffmpeg.even(size[1])
        top = inspecting.make_titles(subtitles, folder, size=whole, capitals=capitals, until_ms=inspection.duration_ms)
        titles = Titles(folder / limits.TITLES_LIST, top)
    ffmpeg.make_video(
        source.path, target, inspection=inspection, width=size[0], height=size[1], on_percent=progress, titles=titles
    )
    return inspection.duration_ms


def _measure(made: Rendition, target: Path, lasts_ms: int) -> None:
    """Take size and length from the file that was made: a source that decodes short shows here at the latest."""
    result = inspecting.inspect(target)
    if result.duration_ms < lasts_ms - max(_SHORTER_BY_MS, lasts_ms // 50):
        raise Unusable("truncated", {"at_ms": result.duration_ms})
    made.width, made.height, made.duration_ms = result.width, result.height, result.duration_ms
    made.mime = "video/mp4" if result.kind == Kind.VIDEO else "audio/mp4"


def workroom() -> Path:
    """The folder under the data directory for files that live as long as a task."""
    root = Path(settings.DATA_DIR) / "work"
    root.mkdir(parents=True, exist_ok=True)
    return root


def sweep(*, at: datetime) -> int:
    """Remove what killed checks left half made, a day later; give how many. Called once a day."""
    late = [one for one in workroom().iterdir() if one.stat().st_mtime < (at - _LEFT).timestamp()]
    for one in late:
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)
        else:
            one.unlink(missing_ok=True)
    return len(late)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder under the data directory for the time of a `with`."""
    with tempfile.TemporaryDirectory(dir=workroom(), prefix="check-") as folder:
        yield Path(folder)
