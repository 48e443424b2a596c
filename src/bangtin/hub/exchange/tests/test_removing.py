"""How long files are kept, legal holds, and removal by two persons; the six months of a border cluster's backups."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal.tests.factories import approved
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange.tests.factories import BOARD, BORDER, LAI_CHAU, lai_chau
from bangtin.hub.kit import files
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.playlog.actions import removing
from bangtin.hub.playlog.models import Airtime
from bangtin.hub.playlog.queries import keeping
from bangtin.hub.programmes.actions import Facts, Submission, submit
from bangtin.hub.programmes.keeping import Disposal, LegalHold, Tombstone
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import DisposalState
from bangtin.hub.programmes.tests.factories import submitted_file
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import Instrument, LocalValue
from bangtin.hub.regulations.tests.factories import World, account, cao_bang
from bangtin.hub.schedules import errors
from bangtin.hub.schedules.actions.readiness import require_ready
from bangtin.hub.schedules.models import Filler

pytestmark = pytest.mark.django_db
JUNE = local("2026-06-20 08:00")
LAST_DAY, DAY_AFTER = local("2026-12-20 08:00"), local("2026-12-21 08:00")
WHY = {"reason": "Hết thời hạn lưu giữ", "basis": "Tờ trình số 5/TTr-STTTT"}
HA_TINH = "ha-tinh/2432-qd-ubnd"
ACROSS = DjangoCaptureOnCommitCallbacks


@pytest.fixture
def world() -> World:
    return lai_chau()


def programme(world: World, data: bytes = b"clip", *, cluster: str = BORDER, at: datetime = JUNE) -> ProgrammeVersion:
    """A file of the department for one cluster; no press agency, so no term but the cluster's own."""
    stored = files.put([data], max_bytes=1 << 20)
    submission = Submission(
        agency_id="lai-chau/so-ngoai-vu",
        title="Cửa khẩu Ma Lù Thàng",
        language="vi",
        cluster_ids=(cluster,),
        month=date(2026, 6, 1),
        category="policy_law_external_border" if cluster == BORDER else "disaster_rescue",
        source_name="a.mp4",
        facts=Facts(channel="paper", letter_number="1", letter_on=date(2026, 6, 1), is_declared=True),
    )
    return submit(submission=submission, source=stored, actor=world.users["tham-dinh"], at=at)


def removed(world: World, version: ProgrammeVersion, capture: ACROSS, *, at: datetime = DAY_AFTER) -> Disposal:
    row = removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=at)
    with capture(execute=True):
        return removing.decide_removal(
            row=row, is_agreed=True, reason="Đồng ý xóa", actor=world.users["tong-hop"], at=at
        )


def test_a_border_programme_may_not_go_before_six_months_and_the_refusal_names_the_article(world: World) -> None:
    version = programme(world)
    with pytest.raises(removing.StillKept, match="20/12/2026") as caught:
        removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=LAST_DAY)
    assert caught.value.citation == "lai-chau/10.1.a.5-2"
    kept = keeping.keeping(version.programme, at=DAY_AFTER)
    assert (kept.until, kept.may_go) == (date(2026, 12, 20), True)
    assert [one.programme for one in keeping.candidates([LAI_CHAU], at=DAY_AFTER)] == [version.programme]
    assert removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)


def test_being_shown_begins_the_term_anew(world: World) -> None:
    version = programme(world)
    Airtime.objects.create(
        cluster_id=BORDER,
        face_id="ma-lu-thang-1",
        on=date(2026, 9, 1),
        version=version,
        language="vi",
        bulletin_class="ordinary",
        grade="corroborated",
        plays=1,
    )
    kept = keeping.keeping(version.programme, at=DAY_AFTER)
    assert kept.counted_from == date(2026, 9, 1)
    assert {one.clause: one.until for one in kept.terms} == {
        "lai-chau/10.1.a.5-2": date(2027, 3, 1),
        "lai-chau/9.1-3": None,
    }


def test_what_has_no_term_is_never_removed(world: World) -> None:
    version = programme(world, cluster=BOARD)
    long_after = JUNE + timedelta(days=20 * 366)
    with pytest.raises(removing.StillKept):
        removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=long_after)
    assert keeping.candidates([LAI_CHAU], at=long_after) == []


