"""What a version looks like on each wanted screen: the rows that preview components are made of."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster, Face, faces_of
from bangtin.hub.portal.views.media import SOUND
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition


@dataclass(frozen=True)
class Preview:
    """One geometry: its size in pixels, the places that have it, and the file or notice to show there.

    `video`, `image`, `audio` are addresses, `notice` the JSON that notice.js draws; `words` the notice as text;
    `is_still`: one moment of it, which is not played; `is_closed`: the reader's post may not see it.
    """

    geometry: str
    name: str
    width: int
    height: int
    video: str = ""
    image: str = ""
    audio: str = ""
    poster: str = ""
    notice: str = ""
    words: tuple[str, ...] = ()
    is_still: bool = False
    is_closed: bool = False


def at(version: ProgrammeVersion, face: Face, *, offset_ms: int) -> Preview | None:
    """What stands on the face when the version is `offset_ms` into its turn; None if it has no form for the face.

    A video is its own rendition, held at that frame by the address (`#t=`): no script, and no picture made for it.
    """
    row = version.renditions.filter(geometry=face.geometry).first()
    if row is None:
        return None
    found = _preview(version, row, str(face))
    if not found.video:
        return replace(found, is_still=True)
    # browsers take the frame that begins at or after the mark
    return replace(found, video=f"{found.video}#t={offset_ms / 1000:.3f}", poster="", is_still=True)


def of_row(version: ProgrammeVersion, row: Rendition, name: str) -> Preview:
    """The preview of one rendition, under the name of the place."""
    return _preview(version, row, name)


def light(shown: Preview, address: str) -> Preview:
    """The same preview playing the light copy that stands at `address`."""
    return replace(shown, video=address)


def poster(version: ProgrammeVersion) -> str:
    """The address of a version's thumbnail, empty without one."""
    return reverse("poster", args=[version.pk]) if version.poster_sha256 else ""


def icon(version: ProgrammeVersion) -> str:
    """The icon that stands where a version has no thumbnail."""
    return {Kind.VIDEO: "movie", Kind.PICTURE: "photo", Kind.SOUND: "volume"}.get(Kind(version.kind), "typography")


def of(version: ProgrammeVersion) -> list[Preview]:
    """The previews of a version, one a geometry, the widest first; `version` comes with its rows prefetched."""
    places = _places(version.programme.clusters.all())
    rows = sorted(version.renditions.all(), key=lambda row: (-row.width, row.geometry))
    return [_preview(version, row, places.get(row.geometry, "")) for row in rows]


def empty(clusters: Iterable[Cluster]) -> list[Preview]:
    """Blank faces of the given clusters, one a geometry, for a notice that is being written."""
    found = {}
    for geometry, name in _places(clusters).items():
        width, height = geometry.split("x")
        found[geometry] = Preview(geometry, name, int(width), int(height), notice="{}")
    return sorted(found.values(), key=lambda one: -one.width)


def _preview(version: ProgrammeVersion, row: Rendition, name: str) -> Preview:
    address = reverse("rendition", args=[version.pk, row.geometry or SOUND])
    name = name or _("Sound")
    if version.text:
        fields = version.text.get("fields", {})
        words = tuple(str(value) for key, value in fields.items() if key != "language")
        return Preview(
            row.geometry, name, row.width, row.height, notice=json.dumps(version.text, ensure_ascii=False), words=words
        )
    if version.kind == Kind.SOUND:
        return Preview(row.geometry, name, 0, 0, audio=address)
    # the file may be smaller than the face; the frame is the face's, so that the dark margins are seen
    width, height = (int(part) for part in row.geometry.split("x"))
    if version.kind == Kind.VIDEO:
        return Preview(row.geometry, name, width, height, video=address, poster=poster(version))
    return Preview(row.geometry, name, width, height, image=address)


def _places(clusters: Iterable[Cluster]) -> dict[str, str]:
    """Geometry to the names of the clusters that have it."""
    found: dict[str, dict[str, None]] = {}
    for cluster in clusters:
        for face in faces_of(cluster):
            found.setdefault(face.geometry, {})[cluster.short_name] = None
    return {geometry: ", ".join(names) for geometry, names in found.items()}
