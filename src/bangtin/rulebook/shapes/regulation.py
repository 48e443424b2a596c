"""The whole of one regulation, with look-ups by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from bangtin.rulebook.errors import UnknownName
from bangtin.rulebook.shapes.appraising import Criterion, GroundsTemplate
from bangtin.rulebook.shapes.law import Amendment, Article, Clause, Erratum, Instrument, Parameter
from bangtin.rulebook.shapes.people import (
    AgencyGroup,
    AgencySeed,
    ClusterSeed,
    Mandate,
    PostSeed,
    Succession,
)
from bangtin.rulebook.shapes.work import (
    CategorySeed,
    HoursRule,
    LanguageGroup,
    LanguageRule,
    Obligation,
    ReportKind,
    RetentionRule,
    Route,
)

Found = TypeVar("Found")


@dataclass(frozen=True)
class Regulation:
    """One instrument with everything its data say; look-ups by id raise `UnknownName`."""

    instrument: Instrument
    articles: tuple[Article, ...]
    parameters: Mapping[str, Parameter]
    agencies: tuple[AgencySeed, ...]
    groups: tuple[AgencyGroup, ...]
    successions: tuple[Succession, ...]
    posts: tuple[PostSeed, ...]
    mandates: tuple[Mandate, ...]
    clusters: tuple[ClusterSeed, ...]
    hours: tuple[HoursRule, ...]
    obligations: tuple[Obligation, ...]
    categories: tuple[CategorySeed, ...]
    routes: tuple[Route, ...]
    reports: tuple[ReportKind, ...]
    errata: tuple[Erratum, ...]
    languages: tuple[LanguageRule, ...] = ()
    language_groups: tuple[LanguageGroup, ...] = ()
    retention: tuple[RetentionRule, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    grounds: tuple[GroundsTemplate, ...] = ()

    @property
    def id(self) -> str:
        """Return the instrument's id."""
        return self.instrument.id

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Return every clause by id, in the document's order."""
        return {clause.id: clause for article in self.articles for clause in article.clauses}

    def clause(self, name: str) -> Clause:
        """Return the clause with this id."""
        return self._named("clause", name, self.clauses)

    def article_of(self, clause: str) -> Article:
        """Return the article a clause stands in."""
        found = {each.id: article for article in self.articles for each in article.clauses}
        return self._named("clause", clause, found)

    def parameter(self, name: str) -> Parameter:
        """Return the parameter with this id."""
        return self._named("parameter", name, self.parameters)

    def agency(self, name: str) -> AgencySeed:
        """Return the agency with this id."""
        return self._named("agency", name, {each.id: each for each in self.agencies})

    def cluster(self, name: str) -> ClusterSeed:
        """Return the cluster with this id."""
        return self._named("cluster", name, {each.id: each for each in self.clusters})

    def obligation(self, name: str) -> Obligation:
        """Return the obligation with this id."""
        return self._named("obligation", name, {each.id: each for each in self.obligations})

    def report(self, name: str) -> ReportKind:
        """Return the report kind with this id."""
        return self._named("report kind", name, {each.id: each for each in self.reports})

    def category(self, name: str) -> CategorySeed:
        """Return the category or tag with this id."""
        return self._named("category", name, {each.id: each for each in self.categories})

    def route(self, name: str) -> Route:
        """Return the route with this id."""
        return self._named("route", name, {each.id: each for each in self.routes})

    def language_rule(self, name: str) -> LanguageRule:
        """Return the language rule with this id."""
        return self._named("language rule", name, {each.id: each for each in self.languages})

    def retention_rule(self, name: str) -> RetentionRule:
        """Return the retention rule with this id."""
        return self._named("retention rule", name, {each.id: each for each in self.retention})

    def group(self, name: str) -> AgencyGroup:
        """Return the circle of agencies with this id."""
        return self._named("group", name, {each.id: each for each in self.groups})

    def stands(self, clause: str, on: date) -> bool:
        """Return whether amendments leave a clause standing on `on`: added by then, and not yet repealed."""
        return self.added_on(clause) <= on < self.repealed_on(clause)

    def added_on(self, clause: str) -> date:
        """Return the day an amendment inserted the clause; `date.min` where it stood from the beginning."""
        days = (each.effective_on for each in self.instrument.amendments if clause in each.adds)
        return max(days, default=date.min)

    def repealed_on(self, clause: str) -> date:
        """Return the first day without the clause; `date.max` where no amendment repeals it."""
        days = (each.effective_on for each in self.instrument.amendments if clause in each.repeals)
        return min(days, default=date.max)

    def span(self, clauses: tuple[str, ...]) -> tuple[date, date]:
        """Return the first and the last day on which amendments leave any of the clauses standing."""
        first = min((self.added_on(clause) for clause in clauses), default=date.min)
        gone = max((self.repealed_on(clause) for clause in clauses), default=date.max)
        return first, gone if gone == date.max else gone - timedelta(days=1)

    def amendments_of(self, clause: str, on: date) -> tuple[Amendment, ...]:
        """Return the amendments in effect on `on` that touched the clause, oldest first."""
        return tuple(
            each
            for each in sorted(self.instrument.amendments, key=lambda each: each.effective_on)
            if each.effective_on <= on and clause in (*each.clauses, *each.adds, *each.repeals)
        )

    def hours_of(self, cluster: str) -> HoursRule:
        """Return the operating-hours rule of a cluster."""
        found = {name: rule for rule in self.hours for name in rule.clusters}
        return self._named("operating-hours rule of cluster", cluster, found)

    def members(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return agency ids for agency and group ids, groups within groups too, each once, in order."""
        found: dict[str, None] = {}
        for name in names:
            within = self.members(self._members_of[name]) if name in self._members_of else (name,)
            found.update(dict.fromkeys(within))
        return tuple(found)

    @cached_property
    def _members_of(self) -> Mapping[str, tuple[str, ...]]:
        return {group.id: group.members for group in self.groups}

    def _named(self, what: str, name: str, known: Mapping[str, Found]) -> Found:
        if name not in known:
            raise UnknownName(what=what, name=name, instrument=self.id)
        return known[name]
