"""Placing: inside the hours, outside them, on days off, over another slot."""

from datetime import timedelta

import pytest
from django.utils import translation

from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules import actions, errors, queries
from bangtin.hub.schedules.actions import Instruction
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday
from bangtin.rulebook.texts import Window


def test_a_slot_inside_the_hours_of_a_working_day_is_placed_under_its_clause(desk: Desk) -> None:
    slot = desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")
    assert (slot.is_outside_hours, slot.clause) == (False, "cao-bang/8.1.a")
    assert AuditEntry.objects.get(action="slot.placed").actor_name == desk.scheduler.display_name


@pytest.mark.parametrize(("language", "word"), [("vi", "nằm ngoài giờ hoạt động"), ("en", "operating hours")])
def test_a_slot_outside_the_hours_is_refused_with_the_article_and_the_nearest_times(
    desk: Desk, language: str, word: str
) -> None:
    with translation.override(language), pytest.raises(errors.OutsideHours) as caught:
        desk.place(desk.version(), "2026-11-26 18:00", "2026-11-26 18:30")
    refusal = caught.value
    assert refusal.citation == "cao-bang/8.1.a"
    assert word in refusal.message and "8.1" in refusal.message and refusal.next_step
    assert refusal.suggestions[0] == errors.Suggestion(local("2026-11-26 17:30"), local("2026-11-26 18:00"))


def test_the_lunch_pause_is_outside_the_hours(desk: Desk) -> None:
    with pytest.raises(errors.OutsideHours):
        desk.place(desk.version(), "2026-11-23 10:30", "2026-11-23 14:00")


def test_an_instruction_from_above_places_a_slot_outside_the_hours_and_counts_it_apart(desk: Desk) -> None:
    paper = Instruction(number="15/CĐ-UBND", issuer="UBND tỉnh Cao Bằng")
    slot = desk.place(desk.version(), "2026-11-23 18:00", "2026-11-23 18:30", instruction=paper)
    assert slot.is_outside_hours and slot.instruction_number == "15/CĐ-UBND"
    assert slot.clause.startswith("cao-bang/7.1")


def test_an_instruction_for_a_slot_inside_the_hours_is_kept_but_not_counted_apart(desk: Desk) -> None:
    paper = Instruction(number="15/CĐ-UBND", issuer="UBND tỉnh Cao Bằng")
    slot = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 08:30", instruction=paper)
    assert (slot.is_outside_hours, slot.instruction_issuer) == (False, "UBND tỉnh Cao Bằng")


def test_an_instruction_without_its_number_is_refused(desk: Desk) -> None:
    with pytest.raises(errors.BadInstruction):
        desk.place(desk.version(), "2026-11-23 18:00", "2026-11-23 18:30", instruction=Instruction(" ", "UBND tỉnh"))


def test_a_saturday_without_windows_is_refused_until_the_district_sets_them(desk: Desk) -> None:
    version = desk.version()
    with pytest.raises(errors.NoHoursSet) as caught:
        desk.place(version, "2026-11-28 08:00", "2026-11-28 09:00")
    assert caught.value.citation == "cao-bang/8.1.b"
    whole = [Window.parse("08:00-12:00"), Window.parse("13:00-17:30")]
    advice = actions.set_day_windows(
        cluster=desk.cluster, on=local("2026-11-28 00:00").date(), windows=whole, actor=desk.scheduler, at=NOW
    )
    assert advice == []
    assert desk.place(version, "2026-11-28 08:00", "2026-11-28 09:00").clause == "cao-bang/8.1.b"


def test_new_years_day_is_a_holiday_without_hours(desk: Desk) -> None:
    with pytest.raises(errors.NoHoursSet):
        desk.place(desk.version(), "2027-01-01 08:00", "2027-01-01 09:00")


@pytest.mark.parametrize(
    ("windows", "codes"),
    [(["08:00-12:00"], ["hours.below_advisory"]), (["07:00-18:00"], ["hours.above_advisory"]), ([], [])],
)
def test_few_or_many_hours_on_a_day_off_are_advice_and_none_is_lawful(
    desk: Desk, windows: list[str], codes: list[str]
) -> None:
    advice = actions.set_day_windows(
        cluster=desk.cluster,
        on=local("2026-11-29 00:00").date(),
        windows=[Window.parse(text) for text in windows],
        actor=desk.scheduler,
        at=NOW,
    )
    assert [one.code for one in advice] == codes


def test_the_hours_of_a_working_day_are_not_the_districts_to_set(desk: Desk) -> None:
    with pytest.raises(errors.HoursAreFixed):
        actions.set_day_windows(
            cluster=desk.cluster, on=monday("00:00").date(), windows=[], actor=desk.scheduler, at=NOW
        )


def test_windows_that_would_leave_a_placed_slot_outside_are_refused(desk: Desk) -> None:
    on = local("2026-11-28 00:00").date()
    first, second = [Window.parse("08:00-16:00")], [Window.parse("12:00-20:00")]
    actions.set_day_windows(cluster=desk.cluster, on=on, windows=first, actor=desk.scheduler, at=NOW)
    desk.place(desk.version(), "2026-11-28 08:00", "2026-11-28 09:00")
    with pytest.raises(errors.BadWindows):
        actions.set_day_windows(cluster=desk.cluster, on=on, windows=second, actor=desk.scheduler, at=NOW)


def test_a_version_that_is_not_ready_is_refused(desk: Desk) -> None:
    with pytest.raises(errors.NotReady):
        desk.place(desk.version(state=VersionState.PROPOSED), "2026-11-23 08:00", "2026-11-23 09:00")


