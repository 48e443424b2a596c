"""Quotas: how many deeds of a kind each period needs, and which deed counts for which period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

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
    free = sorted(facts, key=lambda fact: (fact.at, fact.ref))
    found: dict[str, tuple[Fact, ...]] = {}
    for need in sorted(needs, key=lambda each: each.period.start):
        taken = [fact for fact in free if _is_own(need, fact)]
        lacking = need.at_least - len(taken)
        if need.match == "in_period" and lacking > 0:
            taken += [fact for fact in free if _fills(need, fact)][:lacking]
        free = [fact for fact in free if fact not in taken]
        found[need.key] = tuple(taken)
    return found


def _is_own(need: Need, fact: Fact) -> bool:
    if need.match == "breach":
        return need.period.start <= fact.on
    if fact.period is not None or need.match == "for_period":
        return fact.period == need.period.key
    return need.period.holds(fact.on)


def _fills(need: Need, fact: Fact) -> bool:
    return fact.period is None and need.period.end < fact.on <= need.counted_until
