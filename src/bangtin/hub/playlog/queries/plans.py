"""What the bundles in force told the screens to show: the plan that records are held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from bangtin.bundle import timeline
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.queries import bundles
from bangtin.hub.schedules import queries as schedules


@dataclass(frozen=True)
class Planned:
    """One segment of the plan on one face; `slot` or `placement` is whose turn it is, both None for filler and rest."""

    face_id: str
    kind: str
    item: str
    slot: int | None
    bundle: int
    from_ms: int
    until_ms: int
    placement: int | None = None

    @property
    def length_ms(self) -> int:
        """How long it was to be shown."""
        return self.until_ms - self.from_ms


def in_force(cluster: Cluster, from_at: datetime, until_at: datetime) -> list[tuple[Bundle, int, int]]:
    """The bundles that held for the cluster in [from_at, until_at), each with its stretch in milliseconds.

    A bundle holds from its publication until the next one's; before the first there is no plan.
    """
    every = Bundle.objects.filter(cluster=cluster, published_at__lt=until_at).order_by("number")
    # a year holds thousands: only the one in force at the beginning and those that follow are read
    first = every.filter(published_at__lte=from_at).values_list("number", flat=True).last()
    rows = list(every.filter(number__gte=first or 0).defer("manifest", "approvals"))
    found = []
    for row, following in zip_longest(rows, rows[1:]):
        starts = max(to_ms(row.published_at), to_ms(from_at))
        ends = min(to_ms(following.published_at) if following else to_ms(until_at), to_ms(until_at))
        if starts < ends:
            found.append((row, starts, ends))
    return found


def driven_faces(bundle: Bundle) -> set[str]:
    """The faces that a device of this bundle drives; nobody is told to show anything on the others."""
    manifest = bundles.manifest_of(bundle)
    return {face for device in manifest.devices.values() for face in device.faces if face in manifest.faces}


def segments(cluster: Cluster, from_at: datetime, until_at: datetime) -> Iterator[Planned]:
    """The plan of a stretch of time, face by face, in order of time within each bundle."""
    for bundle, from_ms, until_ms in in_force(cluster, from_at, until_at):
        manifest = bundles.narrowed(bundles.manifest_of(bundle), from_ms=from_ms, until_ms=until_ms)
        for face_id in sorted(driven_faces(bundle)):
            for one in timeline.segments(manifest, face=face_id, from_ms=from_ms, until_ms=until_ms):
                yield Planned(
                    face_id=face_id,
                    kind=one.kind,
                    item=one.item or "",
                    slot=schedules.slot_id(one.slot) if one.kind == "item" else None,
                    placement=schedules.placement_id(one.slot) if one.kind == "item" else None,
                    bundle=bundle.number,
                    from_ms=one.from_ms,
                    until_ms=one.until_ms,
                )
