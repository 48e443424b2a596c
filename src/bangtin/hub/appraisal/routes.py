"""The way a version takes: which route of its instrument, whose turn each decision is, and how far it has come."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from bangtin.hub.appraisal.lanes import OnePersonUnit
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit import reading
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.rulebook import ways
from bangtin.rulebook.shapes import Regulation
from bangtin.rulebook.shapes.work import Route, RouteStep

STEPS = {
    ways.DECIDE: Step.DECIDE,
    ways.EDIT: Step.EDIT,
    ways.CHECK_LANGUAGE: Step.LANGUAGE,
    ways.CONFIRM: Step.CONFIRM,
}
# Where an instrument names no way for single items: appraised by one officer and confirmed by another.
PLAIN = (Step.DECIDE, Step.CONFIRM)
_PLAIN_VERBS = (ways.DECIDE, ways.CONFIRM)


@dataclass(frozen=True)
class Turn:
    """A step at which somebody decides: whose turn it is, under which clause."""

    step: Step
    verb: str
    agency_ids: tuple[str, ...]
    clause: str
    note: str = ""


@dataclass(frozen=True)
class StepView:
    """A step of the route as it stands: `step` is empty where nobody decides; `by` and `at` of what was done."""

    step: str
    verb: str
    desk_agency_ids: tuple[str, ...]
    clause: str
    is_optional: bool
    is_done: bool
    by: str = ""
    at: datetime | None = None
    note: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class RouteView:
    """The route of a version, its steps in order. `responsible` answers for the content where the senders do so
    themselves (Cao Bằng 8.6); empty elsewhere."""

    id: str
    name: str
    steps: tuple[StepView, ...]
    note: str = ""
    responsible: tuple[str, ...] = ()


def route_for(version: ProgrammeVersion, on: date) -> RouteView:
    """The whole way of a version with what was done on it; `on` is the day whose agencies are named."""
    route, pack = route_of(version, on), regulations.regulation(version.programme.instrument_id)
    done = {one.step: one for one in _chain_decisions(version)}
    if route is None:
        return RouteView("", "", tuple(_view_of_turn(one, done) for one in plan(version, on)))
    turns = {one.verb: one for one in plan(version, on)}
    item = item_of(version.programme, on)
    steps = [
        _view_of_turn(turns.pop(one.verb), done)
        if one.verb in turns
        else _view_of_deed(one, ways.parties(pack, one, item, on))
        for one in route.steps
        if one.verb not in ways.DECISIONS or one.verb in turns
    ]
    at = _place_of_rest(steps)
    steps[at:at] = [_view_of_turn(one, done) for one in turns.values()]
    responsible = steps[0].desk_agency_ids if route.lane == "own" and _is_decided_by_sender(steps) else ()
    words = regulations.in_words
    return RouteView(
        route.id, words(route.name), tuple(steps), words(route.note) if route.note else "", tuple(responsible)
    )


def route_of(version: ProgrammeVersion, on: date) -> Route | None:
    """The route that was fixed when the version was received; before that, the one it would take."""
    if version.route_id:
        return named(version)
    if version.state == VersionState.SUBMITTED:
        return choose(version.programme, on)
    return None


def named(version: ProgrammeVersion) -> Route | None:
    """The version's own route as its instrument has it; None where it has none (any more). Asks no database."""
    routes = regulations.pack(version.programme.instrument_id).routes
    return next((one for one in routes if one.id == version.route_id), None)


def choose(programme: Programme, on: date) -> Route | None:
    """The route a programme takes when a version of it comes in on this day; None where the instrument has none."""
    pack = regulations.regulation(programme.instrument_id)
    return ways.chosen(pack, item_of(programme, on), on)


def item_of(programme: Programme, on: date) -> ways.Item:
    """What the choice of a route hangs on."""
    pack = regulations.regulation(programme.instrument_id)
    clusters = {one.pk for one in programme.clusters.all()}
    return ways.Item(
        senders=regulations.standing_for(programme.agency_id, on=on),
        cluster_kinds=_kinds(pack, clusters),
        operators=_operators(programme, clusters, on),
        is_urgent=programme.is_urgent,
        is_edition=programme.original_id is not None,
    )


