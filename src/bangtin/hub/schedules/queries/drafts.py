"""The plan in the words of a bundle: the one form that preview, screen and proof of play all read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bangtin.bundle import timeline
from bangtin.bundle.content import Content, content_digest
from bangtin.bundle.manifest import Device, Face, File, Item, Level, LoopEntry, Manifest, Window
from bangtin.bundle.timeline import Showing
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.clusters.models import Face as FaceRow
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion, Rendition
from bangtin.hub.schedules.models import BulletinClass
from bangtin.hub.schedules.queries.plan import Plan, PlanWindow, plan

BRIGHTNESS_NIT = 4_500
VOLUME_PERCENT = 50


@dataclass(frozen=True)
class Why:
    """What a face shows at an instant and why; `version` is None for standby and the built-in card."""

    showing: Showing
    version: ProgrammeVersion | None
    slot_ids: tuple[int, ...]
    clause: str


def item_id(version: ProgrammeVersion) -> str:
    """The item's name in a bundle: the receipt without its slash (`CB-2026-0001.1`)."""
    return version.receipt.replace("/", ".")


def draft(found: Plan, *, number: int, made_at: datetime, devices: Mapping[str, Device] | None = None) -> Manifest:
    """The plan as a manifest. Files come without their chunk lists, approvals uncounted: publishing adds both.

    Raises: ValueError if a version has no rendition for one of the cluster's faces (a slot is refused before that).
    """
    faces = {face.id: face for face in found.cluster.faces.all()}
    classes = _classes(found)
    contents = {version.pk: programmes.content(version) for version in found.versions}
    starts_at = min((found.from_at, *(window.starts_at for window in found.windows)))
    ends_at = max((found.until_at, *(window.ends_at for window in found.windows)))
    windows, loops = _windows_and_loops(found, contents, geometries={face.geometry for face in faces.values()})
    return Manifest(
        province=found.cluster.id.split("/", 1)[0],
        cluster=found.cluster.id,
        number=number,
        made_ms=to_ms(made_at),
        starts_ms=to_ms(starts_at),
        ends_ms=to_ms(ends_at),
        filler_from_ms=to_ms(starts_at),
        devices=devices or {},
        faces={name: Face(face.width, face.height, face.rotation) for name, face in faces.items()},
        files=tuple(_files(found.versions, contents)),
        items=tuple(_item(version, contents[version.pk], classes[version.pk]) for version in found.versions),
        loops=loops,
        windows=windows,
        filler=tuple(item_id(version) for version in found.fillers),
        brightness=(Level(to_ms(starts_at), to_ms(ends_at), BRIGHTNESS_NIT),),
        volume=(Level(to_ms(starts_at), to_ms(ends_at), VOLUME_PERCENT),),
    )


def preview(cluster: Cluster, face: FaceRow, from_at: datetime, until_at: datetime) -> list[Showing]:
    """Every segment that the plan, as it stands now, would show on the face."""
    manifest = draft(plan(cluster, from_at, until_at), number=1, made_at=from_at)
    return list(timeline.segments(manifest, face=face.id, from_ms=to_ms(from_at), until_ms=to_ms(until_at)))


def why(cluster: Cluster, face: FaceRow, at: datetime) -> Why:
    """What the plan, as it stands now, would show on the face at `at`, and on which ground."""
    midnight = at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    manifest = draft(plan(cluster, midnight, midnight + timedelta(days=1)), number=1, made_at=at)
    return explain(timeline.showing(manifest, face=face.id, at_ms=to_ms(at)))


def explain(showing: Showing) -> Why:
    """The rows behind a segment: its version, the slots of its window, the clause."""
    slots, _, clause = showing.basis.rpartition("; ")
    ids = tuple(int(word) for word in slots.removeprefix("slot ").split(",") if word)
    version = None
    if showing.item:
        receipt = showing.item.replace(".", "/")
        version = ProgrammeVersion.objects.select_related("programme").filter(receipt=receipt).first()
    return Why(showing, version, ids, clause)


def _classes(found: Plan) -> dict[int, str]:
    """The highest class each version airs as: its item must be approved for that (trust B.3)."""
    classes = dict.fromkeys((version.pk for version in found.versions), str(BulletinClass.ORDINARY))
    for window in found.windows:
        if window.bulletin_class == BulletinClass.PRIORITY:
            classes.update(dict.fromkeys((slot.version_id for slot in window.slots), str(BulletinClass.PRIORITY)))
    return classes


def _windows_and_loops(
    found: Plan, contents: Mapping[int, Content], *, geometries: set[str]
) -> tuple[tuple[Window, ...], dict[str, tuple[LoopEntry, ...]]]:
    windows, loops = [], {}
    for window in found.windows:
        name = f"w{window.slots[0].pk}"
        loops[name] = tuple(
            LoopEntry(
                item=item_id(slot.version),
                slot=str(slot.pk),
                dur_ms=_duration_ms(contents[slot.version_id], geometries),
            )
            for slot in window.slots
        )
        windows.append(_window(window, name))
    for number, span in enumerate(found.rest, start=1):
        basis = f"; {span.clause}"
        windows.append(Window(f"r{number}", to_ms(span.starts_at), to_ms(span.ends_at), "rest", basis))
    return tuple(windows), loops


def _window(window: PlanWindow, name: str) -> Window:
    slots = ",".join(str(slot.pk) for slot in window.slots)
    return Window(
        id=name,
        from_ms=to_ms(window.starts_at),
        until_ms=to_ms(window.ends_at),
        class_=window.bulletin_class,
        basis=f"slot {slots}; {window.slots[0].clause}",
        loop=name,
    )


def _item(version: ProgrammeVersion, found: Content, class_: str) -> Item:
    return Item(id=item_id(version), class_=class_, content=found, digest=content_digest(found))


def _duration_ms(found: Content, geometries: set[str]) -> int:
    """How long one turn lasts: the longest of its forms, so that no screen of the cluster cuts it short."""
    fitting = [one.duration_ms for one in found.renditions if one.face in geometries or not one.face]
    if not fitting:
        raise ValueError(f"expected a rendition for one of {sorted(geometries)}, got none in {found.version}")
    return max(fitting)


def _files(versions: list[ProgrammeVersion], contents: Mapping[int, Content]) -> Iterator[File]:
    named = {one.file for found in contents.values() for one in found.renditions if one.file}
    rows = Rendition.objects.filter(version__in=versions, sha256__in=named).order_by("sha256")
    seen: set[str] = set()
    for row in rows:
        if row.sha256 not in seen:
            seen.add(row.sha256)
            yield File(sha256=row.sha256, size=row.size_bytes, mime=row.mime)
