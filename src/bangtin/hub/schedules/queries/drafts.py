"""The plan in the words of a bundle: the one form that preview, screen and proof of play all read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bangtin.bundle import bounds, canonical, timeline
from bangtin.bundle.content import Content, content_digest
from bangtin.bundle.manifest import Device, Face, File, Item, Level, LoopEntry, Manifest, Window
from bangtin.bundle.timeline import Showing
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.clusters.models import Face as FaceRow
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion, Rendition
from bangtin.hub.schedules.models import BulletinClass
from bangtin.hub.schedules.queries.layouts import CompiledWindow
from bangtin.hub.schedules.queries.lights import brightness
from bangtin.hub.schedules.queries.naming import placement_id, placement_name, slot_name
from bangtin.hub.schedules.queries.plan import Plan, PlanWindow, plan, until

_DAY, _MS = timedelta(days=1), timedelta(milliseconds=1)
_BASIS_LENGTH = 200
_SPARE_BYTES = 20_000
VOLUME_PERCENT = 50


@dataclass(frozen=True)
class Why:
    """What a face shows at an instant and why; `version` is None for standby and the built-in card.

    `slot_ids` are the slots of its window; `placement_id` is the placement whose turn it is, where one's is.
    """

    showing: Showing
    version: ProgrammeVersion | None
    slot_ids: tuple[int, ...]
    clause: str
    placement_id: int | None = None


def item_id(version: ProgrammeVersion) -> str:
    """The item's name in a bundle: the receipt without its slash (`CB-2026-0001.1`)."""
    return version.receipt.replace("/", ".")


def draft(found: Plan, *, number: int, made_at: datetime, devices: Mapping[str, Device] | None = None) -> Manifest:
    """The plan as a manifest. Files come without their chunk lists, approvals uncounted: publishing adds both.

    What placements show are windows with a loop of their length; equal loops are one.

    Raises: ValueError if a version has no rendition for one of the cluster's faces (a slot is refused before that).
    """
    faces = {face.id: face for face in found.cluster.faces.all()}
    classes = _classes(found)
    versions = found.versions
    forms = _forms(versions)
    contents = {version.pk: programmes.content(version, renditions=forms[version.pk]) for version in versions}
    spans = [(window.starts_at, window.ends_at) for window in found.windows]
    spans += [(compiled.starts_at, compiled.ends_at) for compiled in found.compiled]
    starts_at = min((found.from_at, *(start for start, _end in spans)))
    ends_at = max((found.until_at, *(end for _start, end in spans)))
    windows, loops = _windows_and_loops(found, contents, faces=faces)
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
        files=tuple(_files(forms)),
        items=tuple(_item(version, contents[version.pk], classes[version.pk]) for version in versions),
        loops=loops,
        windows=windows,
        filler=tuple(item_id(version) for version in found.fillers),
        brightness=brightness(starts_at, ends_at),
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


def fitting(
    found: Plan, *, number: int, made_at: datetime, devices: Mapping[str, Device] | None = None
) -> tuple[Plan, Manifest]:
    """The plan, cut at the last midnight before it outgrows a manifest's bounds, with its draft (trust C.6).

    One day is never cut. Raises: ValueError as `draft`.
    """
    while True:
        made = draft(found, number=number, made_at=made_at, devices=devices)
        days = (found.until_at - found.from_at) // _DAY
        excess = _excess(made)
        if excess <= 1 or days <= 1:
            return found, made
        found = until(found, found.from_at + _DAY * max(min(int(days / excess), days - 1), 1))


def explain(showing: Showing) -> Why:
    """The rows behind a segment: its version, the slots of its window or its placement, the clause."""
    return explain_all([showing])[0]


def explain_all(showings: Sequence[Showing]) -> list[Why]:
    """The rows behind each segment, in one query however many there are."""
    receipts = {one.item.replace(".", "/") for one in showings if one.item}
    found = ProgrammeVersion.objects.select_related("programme").filter(receipt__in=receipts) if receipts else ()
    versions = {row.receipt: row for row in found}
    return [_explained(one, versions.get(one.item.replace(".", "/")) if one.item else None) for one in showings]


def _explained(showing: Showing, version: ProgrammeVersion | None) -> Why:
    names, _, clause = showing.basis.rpartition("; ")
    ids = tuple(int(word) for word in names.removeprefix("slot ").split(",") if word.isdecimal())
    return Why(showing, version, ids, clause, placement_id(showing.slot))


