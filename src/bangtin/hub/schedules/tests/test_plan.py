"""The plan: hours, rest, gaps, preview and why."""

from datetime import date

from bangtin.hub.kit.clock import LOCAL, from_ms, to_ms
from bangtin.hub.schedules import actions, queries
from bangtin.hub.schedules.actions import Instruction
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday


def test_rest_is_what_the_hours_leave_over_day_by_day(desk: Desk) -> None:
    plan = queries.plan(desk.cluster, monday("00:00"), monday("23:59"))
    spans = [f"{one.starts_at.astimezone(LOCAL):%H:%M}-{one.ends_at.astimezone(LOCAL):%H:%M}" for one in plan.rest]
    assert spans == ["00:00-07:30", "11:00-13:30", "18:00-23:59"]
    assert {one.clause for one in plan.rest} == {"cao-bang/8.1.a"}
    assert len(plan.open) == 2


def test_a_day_off_without_windows_rests_whole(desk: Desk) -> None:
    days = queries.week(desk.cluster, date(2026, 11, 23))
    # Tuesday 24/11 is Viet Nam Cultural Day
    assert [day.hours.windows is None for day in days] == [False, True, False, False, False, True, True]
    assert days[5].gaps == ()


def test_gaps_of_a_day_are_its_hours_without_slots(desk: Desk) -> None:
    desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 11:00")
    gaps = queries.week(desk.cluster, date(2026, 11, 23))[0].gaps
    assert [(one.starts_at, one.ends_at) for one in gaps] == [
        (monday("07:30"), monday("08:00")),
        (monday("13:30"), monday("18:00")),
    ]


def test_the_preview_shows_the_loop_filler_and_rest(desk: Desk) -> None:
    first, second, spare = desk.version(duration_ms=10_000), desk.version(duration_ms=20_000), desk.version()
    for version in (first, second):
        desk.place(version, "2026-11-23 07:30", "2026-11-23 07:31")
    actions.add_filler(cluster=desk.cluster, version=spare, actor=desk.scheduler, at=NOW)
    face = desk.world.faces["ta-lung-2"]
    shown = queries.preview(desk.cluster, face, monday("07:29"), monday("07:32"))
    assert [one.kind for one in shown[:6]] == ["standby", "item", "item", "item", "item", "filler"]
    assert [one.until_ms - one.from_ms for one in shown[1:5]] == [10_000, 20_000, 10_000, 20_000]
    assert from_ms(shown[1].from_ms) == monday("07:30")


def test_a_slot_instructed_outside_the_hours_wins_over_rest(desk: Desk) -> None:
    paper = Instruction("15/CĐ-UBND", "UBND tỉnh")
    slot = desk.place(desk.version(), "2026-11-23 19:00", "2026-11-23 19:30", instruction=paper)
    why = queries.why(desk.cluster, desk.world.faces["ta-lung-1"], monday("19:10"))
    assert (why.showing.kind, why.version, why.slot_ids) == ("item", slot.version, (slot.pk,))
    assert why.clause.startswith("cao-bang/7.1")


def test_why_a_screen_is_dark_names_the_clause(desk: Desk) -> None:
    why = queries.why(desk.cluster, desk.world.faces["ta-lung-1"], monday("12:00"))
    assert (why.showing.kind, why.version, why.slot_ids, why.clause) == ("standby", None, (), "cao-bang/8.1.a")
    assert why.showing.until_ms == to_ms(monday("13:30"))