def is_answered_for_by_sender(version: ProgrammeVersion) -> bool:
    """Whether the agency that made it decides on it too, and answers for it (Cao Bằng 8.6). Asks no database."""
    route = named(version)
    if route is None or route.lane != "own":
        return False
    return all(step.by == route.steps[0].by for step in ways.decisions(route, is_edition=False))


def requests(version: ProgrammeVersion, on: date) -> list[tuple[str, str]]:
    """The bodies that the version's route asks although they owe nothing here, each with the clause."""
    route, pack = route_of(version, on), regulations.regulation(version.programme.instrument_id)
    if route is None:
        return []
    item = item_of(version.programme, on)
    asked = [step for step in route.steps if step.is_request]
    return [(name, step.clause or "") for step in asked for name in ways.parties(pack, step, item, on)]


def steps_of(version: ProgrammeVersion) -> tuple[Step, ...]:
    """The steps of a version's route at which somebody decides, in their order. Asks no database."""
    route = named(version)
    if route is None:
        return (Step.LANGUAGE, Step.CONFIRM) if version.programme.original_id and version.route_id else PLAIN
    found = ways.decisions(route, is_edition=version.programme.original_id is not None)
    return tuple(STEPS[one.verb] for one in found) or PLAIN


def plan(version: ProgrammeVersion, on: date) -> tuple[Turn, ...]:
    """The steps at which somebody decides, with whose turn each is on this day; one step for a one-person unit.

    Read once a page.
    """
    key = ("plan", version.pk, version.route_id, version.state, on)
    return reading.once(key, lambda: _plan(version, on))


def turn_of(version: ProgrammeVersion, on: date) -> Turn | None:
    """The step a version waits for, and whose turn it is; None where it waits for nobody."""
    awaited = awaits(version, on)
    turns = plan(version, on)
    return next((one for one in turns if one.step == awaited), None) if awaited else None


def awaits(version: ProgrammeVersion, on: date) -> str:
    """The value of the step that is next; derived where the row does not say (rows from before there were routes)."""
    open_states = {VersionState.RECEIVED, VersionState.PROPOSED}
    if not version.awaits and version.state not in open_states:
        return ""
    turns = plan(version, on)
    if len(turns) == 1 and version.state == VersionState.RECEIVED:
        return str(turns[0].step)
    if version.awaits:
        return version.awaits
    return str(turns[0].step if version.state == VersionState.RECEIVED else turns[-1].step)


def first_step(turn: Turn) -> str:
    """The value a row bears that waits for this first step; that a unit has one person is a fact of the day, so the
    row waits for the appraisal that its one word stands for."""
    return str(Step.DECIDE if turn.step == Step.SOLE else turn.step)


def has_one_person(agency_ids: Iterable[str], on: date) -> OnePersonUnit | None:
    """The recorded fact that one of these units has one person on that day."""
    found = OnePersonUnit.objects.filter(agency_id__in=list(agency_ids), starts_on__lte=on)
    return found.exclude(ends_on__lt=on).select_related("recorded_by", "agency").first()


def possible_turns(on: date) -> frozenset[tuple[str, Step]]:
    """Each agency with a step that can be its turn on some route, under the instruments in use: those that the
    instruments name, ended or not, and those that stand in their place that day."""
    found: set[tuple[str, Step]] = set()
    nobody = ways.Item(frozenset())
    for instrument_id in regulations.in_use():
        pack = regulations.regulation(instrument_id)
        for route in pack.routes:
            for step in ways.decisions(route, is_edition=False) if route.kind == "content" else ():
                agencies = {*pack.members((step.by,)), *ways.parties(pack, step, nobody, on)}
                found |= {(agency, STEPS[step.verb]) for agency in agencies}
    return frozenset(found)


def deciding_agencies(on: date) -> frozenset[str]:
    """Every agency whose turn some step of some route can be on that day, under the instruments in use."""
    return frozenset(agency for agency, _step in possible_turns(on))


def sole_agencies(on: date) -> frozenset[str]:
    """The agencies whose turn is on a route that the one person of a unit may take alone."""
    nobody = ways.Item(frozenset())
    found: set[str] = set()
    for instrument_id in regulations.in_use():
        pack = regulations.regulation(instrument_id)
        for route in pack.routes:
            for step in ways.decisions(route, is_edition=False) if route.is_sole else ():
                found |= set(ways.parties(pack, step, nobody, on))
    return frozenset(found)


