"""The way a submitted item takes: which route of the instrument, and whose turn each of its decisions is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bangtin.rulebook.errors import NoValueYet
from bangtin.rulebook.shapes import Regulation
from bangtin.rulebook.shapes.work import Route, RouteStep
from bangtin.rulebook.successions import answering

# The verbs by which somebody says yes or no; all others are deeds that no approval hangs on.
DECIDE, EDIT, CHECK_LANGUAGE, CONFIRM = "decide", "edit", "check_language", "confirm"
DECISIONS = (DECIDE, EDIT, CHECK_LANGUAGE, CONFIRM)


@dataclass(frozen=True, slots=True)
class Item:
    """What the choice hangs on: the sender (with those that stand in its place), the kinds of the wanted clusters, and
    who operates every one of them; None: nobody is named as operating any.
    """

    senders: frozenset[str]
    cluster_kinds: frozenset[str] = frozenset()
    operators: frozenset[str] | None = None
    is_urgent: bool = False
    is_edition: bool = False


def chosen(regulation: Regulation, item: Item, on: date) -> Route | None:
    """Return the content route an item takes when it comes in on `on`; None where the instrument has none for it.

    An edition takes the way of editions; what the operators made themselves their own; urgent content the urgent way;
    all else the way of its clusters. Where no way is for all kinds of cluster wanted, the first that is for one rules.
    """
    routes = [each for each in regulation.routes if each.kind == "content" and _is_open(regulation, each, on)]
    for lane in _lanes(item):
        for each in routes:
            is_theirs = lane != "own" or _is_own(regulation, each, item, on)
            if each.lane == lane and is_theirs and _fits(each, item):
                return each
    return next((each for each in routes if each.lane is None and item.cluster_kinds & {*each.cluster_kinds}), None)


def has_one_way(regulation: Regulation, cluster_kinds: frozenset[str]) -> bool:
    """Return whether clusters of these kinds take one way together; kinds that no way names stand in nobody's."""
    named = [{*each.cluster_kinds} for each in regulation.routes if each.kind == "content" and each.cluster_kinds]
    wanted = cluster_kinds & frozenset().union(*named)
    return not wanted or any(wanted <= kinds for kinds in named)


def decisions(route: Route, *, is_edition: bool) -> tuple[RouteStep, ...]:
    """Return the steps at which somebody decides, in their order.

    An edition on a way that was not made for editions is checked as a translation and confirmed there.
    """
    found = tuple(step for step in route.steps if step.verb in DECISIONS)
    if not is_edition or route.lane == "edition":
        return found
    last = found[-1]
    return (replace(last, verb=CHECK_LANGUAGE, clause=None), replace(last, verb=CONFIRM))


def parties(regulation: Regulation, step: RouteStep, item: Item, on: date) -> tuple[str, ...]:
    """Return the agencies whose turn a step is on `on`, successors included.

    Of a circle of agencies it is those that operate the clusters; where nobody is named as operating, the sender.
    """
    members = regulation.members((step.by,))
    standing = dict.fromkeys(name for one in members for name in answering(regulation, one, on).agencies)
    if len(members) == 1 and members == (step.by,):
        return tuple(standing)
    wanted = item.senders if item.operators is None else item.operators
    return tuple(name for name in standing if name in wanted) or tuple(standing)


def _lanes(item: Item) -> Iterator[str | None]:
    if item.is_edition:
        yield "edition"
    yield "own"
    if item.is_urgent:
        yield "urgent"
    yield None


def _fits(route: Route, item: Item) -> bool:
    return not route.cluster_kinds or (bool(item.cluster_kinds) and item.cluster_kinds <= {*route.cluster_kinds})


def _is_own(regulation: Regulation, route: Route, item: Item, on: date) -> bool:
    makers = {
        name
        for one in regulation.members((route.steps[0].by,))
        for name in (one, *answering(regulation, one, on).agencies)
    }
    return bool(item.senders & makers) and (item.operators is None or bool(item.senders & item.operators))


def _is_open(regulation: Regulation, route: Route, on: date) -> bool:
    if route.unless is None:
        return True
    try:
        return regulation.parameter(route.unless).raw(on) is None
    except NoValueYet:
        return True
