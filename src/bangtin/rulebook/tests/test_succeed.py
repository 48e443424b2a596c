"""Successions by date: rename, merge, split, transfer, abolition, and nobody recorded."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangtin.rulebook import calendars, evaluation, loading, successions
from bangtin.rulebook.evaluation import Occurrence, Status
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import Regulation, Succession
from bangtin.rulebook.texts import LEGAL_ZONE

QUANG_HOA, TRUNG_KHANH = "cao-bang/ubnd-quang-hoa", "cao-bang/ubnd-trung-khanh"
CITY, HEIR = "cao-bang/ubnd-thanh-pho", "cao-bang/xa-phuc-hoa"
CHANGE = date(2025, 7, 1)


def _row(
    old: str,
    new: str | None,
    kind: str = "merge",
    on: date = CHANGE,
    *,
    duties: tuple[str, ...] = (),
    clusters: tuple[str, ...] = (),
) -> Succession:
    return Succession(old, new, kind, on, "Nghị quyết 01/NQ", duties, clusters)


def _with(*rows: Succession) -> Regulation:
    return successions.with_rows(loading.loaded("cao-bang/31-2020-qd-ubnd"), rows)


def _reports(regulation: Regulation, year: int) -> list[Occurrence]:
    found = evaluation.occurrences(
        regulation,
        regulation.obligation("cao-bang/yearly-report"),
        from_on=date(year, 1, 1),
        until_on=date(year, 12, 31),
        calendar=calendars.load(loading.default_root()),
    )
    return [each for each in found if {QUANG_HOA, HEIR} & {each.assigned, each.agency}]


def test_the_successor_answers_from_its_day_on() -> None:
    regulation = _with(_row(QUANG_HOA, HEIR))
    answers = [successions.answering(regulation, QUANG_HOA, day).agencies for day in (date(2025, 6, 30), CHANGE)]
    assert answers == [(QUANG_HOA,), (HEIR,)]


def test_the_report_of_the_year_of_the_change_names_both() -> None:
    (report,) = _reports(_with(_row(QUANG_HOA, HEIR)), 2025)
    assert report.agencies == (QUANG_HOA, HEIR)
    assert report.id == f"cao-bang/yearly-report@{QUANG_HOA}@2025"


def test_a_deed_of_either_counts() -> None:
    (report,) = _reports(_with(_row(QUANG_HOA, HEIR)), 2025)
    at = datetime(2025, 12, 10, 9, tzinfo=LEGAL_ZONE)
    for doer in (QUANG_HOA, HEIR):
        fact = Fact("yearly_report", doer, at, "report:1", "2025")
        assert evaluation.assess(report, [fact], as_of=at).status is Status.DONE
        assert evaluation.assess_all([report], [fact], as_of=at)[0].status is Status.DONE


def test_an_open_occurrence_of_before_goes_to_the_successor() -> None:
    regulation = _with(_row(QUANG_HOA, HEIR))
    (report,) = _reports(regulation, 2024)
    assert report.agency == QUANG_HOA
    assert evaluation.answered_by(regulation, report, date(2026, 1, 1)).agencies == (HEIR,)


def test_later_years_are_owed_by_the_successor_alone() -> None:
    (report,) = _reports(_with(_row(QUANG_HOA, HEIR)), 2026)
    assert report.agencies == (HEIR,)


def test_a_split_is_owed_by_every_part() -> None:
    rows = [_row(QUANG_HOA, heir, "split") for heir in (HEIR, "cao-bang/xa-doc-lap")]
    found = _reports(_with(*rows), 2026)
    assert [each.agency for each in found] == [HEIR, "cao-bang/xa-doc-lap"]
    assert len({each.id for each in found}) == 2


def test_a_merger_into_a_body_that_owes_it_anyway_leaves_one() -> None:
    found = _reports(_with(_row(QUANG_HOA, CITY)), 2026)
    assert found == []


def test_a_transfer_moves_what_it_names_and_no_more() -> None:
    regulation = _with(_row(QUANG_HOA, HEIR, "transfer", clusters=("cao-bang/ta-lung",)))
    assert successions.operator(regulation, "cao-bang/ta-lung", CHANGE).agencies == (HEIR,)
    assert successions.answering(regulation, QUANG_HOA, CHANGE).agencies == (QUANG_HOA,)


def test_what_left_by_transfer_does_not_go_along_with_a_later_merger() -> None:
    early = _row(QUANG_HOA, HEIR, "transfer", date(2024, 1, 1), clusters=("cao-bang/ta-lung",))
    regulation = _with(early, _row(QUANG_HOA, CITY))
    assert successions.operator(regulation, "cao-bang/ta-lung", date(2026, 1, 1)).agencies == (HEIR,)
    assert successions.answering(regulation, QUANG_HOA, date(2026, 1, 1)).agencies == (CITY,)


def test_an_abolished_agency_stays_named_until_a_successor_is_recorded() -> None:
    ended = _row(QUANG_HOA, None, "abolish")
    answer = successions.answering(_with(ended), QUANG_HOA, CHANGE)
    assert (answer.agencies, answer.is_recorded) == ((QUANG_HOA,), False)
    (report,) = _reports(_with(ended), 2026)
    assert (report.agency, report.has_successor) == (QUANG_HOA, False)
    later = _with(ended, _row(QUANG_HOA, HEIR, "transfer", date(2026, 3, 1), duties=("cao-bang/yearly-report",)))
    (report,) = _reports(later, 2026)
    assert (report.agency, report.has_successor) == (HEIR, True)


def test_successions_are_followed_through() -> None:
    regulation = _with(_row(QUANG_HOA, HEIR), _row(HEIR, CITY, "rename", date(2026, 1, 1)))
    days = (date(2025, 6, 1), date(2025, 8, 1), date(2026, 8, 1))
    assert [successions.answering(regulation, QUANG_HOA, day).agencies for day in days] == [
        (QUANG_HOA,),
        (HEIR,),
        (CITY,),
    ]
    assert successions.lineage(regulation, QUANG_HOA) == (QUANG_HOA, HEIR, CITY)


_AGENCIES = [QUANG_HOA, TRUNG_KHANH, CITY, HEIR]
_ROWS = st.lists(
    st.builds(
        lambda pair, kind, day: _row(pair[0], None if kind == "abolish" else pair[1], kind, date.fromordinal(day)),
        st.permutations(_AGENCIES),
        st.sampled_from(["rename", "merge", "split", "abolish"]),
        st.integers(date(2021, 1, 1).toordinal(), date(2027, 1, 1).toordinal()),
    ),
    max_size=6,
)


@given(rows=_ROWS, day=st.dates(date(2020, 12, 10), date(2028, 1, 1)))
def test_somebody_always_answers(rows: list[Succession], day: date) -> None:
    regulation = _with(*rows)
    for agency in _AGENCIES:
        answer = successions.answering(regulation, agency, day)
        assert answer.agencies
        assert set(answer.agencies) <= set(successions.lineage(regulation, agency)) | {agency}


@given(rows=_ROWS)
def test_before_the_first_change_nothing_changes(rows: list[Succession]) -> None:
    regulation = _with(*rows)
    assert all(
        successions.answering(regulation, agency, date(2020, 12, 31)).agencies == (agency,) for agency in _AGENCIES
    )


@pytest.mark.parametrize("agency", [QUANG_HOA, TRUNG_KHANH])
def test_without_rows_nothing_is_succeeded(agency: str) -> None:
    regulation = loading.loaded("cao-bang/31-2020-qd-ubnd")
    assert successions.answering(regulation, agency, date(2030, 1, 1)) == successions.Answering((agency,))