def chain(version: ProgrammeVersion) -> list[ProgrammeVersion]:
    """The version and those it was edited from, newest first."""
    found = [version]
    while (parent := found[-1].edited_from) is not None:
        found.append(parent)
    return found


def _plan(version: ProgrammeVersion, on: date) -> tuple[Turn, ...]:
    route, pack = route_of(version, on), regulations.regulation(version.programme.instrument_id)
    if route is None:
        return _plain_plan(version, on)
    item = item_of(version.programme, on)
    turns: list[Turn] = []
    for step in ways.decisions(route, is_edition=item.is_edition):
        clause = step.clause or (turns[-1].clause if turns else "")
        note = regulations.in_words(step.note) if step.note else ""
        turns.append(Turn(STEPS[step.verb], step.verb, ways.parties(pack, step, item, on), clause, note))
    if route.is_sole and not item.is_urgent and turns and has_one_person(turns[0].agency_ids, on):
        return (replace(turns[0], step=Step.SOLE),)
    return tuple(turns)


def _plain_plan(version: ProgrammeVersion, on: date) -> tuple[Turn, ...]:
    instrument_id = version.programme.instrument_id
    for task in (Task.APPRAISE, Task.REPORT):
        rows = regulations.charged(task, on=on, instrument_id=instrument_id)
        if rows:
            agencies = tuple(dict.fromkeys(row.agency_id for row in rows))
            pairs = zip(PLAIN, _PLAIN_VERBS, strict=True)
            return tuple(Turn(step, verb, agencies, rows[0].clause) for step, verb in pairs)
    return tuple(Turn(step, verb, (), "") for step, verb in zip(PLAIN, _PLAIN_VERBS, strict=True))


def _kinds(pack: Regulation, clusters: set[str]) -> frozenset[str]:
    return frozenset(one.kind for one in pack.clusters if one.id in clusters)


def _operators(programme: Programme, clusters: set[str], on: date) -> frozenset[str] | None:
    """Who operates every wanted cluster; None where nobody is named as operating any of them."""
    rows = regulations.charged(Task.OPERATE, on=on, instrument_id=programme.instrument_id)
    by_cluster: dict[str, set[str]] = {name: set() for name in clusters}
    for row in rows:
        for name in clusters if row.cluster_id is None else {row.cluster_id} & clusters:
            by_cluster[name].add(row.agency_id)
    if not any(by_cluster.values()):
        return None
    return frozenset(set.intersection(*by_cluster.values()))


def _chain_decisions(version: ProgrammeVersion) -> list[Decision]:
    """The decisions on the version and on what it was edited from, oldest first, bound to the content they were on."""
    found: list[Decision] = []
    for one in reversed(chain(version)):
        rows = one.decisions.select_related("officer").order_by("decided_at", "id")
        found += [row for row in rows if row.content_digest == one.content_digest]
    return found


def _view_of_turn(turn: Turn, done: dict[str, Decision]) -> StepView:
    row = done.get(turn.step)
    is_done = row is not None and row.outcome != Outcome.RETURNED
    by, at = (str(row.officer), row.decided_at) if row else ("", None)
    outcome = row.outcome if row else ""
    return StepView(str(turn.step), turn.verb, turn.agency_ids, turn.clause, False, is_done, by, at, turn.note, outcome)


def _view_of_deed(step: RouteStep, agencies: tuple[str, ...]) -> StepView:
    note = regulations.in_words(step.note) if step.note else ""
    return StepView("", step.verb, agencies, step.clause or "", step.is_optional, False, note=note)


def _place_of_rest(steps: list[StepView]) -> int:
    """Where steps go that the route itself does not name: behind those at which agencies hand in."""
    return next((at for at, one in enumerate(steps) if one.verb not in {"submit", "receive", "instruct"}), len(steps))


def _is_decided_by_sender(steps: list[StepView]) -> bool:
    turns = [one for one in steps if one.step]
    return bool(turns) and all(set(one.desk_agency_ids) <= set(steps[0].desk_agency_ids) for one in turns)
