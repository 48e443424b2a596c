"""Counts the figures of a report, each from named rows, so that it leads back to them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bangtin.hub.reports.queries import content_rows, duty_rows, playout_rows
from bangtin.hub.reports.queries.marks import Row
from bangtin.hub.reports.queries.scopes import Scope

# which figures are also shown apart, by which mark of their rows
BREAKDOWNS = {
    "programmes_submitted_count": ("agency", "language", "category"),
    "programmes_approved_count": ("agency", "language", "category"),
    "programmes_returned_count": ("agency",),
    "programmes_rejected_count": ("agency",),
    "programmes_unusable_count": ("agency",),
    "slots_count": ("cluster",),
    "plays_count": ("cluster", "language"),
    "planned_s": ("cluster",),
    "aired_s": ("cluster", "language"),
    "aired_corroborated_s": ("cluster",),
    "aired_claimed_s": ("cluster",),
    "aired_instructed_s": ("cluster",),
    "filler_s": ("cluster",),
    "days_aired_count": ("cluster",),
}

# every total that is counted anywhere
NAMES = (*content_rows.FIGURES, *playout_rows.FIGURES, *duty_rows.STATUSES.values(), *duty_rows.STATION_FIGURES)


@dataclass
class Count:
    """One figure: its value in `unit` (count, second, day, month, people) and the rows it was counted from."""

    name: str
    unit: str
    value: int = 0
    sources: list[list[str]] = field(default_factory=list)


def count(scope: Scope) -> list[Count]:
    """Every figure of the report, in the order of their names; a total first, then its parts `name/mark/value`."""
    sums: dict[str, _Sum] = {name: _Sum(unit) for name, unit in _expected(scope).items()}
    for row in _rows(scope):
        for name in (row.figure, *_parts(row)):
            sums.setdefault(name, _Sum(row.unit)).add(row)
    return [Count(name, one.unit, one.value(), one.sources()) for name, one in sorted(sums.items())]


def by_name(counts: Iterable[Count]) -> dict[str, Count]:
    """The counts under their names."""
    return {one.name: one for one in counts}


def _rows(scope: Scope) -> Iterator[Row]:
    yield from content_rows.rows(scope)
    yield from playout_rows.rows(scope)
    yield from duty_rows.rows(scope)


def _expected(scope: Scope) -> Mapping[str, str]:
    """Figures that stand in the report even where nothing was counted: a 0 that is known."""
    return {**content_rows.FIGURES, **playout_rows.FIGURES, **duty_rows.figures(scope)}


def _parts(row: Row) -> list[str]:
    marks = BREAKDOWNS.get(row.figure, ())
    return [f"{row.figure}/{mark}/{row.marks[mark]}" for mark in marks if row.marks.get(mark)]


class _Sum:
    """A running sum; rows with the same `once` count a single time, whatever their number."""

    def __init__(self, unit: str) -> None:
        self.unit = unit
        self.amount = 0
        self.once: set[str] = set()
        self.found: dict[tuple[str, str], None] = {}

    def add(self, row: Row) -> None:
        self.found[row.source] = None
        if row.once:
            self.once.add(row.once)
        else:
            self.amount += row.amount

    def value(self) -> int:
        # lengths are added in milliseconds and rounded once
        total = self.amount + len(self.once)
        return (total + 500) // 1000 if self.unit == "second" else total

    def sources(self) -> list[list[str]]:
        by_label: dict[str, list[str]] = defaultdict(list)
        for label, key in self.found:
            by_label[label].append(key)
        return [[label, key] for label, keys in by_label.items() for key in keys]
