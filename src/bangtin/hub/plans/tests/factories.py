"""Orders and requests for tests, made through the actions."""

from datetime import date, datetime
from typing import Any

from bangtin.hub.kit.testing import local
from bangtin.hub.plans import actions
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.regulations.tests.factories import World

MORNING = local("2026-11-23 08:00")


def wanted(world: World, **changes: Any) -> actions.Wanted:
    """A film that the broadcaster is to make; `changes` replace fields."""
    fields: dict[str, Any] = {
        "title": "Phim ngắn về thác Bản Giốc",
        "brief": "Phim 3 phút, tiếng Việt và tiếng Trung, cho cụm Trùng Khánh.",
        "due_on": date(2026, 12, 10),
        "producer": world.agencies["dai-ptth"],
        "categories": ("scenic_places",),
        "cost_vnd": 45_000_000,
    }
    return actions.Wanted(**(fields | changes))


def planned(world: World, *, by: str = "tham-dinh-1", at: datetime = MORNING, **changes: Any) -> ProductionOrder:
    """An order as it was just written."""
    return actions.plan(instrument=world.instrument, wanted=wanted(world, **changes), actor=world.users[by], at=at)


def ordered(world: World, *, at: datetime = MORNING, **changes: Any) -> ProductionOrder:
    """An order that was sent to its producer."""
    row = planned(world, at=at, **changes)
    return actions.order(row=row, letter_number="125/STTTT-BCVT", actor=world.users["tham-dinh-1"], at=at)


def asked(
    world: World, *, agency: str = "so-ngoai-vu", by: str = "bao-cao", at: datetime = MORNING, **changes: Any
) -> InformationRequest:
    """A request as it was just sent."""
    fields: dict[str, Any] = {
        "subject": "Số đoàn khách quốc tế qua cửa khẩu năm 2026",
        "what": "Số đoàn, quốc tịch, mục đích; ảnh được phép công bố.",
        "due_on": date(2026, 11, 27),
    }
    return actions.ask(
        instrument=world.instrument,
        agency=world.agencies[agency],
        asked=actions.Asked(**(fields | changes)),
        actor=world.users[by],
        at=at,
    )
