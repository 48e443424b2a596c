"""While something is mended filler stands in for the plan, and the plan comes back by itself."""

from datetime import timedelta

import pytest

from bangtin.bundle import timeline, verify
from bangtin.hub.devices import actions, errors, queries
from bangtin.hub.devices.actions.standing_in import standing_in_until
from bangtin.hub.devices.tests.factories import enrolled, planned, published, record_of
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.schedules.tests.factories import Desk, monday

AT, UNTIL = monday("08:00"), monday("09:00")
WHY = "Thay mô-đun nguồn mặt 1"


def shown(desk: Desk, number: int, time_of_day: str) -> str:
    manifest = queries.manifest_of(desk.cluster, number)
    return timeline.showing(manifest, face="ta-lung-1", at_ms=to_ms(monday(time_of_day))).kind


def test_filler_stands_in_until_the_time_said_and_then_the_plan_goes_on(desk: Desk) -> None:
    player, _slot = enrolled(desk), planned(desk)
    before = published(desk)
    bundle = actions.stand_in(cluster=desk.cluster, until_at=UNTIL, reason=WHY, actor=desk.scheduler, at=AT)
    assert bundle.number == before.number + 1
    assert WHY in bundle.reason
    kinds = [shown(desk, bundle.number, each) for each in ("07:59", "08:00", "08:59", "09:00", "12:00")]
    assert kinds == ["item", "filler", "filler", "item", "standby"]
    assert standing_in_until(bundle, at=AT) == UNTIL
    assert standing_in_until(bundle, at=UNTIL) is None
    accepted = verify.accept(queries.current_files(), anchor=queries.anchor(), at=AT, device=record_of(player))
    assert accepted.manifest.number == bundle.number  # a screen takes it as any other


def test_what_plays_nowhere_else_is_left_out_and_comes_back_with_the_plan(desk: Desk) -> None:
    planned(desk)
    before = published(desk)
    until = monday("11:00")
    bundle = actions.stand_in(
        cluster=desk.cluster, until_at=until, reason=WHY, actor=desk.scheduler, at=monday("07:00")
    )
    assert len(queries.manifest_of(desk.cluster, bundle.number).items) == 1
    again = actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=monday("07:10"))
    assert shown(desk, again.number, "08:00") == shown(desk, before.number, "08:00") == "item"
    assert standing_in_until(again, at=monday("07:10")) is None


def test_urgent_bulletins_are_not_covered(desk: Desk) -> None:
    planned(desk)
    urgent = desk.version(title="Lũ trên sông Bằng", is_urgent=True)
    desk.place(urgent, "2026-11-23 08:20", "2026-11-23 08:30", bulletin_class="priority")
    published(desk)
    bundle = actions.stand_in(cluster=desk.cluster, until_at=UNTIL, reason=WHY, actor=desk.scheduler, at=AT)
    assert [shown(desk, bundle.number, each) for each in ("08:10", "08:20", "08:30")] == ["filler", "item", "filler"]


def test_who_does_not_run_the_cluster_and_what_has_no_filler_are_refused(desk: Desk) -> None:
    arguments = {"cluster": desk.cluster, "until_at": UNTIL, "reason": WHY, "at": AT}
    with pytest.raises(errors.NothingToStandIn):
        actions.stand_in(**arguments, actor=desk.scheduler)  # type: ignore[arg-type]  # a test's shorthand
    desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 11:00")
    published(desk)
    with pytest.raises(errors.NothingToStandIn):
        actions.stand_in(**arguments, actor=desk.scheduler)  # type: ignore[arg-type]  # as above
    with pytest.raises(NotPermitted):
        actions.stand_in(**arguments, actor=desk.world.users["xep-lich-tk"])  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize(("hours", "reason"), [(-1, WHY), (25, WHY), (1, "  x ")])
def test_a_span_of_more_than_a_day_or_without_a_reason_is_refused(desk: Desk, hours: int, reason: str) -> None:
    planned(desk)
    published(desk)
    until = AT + timedelta(hours=hours)
    with pytest.raises(errors.NothingToStandIn) as refused:
        actions.stand_in(cluster=desk.cluster, until_at=until, reason=reason, actor=desk.scheduler, at=AT)
    assert refused.value.fields