def test_what_the_press_sent_stays_until_the_province_sets_a_term(world: World) -> None:
    version = programme(world)
    version.programme.agency_id = "lai-chau/dai-ptth"
    version.programme.save(update_fields=["agency"])
    with pytest.raises(removing.StillKept) as caught:
        removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)
    assert caught.value.citation == "lai-chau/10.1.c.3"
    LocalValue.objects.create(
        instrument=Instrument.objects.get(pk=LAI_CHAU),
        parameter="archive.press_copies",
        since=date(2024, 7, 1),
        value="12",
        basis="Quyết định số 9",
        recorded_at=JUNE,
    )
    regulations.forget()
    assert keeping.keeping(version.programme, at=DAY_AFTER).until == date(2027, 6, 20)


def test_files_go_and_names_stay(world: World, django_capture_on_commit_callbacks: ACROSS) -> None:
    version = programme(world)
    sha256, receipt = version.source_sha256, version.receipt
    row = removed(world, version, django_capture_on_commit_callbacks)
    assert not files.has(sha256)
    version.refresh_from_db()
    assert (version.title, version.receipt, version.source_sha256) == ("Cửa khẩu Ma Lù Thàng", receipt, sha256)
    stone = Tombstone.objects.get()
    assert (stone.sha256, stone.part, stone.size_bytes, stone.is_shared) == (sha256, "source", 4, False)
    assert row.terms[0]["clause"] == "lai-chau/10.1.a.5-2"
    assert AuditEntry.objects.filter(action="disposal.done").get().details["files"] == [sha256]
    assert keeping.is_removed(version.programme)
    with pytest.raises(removing.BadProcedure):
        removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)


def test_two_programmes_with_the_same_bytes_do_not_lose_each_others(
    world: World, django_capture_on_commit_callbacks: ACROSS
) -> None:
    first, second = programme(world), programme(world)
    removed(world, first, django_capture_on_commit_callbacks)
    assert files.has(second.source_sha256)
    assert Tombstone.objects.get().is_shared
    removed(world, second, django_capture_on_commit_callbacks)
    assert not files.has(second.source_sha256)


def test_nobody_proposes_and_decides_also_with_a_second_account(world: World) -> None:
    version = programme(world)
    proposer, second = world.users["tham-dinh"], world.users["tong-hop"]
    row = removing.propose(programme=version.programme, **WHY, actor=proposer, at=DAY_AFTER)
    second.person = proposer.person
    second.save(update_fields=["person"])
    for actor in (proposer, second):
        with pytest.raises(removing.OnePerson):
            removing.decide_removal(row=row, is_agreed=True, reason="Đồng ý", actor=actor, at=DAY_AFTER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=row.pk).update(state="done", decided_by=proposer)
    assert files.has(version.source_sha256)


def test_only_those_who_keep_the_content_take_part(world: World) -> None:
    version = programme(world)
    for name in ("dai", "van-hanh", "quan-tri"):
        with pytest.raises(NotPermitted):
            removing.propose(programme=version.programme, **WHY, actor=world.users[name], at=DAY_AFTER)
        with pytest.raises(NotPermitted):
            removing.hold(what=version.programme, **WHY, actor=world.users[name], at=DAY_AFTER)
    row = removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)
    with pytest.raises(NotPermitted):
        removing.decide_removal(row=row, is_agreed=True, reason="Đồng ý", actor=world.users["dai"], at=DAY_AFTER)


def test_a_hold_keeps_everything_until_another_person_lifts_it(world: World) -> None:
    version = programme(world)
    placed = removing.hold(what=world.clusters["ma-lu-thang"], **WHY, actor=world.users["lanh-dao"], at=JUNE)
    with pytest.raises(removing.StillKept, match="Tờ trình số 5"):
        removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)
    with pytest.raises(removing.OnePerson):
        removing.lift(row=placed, reason="Hết vụ việc", actor=world.users["lanh-dao"], at=DAY_AFTER)
    removing.lift(row=placed, reason="Hết vụ việc", actor=world.users["tong-hop"], at=DAY_AFTER)
    assert LegalHold.objects.get().lifted_by == world.users["tong-hop"]
    assert removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)


def test_a_hold_that_comes_between_stops_the_decision(world: World) -> None:
    version = programme(world)
    row = removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)
    removing.hold(what=version.programme, **WHY, actor=world.users["lanh-dao"], at=DAY_AFTER)
    with pytest.raises(removing.StillKept):
        removing.decide_removal(row=row, is_agreed=True, reason="Đồng ý", actor=world.users["tong-hop"], at=DAY_AFTER)
    assert files.has(version.source_sha256)
    removing.decide_removal(
        row=row, is_agreed=False, reason="Đang giữ lại", actor=world.users["tong-hop"], at=DAY_AFTER
    )
    with pytest.raises(StaleState):
        removing.withdraw(row=row, actor=world.users["tham-dinh"], at=DAY_AFTER)
    row.refresh_from_db()
    assert row.state == DisposalState.REFUSED


