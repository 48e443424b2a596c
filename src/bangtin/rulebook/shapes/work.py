"""Shapes of what is done and when: hours, obligations, categories, routes, reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.texts import Text


@dataclass(frozen=True, slots=True)
class DayHoursRule:
    """Hours for some kinds of day, in one of four modes. All names are of parameters.

    fixed: `windows`. operator_sets: the operator's windows, with advisory bounds. minimum: the operator's windows,
    at least `minimum` (and `morning`, `afternoon`) of content that is no advertising; `noon` parts the halves.
    round_the_clock: all day; `tolerance` is what only the province may grant. `season_from`, `season_until`
    (month_day, both counted) narrow any of them to a season.
    """

    days: tuple[str, ...]
    clause: str
    mode: str
    windows: str | None = None
    advisory_min: str | None = None
    advisory_max: str | None = None
    minimum: str | None = None
    morning: str | None = None
    afternoon: str | None = None
    noon: str | None = None
    tolerance: str | None = None
    season_from: str | None = None
    season_until: str | None = None
    note: Text | None = None

    def named(self) -> tuple[str, ...]:
        """Return the parameters it names."""
        names = (
            self.windows,
            self.advisory_min,
            self.advisory_max,
            self.minimum,
            self.morning,
            self.afternoon,
            self.noon,
            self.tolerance,
            self.season_from,
            self.season_until,
        )
        return tuple(name for name in names if name is not None)


@dataclass(frozen=True, slots=True)
class HoursRule:
    """The operating hours of some clusters; each kind of day stands in exactly one of `by_day` (per season)."""

    id: str
    clusters: tuple[str, ...]
    by_day: tuple[DayHoursRule, ...]
    instruction_clause: str | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How often: a kind of `periods.KINDS`, or event; `starts` names a month_day parameter (the cycle's first day)."""

    kind: str
    starts: str | None = None


@dataclass(frozen=True, slots=True)
class DueRule:
    """The phrase that sets the last day on time.

    `operator`: before, on, no_later_than name a day; within_days, within_working_days, within_hours a term that
    runs from the event (else from the period's end); period_end, last_working_day name none; at_once fixes no number.
    `day` names the parameter of that day or term. `rolls` false: the deed belongs to its own day (airtime).
    """

    operator: str
    phrase: Text
    day: str | None = None
    clause: str | None = None
    rolls: bool = True


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What shows a duty done: a fact's kind; how many (a count parameter, else 1); how it is matched.

    `match`: for_period (the fact names its period), in_period (its day lies in it) or breach (a standing duty: the
    fact is a breach, none is wanted). `mode`: single (each agency its own), joint (one agency's deed counts for
    all), or a parameter of unit `reading`.
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
    since: date | None = None
    until: date | None = None
    until_basis: str | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class CategorySeed:
    """A category or tag of content; `parent` makes a branch.

    `cluster_kinds`: where it may be shown (none: anywhere); `priority_on`: the kinds of cluster that put it first.
    `asks`: what its sender states besides, words of `content.ASKED`. `direction`: to whom it speaks, `external` (other
    countries and their people) or `domestic`; empty where the text does not tell them apart.
    """

    id: str
    name: Text
    clause: str
    kind: str = "category"
    parent: str | None = None
    default_for: tuple[str, ...] = ()
    cluster_kinds: tuple[str, ...] = ()
    priority_on: tuple[str, ...] = ()
    priority_clause: str | None = None
    is_advertising: bool = False
    asks: tuple[str, ...] = ()
    direction: str = ""
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class LanguageRule:
    """The languages a clause names. Codes: `vi`, `en`, a pair `vi+en`, or a group such as `minority`, `foreign`.

    `required`: the set has to cover each; `optional`: may be there; `is_open`: the text's list has no end.
    `is_each`: every programme shown has to come in the required ones, not only the set of a period; `fallback`: the
    language that is shown, marked as such, where an optional one is not there.
    """

    id: str
    clause: str
    name: Text
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_open: bool = False
    is_each: bool = False
    fallback: str | None = None
    done_by: tuple[str, ...] = ()
    cluster_kinds: tuple[str, ...] = ()
    note: Text | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class LanguageGroup:
    """Languages that a text names by a word ("minority languages"); the province lists what is used."""

    id: str
    name: Text
    members: tuple[str, ...] = ()
    is_open: bool = False
    is_local: bool = True
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long what is kept: `months` names a parameter (null value: no term is fixed, nothing is deleted).

    `is_floor`: the term is the least time to keep; deleting after it is the province's choice, never a duty.
    """

    id: str
    name: Text
    clause: str
    held_by: tuple[str, ...]
    keeps: tuple[str, ...]
    months: str
    is_floor: bool = True
    cluster_kinds: tuple[str, ...] = ()
    note: Text | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of a workflow: the verb, who does it, by which clause (none: our safeguard).

    `term` names a parameter (hours) where one is set; `is_optional`: the text leaves it open; `is_request`: asked of
    a body that owes nothing here.
    """

    verb: str
    by: str
    clause: str | None = None
    note: Text | None = None
    term: str | None = None
    is_optional: bool = False
    is_request: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """The way something takes from desk to desk; `kind`: content, budget, escalation, plan or other.

    `lane` of content: own (who operates the clusters made it), urgent (on instruction), edition (in another language),
    or none: everything else. `is_sole`: a unit that has recorded that it has one person decides by that one.
    `unless` names a parameter: where the province has given it a value, the route is not taken.
    """

    id: str
    name: Text
    steps: tuple[RouteStep, ...]
    kind: str = "content"
    lane: str | None = None
    is_sole: bool = False
    is_local: bool = False
    cluster_kinds: tuple[str, ...] = ()
    unless: str | None = None
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
