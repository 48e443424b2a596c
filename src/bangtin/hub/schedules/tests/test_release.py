"""Releases: asked by one person, released by another, bound to the plan as it was; alone only where recorded."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bangtin.hub.accounts.actions import delegate_post, join_person
from bangtin.hub.accounts.models import Role
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal.lanes import OnePersonUnit
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.schedules import actions, errors, queries
from bangtin.hub.schedules.models import PlanRelease
from bangtin.hub.schedules.queries import releasing
from bangtin.hub.schedules.states import ReleaseState
from bangtin.hub.schedules.tests.provinces import Province

At = Callable[[str], Province]
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


def _planned(desk: Province) -> PlanRelease:
    desk.place(desk.version("Phòng cháy"), "2026-11-23 07:30", "2026-11-23 11:00")
    return _ask(desk)


def _ask(desk: Province, **more: object) -> PlanRelease:
    arguments: dict[str, object] = {"from_on": MONDAY, "until_on": FRIDAY, "actor": desk.actor, "at": desk.at}
    return actions.ask_release(cluster=desk.cluster, **{**arguments, **more})  # type: ignore[arg-type]  # a test's shorthand


def test_a_plan_is_released_by_another_person_and_may_then_be_published(province: At) -> None:
    desk = province("cao-bang")
    release = _planned(desk)
    assert queries.released_until(desk.cluster, local("2026-11-23 06:00")) is None
    actions.approve_release(release=release, actor=desk.users["hai"], at=desk.at)
    assert (release.state, release.is_alone, release.answered_by) == (ReleaseState.APPROVED, False, desk.users["hai"])
    assert queries.released_until(desk.cluster, local("2026-11-23 06:00")) == FRIDAY
    assert AuditEntry.objects.get(action="release.approved").details["digest"] == release.digest


def test_what_is_read_before_releasing_has_minutes_findings_and_changes(province: At) -> None:
    desk = province("cao-bang")
    first = _planned(desk)
    summary = first.summary
    assert summary["minutes"]["planned"] == 210.0 and summary["minutes"]["category"] == {"grassroots_essential": 210.0}
    assert summary["minutes"]["direction"] == {"domestic": 210.0} and summary["minutes"]["language"] == {"vi": 210.0}
    assert "gap" in {one["code"] for one in summary["findings"]} and summary["changes"] == []
    actions.approve_release(release=first, actor=desk.users["hai"], at=desk.at)
    desk.place(desk.version("Tiêm chủng"), "2026-11-25 07:30", "2026-11-25 11:00")
    second = _ask(desk)
    assert second.summary["since"] == first.pk
    assert [(one["how"], one["what"][:10]) for one in second.summary["changes"]] == [("added", "Tiêm chủng")]


def test_nobody_releases_the_own_plan_from_whichever_account_or_in_whose_stead(province: At) -> None:
    desk = province("cao-bang")
    release = _planned(desk)
    second = desk.account("lich-2", "ubnd-quang-hoa", Role.SCHEDULER)
    join_person(user=second, same_as=desk.actor, reason="Hai tài khoản của một người", actor=None, at=desk.at)
    second.refresh_from_db()
    stand_in = desk.account("thay", "ubnd-quang-hoa", Role.REPORTER)
    delegate_post(
        post=desk.actor.posts.get(),
        to=stand_in,
        starts_on=desk.at.date(),
        ends_on=FRIDAY,
        reason="Đi công tác",
        actor=desk.actor,
        at=desk.at,
    )
    for who in (desk.actor, second, stand_in):
        with pytest.raises(errors.OwnRelease):
            actions.approve_release(release=release, actor=who, at=desk.at)
        with pytest.raises(errors.OwnRelease):
            actions.return_release(release=release, reason="Thiếu nội dung", actor=who, at=desk.at)
        assert not actions.may_answer(release, who, at=desk.at)
    assert PlanRelease.objects.get().state == ReleaseState.ASKED


def test_a_unit_that_recorded_it_has_one_person_releases_alone_and_is_shown_so(province: At) -> None:
    desk = province("cao-bang")
    release = _planned(desk)
    OnePersonUnit.objects.create(
        agency=Agency.objects.get(pk="cao-bang/ubnd-quang-hoa"),
        starts_on=desk.at.date(),
        basis="Quyết định phân công số 5/QĐ-UBND",
        recorded_by=desk.users["hai"],
        recorded_at=desk.at,
    )
    actions.approve_release(release=release, actor=desk.actor, at=desk.at)
    assert release.is_alone and release.answered_by == desk.actor
    assert AuditEntry.objects.get(action="release.approved").details["is_alone"] is True


def test_only_who_answers_for_the_plan_of_that_cluster_releases_it(province: At) -> None:
    for name, refused in (
        ("cao-bang", ("khac", "so-1", "dai")),
        ("lai-chau", ("khac", "may", "bql-lich", "so-1")),
        ("ha-tinh", ("khac", "so-1", "dai")),
    ):
        desk = province(name)
        desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00") if name == "cao-bang" else None
        release = PlanRelease.objects.create(
            cluster=desk.cluster,
            from_on=MONDAY,
            until_on=MONDAY,
            digest=queries.plan_digest(desk.cluster, MONDAY, MONDAY),
            asked_by=desk.actor,
            asked_at=desk.at,
        )
        for who in refused:
            with pytest.raises(NotPermitted):
                actions.return_release(release=release, reason="Thiếu nội dung", actor=desk.users[who], at=desk.at)
            with pytest.raises(NotPermitted):
                _ask(desk, actor=desk.users[who])
        assert actions.may_answer(release, desk.users["hai"], at=desk.at)


def test_a_plan_that_changed_since_it_was_asked_for_is_not_released_and_says_what_changed(province: At) -> None:
    desk = province("cao-bang")
    release = _planned(desk)
    desk.place(desk.version("Tiêm chủng"), "2026-11-25 07:30", "2026-11-25 11:00")
    with pytest.raises(errors.PlanChanged) as caught:
        actions.approve_release(release=release, actor=desk.users["hai"], at=desk.at)
    assert "Tiêm chủng" in caught.value.message
    assert [one.how for one in releasing.changes_since(release)] == ["added"]
    with pytest.raises(NotPermitted):
        actions.take_back_release(release=release, actor=desk.users["hai"], at=desk.at)
    actions.take_back_release(release=release, actor=desk.actor, at=desk.at)
    assert release.state == ReleaseState.WITHDRAWN
    assert _ask(desk).state == ReleaseState.ASKED


def test_a_plan_that_breaks_the_law_cannot_be_asked_for_and_the_article_is_named(province: At) -> None:
    desk = province("lai-chau")
    desk.hours("2026-11-23", "2026-11-27", "07:00-11:00", "13:00-17:00")
    desk.place(desk.version(), "2026-11-23 07:00", "2026-11-23 11:00")
    with pytest.raises(errors.PlanHasErrors) as caught:
        _ask(desk, until_on=MONDAY)
    assert caught.value.citation == "lai-chau/8.1-2"
    desk.place(desk.version(), "2026-11-23 13:00", "2026-11-23 17:00")
    assert _ask(desk, until_on=MONDAY).state == ReleaseState.ASKED


def test_an_approval_that_fell_after_the_question_keeps_the_plan_from_being_released(province: At) -> None:
    desk = province("cao-bang")
    version = desk.version()
    desk.place(version, "2026-11-23 07:30", "2026-11-23 11:00")
    release = _ask(desk)
    version.renditions.update(duration_ms=31_000)  # its content is another than the officers saw
    with pytest.raises((errors.PlanHasErrors, errors.PlanChanged)):
        actions.approve_release(release=release, actor=desk.users["hai"], at=desk.at)
    assert PlanRelease.objects.get().state == ReleaseState.ASKED


def test_a_returned_plan_says_why_and_is_asked_for_anew(province: At) -> None:
    desk = province("cao-bang")
    release = _planned(desk)
    with pytest.raises(errors.ReleaseWaits):
        _ask(desk)
    with pytest.raises(errors.BadRelease):
        actions.return_release(release=release, reason="  ", actor=desk.users["hai"], at=desk.at)
    actions.return_release(release=release, reason="Thiếu tin tiêm chủng", actor=desk.users["hai"], at=desk.at)
    assert (release.state, release.answer) == (ReleaseState.RETURNED, "Thiếu tin tiêm chủng")
    late: list[Callable[[], object]] = [
        lambda: actions.approve_release(release=release, actor=desk.users["hai"], at=desk.at),
        lambda: actions.return_release(release=release, reason="Thêm lần nữa", actor=desk.users["hai"], at=desk.at),
        lambda: actions.take_back_release(release=release, actor=desk.actor, at=desk.at),
    ]
    for deed in late:
        with pytest.raises(StaleState):
            deed()
    assert _ask(desk).pk != release.pk


def test_days_that_are_past_or_too_far_are_not_asked_for(province: At) -> None:
    desk = province("cao-bang")
    today = desk.at.date()
    for first, last in (
        (today - timedelta(days=1), today),
        (FRIDAY, MONDAY),
        (today, today + timedelta(days=91)),
    ):
        with pytest.raises(errors.BadRelease):
            _ask(desk, from_on=first, until_on=last)
    release = _planned(desk)
    with pytest.raises(errors.BadRelease):
        actions.approve_release(release=release, actor=desk.users["hai"], at=desk.at + timedelta(days=30))


def test_of_two_who_answer_at_once_one_is_told_that_it_was_answered(province: At) -> None:
    desk = province("cao-bang")
    release = _planned(desk)
    rival = PlanRelease.objects.get(pk=release.pk)  # read before the other answered
    actions.approve_release(release=release, actor=desk.users["hai"], at=desk.at)
    with pytest.raises(StaleState):
        actions.approve_release(release=rival, actor=desk.users["may"], at=desk.at)
    with pytest.raises(StaleState):
        actions.return_release(release=rival, reason="Thiếu nội dung", actor=desk.users["may"], at=desk.at)
    assert AuditEntry.objects.filter(action__startswith="release.a", action__endswith="approved").count() == 1
