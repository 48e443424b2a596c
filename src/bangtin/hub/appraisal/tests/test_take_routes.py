"""Each route from its first desk to ready for air, and what it refuses on the way."""

import pytest

from bangtin.hub.accounts.models import Role
from bangtin.hub.agencies.models import Agency, Succession
from bangtin.hub.appraisal import actions, routes
from bangtin.hub.appraisal.actions import (
    NewerVersion,
    NotThisStep,
    OriginalNotReady,
    OwnSubmission,
    SamePerson,
    reception,
)
from bangtin.hub.appraisal.models import Decision, Step
from bangtin.hub.appraisal.policies import may_oversee
from bangtin.hub.appraisal.queries import approvals, awaiting_confirmation, by_locality, inbox, is_approved, queue
from bangtin.hub.appraisal.tests.factories import REASON
from bangtin.hub.appraisal.tests.provinces import Bench
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.signals import found_unusable
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, remade
from bangtin.hub.regulations.models import LocalValue
from bangtin.hub.regulations.tests.factories import account

pytestmark = pytest.mark.django_db
ON = MORNING.date()


def _lies(version: ProgrammeVersion) -> tuple[str, str, str, str | None]:
    return version.route_id, version.state, version.awaits, version.desk_id


def test_border_content_is_appraised_edited_and_confirmed_as_edited() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang", category="policy_law_external_border")
    assert _lies(version) == ("lai-chau/border-content", "received", "appraisal.decide", "lai-chau/so-tttt")
    assert _lies(bench.say("so-1", version))[1:3] == ("proposed", "appraisal.edit")
    edited = bench.edited("so-1", version)
    assert _lies(edited) == ("lai-chau/border-content", "proposed", "appraisal.confirm", "lai-chau/so-tttt")
    assert edited.edited_from == version and edited.submitted_by == bench.user("so-1")
    version.refresh_from_db()
    assert (version.awaits, version.desk) == ("", None)
    bench.say("so-2", edited)
    assert _lies(edited)[1:] == ("ready", "", None)
    rows = approvals(edited)
    assert [(row.step, row.content_digest) for row in rows] == [
        (Step.EDIT, edited.content_digest),
        (Step.CONFIRM, edited.content_digest),
    ]
    assert Decision.objects.get(step=Step.DECIDE).content_digest == version.content_digest != edited.content_digest
    shown = routes.route_for(edited, ON)
    assert [(one.verb, one.is_done) for one in shown.steps if one.step] == [
        ("decide", True),
        ("edit", True),
        ("confirm", True),
    ]


def test_an_editor_releases_as_it_is_what_needs_no_change() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    for who in ("so-1", "so-1", "so-2"):
        bench.say(who, version)
    assert [row.step for row in approvals(version)] == [Step.DECIDE, Step.EDIT, Step.CONFIRM]


def test_nobody_confirms_what_he_appraised_or_edited() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version)
    edited = bench.edited("so-3", version)
    with pytest.raises(OwnSubmission):
        bench.say("so-3", edited)
    with pytest.raises(SamePerson):
        bench.say("so-1", edited)
    assert [list(queue(bench.user(who), ON)) for who in ("so-1", "so-2", "so-3")] == [[], [edited], []]
    bench.say("so-2", edited)
    assert is_approved(edited)


def test_the_sender_neither_edits_nor_confirms_from_a_post_at_the_department() -> None:
    bench = Bench.of("lai-chau")
    own = bench.sent("thanh-pho", "ma-lu-thang")
    bench.user("thanh-pho").posts.create(agency=bench.world.agencies["so-tttt"], role=Role.APPRAISER)
    bench.say("so-1", own)
    with pytest.raises(OwnSubmission):
        bench.edited("thanh-pho", own)
    assert own not in inbox(bench.user("thanh-pho"), ON)


def test_an_edit_of_an_old_version_or_out_of_turn_is_refused() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    with pytest.raises(NotThisStep):
        bench.edited("so-1", version)
    bench.say("so-1", version)
    edited = bench.edited("so-1", version)
    with pytest.raises(NewerVersion):
        bench.edited("so-1", version)
    with pytest.raises(NewerVersion):
        actions.confirm(version=version, outcome="approved", grounds="", actor=bench.user("so-2"), at=MORNING)
    with pytest.raises(NotThisStep):
        bench.edited("so-1", edited, "Nhan đề biên tập lần nữa")


