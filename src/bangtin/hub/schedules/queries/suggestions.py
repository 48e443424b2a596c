"""The nearest spans that would be accepted: what a refusal offers instead."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.schedules.errors import Suggestion
from bangtin.hub.schedules.queries.opening import hours_between
from bangtin.hub.schedules.queries.plan import slots_between

_AHEAD_DAYS = 7
_MOST = 3


def nearest(
    cluster: Cluster, starts_at: datetime, ends_at: datetime, *, bulletin_class: str, at: datetime
) -> tuple[Suggestion, ...]:
    """Up to three free spans of the same length inside the hours, the nearest first, none of them past."""
    length = ends_at - starts_at
    first = max(local_date(at), local_date(starts_at) - timedelta(days=1))
    last = local_date(starts_at) + timedelta(days=_AHEAD_DAYS)
    spans = [span for day in hours_between(cluster, first, max(first, last)) for span in day.intervals()]
    if not spans:
        return ()
    taken = [
        (slot.starts_at, slot.ends_at)
        for slot in slots_between(cluster, spans[0][0], spans[-1][1])
        if slot.bulletin_class == bulletin_class
    ]
    free = {
        start
        for start in _starts(spans, taken, wanted=starts_at, length=length)
        if start >= at and not any(start < end and begin < start + length for begin, end in taken)
    }
    chosen = sorted(free, key=lambda start: (abs(start - starts_at), start))[:_MOST]
    return tuple(Suggestion(start, start + length) for start in chosen)


def _starts(
    spans: list[tuple[datetime, datetime]],
    taken: list[tuple[datetime, datetime]],
    *,
    wanted: datetime,
    length: timedelta,
) -> Iterator[datetime]:
    """In each window: as near as can be to what was wanted, and right before or after what is there already."""
    for opens, closes in spans:
        if closes - opens < length:
            continue
        yield min(max(wanted, opens), closes - length)
        for begin, end in taken:
            for start in (end, begin - length):
                if opens <= start and start + length <= closes:
                    yield start
