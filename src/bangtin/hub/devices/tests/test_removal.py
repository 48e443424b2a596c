"""A take-down reaches the screens at once: nothing on the plan holds its bundle up."""

from datetime import date, timedelta
from typing import Any

import pytest

from bangtin.bundle import timeline
from bangtin.hub.devices import actions
from bangtin.hub.devices.queries import manifest_of
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.models import Placement, Playlist
from bangtin.hub.schedules.tests.factories import NOW, Desk, released

REASON = "Sai tên người"


def test_the_screens_drop_it_at_once_even_where_nothing_else_is_left_or_something_else_lost_its_approval(
    desk: Desk,
) -> None:
    slot = desk.place(desk.version(), "2026-11-23 07:30", "2026-11-23 09:00")
    other = desk.place(desk.version(title="Mùa vụ"), "2026-11-23 09:00", "2026-11-23 10:00")
    released(desk.cluster)
    actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    other.version.renditions.update(duration_ms=11_000)  # its approvals no longer hold
    made = schedules.take_down_everywhere(
        programme=slot.version.programme, reason=REASON, actor=desk.world.users["tham-dinh-1"], at=NOW
    )
    bundles = actions.publish_removal(take_down=made, actor=desk.world.users["tham-dinh-1"], at=NOW)
    manifest = manifest_of(desk.cluster, bundles[0].number)
    assert manifest.items == () and manifest.reason.endswith(REASON)
    with pytest.raises(NotPermitted):
        actions.publish_removal(take_down=made, actor=desk.world.users["dai"], at=NOW)


def test_what_nobody_approved_does_not_come_with_a_take_down(desk: Desk) -> None:
    playlist = Playlist.objects.create(name="Tuần 48", made_by=desk.scheduler, made_at=NOW)
    playlist.clusters.add(desk.cluster)
    wanted: dict[str, Any] = {"playlist": playlist, "placed_by": desk.scheduler, "placed_at": NOW}
    on = date(2026, 11, 23)
    first, second = (
        Placement.objects.create(version=desk.version(), starts_on=on, ends_on=on, **wanted) for _number in range(2)
    )
    released(desk.cluster)
    before = actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    desk.place(desk.version(title="Chưa duyệt"), "2026-11-23 07:30", "2026-11-23 09:00")
    officer = desk.world.users["tham-dinh-1"]
    made = schedules.take_down_everywhere(programme=first.version.programme, reason=REASON, actor=officer, at=NOW)
    (after,) = actions.publish_removal(take_down=made, actor=officer, at=NOW)
    shown = {bundle.number: _shown(desk, bundle.number) for bundle in (before, after)}
    left = {(start, end) for name, start, end in shown[before.number] if name == f"p{second.pk}"}
    assert {name for name, _from, _until in shown[after.number]} == {f"p{second.pk}"}
    assert {(start, end) for _name, start, end in shown[after.number]} == left


def test_of_a_bundle_that_is_over_the_filler_is_dropped_too(desk: Desk) -> None:
    version = desk.version(title="Cảnh đẹp Cao Bằng")
    schedules.add_filler(cluster=desk.cluster, version=version, actor=desk.scheduler, at=NOW)
    released(desk.cluster)
    actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    later, officer = NOW + timedelta(days=30), desk.world.users["tham-dinh-1"]
    made = schedules.take_down_everywhere(programme=version.programme, reason=REASON, actor=officer, at=later)
    (after,) = actions.publish_removal(take_down=made, actor=officer, at=later)
    manifest = manifest_of(desk.cluster, after.number)
    assert manifest.items == () and after.ends_at > later and {one.class_ for one in manifest.windows} == {"rest"}


def _shown(desk: Desk, number: int) -> list[tuple[str, int, int]]:
    manifest = manifest_of(desk.cluster, number)
    found = timeline.segments(manifest, face="ta-lung-1", from_ms=manifest.starts_ms, until_ms=manifest.ends_ms)
    return [(one.slot, one.from_ms, one.until_ms) for one in found if one.kind == "item"]
