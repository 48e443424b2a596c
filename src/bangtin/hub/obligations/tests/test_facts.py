"""Deeds that the tables themselves show: days long enough on air, stops, supplies, updates; never more."""

from datetime import date

import pytest

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.queries import Duty, occurrences
from bangtin.hub.playlog.models import OnAir
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion
from bangtin.hub.programmes.paperwork import Nature, SubmissionFacts
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import LocalValue
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules.models import Dispatch, DispatchLine, Slot

pytestmark = pytest.mark.django_db
LAI_CHAU, HA_TINH = "lai-chau/20-2024-qd-ubnd", "ha-tinh/2432-qd-ubnd"
OPERATOR, DEPARTMENT = "lai-chau/bql-kkt", "lai-chau/so-tttt"
GATE, BOARD = "lai-chau/ma-lu-thang", "lai-chau/bang-tin-thanh-pho"
DAY = date(2026, 11, 2)
Hours = tuple[float, float]


def on_air(cluster: str, *spans: Hours, on: date = DAY, is_advertising: bool = False, face: int = 1) -> None:
    hour_ms = 3_600_000
    OnAir.objects.create(
        cluster_id=cluster,
        face_id=f"{cluster}-{face}",
        on=on,
        is_advertising=is_advertising,
        spans=[[round(start * hour_ms), round(end * hour_ms)] for start, end in spans],
    )


def stand(duty: str, agency: str, on: date = DAY, *, as_of: str = "2026-12-01 08:00", under: str = LAI_CHAU) -> Duty:
    found = occurrences(under, from_on=on, until_on=on, as_of=local(as_of), agency_ids={agency})
    (one,) = [each for each in found if each.obligation_id == duty]
    return one


def airtime(as_of: str = "2026-12-01 08:00") -> str:
    return stand("lai-chau/airtime", OPERATOR, as_of=as_of).status


@pytest.fixture
def lai_chau() -> None:
    install(instrument_id=LAI_CHAU, actor=None, at=local("2026-01-01 08:00"))


@pytest.fixture
def ha_tinh() -> None:
    install(instrument_id=HA_TINH, actor=None, at=local("2026-01-01 08:00"))


@pytest.mark.usefixtures("lai_chau")
def test_three_hours_before_noon_and_three_after_are_a_day() -> None:
    on_air(GATE, (7, 10), (13, 16))
    found = stand("lai-chau/airtime", OPERATOR)
    assert (found.status, len(found.evidence)) == ("done", 1)
    assert "Ma Lù Thàng" in found.evidence[0].text


@pytest.mark.usefixtures("lai_chau")
@pytest.mark.parametrize(
    "spans", [((7, 10), (13, 15.9)), ((7, 9.9), (13, 16.1)), ((13, 19),), ()], ids=["short", "morning", "noon", "none"]
)
def test_a_half_day_too_short_is_no_day(spans: tuple[Hours, ...]) -> None:
    on_air(GATE, *spans)
    assert airtime() == "overdue"


@pytest.mark.usefixtures("lai_chau")
def test_advertising_fills_no_hours_of_propaganda() -> None:
    on_air(GATE, (7, 9.5), (13, 16))
    on_air(GATE, (9.5, 11), is_advertising=True)
    assert airtime() == "overdue"


@pytest.mark.usefixtures("lai_chau")
def test_two_faces_at_the_same_time_count_once() -> None:
    on_air(GATE, (7, 8.5), (13, 16))
    on_air(GATE, (7, 8.5), face=2)
    assert airtime() == "overdue"


@pytest.mark.usefixtures("lai_chau")
def test_every_cluster_of_an_operator_has_to_meet_its_day() -> None:
    on_air(GATE, (7, 10), (13, 16))
    assert airtime() == "done"
    # the other operator's day is its own
    assert stand("lai-chau/airtime", "lai-chau/ubnd-thanh-pho").status == "overdue"


@pytest.mark.usefixtures("lai_chau")
@pytest.mark.parametrize(
    ("as_of", "status"),
    [("2026-11-02 15:59", "due_soon"), ("2026-11-02 16:00", "done"), ("2026-11-03 00:00", "done")],
)
def test_what_was_shown_after_the_instant_asked_is_not_known_yet(as_of: str, status: str) -> None:
    on_air(GATE, (7, 10), (13, 16))
    assert airtime(as_of=as_of) == status


