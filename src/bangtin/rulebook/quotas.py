"""Quotas: how many deeds of a kind each period needs, and which deed counts for which period."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bangtin.rulebook.periods import Period
from bangtin.rulebook.texts import LEGAL_ZONE


@dataclass(frozen=True, slots=True)
class Fact:
    """A deed done: its kind, who did it, when, and a reference to its row.

    `period` is the key of the period it was made for, where it says so (a report of 2026).
    """

    kind: str
    agency: str
    at: datetime
    ref: str
    period: str | None = None

    @property
    def on(self) -> date:
        """Return the legal day of the deed (Asia/Ho_Chi_Minh)."""
        return self.at.astimezone(LEGAL_ZONE).date()


@dataclass(frozen=True, slots=True)
class Need:
    """A period that needs `at_least` deeds; deeds until `counted_until` may still fill it."""

    key: str
    period: Period
    at_least: int
    counted_until: date
    match: str


def allocate(needs: Iterable[Need], facts: Iterable[Fact]) -> Mapping[str, tuple[Fact, ...]]:
    """Return the facts that count for each need, by its key; a fact counts once, the oldest need first.

    A deed that names its period counts for that one alone, even late. Another counts for the period its day
    lies in; where the last day on time rolled past the period's end, it first fills what the older period lacks.
    """
    ordered = sorted(facts, key=lambda fact: (fact.at, fact.ref))
    named: dict[str, list[Fact]] = {}
    for fact in ordered:
        if fact.period is not None:
            named.setdefault(fact.period, []).append(fact)
    free = _Free([fact for fact in ordered if fact.period is None])
    found: dict[str, tuple[Fact, ...]] = {}
    for need in sorted(needs, key=lambda each: each.period.start):
        if need.match == "breach":
            found[need.key] = tuple(fact for fact in ordered if fact.on >= need.period.start)
            continue
        taken = list(named.get(need.period.key, ()))
        if need.match == "in_period":
            taken += free.take(need.period.start, need.period.end)
            lacking = need.at_least - len(taken)
            if lacking > 0 and need.counted_until > need.period.end:
                taken += free.take(need.period.end + timedelta(days=1), need.counted_until, at_most=lacking)
        found[need.key] = tuple(taken)
    return found


class _Free:
    """Deeds that name no period, by day, each given out once."""

    def __init__(self, facts: list[Fact]) -> None:
        """Keep the facts, which stand in the order of their instants."""
        self._facts = facts
        self._days = [fact.on for fact in facts]
        self._given = [False] * len(facts)

    def take(self, from_on: date, until_on: date, *, at_most: int | None = None) -> list[Fact]:
        """Give out what is left from `from_on` to `until_on`, both counted, the oldest first."""
        places = range(bisect_left(self._days, from_on), bisect_right(self._days, until_on))
        left = [place for place in places if not self._given[place]][:at_most]
        for place in left:
            self._given[place] = True
        return [self._facts[place] for place in left]
