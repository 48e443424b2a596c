"""A whole day of a face as its bundles told it, and as the plan stands where no bundle reaches."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bangtin.bundle import timeline
from bangtin.bundle.timeline import Showing
from bangtin.hub.clusters.models import Face
from bangtin.hub.devices.models import Bundle
from bangtin.hub.devices.queries.bundles import manifest_of
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.schedules import queries as schedules


@dataclass(frozen=True)
class Stretch:
    """[from_at, until_at) under one bundle, or under the plan as it stands (`bundle` None), segment by segment."""

    bundle: Bundle | None
    from_at: datetime
    until_at: datetime
    showings: tuple[Showing, ...]


def day_of(face: Face, on: date, *, now: datetime) -> list[Stretch]:
    """The local day of a face in order of time, without gap or overlap.

    Until `now` by the bundles: each holds from its publication until the next one's, as far as its own span. Where no
    bundle reached, and from `now` on, the plan as it stands speaks.
    """
    begins = datetime.combine(on, time(), LOCAL)
    ends = begins + timedelta(days=1)
    known_until = min(max(now, begins), ends)
    pieces = list(_pieces(face, begins, known_until)) if known_until > begins else []
    if known_until < ends:
        pieces.append((None, known_until, ends))
    return [
        Stretch(bundle, from_at, until_at, _showings(face, bundle, from_at, until_at))
        for bundle, from_at, until_at in pieces
    ]


def _pieces(face: Face, from_at: datetime, until_at: datetime) -> Iterator[tuple[Bundle | None, datetime, datetime]]:
    rows = Bundle.objects.filter(cluster=face.cluster_id, published_at__lt=until_at).order_by("number")
    first = rows.filter(published_at__lte=from_at).values_list("number", flat=True).last()
    bundles = list(rows.filter(number__gte=first or 0).defer("manifest", "approvals"))
    if not bundles:
        yield None, from_at, until_at
        return
    starts = [max(one.published_at, from_at) for one in bundles]
    ends = [*starts[1:], until_at]
    if starts[0] > from_at:
        yield None, from_at, starts[0]
    for bundle, start, end in zip(bundles, starts, ends, strict=True):
        yield from _reach(face, bundle, start, end)


def _reach(
    face: Face, bundle: Bundle, start: datetime, end: datetime
) -> Iterator[tuple[Bundle | None, datetime, datetime]]:
    """[start, end) cut where the bundle's own span begins and ends."""
    has_face = face.id in manifest_of(face.cluster, bundle.number).faces
    opens = min(max(bundle.starts_at, start), end) if has_face else end
    closes = min(max(bundle.ends_at, opens), end)
    pieces: tuple[tuple[Bundle | None, datetime, datetime], ...] = (
        (None, start, opens),
        (bundle, opens, closes),
        (None, closes, end),
    )
    yield from (piece for piece in pieces if piece[1] < piece[2])


def _showings(face: Face, bundle: Bundle | None, from_at: datetime, until_at: datetime) -> tuple[Showing, ...]:
    if bundle is None:
        return tuple(schedules.preview(face.cluster, face, from_at, until_at))
    manifest = manifest_of(face.cluster, bundle.number)
    return tuple(timeline.segments(manifest, face=face.id, from_ms=to_ms(from_at), until_ms=to_ms(until_at)))