def test_a_rejection_goes_to_the_confirmation_without_an_edit() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version, "rejected", REASON)
    assert version.awaits == Step.CONFIRM
    bench.say("so-2", version)
    assert _lies(version)[1:] == ("rejected", "", None)


def test_an_edit_that_is_sent_back_lies_at_the_editor_s_desk_again() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version)
    edited = bench.edited("so-1", version)
    bench.say("so-2", edited, "returned", REASON)
    assert _lies(edited)[1:] == ("returned", "appraisal.edit", "lai-chau/so-tttt")
    assert list(inbox(bench.user("so-1"), ON)) == [edited]
    again = bench.edited("so-1", edited, "Nhan đề biên tập lại")
    bench.say("so-2", again)
    assert is_approved(again)


def test_the_appraisal_of_what_was_edited_has_to_stand() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version)
    edited = bench.say("so-2", bench.edited("so-1", version))
    assert is_approved(edited)
    ProgrammeVersion.objects.filter(pk=version.pk).update(content_digest="0" * 64)
    assert not is_approved(ProgrammeVersion.objects.get(pk=edited.pk))


def test_changed_content_goes_the_whole_way_again() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version)
    edited = remade(bench.say("so-2", bench.edited("so-1", version)))
    assert not is_approved(edited)
    assert actions.void_if_changed(version=edited, at=MORNING)
    assert _lies(edited)[1:] == ("received", "appraisal.decide", "lai-chau/so-tttt")
    for who in ("so-3", "so-3", "so-2"):
        bench.say(who, edited)
    assert is_approved(edited)


def test_a_board_elsewhere_is_decided_on_by_two_persons_of_its_operator() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "bang-tin-thanh-pho")
    assert _lies(version) == ("lai-chau/other-content", "received", "appraisal.decide", "lai-chau/ubnd-thanh-pho")
    with pytest.raises(NotPermitted):
        bench.say("so-1", version)
    bench.say("thanh-pho-1", version)
    with pytest.raises(SamePerson):
        bench.say("thanh-pho-1", version)
    bench.say("thanh-pho-2", version)
    assert is_approved(version)


def test_a_district_answers_for_its_own_programmes_with_two_of_its_persons() -> None:
    bench = Bench.of("cao-bang")
    version = bench.sent("huyen", "ta-lung")
    assert _lies(version) == ("cao-bang/district-content", "received", "appraisal.decide", "cao-bang/ubnd-quang-hoa")
    assert routes.route_for(version, ON).responsible == ("cao-bang/ubnd-quang-hoa",)
    for who in ("so-1", "so-2"):
        with pytest.raises(NotPermitted):
            bench.say(who, version)
    bench.say("huyen-1", version)
    assert list(awaiting_confirmation(bench.user("huyen-2"), ON)) == [version]
    bench.say("huyen-2", version)
    assert is_approved(version)
    supplied = bench.sent("dai", "ta-lung")
    assert routes.route_for(supplied, ON).responsible == ()
    with pytest.raises(NotPermitted):
        bench.say("huyen-1", supplied)


def test_the_department_edits_and_another_of_it_confirms_in_ha_tinh() -> None:
    bench = Bench.of("ha-tinh")
    version = bench.sent("dai", "vung-ang")
    assert _lies(version) == ("ha-tinh/content", "received", "appraisal.edit", "ha-tinh/so-tttt")
    with pytest.raises(NotThisStep):
        actions.decide(version=version, outcome="approved", grounds="", actor=bench.user("so-1"), at=MORNING)
    edited = bench.edited("so-1", version)
    bench.say("so-2", edited)
    assert [row.step for row in approvals(edited)] == [Step.EDIT, Step.CONFIRM]
    assert {row.clause for row in approvals(edited)} == {"ha-tinh/4.3.a-3"}


def test_a_foreign_edition_is_signed_off_by_foreign_affairs_once_its_original_stands() -> None:
    bench = Bench.of("ha-tinh")
    original = bench.sent("dai", "vung-ang")
    edition = bench.sent("dich", "vung-ang", language="en")
    Programme.objects.filter(pk=edition.programme_id).update(original=original.programme)
    edition = ProgrammeVersion.objects.get(pk=edition.pk)
    reception.receive(None, version=edition, at=MORNING)
    assert _lies(edition) == ("ha-tinh/foreign-edition", "received", "language.check", "ha-tinh/so-ngoai-vu")
    with pytest.raises(OriginalNotReady):
        bench.say("ngoai-vu-1", edition)
    bench.say("so-2", bench.say("so-1", original))
    assert is_approved(original)
    with pytest.raises(NotPermitted):
        bench.say("so-1", edition)
    bench.say("ngoai-vu-1", edition)
    with pytest.raises(SamePerson):
        bench.say("ngoai-vu-1", edition)
    bench.say("ngoai-vu-2", edition)
    assert [row.step for row in approvals(edition)] == [Step.LANGUAGE, Step.CONFIRM]