def test_what_is_on_a_plan_stays(world: World) -> None:
    version = programme(world)
    Filler.objects.create(
        cluster_id=BORDER, version=version, position=0, added_by=world.users["van-hanh"], added_at=JUNE
    )
    with pytest.raises(removing.StillKept):
        removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)


def test_what_a_cut_left_is_removed_later_and_nothing_else(world: World) -> None:
    version, other = programme(world), programme(world, b"other")
    row = removing.propose(programme=version.programme, **WHY, actor=world.users["tham-dinh"], at=DAY_AFTER)
    removing.decide_removal(row=row, is_agreed=True, reason="Đồng ý", actor=world.users["tong-hop"], at=DAY_AFTER)
    assert files.has(version.source_sha256)  # the callback of the commit never came
    assert removing.finish(at=DAY_AFTER) == 1
    assert (files.has(version.source_sha256), files.has(other.source_sha256)) == (False, True)


def test_what_cao_bang_received_has_no_term_and_stays() -> None:
    world = cao_bang()
    version = submitted_file(world, b"clip", name="a.mp4")
    with pytest.raises(removing.StillKept) as caught:
        removing.propose(
            programme=version.programme,
            **WHY,
            actor=world.users["tham-dinh-1"],
            at=version.submitted_at + timedelta(days=30 * 366),
        )
    assert caught.value.citation == "cao-bang/7.1-3"


def ha_tinh(*, is_shown: bool) -> tuple[ProgrammeVersion, User]:
    """A programme for Vũng Áng with a file, and an officer of the department that keeps it."""
    install(instrument_id=HA_TINH, actor=None, at=JUNE)
    officer = account("bien-tap", "Cán bộ biên tập", Agency.objects.get(pk="ha-tinh/so-tttt"), Role.REPORTER)
    made = Programme.objects.create(
        code="HT-2026-0001", instrument_id=HA_TINH, agency_id="ha-tinh/dai-ptth", month=JUNE.date(), created_at=JUNE
    )
    made.clusters.set(Cluster.objects.filter(pk="ha-tinh/vung-ang"))
    version = ProgrammeVersion.objects.create(
        programme=made,
        number=1,
        receipt="HT-2026-0001/1",
        kind="video",
        title="Vũng Áng",
        source_sha256=files.put([b"clip"], max_bytes=9).sha256,
        submitted_by=officer,
        submitted_at=JUNE,
    )
    if is_shown:
        Airtime.objects.create(
            cluster_id="ha-tinh/vung-ang",
            face_id="vung-ang-1",
            on=date(2026, 7, 1),
            version=version,
            language="vi",
            bulletin_class="ordinary",
            grade="corroborated",
            plays=1,
        )
    return version, officer


def test_what_ha_tinh_keeps_to_show_and_look_up_stays() -> None:
    version, officer = ha_tinh(is_shown=False)
    with pytest.raises(removing.StillKept) as caught:
        removing.propose(programme=version.programme, **WHY, actor=officer, at=JUNE + timedelta(days=9_000))
    assert caught.value.citation == "ha-tinh/4.3.b"


def test_what_the_board_showed_stays_to_be_shown_again() -> None:
    version, officer = ha_tinh(is_shown=True)
    with pytest.raises(removing.StillKept):
        removing.propose(programme=version.programme, **WHY, actor=officer, at=JUNE + timedelta(days=9_000))
    clauses = [one.clause for one in keeping.keeping(version.programme, at=DAY_AFTER).terms]
    assert clauses == ["ha-tinh/4.3.b", "ha-tinh/4.3.c-2"]


def test_what_was_removed_cannot_be_placed_again() -> None:
    world = cao_bang()
    version, cluster = approved(world), world.clusters["ta-lung"]
    require_ready(version, cluster)
    row = Disposal.objects.create(
        programme=version.programme, **WHY, proposed_by=world.users["bao-cao"], proposed_at=JUNE
    )
    Tombstone.objects.create(disposal=row, version=version, part="source", sha256="0" * 64)
    with pytest.raises(errors.NoRendition, match=version.receipt):
        require_ready(version, cluster)
