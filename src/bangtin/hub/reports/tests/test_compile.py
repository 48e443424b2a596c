"""The figures of a report: counted from rows, provisional until frozen, and each leads back to its submissions."""

from datetime import date, timedelta

import pytest

from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.queries import duties
from bangtin.hub.playlog.models import Airtime
from bangtin.hub.reports.actions import (
    Frozen,
    NoSuchReport,
    NoSuchSection,
    NotFrozen,
    TooLong,
    compile_report,
    edit_section,
    freeze,
    send,
)
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.queries import figures, outline, trace
from bangtin.hub.reports.tests.factories import AT, KIND, a_year, compiled

pytestmark = pytest.mark.django_db


def values(report: Report) -> dict[str, int]:
    return {one.name: one.value for one in figures(report)}


def test_the_figures_are_those_of_the_rows() -> None:
    found = values(compiled(a_year()))
    expected = {
        "clusters_count": 2,
        "screens_count": 4,
        "programmes_submitted_count": 5,
        "programmes_unusable_count": 1,
        "programmes_approved_count": 1,
        "programmes_returned_count": 1,
        "programmes_rejected_count": 1,
        "programmes_posted_count": 1,
        "station_programmes_count": 2,
        "station_months_met_count": 1,
        "slots_count": 1,
        "plays_count": 24,
        "planned_s": 600,
        "aired_s": 240,
        "aired_corroborated_s": 240,
        "aired_claimed_s": 0,
        "aired_instructed_s": 0,
        "filler_s": 20,
        "days_aired_count": 1,
        "airtime_shortfall_s": 360,
        "programmes_submitted_count/agency/dai-ptth": 2,
        "programmes_submitted_count/language/en": 3,
        "plays_count/cluster/trung-khanh": 24,
    }
    assert {name: found[name] for name in expected} == expected


def test_the_period_is_15_december_to_14_december() -> None:
    report = compiled(a_year())
    assert (report.period_from, report.period_to) == (date(2025, 12, 15), date(2026, 12, 14))


@pytest.mark.parametrize(
    ("sent_at", "counted"),
    [("2025-12-14 23:59", 4), ("2025-12-15 00:00", 5), ("2026-12-14 23:59", 5), ("2026-12-15 00:00", 4)],
)
def test_a_submission_counts_from_15_december_to_the_end_of_14_december(sent_at: str, counted: int) -> None:
    year = a_year()
    year.returned.submitted_at = local(sent_at)
    year.returned.save(update_fields=["submitted_at"])
    report = compiled(year, at=local("2026-12-20 08:00"))
    assert values(report)["programmes_submitted_count"] == counted


def test_every_figure_of_the_outline_that_is_not_pending_is_counted() -> None:
    report = compiled(a_year())
    wanted = {one.name for section in outline(report) for one in section.figures if one.pending is None}
    assert wanted <= set(values(report))


def test_figures_move_until_the_report_is_frozen_and_never_after() -> None:
    year = a_year()
    report = compiled(year)
    Airtime.objects.filter(is_filler=False).update(plays=25)
    assert values(compiled(year))["plays_count"] == 25
    freeze(report=report, actor=year.world.users["bao-cao"], at=AT)
    Airtime.objects.filter(is_filler=False).update(plays=30)
    with pytest.raises(Frozen):
        compiled(year)
    assert values(report)["plays_count"] == 25


def test_words_stay_when_the_figures_are_counted_again() -> None:
    year = a_year()
    report = compiled(year)
    edit_section(
        report=report, number="III.1", body=" Điện lưới ổn định.\r\n", actor=year.world.users["bao-cao"], at=AT
    )
    compiled(year)
    assert report.sections.get(number="III.1").body == "Điện lưới ổn định."


def test_a_frozen_report_takes_no_words() -> None:
    year = a_year()
    report = compiled(year)
    freeze(report=report, actor=year.world.users["bao-cao"], at=AT)
    with pytest.raises(Frozen):
        edit_section(report=report, number="III.1", body="Muộn", actor=year.world.users["bao-cao"], at=AT)


@pytest.mark.parametrize(("number", "body", "refusal"), [("II", "x", NoSuchSection), ("I", "x" * 20_001, TooLong)])
def test_words_belong_under_a_heading_and_are_bounded(number: str, body: str, refusal: type[Exception]) -> None:
    year = a_year()
    with pytest.raises(refusal):
        edit_section(report=compiled(year), number=number, body=body, actor=year.world.users["bao-cao"], at=AT)


def test_only_the_agency_s_own_report_officer_compiles() -> None:
    year = a_year()
    with pytest.raises(NotPermitted):
        compiled(year, agency="ubnd-quang-hoa")
    with pytest.raises(NotPermitted):
        compile_report(
            kind=KIND, agency=year.world.agencies["so-tttt"], year=2026, actor=year.world.users["quan-tri"], at=AT
        )


def test_an_unknown_kind_is_refused() -> None:
    year = a_year()
    with pytest.raises(NoSuchReport):
        compile_report(
            kind="cao-bang/none",
            agency=year.world.agencies["so-tttt"],
            year=2026,
            actor=year.world.users["bao-cao"],
            at=AT,
        )


def test_sending_meets_the_duty_of_article_15() -> None:
    year = a_year()
    actor, agency = year.world.users["bao-cao"], year.world.agencies["so-tttt"]
    report = compile_report(kind="cao-bang/consolidated-report", agency=agency, year=2026, actor=actor, at=AT)
    with pytest.raises(NotFrozen):
        send(report=report, actor=actor, at=AT)
    freeze(report=report, actor=actor, at=AT)
    send(report=report, actor=actor, at=AT + timedelta(hours=1))
    (duty,) = [
        one
        for one in duties(year=2026, as_of=AT + timedelta(hours=2), agency_ids={agency.pk})
        if one.obligation_id == "cao-bang/consolidated-report"
    ]
    assert (duty.status, [one.subject_id for one in duty.evidence]) == ("done", [str(report.pk)])
    assert report.state == "sent"


def test_a_supplier_s_report_speaks_of_its_own_programmes() -> None:
    from bangtin.hub.accounts.models import Post, Role

    year = a_year()
    agency = year.world.agencies["so-ngoai-vu"]
    Post.objects.create(user=year.world.users["bao-cao"], agency=agency, role=Role.REPORTER)
    found = values(compiled(year, agency="so-ngoai-vu"))
    assert (found["programmes_submitted_count"], found["plays_count"]) == (3, 0)
    assert "station_programmes_count" not in found


def test_each_figure_leads_down_to_submissions() -> None:
    year = a_year()
    report = compiled(year)
    for name in ("plays_count", "aired_s", "slots_count", "planned_s", "programmes_approved_count"):
        assert [row["submission"] for row in trace(report, name).rows] == ["CB-2026-0001/1"], name
    assert [row["submission"] for row in trace(report, "programmes_returned_count").rows] == ["CB-2026-0003/1"]
    duty = trace(report, "station_months_met_count").rows[0]
    assert duty["submission"] == "CB-2026-0001/1"


def test_every_figure_above_nought_has_rows() -> None:
    report = compiled(a_year())
    assert [one.name for one in figures(report) if one.value and not one.sources] == []