def test_a_version_from_before_there_were_routes_is_decided_on_as_it_was_begun() -> None:
    bench = Bench.of("cao-bang")
    version = bench.sent("dai", "ta-lung")
    ProgrammeVersion.objects.filter(pk=version.pk).update(route_id="", awaits="", desk=None)
    bench.say("so-1", version)
    bench.say("so-2", version)
    assert is_approved(version)


def test_a_successor_takes_over_what_lies_at_a_desk() -> None:
    bench = Bench.of("cao-bang")
    version = bench.sent("dai", "ta-lung")
    heir = Agency.objects.create(id="cao-bang/so-vhttdl-moi")
    Succession.objects.create(
        kind="merge",
        predecessor_id="cao-bang/so-tttt",
        successor=heir,
        effective_on=ON,
        basis="Nghị quyết thử nghiệm",
        recorded_at=MORNING,
    )
    officers = [account(f"moi-{number}", "Cán bộ mới", heir, Role.APPRAISER) for number in (1, 2)]
    bench.world.users.update({user.username: user for user in officers})
    assert list(inbox(officers[0], ON)) == [version]
    bench.say("moi-1", version)
    bench.say("moi-2", version)
    assert is_approved(version)
    assert {row.agency_id for row in approvals(version)} == {heir.pk}
    assert bench.sent("dai", "ta-lung").desk_id == heir.pk


def test_what_a_province_settles_sends_a_district_s_own_programmes_to_the_department() -> None:
    bench = Bench.of("cao-bang")
    LocalValue.objects.create(
        instrument=bench.world.instrument,
        parameter="content.district_through_department",
        since=ON,
        value="1",
        basis="Công văn thử nghiệm",
        recorded_at=MORNING,
    )
    version = bench.sent("huyen", "ta-lung")
    assert _lies(version)[0] == "cao-bang/supplied-content"
    bench.say("so-1", version)


def test_an_unusable_edit_lies_at_the_editor_s_desk_again() -> None:
    bench = Bench.of("lai-chau")
    version = bench.sent("dai", "ma-lu-thang")
    bench.say("so-1", version)
    edited = bench.edited("so-1", version)
    Decision.objects.filter(version=edited).delete()
    ProgrammeVersion.objects.filter(pk=edited.pk).update(state=VersionState.UNUSABLE, awaits="", content_digest="")
    edited.refresh_from_db()
    found_unusable.send(ProgrammeVersion, version=edited, at=MORNING)
    assert _lies(edited)[1:] == ("unusable", "appraisal.edit", "lai-chau/so-tttt")
    bench.say("so-2", bench.edited("so-1", edited, "Nhan đề khác nữa"))


@pytest.mark.parametrize(("place", "route"), [("huyen", "district-content"), ("xa", "commune-content")])
def test_a_locality_manages_its_own_content_with_two_of_its_persons(place: str, route: str) -> None:
    bench = Bench.of("binh-duong")
    version = bench.sent(place, "bang-tin")
    own = version.programme.agency_id
    assert _lies(version) == (f"binh-duong/{route}", "received", "appraisal.decide", own)
    with pytest.raises(NotPermitted):
        bench.say("huyen-khac", version)
    bench.say(f"{place}-1", version)
    with pytest.raises(SamePerson):
        bench.say(f"{place}-1", version)
    bench.say(f"{place}-2", version)
    assert is_approved(version)


def test_the_department_sees_the_content_of_each_locality_with_its_state() -> None:
    bench = Bench.of("binh-duong")
    done, waiting = bench.sent("huyen", "bang-tin"), bench.sent("xa", "bang-tin")
    bench.say("huyen-2", bench.say("huyen-1", done))
    found = by_locality(instrument_id=bench.world.instrument.pk, month=done.programme.month)
    assert {one.agency_id: dict(one.counts) for one in found} == {
        "binh-duong/ubnd-di-an": {"ready": 1},
        "binh-duong/ubnd-tt-dau-tieng": {"received": 1},
    }
    assert may_oversee(bench.user("so"), bench.world.instrument.pk, on=ON)
    assert not may_oversee(bench.user("huyen-1"), bench.world.instrument.pk, on=ON)
    assert waiting.state == "received"