def test_a_version_whose_content_changed_after_its_approval_is_refused(desk: Desk) -> None:
    version = desk.version()
    version.renditions.update(duration_ms=11_000)
    with pytest.raises(errors.NotReady):
        desk.place(version, "2026-11-23 08:00", "2026-11-23 09:00")


def test_a_programme_handed_in_for_another_cluster_is_refused(desk: Desk) -> None:
    with pytest.raises(errors.NotForThisCluster):
        desk.place(desk.version(cluster="trung-khanh"), "2026-11-23 08:00", "2026-11-23 09:00")


def test_a_version_without_the_screens_form_is_refused(desk: Desk) -> None:
    version = desk.version()
    version.renditions.update(geometry="1024x512")
    version.decisions.all().delete()
    version.content_digest = _digest(version)
    version.save(update_fields=["content_digest"])
    desk.approve(version)
    with pytest.raises(errors.NoRendition):
        desk.place(version, "2026-11-23 08:00", "2026-11-23 09:00")


def test_slots_of_one_class_that_overlap_are_refused_naming_the_other(desk: Desk) -> None:
    desk.place(desk.version(title="Tiêm phòng cúm"), "2026-11-23 08:00", "2026-11-23 09:00")
    with pytest.raises(errors.SlotTaken) as caught:
        desk.place(desk.version(), "2026-11-23 08:30", "2026-11-23 09:30")
    assert "Tiêm phòng cúm" in caught.value.message
    assert caught.value.suggestions[0].starts_at == monday("09:00")


def test_exactly_the_same_window_is_a_shared_loop(desk: Desk) -> None:
    first, second = (
        desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00"),
        desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00"),
    )
    plan = queries.plan(desk.cluster, monday("00:00"), monday("23:59"))
    assert [window.slots for window in plan.windows] == [(first, second)]


def test_the_same_version_twice_in_one_window_is_refused(desk: Desk) -> None:
    version = desk.version()
    desk.place(version, "2026-11-23 08:00", "2026-11-23 09:00")
    with pytest.raises(errors.SlotTaken):
        desk.place(version, "2026-11-23 08:00", "2026-11-23 09:00")


def test_a_slot_may_begin_when_another_ends(desk: Desk) -> None:
    desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    assert desk.place(desk.version(), "2026-11-23 09:00", "2026-11-23 10:00").pk


def test_a_priority_slot_may_lie_over_an_ordinary_one_if_it_was_approved_so(desk: Desk) -> None:
    desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    urgent = desk.version(is_urgent=True)
    assert desk.place(urgent, "2026-11-23 08:15", "2026-11-23 08:30", bulletin_class="priority").pk
    with pytest.raises(errors.NotUrgent):
        desk.place(desk.version(), "2026-11-23 09:15", "2026-11-23 09:30", bulletin_class="priority")


@pytest.mark.parametrize(("starts", "ends"), [("2026-11-20 08:00", "2026-11-20 09:00"), ("2026-11-23 09:00",) * 2])
def test_a_slot_in_the_past_or_without_length_is_refused(desk: Desk, starts: str, ends: str) -> None:
    with pytest.raises(errors.InThePast):
        desk.place(desk.version(), starts, ends)


def test_a_slot_further_ahead_than_a_bundle_reaches_is_refused(desk: Desk) -> None:
    with pytest.raises(errors.TooFarAhead):
        desk.place(desk.version(), "2027-03-15 08:00", "2027-03-15 09:00")


@pytest.mark.parametrize("username", ["xep-lich-tk", "van-hanh", "dai", "tham-dinh-1", "lanh-dao", "quan-tri"])
def test_only_the_scheduler_of_the_clusters_own_district_places(desk: Desk, username: str) -> None:
    with pytest.raises(NotPermitted):
        desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00", actor=desk.world.users[username])


def test_a_slot_taken_down_leaves_its_time_free(desk: Desk) -> None:
    slot = desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    actions.take_down(slot=slot, reason="Sai địa danh", actor=desk.world.users["van-hanh"], at=NOW)
    assert slot.taken_down_at == NOW
    assert desk.place(desk.version(), "2026-11-23 08:30", "2026-11-23 09:00").pk


def test_filler_takes_approved_versions_once(desk: Desk) -> None:
    version = desk.version()
    filler = actions.add_filler(cluster=desk.cluster, version=version, actor=desk.scheduler, at=NOW)
    with pytest.raises(errors.AlreadyFiller):
        actions.add_filler(cluster=desk.cluster, version=version, actor=desk.scheduler, at=NOW)
    with pytest.raises(errors.NotReady):
        returned = desk.version(state=VersionState.RETURNED)
        actions.add_filler(cluster=desk.cluster, version=returned, actor=desk.scheduler, at=NOW)
    actions.remove_filler(filler=filler, actor=desk.scheduler, at=NOW)
    assert queries.fillers(desk.cluster) == []


def test_a_suggestion_is_never_past(desk: Desk) -> None:
    at = monday("17:50")
    with pytest.raises(errors.OutsideHours) as caught:
        desk.place(desk.version(), "2026-11-23 18:00", "2026-11-23 18:30", at=at)
    assert all(one.starts_at >= at for one in caught.value.suggestions)
    # Tuesday 24/11 is Viet Nam Cultural Day, a holiday: the next lawful time is on Wednesday
    assert caught.value.suggestions[0].starts_at == local("2026-11-25 07:30")
    assert caught.value.suggestions[0].ends_at - caught.value.suggestions[0].starts_at == timedelta(minutes=30)


def _digest(version: object) -> str:
    from bangtin.hub.programmes import queries as programmes

    return programmes.content_digest(version)  # type: ignore[arg-type]  # a test's shorthand
