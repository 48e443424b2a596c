"""The deeds of the schedule desk: place, take down, set filler, set the hours of days off, hand over to operators."""

from bangtin.hub.schedules.actions.dispatch_mails import remind
from bangtin.hub.schedules.actions.dispatching import Contents, acknowledge, dispatch, select, take, tell
from bangtin.hub.schedules.actions.filling import add_filler, remove_filler
from bangtin.hub.schedules.actions.placing import Instruction, place
from bangtin.hub.schedules.actions.removing import (
    REASON_LEAST,
    Ordered,
    no_reason,
    record_order,
    review_take_down,
    take_down,
    take_down_everywhere,
)
from bangtin.hub.schedules.actions.windows import set_day_windows

__all__ = [
    "REASON_LEAST",
    "Contents",
    "Instruction",
    "Ordered",
    "acknowledge",
    "add_filler",
    "dispatch",
    "no_reason",
    "place",
    "record_order",
    "remind",
    "remove_filler",
    "review_take_down",
    "select",
    "set_day_windows",
    "take",
    "take_down",
    "take_down_everywhere",
    "tell",
]
