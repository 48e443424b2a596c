"""The deeds of the schedule desk: place, take down, set filler, set the hours of days off."""

from bangtin.hub.schedules.actions.filling import add_filler, remove_filler
from bangtin.hub.schedules.actions.placing import Instruction, place, take_down
from bangtin.hub.schedules.actions.windows import set_day_windows

__all__ = ["Instruction", "add_filler", "place", "remove_filler", "set_day_windows", "take_down"]
