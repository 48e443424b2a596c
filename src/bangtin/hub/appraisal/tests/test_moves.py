"""Every deed in every state of every route: what the tables allow is done, all else is refused and changes nothing.

The cases are made from the regulations themselves; a route that an instrument gains is tested without a line here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bangtin.hub.appraisal import actions, routes
from bangtin.hub.appraisal.models import Decision, Step
from bangtin.hub.appraisal.tests.factories import REASON, met
from bangtin.hub.appraisal.tests.provinces import Bench
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import MOVES, VersionState
from bangtin.hub.programmes.tests.factories import MORNING
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import loading, ways

pytestmark = pytest.mark.django_db
ON = MORNING.date()
DEEDS: dict[Step, Callable[..., Decision]] = {
    Step.DECIDE: actions.decide,
    Step.EDIT: actions.release,
    Step.LANGUAGE: actions.check_language,
    Step.CONFIRM: actions.confirm,
    Step.SOLE: actions.sole,
}
# route: (province, sender, cluster, more of the submission), and the officers who take its steps in turn
WALKS: dict[str, tuple[str, str, str, dict[str, Any], tuple[str, ...]]] = {
    "cao-bang/supplied-content": ("cao-bang", "dai", "ta-lung", {}, ("so-1", "so-2")),
    "cao-bang/district-content": ("cao-bang", "huyen", "ta-lung", {}, ("huyen-1", "huyen-2")),
    "cao-bang/urgent-content": ("cao-bang", "dai", "ta-lung", {"is_urgent": True}, ("so-1", "so-2")),
    "lai-chau/border-content": ("lai-chau", "dai", "ma-lu-thang", {}, ("so-1", "so-2", "so-3")),
    "lai-chau/other-content": ("lai-chau", "dai", "bang-tin-thanh-pho", {}, ("thanh-pho-1", "thanh-pho-2")),
    "lai-chau/urgent-content": ("lai-chau", "dai", "ma-lu-thang", {"is_urgent": True}, ("so-1", "so-2")),
    "ha-tinh/content": ("ha-tinh", "dai", "vung-ang", {}, ("so-1", "so-2")),
    "ha-tinh/enterprise-content": ("ha-tinh", "bql", "vung-ang", {}, ("so-1", "so-2")),
    "ha-tinh/foreign-edition": ("ha-tinh", "dich", "vung-ang", {"language": "en"}, ("ngoai-vu-1", "ngoai-vu-2")),
    "binh-duong/district-content": ("binh-duong", "huyen", "bang-tin", {}, ("huyen-1", "huyen-2")),
    "binh-duong/commune-content": ("binh-duong", "xa", "bang-tin", {}, ("xa-1", "xa-2")),
}


def test_every_content_route_of_every_instrument_is_walked() -> None:
    known = {
        one.id
        for name in loading.available()
        for one in loading.loaded(name).routes
        if one.kind == "content" and ways.decisions(one, is_edition=False)
    }
    assert known == set(WALKS)


@pytest.mark.parametrize("province", sorted({walk[0] for walk in WALKS.values()}))
def test_each_route_goes_its_steps_and_no_other(province: str) -> None:
    bench = Bench.of(province)
    for route_id, walk in WALKS.items():
        if walk[0] == province:
            _walk(bench, route_id)


def _walk(bench: Bench, route_id: str) -> None:
    _name, sender, cluster, more, officers = WALKS[route_id]
    version = _sent(bench, sender, cluster, more)
    assert version.route_id == route_id
    steps = routes.steps_of(version)
    assert len(steps) == len(officers)
    for number, (step, officer) in enumerate(zip(steps, officers, strict=True)):
        _only(bench, version, step, (officer,))
        outcomes = ("approved", "rejected", "returned") if step != Step.CONFIRM else ("approved", "returned")
        assert _unknown_outcomes_are_refused(bench, version, step, officer, outcomes)
        _do(bench, version, step, officer, is_full=True)
        version.refresh_from_db()
        is_last = number == len(steps) - 1
        assert version.state == (VersionState.READY if is_last else VersionState.PROPOSED)
        assert version.awaits == ("" if is_last else steps[number + 1])
        assert bool(version.desk_id) != is_last
    _only(bench, version, None, officers[-1:])


def test_in_a_state_without_a_turn_no_deed_is_done() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    for state in set(VersionState) - {VersionState.RECEIVED, VersionState.PROPOSED}:
        ProgrammeVersion.objects.filter(pk=version.pk).update(state=state, awaits="", desk=None)
        _only(bench, version, None, ("so-1",))


def test_a_state_is_left_only_for_what_the_table_names() -> None:
    assert set(MOVES) == set(VersionState) and len(VersionState) == 7
    ends = {VersionState.UNUSABLE, VersionState.RETURNED, VersionState.REJECTED}
    assert {state for state, targets in MOVES.items() if not targets} == ends


def _sent(bench: Bench, sender: str, cluster: str, more: dict[str, Any]) -> ProgrammeVersion:
    if more.get("language") != "en":
        return bench.sent(sender, cluster, **more)
    original = bench.say("so-2", bench.say("so-1", bench.sent("dai", cluster)))
    edition = bench.sent(sender, cluster, translates=original, **more)
    assert Programme.objects.get(pk=edition.programme_id).original_id == original.programme_id
    return edition


def _do(
    bench: Bench,
    version: ProgrammeVersion,
    step: Step,
    officer: str,
    outcome: str = "approved",
    *,
    is_full: bool = False,
) -> Decision:
    version.refresh_from_db()
    given: dict[str, Any] = {"version": version, "outcome": outcome, "grounds": REASON, "at": MORNING}
    if is_full and step not in {Step.CONFIRM, Step.LANGUAGE}:
        given["answers"] = met(version, at=MORNING)
    return DEEDS[step](actor=bench.user(officer), **given)


def _only(bench: Bench, version: ProgrammeVersion, allowed: Step | None, officers: Any) -> None:
    """Every other step by every officer is refused and leaves the row as it was."""
    before, decisions = _row(version), Decision.objects.count()
    for step, officer in _others(allowed, dict.fromkeys(officers)):
        with pytest.raises(Refusal):
            _do(bench, version, step, officer)
        assert _row(version) == before, (step, officer)
    assert Decision.objects.count() == decisions


def _others(allowed: Step | None, officers: Any) -> Iterator[tuple[Step, str]]:
    for step in Step:
        if step != allowed:
            for officer in officers:
                yield step, officer


def _unknown_outcomes_are_refused(
    bench: Bench, version: ProgrammeVersion, step: Step, officer: str, known: tuple[str, ...]
) -> bool:
    before = _row(version)
    for outcome in {"maybe", "", "withdrawn", "rejected"} - set(known):
        with pytest.raises(Refusal):
            _do(bench, version, step, officer, outcome)
    return _row(version) == before


def _row(version: ProgrammeVersion) -> tuple[object, ...]:
    return ProgrammeVersion.objects.values_list("state", "awaits", "desk_id", "route_id").get(pk=version.pk)


def test_the_packs_name_every_route_that_versions_bear() -> None:
    bench = Bench.of("cao-bang")
    version = bench.sent("dai", "ta-lung")
    assert version.route_id in {one.id for one in regulations.pack(version.programme.instrument_id).routes}
