"""A take-down reaches the screens at once: nothing on the plan holds its bundle up."""

import pytest

from bangtin.hub.devices import actions
from bangtin.hub.devices.queries import manifest_of
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.schedules import actions as schedules
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
