"""The rules of a cluster's plan, live while it is edited: each finding with the article of the cluster's instrument."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import reading
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.queries import airing, content_rules, hours_rules, inputs, mix_rules
from bangtin.hub.schedules.queries.findings import ERROR, NOTE, WARNING, Finding, in_order
from bangtin.hub.schedules.queries.layouts import DayLayout, layouts_between
from bangtin.hub.schedules.queries.plan import all_filler

__all__ = ["ERROR", "NOTE", "WARNING", "Finding", "findings", "findings_of", "is_lawful"]


def findings(cluster: Cluster, from_on: date, until_on: date, *, is_thorough: bool = False) -> list[Finding]:
    """What the plan of these local days, both included, breaks or should look at, by day and the gravest first.

    `is_thorough`: every approval is computed anew from the content's bytes, as publishing does; else what the rows
    say is believed.
    """
    with _reading_once():
        return findings_of(cluster, layouts_between(cluster, from_on, until_on), is_thorough=is_thorough)


def findings_of(cluster: Cluster, days: list[DayLayout], *, is_thorough: bool = False) -> list[Finding]:
    """The same of days that are laid out already, in order and without a hole."""
    if not days:
        return []
    with _reading_once():
        return in_order(_all(cluster, days, is_thorough=is_thorough))


def _all(cluster: Cluster, days: list[DayLayout], *, is_thorough: bool) -> list[Finding]:
    filler = all_filler(cluster)
    rules = inputs.mix_rules(cluster)
    found: list[Finding] = []
    for day in days:
        airings = airing.airings_of(day)
        found += hours_rules.of_day(cluster, day, airings, filler=filler)
        found += mix_rules.of_day(cluster, day, airings, rules=rules)
    found += content_rules.of_days(cluster, days, is_thorough=is_thorough)
    return found


@contextmanager
def _reading_once() -> Iterator[None]:
    """What the rules ask of regulations again and again is read once; nothing here writes."""
    if reading.is_page():
        yield
        return
    with reading.one_page(), regulations.remembered():
        yield


def is_lawful(found: Iterable[Finding]) -> bool:
    """Whether nothing keeps the plan from being released."""
    return not any(one.severity == ERROR for one in found)