def november(as_of: str) -> list[Duty]:
    return occurrences(HA_TINH, from_on=date(2026, 11, 1), until_on=date(2026, 11, 30), as_of=local(as_of))


@pytest.mark.usefixtures("ha_tinh")
def test_a_stop_round_the_clock_is_a_breach_until_the_province_lets_it_pass() -> None:
    def standing(as_of: str = "2026-11-05 08:00") -> Duty:
        found = november(as_of)
        return next(one for one in found if one.obligation_id == "ha-tinh/round-the-clock")

    assert standing().status == "due"
    on_air("ha-tinh/vung-ang", (0, 24), on=date(2026, 11, 2))
    on_air("ha-tinh/vung-ang", (0, 9), (9.25, 24), on=date(2026, 11, 3))
    on_air("ha-tinh/vung-ang", (0, 24), on=date(2026, 11, 4))
    broken = standing()
    assert (broken.status, [one.subject_id for one in broken.evidence]) == (
        "overdue",
        ["2026-11-03@ha-tinh/vung-ang"],
    )
    assert standing("2026-11-03 20:00").status == "due"  # the day is not over
    LocalValue.objects.create(
        instrument_id=HA_TINH,
        parameter="hours.tolerance",
        since=date(2026, 1, 1),
        value="15",
        basis="Công văn 12/UBND-TTTT",
        recorded_at=local("2026-01-01 08:00"),
    )
    assert standing().status == "due"


@pytest.mark.usefixtures("ha_tinh")
def test_nobody_says_the_cluster_ran_while_it_has_never_reported() -> None:
    def status() -> str:
        found = november("2026-12-02 08:00")
        return next(one.status for one in found if one.obligation_id == "ha-tinh/round-the-clock")

    assert status() == "due"
    for day in range(1, 31):
        on_air("ha-tinh/vung-ang", (0, 24), on=date(2026, 11, day))
    assert status() == "done"


@pytest.mark.usefixtures("ha_tinh")
def test_a_day_without_any_record_is_a_stop_once_the_cluster_has_reported() -> None:
    on_air("ha-tinh/vung-ang", (0, 24), on=date(2026, 11, 2))
    found = november("2026-11-05 08:00")
    breaches = [proof.subject_id for one in found for proof in one.evidence]
    assert breaches == ["2026-11-03@ha-tinh/vung-ang", "2026-11-04@ha-tinh/vung-ang"]


def sent(code: str, at: str, *, state: VersionState = VersionState.READY, clusters: tuple[str, ...] = ()) -> None:
    department = Agency.objects.get(pk=DEPARTMENT)
    sender = User.objects.filter(username="so").first() or account("so", "Cán bộ", department, Role.SCHEDULER)
    programme = Programme.objects.create(
        code=code, instrument_id=LAI_CHAU, agency=department, month=local(at).date(), created_at=local(at)
    )
    programme.clusters.set(Cluster.objects.filter(pk__in=clusters))
    ProgrammeVersion.objects.create(
        programme=programme,
        number=1,
        receipt=f"{code}/1",
        state=state,
        kind=Kind.VIDEO,
        title="Lai Châu mùa lúa chín",
        submitted_by=sender,
        submitted_at=local(at),
    )


def supplied(at: str, *receivers: str, number: int = 1, is_taken: bool = False) -> None:
    """What the department sent to these operators: the programme there is."""
    for count, receiver in enumerate(receivers):
        dispatch = Dispatch.objects.create(
            instrument_id=LAI_CHAU,
            number=f"CP-2026-{number + count:04d}",
            sender_id=DEPARTMENT,
            receiver_id=f"lai-chau/{receiver}",
            is_taken=is_taken,
            sent_by=User.objects.get(username="so"),
            sent_at=local(at),
        )
        DispatchLine.objects.create(dispatch=dispatch, version=ProgrammeVersion.objects.get(), position=1)


