"""Placements: what their numbers, days, windows and sound must hold, in three provinces."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.schedules import actions, errors, queries
from bangtin.hub.schedules.models import CampaignKind, DayScope, MixKind, MixRule, Placement, Playlist
from bangtin.hub.schedules.states import PlacementState
from bangtin.hub.schedules.tests.provinces import Province
from bangtin.rulebook.texts import Window

At = Callable[[str], Province]
MORNING = Window.parse("07:30-09:00")


def test_a_placement_plays_on_its_days_and_the_trail_has_its_numbers(province: At) -> None:
    desk = province("cao-bang")
    row = desk.schedule(
        desk.playlist(),
        desk.version(),
        "2026-11-23",
        "2026-11-27",
        recurrence="freq=weekly;byday=MO,WE",
        windows=(MORNING,),
        target_per_day=6,
        max_per_day=8,
        gap_s=300,
    )
    assert (row.recurrence, row.windows, row.clause) == ("FREQ=WEEKLY;BYDAY=MO,WE", [[27000, 32400]], "cao-bang/8.1.a")
    assert AuditEntry.objects.get(action="placement.placed").details["gap_s"] == 300
    days = [date(2026, 11, 23) + timedelta(days=number) for number in range(5)]
    turns = [sum(len(one.turns) for one in queries.layout_of(desk.cluster, on).windows()) for on in days]
    assert turns == [6, 0, 6, 0, 0]


def test_numbers_that_do_not_hold_together_are_refused_by_field(province: At) -> None:
    desk = province("cao-bang")
    playlist, version = desk.playlist(), desk.version()
    wrong: list[tuple[dict[str, object], str]] = [
        ({"min_per_day": 5, "max_per_day": 3}, "max_per_day"),
        ({"target_per_day": 2, "min_per_day": 3}, "target_per_day"),
        ({"target_per_day": 9, "max_per_day": 3}, "target_per_day"),
        ({"min_per_hour": 4, "max_per_hour": 2}, "max_per_hour"),
        ({"min_per_hour": 20, "gap_s": 300}, "min_per_hour"),
        ({"min_per_day": 4000}, "min_per_day"),
        ({"min_per_hour": 2, "max_per_day": 1}, "min_per_hour"),
        ({"gap_s": 90_000}, "gap_s"),
        ({"windows": (MORNING, Window.parse("08:00-10:00"))}, "windows"),
        ({"recurrence": "FREQ=HOURLY"}, "recurrence"),
        ({"recurrence": "nonsense"}, "recurrence"),
        ({"recurrence": "FREQ=WEEKLY;BYDAY=SU"}, "recurrence"),
    ]
    for fields, named in wrong:
        with pytest.raises(errors.BadPlacement) as caught:
            desk.schedule(playlist, version, "2026-11-23", "2026-11-27", **fields)
        assert named in caught.value.fields, fields
    for days in (("2026-11-21", "2026-11-27"), ("2026-11-27", "2026-11-23"), ("2026-11-23", "2031-01-01")):
        with pytest.raises(errors.BadPlacement):
            desk.schedule(playlist, version, *days)
    assert not Placement.objects.exists()


def test_a_window_outside_the_hours_is_refused_with_the_article(province: At) -> None:
    desk = province("cao-bang")
    playlist, version = desk.playlist(), desk.version()
    with pytest.raises(errors.OutsideHours) as caught:
        desk.schedule(playlist, version, "2026-11-23", "2026-11-27", windows=(Window.parse("11:30-13:00"),))
    assert caught.value.citation == "cao-bang/8.1.a" and "8.1" in caught.value.message
    with pytest.raises(errors.NoHoursSet) as closed:
        desk.schedule(playlist, version, "2026-11-28", "2026-11-29")
    assert closed.value.citation == "cao-bang/8.1.b"
    # a make-up Saturday is a working day: no hours have to be set
    desk.at = desk.at.replace(month=8, day=20)
    assert desk.schedule(playlist, version, "2026-08-22", "2026-08-22").clause == "cao-bang/8.1.a"


def test_sound_outside_its_hours_needs_a_reason_and_silence_none(province: At) -> None:
    desk = province("ha-tinh")
    playlist, loud, silent = desk.playlist(), desk.version(has_sound=True), desk.version()
    with pytest.raises(errors.QuietHours) as caught:
        desk.schedule(playlist, loud, "2026-11-23", "2026-11-29")
    assert "06:00–21:00" in caught.value.message and "QCVN 26" in caught.value.message
    assert "sound_reason" in caught.value.fields
    desk.schedule(playlist, loud, "2026-11-23", "2026-11-29", windows=(Window.parse("06:00-21:00"),))
    desk.schedule(playlist, silent, "2026-11-23", "2026-11-29")
    with pytest.raises(errors.QuietHours):
        desk.place(loud, "2026-11-23 20:30", "2026-11-23 21:30")
    reason = "Lễ đón giao thừa tại cảng"
    assert desk.place(loud, "2026-11-23 20:30", "2026-11-23 21:30", sound_reason=reason).sound_reason == reason
    with pytest.raises(errors.QuietHours):
        desk.place(loud, "2026-11-24 05:59", "2026-11-24 06:30")
    desk.place(loud, "2026-11-24 06:00", "2026-11-24 21:00")


def test_a_playlist_is_of_clusters_that_one_desk_plans_under_one_regulation(province: At) -> None:
    desk, other = province("cao-bang"), province("ha-tinh")
    with pytest.raises(NotPermitted):
        desk.playlist(Cluster.objects.get(pk="cao-bang/trung-khanh"))
    with pytest.raises(NotPermitted):
        desk.playlist(desk.cluster, other.cluster)
    with pytest.raises(errors.BadPlaylist):
        actions.make_playlist(name=" ", clusters=[desk.cluster], actor=desk.actor, at=desk.at)
    with pytest.raises(errors.BadPlaylist):
        actions.make_playlist(name="Trống", clusters=[], actor=desk.actor, at=desk.at)
    assert not Playlist.objects.exists()


def test_at_the_border_of_lai_chau_the_department_plans_and_the_board_does_not(province: At) -> None:
    desk = province("lai-chau")
    desk.hours("2026-11-23", "2026-11-29", "07:00-11:00", "13:00-17:00")
    playlist, version = desk.playlist(), desk.version()
    spec = actions.PlacementSpec(date(2026, 11, 23), date(2026, 11, 29))
    for who in ("may", "bql-lich", "khac", "so-1", "dai"):
        with pytest.raises(NotPermitted):
            actions.schedule_placement(playlist=playlist, version=version, spec=spec, actor=desk.users[who], at=desk.at)
    row = desk.schedule(playlist, version, "2026-11-23", "2026-11-29")
    # the board runs the screens: what is wrong it takes off at once
    actions.take_down_placement(placement=row, reason="Màn hình chớp mạnh", actor=desk.users["may"], at=desk.at)
    assert row.state == PlacementState.TAKEN_DOWN


def test_a_changed_placement_keeps_what_was_and_a_stale_one_is_refused(province: At) -> None:
    desk = province("cao-bang")
    row = desk.schedule(desk.playlist(), desk.version(), "2026-11-23", "2026-11-27")
    rival = Placement.objects.get(pk=row.pk)
    spec = actions.PlacementSpec(date(2026, 11, 23), date(2026, 11, 25), max_per_day=4)
    later = desk.at + timedelta(days=2)
    actions.change_placement(placement=row, spec=spec, actor=desk.actor, at=later)  # begun: its first day stays
    assert (row.ends_on, row.max_per_day) == (date(2026, 11, 25), 4)
    with pytest.raises(StaleState):
        actions.change_placement(placement=rival, spec=spec, actor=desk.actor, at=later)
    actions.withdraw(placement=row, actor=desk.actor, at=later)
    assert row.state == PlacementState.WITHDRAWN and row.withdrawn_at == later
    with pytest.raises(StaleState):
        actions.withdraw(placement=row, actor=desk.actor, at=later)


def test_a_campaign_bounds_its_placements(province: At) -> None:
    desk = province("cao-bang")
    with pytest.raises(errors.BadCampaign):
        actions.make_campaign(
            name="Tết", starts_on=date(2027, 2, 9), ends_on=date(2027, 2, 1), actor=desk.actor, at=desk.at
        )
    with pytest.raises(NotPermitted):
        actions.make_campaign(
            name="Tết", starts_on=date(2027, 2, 1), ends_on=date(2027, 2, 9), actor=desk.users["may"], at=desk.at
        )
    campaign = actions.make_campaign(
        name="Tháng biên giới",
        starts_on=date(2026, 11, 25),
        ends_on=date(2026, 11, 26),
        actor=desk.actor,
        at=desk.at,
        kind=CampaignKind.EVENT,
    )
    playlist, version = desk.playlist(), desk.version()
    with pytest.raises(errors.BadPlacement):
        desk.schedule(playlist, version, "2026-11-27", "2026-11-30", campaign=campaign)
    desk.schedule(playlist, version, "2026-11-23", "2026-11-27", campaign=campaign, max_per_day=3)
    airs = [on for on in range(23, 28) if list(queries.layout_of(desk.cluster, date(2026, 11, on)).windows())]
    assert airs == [25, 26]


def test_a_daypart_moves_the_placements_that_name_it_and_is_not_removed_under_them(province: At) -> None:
    desk = province("cao-bang")
    part = actions.add_daypart(
        cluster=desk.cluster, name="Buổi sáng", opens_s=27000, closes_s=39600, actor=desk.actor, at=desk.at
    )
    for name, opens_s, closes_s in (("Buổi sáng", 0, 60), (" ", 0, 60), ("Trưa", 60, 60), ("Đêm", 0, 90_000)):
        with pytest.raises(errors.BadDaypart):
            actions.add_daypart(
                cluster=desk.cluster, name=name, opens_s=opens_s, closes_s=closes_s, actor=desk.actor, at=desk.at
            )
    row = desk.schedule(desk.playlist(), desk.version(), "2026-11-23", "2026-11-27", dayparts=(part,))
    moved = {"name": "Buổi sáng", "days": DayScope.EVERY, "actor": desk.actor, "at": desk.at}
    with pytest.raises(errors.OutsideHours):
        actions.change_daypart(daypart=part, opens_s=0, closes_s=3600, **moved)  # type: ignore[arg-type]  # shared words
    actions.change_daypart(daypart=part, opens_s=28800, closes_s=36000, **moved)  # type: ignore[arg-type]  # shared words
    assert part.opens_s == 28800
    with pytest.raises(errors.DaypartInUse):
        actions.remove_daypart(daypart=part, actor=desk.actor, at=desk.at)
    actions.withdraw(placement=row, actor=desk.actor, at=desk.at)
    actions.remove_daypart(daypart=part, actor=desk.actor, at=desk.at)
    assert not desk.cluster.dayparts.exists()


def test_a_share_is_local_and_has_its_basis(province: At) -> None:
    desk = province("lai-chau")
    basis = "Quy chế phối hợp của cụm, số 12/QC"
    wrong = [
        actions.MixSpec(MixKind.ADVERTISING, most_permille=100),
        actions.MixSpec(MixKind.ADVERTISING, basis=basis),
        actions.MixSpec(MixKind.CATEGORY, "khong-co", most_permille=100, basis=basis),
        actions.MixSpec(MixKind.LANGUAGE, "xx", most_permille=100, basis=basis),
        actions.MixSpec(MixKind.ADVERTISING, least_permille=300, most_permille=200, basis=basis),
        actions.MixSpec(MixKind.ADVERTISING, most_permille=2000, basis=basis),
        actions.MixSpec(MixKind.ADVERTISING, most_permille=100, basis=basis, clause="lai-chau/99"),
    ]
    for spec in wrong:
        with pytest.raises(errors.BadMixRule):
            actions.set_mix_rule(cluster=desk.cluster, spec=spec, actor=desk.actor, at=desk.at)
    good = actions.MixSpec(MixKind.ADVERTISING, most_permille=100, basis=basis)
    with pytest.raises(NotPermitted):
        actions.set_mix_rule(cluster=desk.cluster, spec=good, actor=desk.users["may"], at=desk.at)
    actions.set_mix_rule(cluster=desk.cluster, spec=good, actor=desk.actor, at=desk.at)
    again = actions.MixSpec(MixKind.ADVERTISING, most_permille=50, basis=basis)
    rule = actions.set_mix_rule(cluster=desk.cluster, spec=again, actor=desk.actor, at=desk.at)
    assert MixRule.objects.get() == rule and rule.most_permille == 50
    actions.remove_mix_rule(rule=rule, actor=desk.actor, at=desk.at)
    assert not MixRule.objects.exists()
    assert AuditEntry.objects.filter(action__startswith="mix.").count() == 3


def test_the_form_of_a_placement_learns_its_refusal_first(province: At) -> None:
    desk = province("cao-bang")
    playlist, version = desk.playlist(), desk.version()
    spec = actions.PlacementSpec(date(2026, 11, 23), date(2026, 11, 27), windows=(Window.parse("18:00-19:00"),))
    refusal = actions.check_rule_now(playlist=playlist, version=version, spec=spec, at=desk.at)
    assert isinstance(refusal, errors.OutsideHours) and refusal.citation == "cao-bang/8.1.a"
    lawful = actions.PlacementSpec(date(2026, 11, 23), date(2026, 11, 27))
    assert actions.check_rule_now(playlist=playlist, version=version, spec=lawful, at=desk.at) is None


def test_a_programme_taken_down_everywhere_leaves_its_placements_too(province: At) -> None:
    desk = province("cao-bang")
    version = desk.version()
    row = desk.schedule(desk.playlist(), version, "2026-11-23", "2026-11-27")
    made = actions.take_down_everywhere(
        programme=version.programme, reason="Theo văn bản của Sở", actor=desk.users["so-1"], at=desk.at
    )
    row.refresh_from_db()
    assert (made.placement_count, row.state) == (1, PlacementState.TAKEN_DOWN)
    with pytest.raises(errors.BarredByTakeDown):
        desk.schedule(row.playlist, version, "2026-11-23", "2026-11-27")
