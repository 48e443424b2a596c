"""Shapes of the paper itself: instrument, articles, clauses, dated parameters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.errors import NoValueYet
from bangtin.rulebook.texts import MonthDay, Text, Window, clock_s


class ClauseKind(StrEnum):
    """What a clause does."""

    DUTY = "duty"
    RULE = "rule"
    BUDGET = "budget"
    CONTENT_CATEGORY = "content_category"
    PRINCIPLE = "principle"
    REPORT_SECTION = "report_section"
    REPORT = "report"
    DEADLINE = "deadline"
    DEFINITION = "definition"
    DECLARATIVE = "declarative"
    RETENTION = "retention"
    RIGHT = "right"
    LANGUAGE = "language"
    OPERATING_HOURS = "operating_hours"
    REQUEST = "request"


class Disposition(StrEnum):
    """Whether the system has to carry a clause."""

    CARRY = "carry"
    DECLARATIVE = "declarative"
    OUTSIDE = "outside"


class Unit(StrEnum):
    """What a parameter's value is written in."""

    COUNT = "count"
    HOUR = "hour"
    MONTH = "month"
    DAY = "day"
    DAY_OF_MONTH = "day_of_month"
    MONTH_DAY = "month_day"
    WINDOWS = "windows"
    MINUTE = "minute"
    TIME = "time"
    READING = "reading"


READINGS = ("single", "joint")
# Parts of the work: the `subject` of a clause, and what a `pending` one waits for.
AREAS = (
    "account",
    "appraisal",
    "archive",
    "asset",
    "budget",
    "bulletin",
    "clarification",
    "commendation",
    "content_intake",
    "editing",
    "event",
    "feedback",
    "governance",
    "incident",
    "inspection",
    "integration",
    "loudspeaker",
    "maintenance",
    "plan",
    "playout",
    "press",
    "public_portal",
    "publication",
    "report",
    "royalty",
    "scheduling",
    "security",
    "training",
    "translation",
)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A later paper that changes this one: its number, the day it takes effect, the clauses it touches.

    `clauses` are reworded, `repeals` no longer stand from that day, `adds` stand from that day on. The new numbers
    are dated values with `by` naming this paper.
    """

    number: str
    effective_on: date
    note: Text
    clauses: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Instrument:
    """The paper itself: number as printed, dates, issuer, and what it switches on.

    `ended_on` is its last day in force, by the paper `ended_by`.
    """

    id: str
    clause_prefix: str
    province: str
    number: str
    kind: Text
    title: Text
    issuer: str
    issued_on: date
    effective_on: date
    modules: tuple[str, ...]
    replaces: tuple[str, ...] = ()
    ended_on: date | None = None
    ended_by: str | None = None
    name: Text | None = None
    amendments: tuple[Amendment, ...] = ()
    source: Source = NOWHERE

    def in_force(self, on: date) -> bool:
        """Return whether it binds on `on`."""
        return self.effective_on <= on and (self.ended_on is None or on <= self.ended_on)


@dataclass(frozen=True, slots=True)
class Erratum:
    """A slip in the printed text: kept as printed, with our note."""

    place: str
    printed: str
    note: Text


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries a clause.

    `feature`: import path of a function. `shown`: the page (`/nghia-vu/`) or command (`bangtin hours`) that shows its
    evidence. `test`: what fails when the feature is switched off: a test (`file::name`), or a case of this clause.
    """

    feature: str
    shown: str
    test: str
    source: Source = NOWHERE

    @property
    def is_guarded_by_a_case(self) -> bool:
        """Return whether `test` names one of the clause's own cases."""
        return "::" not in self.test


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty, rule or statement of the instrument, in our words."""

    id: str
    kind: ClauseKind
    disposition: Disposition
    subject: str
    says: Text
    actors: tuple[str, ...] = ()
    coordinating: tuple[str, ...] = ()
    carried_by: Carrier | None = None
    pending: str | None = None
    note: Text | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Article:
    """One article as printed: its heading and the clauses in it, in the document's order."""

    id: str
    heading: Text
    clauses: tuple[Clause, ...]
    chapter: Text | None = None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value and the day it starts to hold; `value` null says that nothing is fixed from then on.

    `by`: the number of the amending paper that sets it.
    """

    since: date
    value: str | tuple[str, ...] | None
    reference: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law: its unit, its clause, its values by date (oldest first)."""

    id: str
    label: Text
    unit: Unit
    values: tuple[DatedValue, ...]
    clause: str | None = None
    is_local: bool = False
    source: Source = NOWHERE

    def raw(self, on: date) -> str | tuple[str, ...] | None:
        """Return the written value in force on `on`; None where nothing is fixed.

        Raises: NoValueYet before the first value.
        """
        holding = [dated for dated in self.values if dated.since <= on]
        if not holding:
            raise NoValueYet(parameter=self.id, on=on.isoformat())
        return holding[-1].value

    def number(self, on: date) -> int | None:
        """Return a whole number in force on `on`."""
        raw = self.raw(on)
        if raw is not None and not str(raw).isdecimal():
            raise ValueError("a whole number")
        return None if raw is None else int(str(raw))

    def month_day(self, on: date) -> MonthDay | None:
        """Return a day of the year in force on `on`."""
        raw = self.raw(on)
        return None if raw is None else MonthDay.parse(str(raw))

    def time_s(self, on: date) -> int | None:
        """Return a time of day in force on `on`, in seconds from midnight."""
        raw = self.raw(on)
        return None if raw is None else clock_s(str(raw))

    def word(self, on: date) -> str | None:
        """Return a choice in force on `on` (unit `reading`: single or joint)."""
        raw = self.raw(on)
        return None if raw is None else str(raw)

    def windows(self, on: date) -> tuple[Window, ...] | None:
        """Return the windows of a day in force on `on`."""
        raw = self.raw(on)
        if raw is None:
            return None
        return tuple(Window.parse(text) for text in ([raw] if isinstance(raw, str) else raw))