@pytest.mark.usefixtures("lai_chau")
@pytest.mark.parametrize(
    ("receivers", "is_taken", "status"),
    [
        (("bql-kkt", "ubnd-thanh-pho"), False, "done"),
        (("bql-kkt",), False, "overdue"),
        (("bql-kkt", "ubnd-thanh-pho"), True, "overdue"),
        ((), False, "overdue"),
    ],
)
def test_products_are_supplied_once_every_operator_was_sent_some(
    receivers: tuple[str, ...], is_taken: bool, status: str
) -> None:
    sent("LC-2026-0001", "2026-11-20 09:00", clusters=(GATE, BOARD))
    supplied("2026-11-24 09:00", *receivers, is_taken=is_taken)
    found = stand("lai-chau/product-supply", DEPARTMENT, date(2026, 11, 30))
    assert (found.status, [one.text[-12:] for one in found.evidence]) == (
        status,
        ["CP-2026-0002"] if status == "done" else [],
    )


@pytest.mark.usefixtures("lai_chau")
def test_a_supply_counts_for_its_own_month_and_from_its_last_dispatch() -> None:
    sent("LC-2026-0001", "2026-11-20 09:00", clusters=(GATE, BOARD))
    supplied("2026-11-24 09:00", "bql-kkt")
    supplied("2026-12-02 09:00", "ubnd-thanh-pho", number=2)
    assert (
        stand("lai-chau/product-supply", DEPARTMENT, date(2026, 11, 30), as_of="2026-12-31 08:00").status == "overdue"
    )
    supplied("2026-11-30 16:00", "ubnd-thanh-pho", number=3)
    found = stand("lai-chau/product-supply", DEPARTMENT, date(2026, 11, 30), as_of="2026-12-31 08:00")
    assert (found.status, found.done_on) == ("done", date(2026, 11, 30))


@pytest.mark.usefixtures("lai_chau")
@pytest.mark.parametrize(("cluster", "status"), [(GATE, "done"), (BOARD, "overdue")])
def test_a_border_cluster_is_updated_by_what_its_department_places_there(cluster: str, status: str) -> None:
    sent("LC-2026-0001", "2026-10-20 09:00", clusters=(GATE,))
    Slot.objects.create(
        cluster_id=cluster,
        version=ProgrammeVersion.objects.get(),
        starts_at=local("2026-11-05 08:00"),
        ends_at=local("2026-11-05 09:00"),
        clause="lai-chau/8.1-1",
        placed_by=User.objects.get(username="so"),
        placed_at=local("2026-11-02 16:30"),
    )
    found = stand("lai-chau/border-updates", DEPARTMENT)
    assert (found.status, len(found.evidence)) == (status, int(status == "done"))


@pytest.mark.usefixtures("lai_chau")
def test_a_duty_names_to_whom_it_is_owed_and_a_programme_of_another_regulation_does_not_count() -> None:
    sent("LC-2026-0001", "2026-11-20 09:00", clusters=(GATE,))
    install(instrument_id=HA_TINH, actor=None, at=local("2026-01-01 08:00"))
    supplied("2026-11-24 09:00", "bql-kkt", "ubnd-thanh-pho")
    Dispatch.objects.update(instrument_id=HA_TINH)
    found = stand("lai-chau/product-supply", DEPARTMENT, date(2026, 11, 30))
    assert found.owed_to == ("Cơ quan, đơn vị, địa phương quản lý, vận hành",)
    assert found.evidence == ()


def stated(version: ProgrammeVersion, **facts: object) -> None:
    SubmissionFacts.objects.create(version=version, is_declared=True, follow_code="A2B3C4D5E6", **facts)


@pytest.mark.usefixtures("lai_chau")
def test_advertising_is_neither_a_product_nor_an_update() -> None:
    sent("LC-2026-0001", "2026-11-02 09:00", clusters=(GATE,))
    version = ProgrammeVersion.objects.get()
    stated(version, nature=Nature.ADVERTISING)
    Slot.objects.create(
        cluster_id=GATE,
        version=version,
        starts_at=local("2026-11-05 08:00"),
        ends_at=local("2026-11-05 09:00"),
        clause="lai-chau/8.1-1",
        placed_by=User.objects.get(username="so"),
        placed_at=local("2026-11-02 16:30"),
    )
    assert stand("lai-chau/border-updates", DEPARTMENT).evidence == ()
    assert stand("lai-chau/product-supply", DEPARTMENT, date(2026, 11, 30)).evidence == ()


