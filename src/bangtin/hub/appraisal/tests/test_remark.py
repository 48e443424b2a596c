"""Remarks at a moment: who makes them, what they hold, and when the sender reads them."""

from datetime import timedelta

import pytest

from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.appraisal import checklists
from bangtin.hub.appraisal.actions import decide
from bangtin.hub.appraisal.actions.remarks import RemarkUnusable, remark, withdraw
from bangtin.hub.appraisal.paperwork import Remark
from bangtin.hub.appraisal.tests.factories import REASON
from bangtin.hub.kit.errors import NotFound, NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World

WORDS = "Sai tên xã ở dòng hai."


def _remark(world: World, version: ProgrammeVersion, *, by: str = "tham-dinh-1", at_ms: int = 1200) -> Remark:
    return remark(version=version, at_ms=at_ms, text=WORDS, actor=world.users[by], at=MORNING)


def _return(world: World, version: ProgrammeVersion) -> None:
    decide(version=version, outcome="returned", grounds=REASON, actor=world.users["tham-dinh-1"], at=MORNING)
    version.refresh_from_db()


def test_an_officer_remarks_at_a_moment_of_what_is_appraised(world: World) -> None:
    version = received(world)
    made = remark(
        version=version,
        at_ms=1200,
        text=f" {WORDS} ",
        actor=world.users["tham-dinh-1"],
        at=MORNING,
        geometry=version.renditions.all()[0].geometry,
        spot={"x": 900, "y": -5, "w": 500, "h": 200},
    )
    assert (made.at_ms, made.text) == (1200, WORDS)
    assert made.spot == {"x": 900, "y": 0, "w": 100, "h": 200}
    assert made.geometry
    assert AuditEntry.objects.filter(action="remark.made").count() == 1


def test_over_all_accounts_only_appraisers_remark(world: World) -> None:
    version = received(world)
    for name in set(world.users) - {"tham-dinh-1", "tham-dinh-2"}:
        with pytest.raises(NotPermitted):
            _remark(world, version, by=name)
    assert not Remark.objects.exists()


def test_nobody_remarks_as_appraiser_on_what_he_sent_himself(world: World) -> None:
    Post.objects.create(user=world.users["tham-dinh-1"], agency=world.agencies["dai-ptth"], role=Role.CONTRIBUTOR)
    version = received(world, by="tham-dinh-1")
    with pytest.raises(NotPermitted):
        _remark(world, version)


@pytest.mark.parametrize(("at_ms", "text"), [(-1, WORDS), (10_000_000, WORDS), (0, " "), (0, "x" * 1001)])
def test_a_remark_without_words_or_at_no_moment_is_refused(world: World, at_ms: int, text: str) -> None:
    with pytest.raises(RemarkUnusable):
        remark(version=received(world), at_ms=at_ms, text=text, actor=world.users["tham-dinh-1"], at=MORNING)


def test_the_sender_reads_remarks_once_the_decision_has_gone(world: World) -> None:
    version = received(world)
    _remark(world, version, at_ms=2000)
    _remark(world, version, at_ms=500)
    kept = remark(version=version, at_ms=0, text=WORDS, actor=world.users["tham-dinh-1"], at=MORNING, is_shared=False)
    assert not checklists.remarks(version, is_for_sender=True)
    _return(world, version)
    told = checklists.remarks(version, is_for_sender=True)
    assert [one.at_ms for one in told] == [500, 2000]
    assert kept in checklists.remarks(version)


def test_an_officer_takes_his_own_remark_back_before_the_decision_and_nobody_elses(world: World) -> None:
    version = received(world)
    made = _remark(world, version)
    with pytest.raises(NotFound):
        withdraw(version=version, remark_id=made.pk, actor=world.users["tham-dinh-2"], at=MORNING)
    withdraw(version=version, remark_id=made.pk, actor=world.users["tham-dinh-1"], at=MORNING + timedelta(minutes=1))
    assert not checklists.remarks(version)


def test_after_the_decision_nothing_is_remarked_or_taken_back(world: World) -> None:
    version = received(world)
    made = _remark(world, version)
    _return(world, version)
    with pytest.raises(StaleState):
        _remark(world, version)
    with pytest.raises(StaleState):
        withdraw(version=version, remark_id=made.pk, actor=world.users["tham-dinh-1"], at=MORNING)
