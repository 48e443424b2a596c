"""A screen's day in figures: what the plan as it stands now makes the screen show, second by second of the timeline."""

import time as stopwatch
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from bangtin.bundle import timeline
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.timeline import Showing
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.compiler import Unmet
from bangtin.hub.schedules.queries.drafts import draft, item_id
from bangtin.hub.schedules.queries.inputs import days_between
from bangtin.hub.schedules.queries.layouts import DayLayout, lay, stands_on
from bangtin.hub.schedules.queries.plan import plan

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Idle:
    """Stretches inside the hours for which nothing is planned: filler, or the card, shows there. Seconds."""

    count: int
    total_s: float
    longest_s: float


@dataclass(frozen=True)
class Spacing:
    """The plays of one slot or placement, and the seconds from the end of one to the start of the next."""

    plays: int
    least_s: float | None
    mean_s: float | None
    longest_s: float | None


@dataclass(frozen=True)
class ScreenDay:
    """One screen's local day. Seconds; `by_category`, `by_language`, `advertising_s` are of what is scheduled.

    `spacing` goes by slot and placement (`12`, `p3`). `unmet` is what the compiler could not keep, with its reason.
    """

    cluster_id: str
    face_id: str
    on: date
    open_s: float
    scheduled_s: float
    filler_s: float
    card_s: float
    standby_s: float
    by_category: Mapping[str, float]
    by_language: Mapping[str, float]
    advertising_s: float
    idle: Idle
    spacing: Mapping[str, Spacing]
    unmet: tuple[Unmet, ...]
    elapsed_ms: float


def screen_days(cluster: Cluster, first: date, last: date) -> tuple[list[ScreenDay], list[DayLayout]]:
    """Each face's days from `first` to `last`, both included, and the days as they were laid out."""
    layouts, laid_ms = [], {}
    for one in days_between(cluster, first, last):
        began = stopwatch.perf_counter()
        layouts.append(lay(one))
        laid_ms[one.on] = 1000 * (stopwatch.perf_counter() - began)
    from_at = datetime.combine(first, time(), LOCAL)
    found = plan(cluster, from_at, datetime.combine(last + _DAY, time(), LOCAL))
    manifest = draft(found, number=1, made_at=from_at)
    versions = {item_id(version): version for version in found.versions}
    faces = sorted(manifest.faces)
    days = [
        _screen_day(day, face, manifest, versions, laid_ms=laid_ms[day.on] / max(len(faces), 1))
        for face in faces
        for day in layouts
    ]
    return days, layouts


def _screen_day(
    day: DayLayout, face: str, manifest: Manifest, versions: Mapping[str, ProgrammeVersion], *, laid_ms: float
) -> ScreenDay:
    began = stopwatch.perf_counter()
    begins = to_ms(day.input.starts_at)
    shown = list(timeline.segments(manifest, face=face, from_ms=begins, until_ms=begins + 86_400_000))
    seconds = _seconds(shown)
    planned = [one for one in shown if one.kind == "item"]
    by_category, by_language = defaultdict[str, float](float), defaultdict[str, float](float)
    advertising_s = 0.0
    for one in planned:
        version, length_s = versions[str(one.item)], (one.until_ms - one.from_ms) / 1000
        by_category[version.programme.category] += length_s
        by_language[version.language] += length_s
        advertising_s += length_s if day.input.is_advertising(version) else 0
    unmet = [one for group in day.groups if stands_on([face], group.faces) for one in group.layout.unmet]
    return ScreenDay(
        cluster_id=day.input.cluster.pk,
        face_id=face,
        on=day.on,
        open_s=day.input.hours.total_s,
        scheduled_s=seconds["item"],
        filler_s=seconds["filler"],
        card_s=seconds["card"],
        standby_s=seconds["standby"],
        by_category=dict(sorted(by_category.items())),
        by_language=dict(sorted(by_language.items())),
        advertising_s=advertising_s,
        idle=_idle(shown),
        spacing=dict(_spacing(planned)),
        unmet=tuple(unmet),
        elapsed_ms=round(laid_ms + 1000 * (stopwatch.perf_counter() - began), 3),
    )


def _seconds(shown: Iterable[Showing]) -> defaultdict[str, float]:
    found = defaultdict[str, float](float)
    for one in shown:
        found[one.kind] += (one.until_ms - one.from_ms) / 1000
    return found


def _idle(shown: Sequence[Showing]) -> Idle:
    """Filler and card together, stretch by stretch."""
    lengths: list[float] = []
    ended = None
    for one in shown:
        if one.kind not in {"filler", "card"}:
            continue
        length_s = (one.until_ms - one.from_ms) / 1000
        if ended == one.from_ms:
            lengths[-1] += length_s
        else:
            lengths.append(length_s)
        ended = one.until_ms
    return Idle(len(lengths), sum(lengths), max(lengths, default=0))


def _spacing(planned: Iterable[Showing]) -> Iterator[tuple[str, Spacing]]:
    plays: dict[str, list[Showing]] = defaultdict(list)
    for one in planned:
        plays[one.slot].append(one)
    for name, own in sorted(plays.items()):
        pauses = [(b.from_ms - a.until_ms) / 1000 for a, b in pairwise(own)]
        mean_s = round(sum(pauses) / len(pauses), 3) if pauses else None
        yield name, Spacing(len(own), min(pauses, default=None), mean_s, max(pauses, default=None))