def of_agency(agency: str) -> ProgrammeVersion:
    Programme.objects.update(agency=Agency.objects.get(pk=agency))
    return ProgrammeVersion.objects.get()


@pytest.mark.usefixtures("lai_chau")
@pytest.mark.parametrize(
    ("facts", "count"),
    [
        (None, 0),
        ({}, 0),
        ({"published_in": "Báo Lai Châu", "published_on": date(2026, 11, 3)}, 1),
        ({"published_in": "Báo", "published_on": date(2026, 11, 3), "nature": Nature.ADVERTISING}, 0),
    ],
    ids=["nothing", "unpublished", "published", "advertising"],
)
def test_of_the_press_only_what_was_published_already_counts(facts: dict[str, object] | None, count: int) -> None:
    sent("LC-2026-0001", "2026-11-10 09:00", clusters=(GATE,))
    version = of_agency("lai-chau/bao-lai-chau")
    if facts is not None:
        stated(version, **facts)
    found = stand("lai-chau/press-items", "lai-chau/bao-lai-chau", date(2026, 11, 20))
    assert (len(found.evidence), found.is_done) == (count, bool(count))


@pytest.mark.usefixtures("lai_chau")
@pytest.mark.parametrize(
    ("kind", "is_finished", "count"),
    [(Kind.VIDEO, True, 1), (Kind.VIDEO, False, 0), (Kind.VIDEO, None, 0), (Kind.PICTURE, True, 0)],
)
def test_of_departments_only_finished_videos_count_for_the_quarter(
    kind: Kind, is_finished: bool | None, count: int
) -> None:
    sent("LC-2026-0001", "2026-11-10 09:00", clusters=(GATE,))
    version = of_agency("lai-chau/bch-bdbp")
    ProgrammeVersion.objects.update(kind=kind)
    stated(version, is_finished_report=is_finished)
    found = stand("lai-chau/quarterly-products", "lai-chau/bch-bdbp", date(2026, 12, 21))
    assert len(found.evidence) == count


@pytest.mark.usefixtures("lai_chau")
def test_of_what_a_department_sends_only_the_finished_report_counts() -> None:
    sent("LC-2026-0001", "2026-11-10 09:00", clusters=(GATE,))
    version = of_agency("lai-chau/bch-bdbp")
    ProgrammeVersion.objects.update(kind=Kind.VIDEO, probe={"container": "pdf", "pages": 4})
    stated(version, is_finished_report=True)
    assert stand("lai-chau/quarterly-products", "lai-chau/bch-bdbp", date(2026, 12, 21)).evidence == ()
    ProgrammeVersion.objects.update(probe={"container": "mp4"})
    assert len(stand("lai-chau/quarterly-products", "lai-chau/bch-bdbp", date(2026, 12, 21)).evidence) == 1


@pytest.mark.usefixtures("lai_chau")
def test_a_later_version_states_what_the_first_left_out_once_it_has_come() -> None:
    sent("LC-2026-0001", "2026-11-10 09:00", clusters=(GATE,))
    first = of_agency("lai-chau/bao-lai-chau")
    stated(first)
    second = ProgrammeVersion.objects.create(
        programme=first.programme,
        number=2,
        receipt="LC-2026-0001/2",
        kind=Kind.VIDEO,
        title=first.title,
        submitted_by=first.submitted_by,
        submitted_at=local("2026-11-15 09:00"),
    )
    stated(second, published_in="Báo Lai Châu", published_on=date(2026, 11, 3))
    on = date(2026, 11, 20)
    before = stand("lai-chau/press-items", "lai-chau/bao-lai-chau", on, as_of="2026-11-14 08:00")
    after = stand("lai-chau/press-items", "lai-chau/bao-lai-chau", on)
    assert (len(before.evidence), len(after.evidence)) == (0, 1)