def _excess(made: Manifest) -> float:
    """How many times the manifest is larger than it may be; up to 1 it fits."""
    files, items = len(made.files) / bounds.FILES, len(made.items) / bounds.ITEMS
    # chunk lists, approvals and the trail's head are added when it is published
    size = (len(made.encode()) + 100 * len(made.files) + _SPARE_BYTES) / bounds.MANIFEST_BYTES
    return max(files, items, size, len(made.windows) / bounds.WINDOWS)


def _classes(found: Plan) -> dict[int, str]:
    """The highest class each version airs as: its item must be approved for that (trust B.3)."""
    ordinary, priority = str(BulletinClass.ORDINARY), str(BulletinClass.PRIORITY)
    classes = dict.fromkeys((version.pk for version in found.versions), ordinary)
    for window in found.windows:
        if window.bulletin_class == BulletinClass.PRIORITY:
            classes.update(dict.fromkeys((slot.version_id for slot in window.slots), priority))
    for compiled in found.compiled:
        if compiled.bulletin_class == BulletinClass.PRIORITY:
            classes.update(dict.fromkeys((turn.placement.version_id for turn in compiled.turns), priority))
    return classes


def _windows_and_loops(
    found: Plan, contents: Mapping[int, Content], *, faces: Mapping[str, FaceRow]
) -> tuple[tuple[Window, ...], dict[str, tuple[LoopEntry, ...]]]:
    windows, loops = [], {}
    for window in found.windows:
        name = f"w{window.slots[0].pk}"
        geometries = {face.geometry for face in faces.values() if not window.faces or face.pk in window.faces}
        loops[name] = tuple(
            LoopEntry(
                item=item_id(slot.version),
                slot=slot_name(slot.pk),
                dur_ms=_duration_ms(contents[slot.version_id], geometries),
            )
            for slot in window.slots
        )
        windows.append(_window(window, name))
    for number, compiled in enumerate(found.compiled, start=1):
        turns = tuple(_entries(compiled))
        # by what is in it: days that are alike share their loops
        name = f"l{canonical.digest([turn.to_object() for turn in turns])[:24]}"
        loops[name] = turns
        windows.append(_compiled_window(compiled, f"c{number}", name))
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
        faces=window.faces,
    )


def _compiled_window(window: CompiledWindow, name: str, loop: str) -> Window:
    ids = dict.fromkeys(str(turn.placement.pk) for turn in window.turns)
    basis = f"placement {','.join(ids)}"
    if len(basis) > _BASIS_LENGTH:
        basis = basis[:_BASIS_LENGTH].rpartition(",")[0] + ",…"
    return Window(
        id=name,
        from_ms=to_ms(window.starts_at),
        until_ms=to_ms(window.ends_at),
        class_=window.bulletin_class,
        basis=f"{basis}; {window.clause}",
        loop=loop,
        faces=window.faces,
    )


def _entries(window: CompiledWindow) -> Iterator[LoopEntry]:
    for turn in window.turns:
        length = round((turn.until_at - turn.from_at) / _MS)
        yield LoopEntry(item=item_id(turn.version), slot=placement_name(turn.placement.pk), dur_ms=length)


def _item(version: ProgrammeVersion, found: Content, class_: str) -> Item:
    return Item(id=item_id(version), class_=class_, content=found, digest=content_digest(found))


def _duration_ms(found: Content, geometries: set[str]) -> int:
    """How long one turn lasts: the longest of its forms, so that no screen of the cluster cuts it short."""
    fitting = [one.duration_ms for one in found.renditions if one.face in geometries or not one.face]
    if not fitting:
        raise ValueError(f"expected a rendition for one of {sorted(geometries)}, got none in {found.version}")
    return max(fitting)


def _forms(versions: Iterable[ProgrammeVersion]) -> dict[int, list[Rendition]]:
    """The renditions of these versions, read in one go."""
    found: dict[int, list[Rendition]] = {version.pk: [] for version in versions}
    for row in Rendition.objects.filter(version__in=found).order_by("pk"):
        found[row.version_id].append(row)
    return found


def _files(forms: Mapping[int, Iterable[Rendition]]) -> Iterator[File]:
    rows = {row.sha256: row for found in forms.values() for row in found if row.sha256}
    for sha256, row in sorted(rows.items()):
        yield File(sha256=sha256, size=row.size_bytes, mime=row.mime)
