"""Airtime added up over all records by any of their marks: sealed days by DuckDB, open days by the database."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.playlog.lake import table
from bangtin.hub.playlog.models import Grade, PlayRecord, SealedDay
from bangtin.hub.playlog.queries import lake

MONTH, ON = "month", "day"
AIRED = (Grade.CORROBORATED, Grade.CLAIMED)
# a mark: how the lake calls it, how the database does
MARKS = {
    "agency": ("agency", "version__programme__agency_id"),
    "category": ("category", "version__programme__category"),
    "programme": ("programme", "version__programme__code"),
    "version": ("version_id", "version_id"),
    "language": ("language", "language"),
    "class": ("bulletin_class", "bulletin_class"),
    "cluster": ("cluster_id", "cluster_id"),
    "face": ("face_id", "face_id"),
    "grade": ("grade", "grade"),
}
Key = tuple[object, ...]


@dataclass(frozen=True)
class Total:
    """Plays and milliseconds that count as aired under one key: the marks in the order they were asked in.

    A month is "2026-11", a day a date; both are Viet Nam's.
    """

    key: Key
    plays: int
    aired_ms: int


def airtime(
    *, by: Sequence[str], from_on: date, until_on: date, provinces: Collection[str] | None = None
) -> list[Total]:
    """Corroborated and claimed plays of known versions on these days (both included), by marks; keys that have none
    are absent.

    `by`: names of MARKS, and "month" or "day", in any order. Raises: ValueError for another name.
    """
    if unknown := [one for one in by if one not in {*MARKS, MONTH, ON}]:
        raise ValueError(f"expected marks of {[*MARKS, MONTH, ON]}, got {unknown}")
    parts = SealedDay.objects.filter(on__range=(from_on, until_on))
    held = list(parts if provinces is None else parts.filter(province__in=provinces))
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for key, plays, ms in (*_sealed(held, by), *_open(held, by, from_on, until_on, provinces)):
        sums[key][0] += plays
        sums[key][1] += ms
    found = [Total(key, plays, ms) for key, (plays, ms) in sums.items() if plays]
    return sorted(found, key=lambda one: tuple(str(part) for part in one.key))


def _sealed(held: Sequence[SealedDay], by: Sequence[str]) -> list[tuple[Key, int, int]]:
    """The files of a month, or of a day, stand together: no column is needed to tell them."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for part, path in zip(held, lake.paths(held), strict=True):
        groups[part.on.isoformat() if ON in by else f"{part.on:%Y-%m}" if MONTH in by else ""].append(path)
    found = []
    for name, *cells, plays, ms in table.added_up(groups, [MARKS[one][0] for one in by if one in MARKS]):
        if plays:
            on = date.fromisoformat(name) if ON in by else None
            found.append((_key(by, [*cells, on], name[:7]), int(plays), int(ms)))
    return found


def _open(
    held: Sequence[SealedDay], by: Sequence[str], from_on: date, until_on: date, provinces: Collection[str] | None
) -> list[tuple[Key, int, int]]:
    """Rows in the database, but for days whose rows the lake holds as well."""
    is_open = _outside(held, from_on, until_on, provinces)
    rows = PlayRecord.objects.filter(is_open, kind="play", grade__in=AIRED).exclude(version=None).order_by()
    names = {f"mark_{place}": F(MARKS[one][1]) for place, one in enumerate(by) if one in MARKS}
    is_dated = MONTH in by or ON in by
    if is_dated:
        rows = rows.annotate(played_on=TruncDate("at", tzinfo=LOCAL))
    grouped = rows.values_list(*names.values(), *(["played_on"] * is_dated))
    found = []
    for *cells, plays, ms in grouped.annotate(plays_n=Count("pk"), aired_n=Sum("shown_ms")):
        month = f"{cells[-1]:%Y-%m}" if is_dated else ""
        found.append((_key(by, cells, month), plays, ms))
    return found


def _outside(held: Sequence[SealedDay], from_on: date, until_on: date, provinces: Collection[str] | None) -> Q:
    """The instants of the days asked for, without the days that a part still in the database stands for."""
    days: dict[str, set[date]] = defaultdict(set)
    for one in held:
        if one.pruned_at is None:
            days[one.province].add(one.on)
    whole = Q(at__gte=lake.midnight(from_on), at__lt=lake.midnight(until_on + lake.DAY))
    others = whole
    for province in days:
        others &= ~Q(cluster__pk__startswith=f"{province}/")
    if provinces is not None:
        mine = Q(pk__in=[])
        for province in provinces:
            mine |= Q(cluster__pk__startswith=f"{province}/")
        others &= mine
    for province, sealed in days.items():
        for begins, ends in _stretches(sealed, from_on, until_on):
            others |= Q(cluster__pk__startswith=f"{province}/", at__gte=begins, at__lt=ends)
    return others


def _stretches(sealed: set[date], from_on: date, until_on: date) -> list[tuple[datetime, datetime]]:
    """The runs of days that are not among the sealed ones, as instants."""
    found, begins = [], from_on
    for on in sorted(sealed):
        if begins < on:
            found.append((lake.midnight(begins), lake.midnight(on)))
        begins = on + lake.DAY
    if begins <= until_on:
        found.append((lake.midnight(begins), lake.midnight(until_on + lake.DAY)))
    return found


def _key(by: Sequence[str], cells: Sequence[object], month: str) -> Key:
    """The marks in the order asked for; cells hold those of MARKS, then the day if it is known."""
    marks = iter(cells)
    named = {one: next(marks) for one in by if one in MARKS}
    return tuple(month if one == MONTH else cells[-1] if one == ON else named[one] for one in by)
