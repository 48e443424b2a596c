"""Duties of Điều 13 and Điều 15: done, due, overdue, with the rows that show it, on the days where they turn."""

from datetime import date, timedelta

import pytest

from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.actions import record_evidence
from bangtin.hub.obligations.queries import Duty, counts, duties
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, cao_bang

pytestmark = pytest.mark.django_db
STATION = "cao-bang/dai-ptth"
YEARLY = "cao-bang/yearly-report"
CONSOLIDATED = "cao-bang/consolidated-report"


def sent(world: World, code: str, at: str, *, state: VersionState = VersionState.RECEIVED) -> ProgrammeVersion:
    programme = Programme.objects.create(
        code=code,
        instrument_id=INSTRUMENT,
        agency=world.agencies["dai-ptth"],
        month=local(at).date().replace(day=1),
        created_at=local(at),
    )
    return ProgrammeVersion.objects.create(
        programme=programme,
        number=1,
        receipt=f"{code}/1",
        state=state,
        kind=Kind.VIDEO,
        title="Phóng sự",
        submitted_by=world.users["dai"],
        submitted_at=local(at),
    )


def station(key: str, as_of: str) -> Duty:
    found = duties(year=int(key[:4]), as_of=local(as_of), agency_ids={STATION})
    return next(one for one in found if one.period.key == key and one.obligation_id == "cao-bang/station-programmes")


def report(obligation: str, agency: str, as_of: str) -> Duty:
    found = duties(year=2026, as_of=local(as_of), agency_ids={agency})
    return next(one for one in found if one.obligation_id == obligation)


def test_a_programme_sent_in_the_month_meets_article_13_before_it_airs() -> None:
    row = sent(cao_bang(), "CB-2026-0001", "2026-11-10 09:00")
    duty = station("2026-11", "2026-11-10 10:00")
    assert (duty.status, duty.found, duty.needed, duty.clauses[-1]) == ("done", 1, 1, "cao-bang/13-2")
    (proof,) = duty.evidence
    assert (proof.receipt, proof.subject_id, proof.is_ready, proof.aired_ms) == (row.receipt, str(row.pk), False, 0)


def test_a_file_that_could_not_be_used_is_no_programme() -> None:
    sent(cao_bang(), "CB-2026-0001", "2026-11-10 09:00", state=VersionState.UNUSABLE)
    assert station("2026-11", "2026-11-12 10:00").status == "due"


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2026-10-31 23:59", "not_yet"),
        ("2026-11-22 08:00", "due"),
        ("2026-11-23 08:00", "due_soon"),
        ("2026-11-30 23:59", "due_soon"),
        ("2026-12-01 00:00", "overdue"),
    ],
)
def test_the_month_turns_at_its_end(as_of: str, status: str) -> None:
    cao_bang()
    duty = station("2026-11", as_of)
    assert (duty.status, duty.due_on) == (status, date(2026, 11, 30))


def test_a_month_that_ends_on_a_sunday_is_due_on_monday_and_its_deed_counts_once() -> None:
    world = cao_bang()  # 31 May 2026 is a Sunday
    sent(world, "CB-2026-0001", "2026-06-01 09:00")
    may, june = station("2026-05", "2026-06-20 08:00"), station("2026-06", "2026-06-20 08:00")
    assert (may.due_on, may.rolled_from) == (date(2026, 6, 1), date(2026, 5, 31))
    assert (may.status, june.status) == ("done", "due")


@pytest.mark.parametrize(
    ("sent_at", "status", "days_late"),
    [("2026-12-14 23:59", "done", 0), ("2026-12-15 00:00", "done_late", 1)],
)
def test_the_yearly_report_is_on_time_until_the_end_of_14_december(sent_at: str, status: str, days_late: int) -> None:
    world = cao_bang()
    agency = world.agencies["ubnd-quang-hoa"]
    record_evidence(
        obligation_id=YEARLY, agency=agency, period_start=date(2025, 12, 15), subject=agency, at=local(sent_at)
    )
    duty = report(YEARLY, agency.pk, "2026-12-20 08:00")
    assert (duty.status, duty.days_late, duty.due_on) == (status, days_late, date(2026, 12, 14))
    assert "trước ngày 15/12" in duty.phrase
    assert len(duty.evidence) == 1


def test_a_report_that_is_not_sent_is_overdue_on_15_december() -> None:
    cao_bang()
    assert report(YEARLY, "cao-bang/ubnd-quang-hoa", "2026-12-14 23:59").status == "due_soon"
    assert report(YEARLY, "cao-bang/ubnd-quang-hoa", "2026-12-15 00:00").status == "overdue"


def test_the_consolidated_report_rolls_over_a_sunday() -> None:
    cao_bang()  # "before 20 December": 19 December 2026 is a Saturday
    duty = report(CONSOLIDATED, "cao-bang/so-tttt", "2026-12-01 08:00")
    assert (duty.due_on, duty.rolled_from) == (date(2026, 12, 21), date(2026, 12, 19))


def test_evidence_of_another_year_does_not_count() -> None:
    world = cao_bang()
    agency = world.agencies["ubnd-quang-hoa"]
    record_evidence(
        obligation_id=YEARLY,
        agency=agency,
        period_start=date(2024, 12, 15),
        subject=agency,
        at=local("2026-12-01 08:00"),
    )
    assert report(YEARLY, agency.pk, "2026-12-02 08:00").status == "due"


def test_the_same_evidence_is_kept_once() -> None:
    world = cao_bang()
    agency = world.agencies["so-tttt"]
    rows = [
        record_evidence(
            obligation_id=CONSOLIDATED,
            agency=agency,
            period_start=date(2025, 12, 15),
            subject=agency,
            at=local("2026-12-18 08:00") + timedelta(days=day),
        )
        for day in range(3)
    ]
    assert len({row.pk for row in rows}) == 1


def test_what_the_regulation_fixes_no_day_for_never_turns_overdue() -> None:
    cao_bang()
    found = duties(year=2026, as_of=local("2027-06-01 08:00"))
    unfixed = [one for one in found if one.due_on is None]
    assert unfixed
    assert {one.status for one in unfixed} == {"not_fixed"}
    assert counts(found)["overdue"] == len(found) - len(unfixed)


def test_periods_before_the_regulation_was_taken_into_use_are_not_held_against_anyone() -> None:
    cao_bang()  # taken into use on 1 January 2026
    found = duties(year=2025, as_of=local("2026-06-01 08:00"))
    assert all(one.is_before_use for one in found)
    assert counts(found) == {"done": 0, "due": 0, "overdue": 0}


def test_a_december_that_rolls_into_january_stays_in_its_year() -> None:
    cao_bang()  # 31 December 2023 is a Sunday
    found = duties(year=2023, as_of=local("2023-12-01 08:00"), agency_ids={STATION})
    monthly = [one for one in found if one.obligation_id == "cao-bang/station-programmes"]
    assert [one.period.key for one in monthly] == [f"2023-{month:02}" for month in range(1, 13)]
    assert monthly[-1].due_on == date(2024, 1, 2)


def test_names_are_in_vietnamese_by_default() -> None:
    cao_bang()
    duty = station("2026-11", "2026-11-10 10:00")
    assert duty.agency_name == "Đài Phát thanh - Truyền hình tỉnh"
    assert duty.title == "Gửi ít nhất 01 chương trình mỗi tháng"
