"""The deeds of the schedule desk: place, take down, set filler, set the hours of days off, hand over to operators."""

from bangtin.hub.schedules.actions.dispatch_mails import remind
from bangtin.hub.schedules.actions.dispatching import Contents, acknowledge, dispatch, select, take, tell
from bangtin.hub.schedules.actions.filling import add_filler, remove_filler
from bangtin.hub.schedules.actions.placing import Instruction, place, take_down
from bangtin.hub.schedules.actions.windows import set_day_windows

__all__ = [
    "Contents",
    "Instruction",
    "acknowledge",
    "add_filler",
    "dispatch",
    "place",
    "remind",
    "remove_filler",
    "select",
    "set_day_windows",
    "take",
    "take_down",
    "tell",
]
