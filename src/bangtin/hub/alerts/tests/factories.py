"""A small cast for the alert desk: a flash flood at Tà Lùng, ordered by the leader of the province."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import actions
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.specs import AlertSpec, Wording
from bangtin.hub.devices.actions import repository
from bangtin.hub.schedules.tests.factories import NOW, Desk

LEADER = "lanh-dao"


def spec(*, at: datetime = NOW, **changed: Any) -> AlertSpec:
    """A flash flood at Tà Lùng, level 4, for twelve hours from `at`."""
    made = AlertSpec(
        clusters=("cao-bang/ta-lung",),
        hazard="Lũ quét, sạt lở đất",
        texts={
            "vi": Wording("LŨ QUÉT, SẠT LỞ ĐẤT", "", "Xã Phục Hòa và các xã ven sông Bằng: rời ven suối. Gọi 112."),
            "en": Wording("FLASH FLOOD", "", "Leave the stream banks now. Call 112."),
        },
        ends_at=at + timedelta(hours=12),
        level=4,
        issuer_name="Đài Khí tượng Thủy văn tỉnh",
        document="LQSL-14/CAOB",
    )
    return replace(made, **changed)


def leader(desk: Desk) -> User:
    """Who orders in these tests."""
    return desk.world.users[LEADER]


def ordered(desk: Desk, *, at: datetime = NOW, **changed: Any) -> Alert:
    """A notice on air."""
    repository.create_repository(at=at)
    return actions.order(spec=spec(at=at, **changed), actor=leader(desk), at=at)
