"""Keeps the copies that officers look at; a rendition that was looked at before has them already."""

import logging

from bangtin.hub.kit import files
from bangtin.hub.programmes.actions import renditions
from bangtin.hub.programmes.media import preview
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition
from bangtin.hub.programmes.review_copies import Look, ReviewCopy

log = logging.getLogger(__name__)
_LOOKS = {preview.PROXY: Look.PROXY, preview.SHEET: Look.SHEET, preview.WAVE: Look.WAVE}


def make_copies(version: ProgrammeVersion) -> None:
    """Make the copies of a film or of sound from its widest rendition; without them the film itself is looked at.

    May be run again at any time; opens no transaction. Raises: NoFfmpeg.
    """
    if version.kind not in {Kind.VIDEO, Kind.SOUND} or version.review_copies.exists():
        return
    rendition = version.renditions.exclude(sha256="").order_by("-width", "geometry").first()
    if rendition is None or _again(version, rendition):
        return
    with renditions.workplace() as folder:
        made = preview.make(
            files.path(rendition.sha256),
            folder,
            duration_ms=rendition.duration_ms,
            has_picture=version.kind == Kind.VIDEO,
            has_sound=version.kind == Kind.SOUND or bool((version.probe or {}).get("has_sound")),
        )
        if not made:
            log.warning("no copies for looking at of version %s", version.pk)
        rows = []
        for name in made:
            stored = files.put_file(folder / name)
            rows.append(
                ReviewCopy(
                    version=version,
                    look=_LOOKS[name],
                    made_from=rendition.sha256,
                    sha256=stored.sha256,
                    size_bytes=stored.size_bytes,
                    mime=preview.MIMES[name],
                )
            )
        ReviewCopy.objects.bulk_create(rows)


def _again(version: ProgrammeVersion, rendition: Rendition) -> bool:
    """Whether another version of the same rendition lent its copies."""
    first = ReviewCopy.objects.filter(made_from=rendition.sha256).order_by("id").first()
    if first is None:
        return False
    rows = list(ReviewCopy.objects.filter(made_from=rendition.sha256, version_id=first.version_id))
    if not all(files.has(one.sha256) for one in rows):
        return False
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
    ReviewCopy.objects.bulk_create(rows)
    return True
