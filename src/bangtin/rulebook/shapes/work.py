"""Shapes of what is done and when: hours, obligations, categories, routes, reports."""

from __future__ import annotations

from dataclasses import dataclass

from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.texts import Text


@dataclass(frozen=True, slots=True)
class DayHoursRule:
    """Hours for some kinds of day: fixed windows, or the operator's with advisory bounds."""

    days: tuple[str, ...]
    clause: str
    mode: str
    windows: str | None = None
    advisory_min: str | None = None
    advisory_max: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class HoursRule:
    """The operating hours of some clusters; each kind of day stands in exactly one of `by_day`."""

    id: str
    clusters: tuple[str, ...]
    by_day: tuple[DayHoursRule, ...]
    instruction_clause: str | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How often: month, quarter, half_year, year, event; `starts` names a month_day parameter."""

    kind: str
    starts: str | None = None


@dataclass(frozen=True, slots=True)
class DueRule:
    """The phrase that sets the last day: `operator` is before, on, no_later_than, period_end or last_working_day."""

    operator: str
    phrase: Text
    day: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What shows a duty done: a fact's kind; how many (a count parameter, else 1); how it is matched.

    `match`: for_period (the fact names its period) or in_period (its day lies in it). `mode`: single or joint.
    """

    fact: str
    match: str
    at_least: str | None = None
    mode: str = "single"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty that comes back: who owes what to whom, how often, by when, shown by what.

    `due` null: the regulation fixes no day. `nature` is duty or request (a request never turns overdue).
    """

    id: str
    title: Text
    clauses: tuple[str, ...]
    owed_by: tuple[str, ...]
    owed_to: tuple[str, ...]
    period: PeriodRule
    evidence: EvidenceRule
    due: DueRule | None = None
    nature: str = "duty"
    note: Text | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class CategorySeed:
    """A category or tag of content; `parent` makes a branch."""

    id: str
    name: Text
    clause: str
    kind: str = "category"
    parent: str | None = None
    default_for: tuple[str, ...] = ()
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of a workflow: the verb, who does it, by which clause (none: our safeguard)."""

    verb: str
    by: str
    clause: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The way something takes from desk to desk."""

    id: str
    name: Text
    steps: tuple[RouteStep, ...]
    is_local: bool = False
    note: Text | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Figure:
    """A number a report section shows; `pending` names the area that will count it."""

    name: str
    label: Text
    unit: str = "count"
    pending: str | None = None


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section as printed: number, heading, our figures and whether officers write text in it."""

    number: str
    heading: Text
    clause: str | None = None
    figures: tuple[Figure, ...] = ()
    text_field: str | None = None
    sections: tuple[OutlineSection, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A kind of report: who sends it to whom, for which obligation, in which outline."""

    id: str
    title: Text
    obligation: str
    clause: str
    period: PeriodRule
    outline_clause: str | None = None
    symbol: str | None = None
    is_outline_binding: bool = False
    outline: tuple[OutlineSection, ...] = ()
    note: Text | None = None
    source: Source = NOWHERE

    def figures(self) -> tuple[Figure, ...]:
        """Return every figure of the outline, in order."""
        return tuple(figure for section in _walk(self.outline) for figure in section.figures)


def _walk(sections: tuple[OutlineSection, ...]) -> tuple[OutlineSection, ...]:
    return tuple(found for section in sections for found in (section, *_walk(section.sections)))
