"""Airtime of a stretch of days under one mark, from the daily ledger: it stays when the rows are sealed and let go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from bangtin.hub.playlog.models import Grade
from bangtin.hub.playlog.queries.ledger import rows as ledger_rows

# a mark: the ledger's column behind it
MARKS: Mapping[str, str] = {
    "item": "version_id",
    "category": "version__programme__category",
    "language": "language",
    "agency": "version__programme__agency_id",
    "cluster": "cluster_id",
    "day": "on",
}
Key = str | int | date


@dataclass(frozen=True)
class Airtime:
    """What aired under one key: plays, and milliseconds by grade; filler and time outside the hours are parts of it."""

    key: Key
    plays: int = 0
    sure_ms: int = 0
    claimed_ms: int = 0
    doubted_ms: int = 0
    filler_ms: int = 0
    outside_ms: int = 0

    @property
    def aired_ms(self) -> int:
        """Corroborated and claimed; what is contradicted or quarantined is never added in."""
        return self.sure_ms + self.claimed_ms

    def plus(self, other: "Airtime") -> "Airtime":
        """Both together under this key."""
        return Airtime(
            self.key,
            self.plays + other.plays,
            self.sure_ms + other.sure_ms,
            self.claimed_ms + other.claimed_ms,
            self.doubted_ms + other.doubted_ms,
            self.filler_ms + other.filler_ms,
            self.outside_ms + other.outside_ms,
        )


def airtimes(*, by: str, from_on: date, until_on: date, cluster_ids: Collection[str] | None = None) -> list[Airtime]:
    """The airtime of these days (both included) under each key of a mark; days in order, all else the longest first.

    Raises: ValueError for a name that is none of MARKS.
    """
    if by not in MARKS:
        raise ValueError(f"expected one of {list(MARKS)}, got {by}")
    column = MARKS[by]
    rows = ledger_rows(from_on=from_on, until_on=until_on, cluster_ids=cluster_ids).order_by()
    grouped = rows.values_list(column, "grade", "is_filler", "is_outside_hours").annotate(Sum("plays"), Sum("shown_ms"))
    found: dict[Key, Airtime] = {}
    for key, grade, is_filler, is_outside, plays, ms in grouped:
        one = _part(key, grade, plays, ms, is_filler=is_filler, is_outside=is_outside)
        found[key] = found[key].plus(one) if key in found else one
    if by == "day":
        return sorted(found.values(), key=lambda one: str(one.key))
    return sorted(found.values(), key=lambda one: (-one.aired_ms, str(one.key)))


def total(rows: Collection[Airtime]) -> Airtime:
    """The sums of all rows: alike under every mark."""
    found = Airtime("")
    for row in rows:
        found = found.plus(row)
    return found


def _part(key: Key, grade: str, plays: int, ms: int, *, is_filler: bool, is_outside: bool) -> Airtime:
    is_aired = grade in {Grade.CORROBORATED, Grade.CLAIMED}
    return Airtime(
        key,
        plays=plays if is_aired else 0,
        sure_ms=ms if grade == Grade.CORROBORATED else 0,
        claimed_ms=ms if grade == Grade.CLAIMED else 0,
        doubted_ms=0 if is_aired else ms,
        filler_ms=ms if is_aired and is_filler else 0,
        outside_ms=ms if is_aired and is_outside else 0,
    )
