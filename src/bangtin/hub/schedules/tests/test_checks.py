"""The live rules: what a plan of each province breaks, under which article, and what is only a local number."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.actions import set_local_value
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.models import DayWindow, Filler, MixKind, Slot
from bangtin.hub.schedules.queries import airing, checks
from bangtin.hub.schedules.queries.checks import ERROR, NOTE, WARNING, Finding
from bangtin.hub.schedules.queries.layouts import layouts_between
from bangtin.hub.schedules.tests.provinces import INSTRUMENTS, Province
from bangtin.rulebook.shapes import DatedValue

At = Callable[[str], Province]
MONDAY = date(2026, 11, 23)
BASIS = "Quy chế phối hợp của cụm, số 12/QC"


def _found(desk: Province, code: str, on: date = MONDAY, cluster: Cluster | None = None) -> list[Finding]:
    return [one for one in checks.findings(cluster or desk.cluster, on, on) if one.code == code]


def _lai_chau(province: At) -> Province:
    desk = province("lai-chau")
    desk.hours("2026-11-23", "2026-11-29", "07:00-11:30", "13:00-18:00")
    return desk


def _set(desk: Province, parameter: str, value: str | tuple[str, ...]) -> None:
    set_local_value(
        instrument=Instrument.objects.get(pk=INSTRUMENTS[desk.name]),
        parameter=parameter,
        given=DatedValue(MONDAY, value, "Công văn 1/STTTT"),
        actor=None,
        at=desk.at,
    )


def test_lai_chau_wants_three_hours_of_propaganda_in_each_half_and_says_the_bound_is_local(province: At) -> None:
    desk = _lai_chau(province)
    codes = {one.code: one for one in checks.findings(desk.cluster, MONDAY, MONDAY)}
    assert codes["hours.morning_below_minimum"].severity == ERROR
    desk.place(desk.version(), "2026-11-23 07:00", "2026-11-23 09:59")
    desk.place(desk.version(), "2026-11-23 13:00", "2026-11-23 16:00")
    (short,) = _found(desk, "hours.morning_below_minimum")
    assert (short.severity, short.clause) == (ERROR, "lai-chau/8.1-2")
    assert short.numbers == {"planned_s": 10740, "with_filler_s": 10740, "least_s": 10800}
    assert not _found(desk, "hours.afternoon_below_minimum")
    with translation.override("en"):
        (short,) = _found(desk, "hours.morning_below_minimum")
        assert "8.1" in short.message and "12:00" in short.message and "local setting" in short.message
    _set(desk, "hours.noon", "13:30")  # half an hour of the afternoon's slot is morning now
    assert not _found(desk, "hours.morning_below_minimum")
    (short,) = _found(desk, "hours.afternoon_below_minimum")
    assert short.numbers["planned_s"] == 9000


def test_advertising_fills_no_hour_of_propaganda_and_is_capped_where_the_site_says_so(province: At) -> None:
    desk = _lai_chau(province)
    desk.place(desk.version(), "2026-11-23 07:00", "2026-11-23 09:00")
    desk.place(desk.version("Quảng cáo", category="advertising"), "2026-11-23 09:00", "2026-11-23 11:00")
    desk.place(desk.version(), "2026-11-23 13:00", "2026-11-23 17:00")
    (short,) = _found(desk, "hours.morning_below_minimum")
    assert short.numbers["planned_s"] == 7200
    assert not _found(desk, "ads.over_cap")  # no law gives a number, and the site has set none
    spec = actions.MixSpec(MixKind.ADVERTISING, most_permille=200, basis=BASIS)
    actions.set_mix_rule(cluster=desk.cluster, spec=spec, actor=desk.actor, at=desk.at)
    (over,) = _found(desk, "ads.over_cap")  # 2 of 9.5 hours
    assert (over.severity, over.clause, over.numbers) == (ERROR, "", {"share_permille": 210, "most_permille": 200})
    assert BASIS in over.message
    hourly = actions.MixSpec(MixKind.ADVERTISING, most_permille=500, is_hourly=True, basis=BASIS)
    actions.set_mix_rule(cluster=desk.cluster, spec=hourly, actor=desk.actor, at=desk.at)
    assert [one.numbers["hour"] for one in _found(desk, "ads.over_cap") if "hour" in one.numbers] == [9, 10]


def test_a_loop_that_propaganda_shares_with_advertising_counts_by_length(province: At) -> None:
    desk = _lai_chau(province)
    advert = desk.version("Quảng cáo", category="advertising", duration_ms=10_000)
    for row in (desk.version(duration_ms=30_000), advert):
        desk.place(row, "2026-11-23 07:00", "2026-11-23 11:00")
    found = airing.mix(desk.cluster, MONDAY)
    assert found.minutes["planned"] == 240.0 and found.minutes["advertising"] == 60.0
    assert found.by_direction == {"external": 180 * 60_000}
    assert not _found(desk, "hours.morning_below_minimum")  # three hours exactly


def test_filler_makes_the_hours_lawful_but_not_planned(province: At) -> None:
    desk = _lai_chau(province)
    actions.add_filler(cluster=desk.cluster, version=desk.version(), actor=desk.actor, at=desk.at)
    found = {one.code: one for one in checks.findings(desk.cluster, MONDAY, MONDAY)}
    assert found["hours.morning_below_minimum"].severity == WARNING
    assert found["gap"].severity == NOTE and checks.is_lawful(found.values())
    advert = desk.version("Quảng cáo", category="advertising")
    Filler.objects.update(version=advert)
    assert _found(desk, "hours.morning_below_minimum")[0].severity == ERROR


def test_external_information_goes_first_at_the_border_by_a_share_that_is_local(province: At) -> None:
    desk = _lai_chau(province)
    domestic = desk.version("Người tốt việc tốt", category="good_examples")
    desk.place(domestic, "2026-11-23 07:00", "2026-11-23 10:00")
    (note,) = _found(desk, "priority.external_below")
    assert (note.severity, note.clause) == (NOTE, "lai-chau/7.4")
    desk.place(desk.version(), "2026-11-23 10:00", "2026-11-23 11:00")
    assert not _found(desk, "priority.external_below")
    _set(desk, "content.priority_share", "40")
    (short,) = _found(desk, "priority.external_below")
    assert (short.severity, short.numbers) == (WARNING, {"share_permille": 250, "least_permille": 400})
    desk.place(desk.version(), "2026-11-23 13:00", "2026-11-23 15:00")
    assert not _found(desk, "priority.external_below")


def test_ha_tinh_runs_round_the_clock_and_the_tolerance_is_the_provinces(province: At) -> None:
    desk = province("ha-tinh")
    desk.place(desk.version(), "2026-11-23 00:00", "2026-11-23 23:50")
    (short,) = _found(desk, "hours.not_round_the_clock")
    assert (short.severity, short.clause, short.numbers["outage_s"]) == (ERROR, "ha-tinh/3.2-2", 600)
    _set(desk, "hours.tolerance", "10")
    assert not _found(desk, "hours.not_round_the_clock")
    sunday = date(2026, 11, 29)
    assert _found(desk, "hours.not_round_the_clock", sunday)
    desk.schedule(desk.playlist(), desk.version(), "2026-11-29", "2026-11-29")
    assert not _found(desk, "hours.not_round_the_clock", sunday)


def test_cao_bang_has_windows_on_working_days_and_advice_on_days_off(province: At) -> None:
    desk = province("cao-bang")
    assert [one.code for one in checks.findings(desk.cluster, MONDAY, MONDAY)] == ["gap"]
    (gap,) = _found(desk, "gap")
    assert (gap.severity, gap.clause) == (WARNING, "cao-bang/8.1.a")
    saturday = date(2026, 11, 28)
    assert checks.findings(desk.cluster, saturday, saturday) == []  # dark is lawful: the text says "may"
    desk.hours("2026-11-28", "2026-11-28", "08:00-12:00")
    (advice,) = _found(desk, "hours.below_advisory", saturday)
    assert (advice.severity, advice.clause) == (WARNING, "cao-bang/8.1.b")
    desk.place(desk.version(), "2026-11-28 08:00", "2026-11-28 09:00")
    DayWindow.objects.all().delete()  # as where a day becomes another kind of day
    (outside,) = _found(desk, "hours.outside", saturday)
    assert (outside.severity, outside.numbers["outside_s"]) == (ERROR, 3600)


def test_rights_approvals_sound_and_faces_are_looked_at_again(province: At) -> None:
    desk = province("cao-bang")
    short = desk.version("Phim có hạn", rights_until=date(2026, 11, 25))
    desk.schedule(desk.playlist(), short, "2026-11-23", "2026-11-25")
    desk.cluster.playlists.get().placements.update(ends_on=date(2026, 11, 27))
    found = {one.code: one for one in checks.findings(desk.cluster, MONDAY, date(2026, 11, 27))}
    assert found["rights.end_before"].severity == ERROR and "25/11/2026" in found["rights.end_before"].message
    changed = desk.version("Đổi nội dung")
    slot = desk.place(changed, "2026-11-23 07:30", "2026-11-23 08:30")
    changed.renditions.update(duration_ms=31_000)
    assert not _found(desk, "approval.ends_before")  # the row still says ready
    thorough = checks.findings(desk.cluster, MONDAY, MONDAY, is_thorough=True)
    assert f"slot:{slot.pk}" in [one.subject for one in thorough if one.code == "approval.ends_before"]
    ProgrammeVersion.objects.filter(pk=changed.pk).update(state=VersionState.REJECTED)
    assert _found(desk, "approval.ends_before")[0].severity == ERROR
    Slot.objects.filter(pk=slot.pk).update(faces=["mat-cu-1"])
    assert _found(desk, "faces.unknown")[0].severity == ERROR
    other = province("ha-tinh")
    loud = other.version(has_sound=True)
    other.place(loud, "2026-11-23 20:00", "2026-11-23 21:00")
    assert not _found(other, "quiet.no_reason")
    _set(other, "sound.hours", ("06:00-20:00",))
    (quiet,) = _found(other, "quiet.no_reason")
    assert quiet.severity == ERROR and "06:00–20:00" in quiet.message and "1/STTTT" in quiet.message


def test_the_sets_of_languages_are_a_note_and_the_required_one_an_error(province: At) -> None:
    desk = _lai_chau(province)
    desk.place(desk.version(), "2026-11-23 07:00", "2026-11-23 11:00")
    (note,) = _found(desk, "language.missing")
    assert (note.severity, note.clause, note.on) == (NOTE, "lai-chau/10.1.a.1-2", None)
    foreign = desk.version("Welcome", language="en")
    Slot.objects.update(version=foreign)
    wrong = [one for one in _found(desk, "language.missing") if one.severity == ERROR]
    assert [one.clause for one in wrong] == ["lai-chau/2.2-6"]


def test_a_minimum_that_cannot_fit_is_reported_with_the_reason(province: At) -> None:
    desk = province("cao-bang")
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")
    desk.place(desk.version(), "2026-11-23 13:30", "2026-11-23 17:50")
    row = desk.schedule(
        desk.playlist(), desk.version("Ngắn"), "2026-11-23", "2026-11-23", min_per_day=40, max_per_day=50
    )
    (unmet,) = _found(desk, "placement.minimum_unmet")
    assert unmet.subject == f"placement:{row.pk}" and unmet.severity == WARNING
    assert (unmet.numbers["wanted"], unmet.numbers["got"]) == (40, 20) and "Ngắn" in unmet.message


def test_shares_of_languages_and_kinds_are_looked_at_with_slots_and_placements_together(province: At) -> None:
    desk = province("cao-bang")
    least = actions.MixSpec(MixKind.LANGUAGE, "en", least_permille=500, basis=BASIS)
    most = actions.MixSpec(MixKind.CATEGORY, "grassroots_essential", most_permille=300, basis=BASIS)
    for spec in (least, most):
        actions.set_mix_rule(cluster=desk.cluster, spec=spec, actor=desk.actor, at=desk.at)
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")
    (below,), (over,) = _found(desk, "mix.below_least"), _found(desk, "mix.over_most")
    assert (below.severity, over.severity) == (WARNING, ERROR)
    assert over.numbers == {"share_permille": 437, "most_permille": 300}  # 3.5 of 8 hours
    assert below.numbers == {"share_permille": 0, "least_permille": 500}


def test_three_faces_are_judged_one_by_one(province: At) -> None:
    desk = province("cao-bang")
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00", faces=("ta-lung-1",))
    assert {one.subject for one in _found(desk, "gap")} == {"ta-lung-1", "ta-lung-2, ta-lung-3"}
    assert airing.mix(desk.cluster, MONDAY).minutes["planned"] == 70.0  # one face of three


@pytest.mark.parametrize("name", ["cao-bang", "lai-chau", "ha-tinh"])
def test_a_week_is_checked_in_few_queries_however_much_is_planned(province: At, name: str) -> None:
    desk = province(name)
    if name == "lai-chau":
        desk.hours("2026-11-23", "2026-11-29", "07:00-11:00", "13:00-17:00")
    last = date(2026, 11, 29)

    def count() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as whole:
            checks.findings(desk.cluster, MONDAY, last)
        days = layouts_between(desk.cluster, MONDAY, last)
        with CaptureQueriesContext(connection) as rules:
            checks.findings_of(desk.cluster, days)
        return len(whole), len(rules)

    playlist = desk.playlist()
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 08:30")
    desk.schedule(playlist, desk.version(), "2026-11-23", "2026-11-29", max_per_day=3)
    few = count()
    for hour in range(8, 11):
        desk.place(desk.version(), f"2026-11-23 {hour:02d}:30", f"2026-11-23 {hour:02d}:50")
        desk.schedule(playlist, desk.version(), "2026-11-23", "2026-11-29", max_per_day=3)
    assert count() == few
    assert few[0] <= 16 and few[1] <= 7  # the second: days that a page has laid out already
