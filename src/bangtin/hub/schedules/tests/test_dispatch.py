"""Dispatches: only what is ready goes out, to whom the regulation names; receipt, outcome, the common library."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import OutboxMessage
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion, Rendition
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import remade
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.tests.factories import CAST, account
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.errors import BadDispatch, NotForDispatch, NotShared
from bangtin.hub.schedules.models import Dispatch, DispatchLine
from bangtin.hub.schedules.queries import dispatches as found
from bangtin.hub.schedules.tests.factories import NOW, Desk

TODAY = date(2026, 11, 22)
LAI_CHAU, HA_TINH, BINH_DUONG = "lai-chau/20-2024-qd-ubnd", "ha-tinh/2432-qd-ubnd", "binh-duong/4937-kh-ubnd"


def sent(desk: Desk, *versions: ProgrammeVersion, to: str = "ubnd-quang-hoa", by: str = "tham-dinh-1") -> Dispatch:
    return actions.dispatch(
        instrument=desk.world.instrument,
        receiver=desk.world.agencies[to],
        contents=actions.Contents(versions, month=TODAY),
        actor=desk.world.users[by],
        at=NOW,
    )


def test_a_supply_is_acknowledged_and_each_line_says_what_became_of_it(desk: Desk) -> None:
    first, second = desk.version(), desk.version(title="Tiêm phòng cúm")
    row = sent(desk, first, second)
    assert (row.number, row.month, row.state, row.sender_id) == (
        "CP-2026-0001", date(2026, 11, 1), "sent", "cao-bang/so-tttt",
    )  # fmt: skip
    assert [one.pk for one in found.to_acknowledge(desk.scheduler, at=NOW)] == [row.pk]
    line = row.lines.get(version=second)
    with pytest.raises(StaleState):
        actions.tell(line=line, outcome="not_placed", reason="Trùng nội dung", actor=desk.scheduler, at=NOW)
    actions.acknowledge(dispatch=row, actor=desk.world.users["van-hanh"], at=NOW)
    desk.place(first, "2026-11-23 08:00", "2026-11-23 09:00")
    actions.tell(line=line, outcome="not_placed", reason="Trùng nội dung tuần trước", actor=desk.scheduler, at=NOW)
    assert [(one.outcome, one.slots) for one in found.lines(row)] == [("placed", 1), ("not_placed", 0)]
    assert found.open_lines(found.lines(row)) == 0
    with pytest.raises(StaleState):
        actions.tell(
            line=row.lines.get(version=first), outcome="not_placed", reason="Nhầm lẫn", actor=desk.scheduler, at=NOW
        )
    with pytest.raises(StaleState):
        actions.acknowledge(dispatch=row, actor=desk.scheduler, at=NOW)


def test_a_slot_taken_down_before_it_began_places_nothing(desk: Desk) -> None:
    version = desk.version()
    row = sent(desk, version)
    slot = desk.place(version, "2026-11-23 08:00", "2026-11-23 09:00")
    actions.take_down(slot=slot, reason="Sai giờ", actor=desk.scheduler, at=NOW)
    assert [one.outcome for one in found.lines(row)] == ["open"]


def test_only_what_is_ready_as_it_is_now_is_sent(desk: Desk) -> None:
    for state in set(VersionState) - {VersionState.READY}:
        with pytest.raises(NotForDispatch):
            sent(desk, desk.version(state=state))
    with pytest.raises(NotForDispatch):
        sent(desk, remade(desk.version()))
    with pytest.raises(BadDispatch):
        sent(desk)
    with pytest.raises(BadDispatch):
        sent(desk, desk.version(), to="dai-ptth")
    assert not Dispatch.objects.exists()


def test_a_language_edition_is_sent_beside_its_original(desk: Desk) -> None:
    original, edition = desk.version(), desk.version(title="森林防火")
    Programme.objects.filter(pk=edition.programme_id).update(original=original.programme)
    assert sent(desk, original, edition).lines.count() == 2


def test_only_offices_of_the_lead_agency_send_and_only_the_receiver_acknowledges(desk: Desk) -> None:
    version = desk.version()
    for name in set(CAST) - {"tham-dinh-1", "tham-dinh-2", "bao-cao"}:
        with pytest.raises(NotPermitted):
            sent(desk, version, by=name)
    row = sent(desk, version)
    for name in set(CAST) - {"xep-lich", "van-hanh"}:
        with pytest.raises(NotPermitted):
            actions.acknowledge(dispatch=row, actor=desk.world.users[name], at=NOW)
    seen = {name for name in CAST if found.dispatches(desk.world.users[name], at=NOW).exists()}
    assert seen == {"tham-dinh-1", "tham-dinh-2", "bao-cao", "xep-lich", "van-hanh"}


def test_what_is_not_suitable_is_told_with_a_reason_and_is_not_sent(desk: Desk) -> None:
    version, officer = desk.version(), desk.world.users["tham-dinh-1"]
    with pytest.raises(BadDispatch):
        actions.select(version=version, is_accepted=False, reason="", is_shared=False, actor=officer, at=NOW)
    actions.select(
        version=version, is_accepted=False, reason="Dài quá khung giờ", is_shared=False, actor=officer, at=NOW
    )
    assert not found.ready_for(desk.world.instrument.pk, "cao-bang/ubnd-quang-hoa").exists()
    with pytest.raises(NotForDispatch) as caught:
        sent(desk, version)
    assert caught.value.next_step == "Dài quá khung giờ"
    actions.select(version=version, is_accepted=True, reason="", is_shared=False, actor=officer, at=NOW)
    assert sent(desk, version).lines.get().version == version
    assert not found.ready_for(desk.world.instrument.pk, "cao-bang/ubnd-quang-hoa").exists()


def test_a_locality_takes_from_the_common_library_what_fits_its_screens(desk: Desk) -> None:
    version, officer = desk.version(cluster="trung-khanh"), desk.world.users["tham-dinh-1"]
    actions.select(version=version, is_accepted=True, reason="", is_shared=True, actor=officer, at=NOW)
    quang_hoa = desk.world.agencies["ubnd-quang-hoa"]
    with pytest.raises(NotForDispatch):  # made for 1024 × 512 alone
        actions.take(version=version, receiver=quang_hoa, actor=desk.scheduler, at=NOW)
    version = desk.version(cluster="ta-lung")
    version.programme.clusters.set([desk.world.clusters["trung-khanh"]])
    with pytest.raises(NotShared):
        actions.take(version=version, receiver=quang_hoa, actor=desk.scheduler, at=NOW)
    actions.select(version=version, is_accepted=True, reason="", is_shared=True, actor=officer, at=NOW)
    with pytest.raises(NotPermitted):
        actions.take(version=version, receiver=quang_hoa, actor=desk.world.users["xep-lich-tk"], at=NOW)
    row = actions.take(version=version, receiver=quang_hoa, actor=desk.scheduler, at=NOW)
    assert (row.state, row.is_taken, row.acknowledged_by) == ("acknowledged", True, desk.scheduler)
    desk.place(version, "2026-11-23 08:00", "2026-11-23 09:00")  # its cluster is open for it now
    with pytest.raises(NotShared):
        actions.take(version=version, receiver=quang_hoa, actor=desk.scheduler, at=NOW)


def test_who_has_not_acknowledged_is_reminded_by_mail(desk: Desk, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.vn"
    for name in ("xep-lich", "xep-lich-tk"):
        desk.world.users[name].email = f"{name}@example.vn"
        desk.world.users[name].save()
    row = sent(desk, desk.version())
    assert [one.recipient for one in OutboxMessage.objects.all()] == ["xep-lich@example.vn"]
    put = [actions.remind(at=NOW + timedelta(days=days)) for days in (1, 2, 2, 3, 5)]
    assert (put, OutboxMessage.objects.count()) == ([0, 1, 1, 0, 1], 3)
    actions.acknowledge(dispatch=row, actor=desk.scheduler, at=NOW + timedelta(days=6))
    assert actions.remind(at=NOW + timedelta(days=10)) == 0


def other_province(instrument_id: str, code: str) -> tuple[Instrument, ProgrammeVersion]:
    """Another province with one approved programme of its department, and the officer `so` who sends."""
    install(instrument_id=instrument_id, actor=None, at=local("2026-01-01 08:00"))
    instrument = Instrument.objects.get(pk=instrument_id)
    department = Agency.objects.get(pk=f"{instrument_id.partition('/')[0]}/so-tttt")
    sender = account("so", "Cán bộ Sở", department, "reporter")  # type: ignore[arg-type]  # a role's value
    programme = Programme.objects.create(
        code=code, instrument_id=instrument_id, agency=department, month=TODAY, created_at=NOW
    )
    version = ProgrammeVersion.objects.create(
        programme=programme,
        number=1,
        receipt=f"{code}/1",
        state=VersionState.READY,
        kind=Kind.SOUND,
        title="Lai Châu mùa lúa chín",
        submitted_by=sender,
        submitted_at=NOW,
    )
    Rendition.objects.create(version=version, geometry="", width=0, height=0, duration_ms=60_000, made_at=NOW)
    version.content_digest = programmes.content_digest(version)
    version.save(update_fields=["content_digest"])
    for step, name in ((Step.DECIDE, "a"), (Step.CONFIRM, "b")):
        Decision.objects.create(
            version=version,
            step=step,
            outcome=Outcome.APPROVED,
            grounds="Đúng quy định",
            content_digest=version.content_digest,
            clause="",
            officer=account(name, name, department, "appraiser"),  # type: ignore[arg-type]  # a role's value
            agency=department,
            decided_at=NOW,
        )
    return instrument, version


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("instrument_id", "receiver"),
    [
        (LAI_CHAU, "lai-chau/bql-kkt"),
        (LAI_CHAU, "lai-chau/ubnd-thanh-pho"),
        (HA_TINH, "ha-tinh/bql-kkt"),
        (BINH_DUONG, "binh-duong/ubnd-thuan-an"),
    ],
    ids=["lai-chau-border", "lai-chau-city", "ha-tinh", "binh-duong"],
)
def test_every_province_hands_over_to_whom_its_text_names(instrument_id: str, receiver: str) -> None:
    instrument, version = other_province(instrument_id, "XX-2026-0001")
    names = {one.pk for one in found.receivers(instrument.pk, on=TODAY)}
    assert receiver in names, sorted(names)
    agency = Agency.objects.get(pk=receiver)
    row = actions.dispatch(
        instrument=instrument,
        receiver=agency,
        contents=actions.Contents([version]),
        actor=version.submitted_by,
        at=NOW,
    )
    focal = account("dau-moi", "Đầu mối", agency, "operator")  # type: ignore[arg-type]  # a role's value
    actions.acknowledge(dispatch=row, actor=focal, at=NOW)
    line = DispatchLine.objects.select_related("dispatch", "version").get()
    actions.tell(line=line, outcome="used_otherwise", reason="Phát trên đài truyền thanh xã", actor=focal, at=NOW)
    assert [one.outcome for one in found.lines(row)] == ["used_otherwise"]


@pytest.mark.django_db
@pytest.mark.parametrize("instrument_id", [BINH_DUONG, LAI_CHAU], ids=["binh-duong", "lai-chau"])
def test_a_locality_of_every_province_takes_from_the_common_library(instrument_id: str) -> None:
    instrument, version = other_province(instrument_id, "XX-2026-0001")
    actions.select(version=version, is_accepted=True, reason="", is_shared=True, actor=version.submitted_by, at=NOW)
    commune = next(one for one in found.receivers(instrument.pk, on=TODAY) if "ubnd-" in one.pk)
    focal = account("dau-moi", "Đầu mối", commune, "operator")  # type: ignore[arg-type]  # a role's value
    assert [one.pk for one in found.library(instrument.pk, commune.pk)] == [version.pk]
    row = actions.take(version=version, receiver=commune, actor=focal, at=NOW)
    assert (row.is_taken, row.receiver) == (True, commune)
