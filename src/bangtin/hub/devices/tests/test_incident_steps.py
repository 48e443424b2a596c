"""What is done about an incident stays: who was told and when, its cause and the former one, why it is open again."""

from datetime import datetime, timedelta

import pytest

from bangtin.hub.devices import errors
from bangtin.hub.devices.actions import incident_steps
from bangtin.hub.devices.actions.incident_steps import Telling
from bangtin.hub.devices.actions.incidents import close_incident, open_by_itself, report_incident
from bangtin.hub.devices.models import Incident, IncidentStep
from bangtin.hub.devices.queries import telling
from bangtin.hub.devices.states import IncidentCause, IncidentKind, Way
from bangtin.hub.devices.tests.factories import enrolled
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=12)


@pytest.fixture
def dark(desk: Desk) -> Incident:
    face = desk.world.faces["ta-lung-1"]
    return report_incident(
        cluster=desk.cluster, face=face, kind=IncidentKind.DARK, detail="", actor=desk.scheduler, at=NOW
    )


def told(desk: Desk, agency: str, words: str = "", *, at: datetime = LATER) -> Telling:
    return Telling(desk.world.agencies[agency], Way.PHONE, at, words)


def test_the_regulation_says_who_is_owed_a_notice_and_whom_else_it_names(desk: Desk) -> None:
    found = telling.to_tell(desk.cluster, on=NOW.date())
    assert [(one.agency_id, one.clause, one.is_owed) for one in found] == [
        ("cao-bang/so-tttt", "cao-bang/8.3-2", True),
        ("cao-bang/ubnd-tinh", "cao-bang/7.3-2", False),
    ]
    assert found[0].phrase in {"kịp thời thông báo", "notify promptly"}


def test_who_was_told_is_kept_with_when_and_how(desk: Desk, dark: Incident) -> None:
    row = incident_steps.tell(
        incident=dark, told=told(desk, "so-tttt", "Gặp trực ban"), actor=desk.scheduler, at=LATER + timedelta(hours=1)
    )
    assert (row.agency_id, row.way, row.at, row.recorded_at) == (
        "cao-bang/so-tttt",
        "phone",
        LATER,
        LATER + timedelta(hours=1),
    )
    assert AuditEntry.objects.filter(action="incident.told", details__agency="cao-bang/so-tttt").exists()


def test_nobody_was_told_before_it_began_or_in_the_time_to_come(desk: Desk, dark: Incident) -> None:
    for at in (NOW - timedelta(minutes=2), LATER + timedelta(minutes=2)):
        with pytest.raises(errors.BadIncident) as refused:
            incident_steps.tell(incident=dark, told=told(desk, "so-tttt", at=at), actor=desk.scheduler, at=LATER)
        assert "told_at" in refused.value.fields
    assert not IncidentStep.objects.exists()


def test_what_goes_to_the_committee_goes_with_a_proposal(desk: Desk, dark: Incident) -> None:
    with pytest.raises(errors.BadIncident) as refused:
        incident_steps.tell(incident=dark, told=told(desk, "ubnd-tinh"), actor=desk.scheduler, at=LATER)
    assert "words" in refused.value.fields
    incident_steps.tell(
        incident=dark, told=told(desk, "ubnd-tinh", "Đề nghị thay bộ nguồn"), actor=desk.scheduler, at=LATER
    )
    assert IncidentStep.objects.count() == 1


def test_a_cause_set_right_leaves_the_former_to_be_read(desk: Desk, dark: Incident) -> None:
    for cause, words in ((IncidentCause.POWER, ""), (IncidentCause.DAMAGE, "Cáp bị cắt")):
        incident_steps.name_cause(incident=dark, cause=cause, words=words, actor=desk.scheduler, at=LATER)
    now = telling.cause_of(dark)
    assert now is not None
    assert (now.cause, now.words) == ("damage", "Cáp bị cắt")
    assert list(dark.steps.values_list("cause", flat=True)) == ["power", "damage"]
    assert AuditEntry.objects.filter(action="incident.cause", details__before="power").count() == 1
    with pytest.raises(errors.BadIncident):  # the same again says nothing
        incident_steps.name_cause(
            incident=dark, cause=IncidentCause.DAMAGE, words="Cáp bị cắt", actor=desk.scheduler, at=LATER
        )


def test_some_causes_are_said_in_words(desk: Desk, dark: Incident) -> None:
    with pytest.raises(errors.BadIncident):
        incident_steps.name_cause(incident=dark, cause=IncidentCause.OTHER, words="", actor=desk.scheduler, at=LATER)


def test_a_closed_incident_is_opened_again_with_a_reason_and_keeps_what_was_found(desk: Desk, dark: Incident) -> None:
    close_incident(incident=dark, findings="Đã thay bộ nguồn", actor=desk.scheduler, at=LATER)
    with pytest.raises(errors.BadIncident):
        incident_steps.reopen(incident=dark, reason="", actor=desk.scheduler, at=LATER)
    incident_steps.reopen(incident=dark, reason="Lại tối sau mười phút", actor=desk.scheduler, at=LATER)
    assert (dark.closed_at, dark.closed_by, dark.findings) == (None, None, "")
    assert list(dark.steps.values_list("kind", "words")) == [
        ("closed", "Đã thay bộ nguồn"),
        ("reopened", "Lại tối sau mười phút"),
    ]


def test_an_open_one_and_one_closed_long_ago_are_not_opened_again(desk: Desk, dark: Incident) -> None:
    with pytest.raises(errors.BadIncident):
        incident_steps.reopen(incident=dark, reason="Vẫn tối như cũ", actor=desk.scheduler, at=LATER)
    close_incident(incident=dark, findings="Đã thay bộ nguồn", actor=desk.scheduler, at=LATER)
    with pytest.raises(errors.BadIncident):
        incident_steps.reopen(
            incident=dark, reason="Vẫn tối như cũ", actor=desk.scheduler, at=LATER + timedelta(days=8)
        )


def test_what_opened_anew_by_itself_meanwhile_stands_in_the_way(desk: Desk) -> None:
    device = enrolled(desk).device
    assert device is not None
    first = open_by_itself(device=device, kind=IncidentKind.CLONE, code="clone_suspected", at=NOW)
    assert first is not None
    close_incident(incident=first, findings="Đã kiểm tra máy", actor=desk.scheduler, at=NOW)
    open_by_itself(device=device, kind=IncidentKind.CLONE, code="clone_suspected", at=LATER)
    with pytest.raises(errors.BadIncident):
        incident_steps.reopen(incident=first, reason="Vẫn còn hai máy", actor=desk.scheduler, at=LATER)


def test_who_only_watches_notes_and_tells_but_names_no_cause(desk: Desk, dark: Incident) -> None:
    watcher, stranger = desk.world.users["bao-cao"], desk.world.users["dai"]
    incident_steps.note(incident=dark, words="Đã gọi kỹ thuật", actor=watcher, at=LATER)
    with pytest.raises(NotPermitted):
        incident_steps.name_cause(incident=dark, cause=IncidentCause.POWER, words="", actor=watcher, at=LATER)
    with pytest.raises(NotPermitted):
        incident_steps.note(incident=dark, words="Đã gọi kỹ thuật", actor=stranger, at=LATER)
