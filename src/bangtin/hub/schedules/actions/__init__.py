"""The deeds of the schedule desk: place, move, withdraw, schedule by rule, release, take down, hand to operators."""

from bangtin.hub.schedules.actions.compiling import compile_quarter
from bangtin.hub.schedules.actions.copying import Copied, NotCopied, copy_week
from bangtin.hub.schedules.actions.dayparts import add_daypart, change_daypart, remove_daypart
from bangtin.hub.schedules.actions.dispatch_mails import remind
from bangtin.hub.schedules.actions.dispatching import Contents, acknowledge, dispatch, select, take, tell
from bangtin.hub.schedules.actions.filling import add_filler, add_province_filler, remove_filler, remove_province_filler
from bangtin.hub.schedules.actions.gates import Instruction, SlotSpec
from bangtin.hub.schedules.actions.mixing import MixSpec, remove_mix_rule, set_mix_rule
from bangtin.hub.schedules.actions.placements import PlacementSpec, change_placement, schedule_placement, spec_of
from bangtin.hub.schedules.actions.placing import move, place
from bangtin.hub.schedules.actions.playlists import make_campaign, make_playlist
from bangtin.hub.schedules.actions.releasing import (
    approve_release,
    ask_release,
    may_answer,
    return_release,
    take_back_release,
)
from bangtin.hub.schedules.actions.removing import (
    REASON_LEAST,
    Ordered,
    no_reason,
    record_order,
    review_take_down,
    take_down,
    take_down_everywhere,
    take_down_placement,
)
from bangtin.hub.schedules.actions.trying import check_move_now, check_placement_now, check_rule_now
from bangtin.hub.schedules.actions.undoing import undo
from bangtin.hub.schedules.actions.windows import set_day_windows, set_hours_between
from bangtin.hub.schedules.actions.withdrawing import withdraw

__all__ = [
    "REASON_LEAST",
    "Contents",
    "Copied",
    "Instruction",
    "MixSpec",
    "NotCopied",
    "Ordered",
    "PlacementSpec",
    "SlotSpec",
    "acknowledge",
    "add_daypart",
    "add_filler",
    "add_province_filler",
    "approve_release",
    "ask_release",
    "change_daypart",
    "change_placement",
    "check_move_now",
    "check_placement_now",
    "check_rule_now",
    "compile_quarter",
    "copy_week",
    "dispatch",
    "make_campaign",
    "make_playlist",
    "may_answer",
    "move",
    "no_reason",
    "place",
    "record_order",
    "remind",
    "remove_daypart",
    "remove_filler",
    "remove_mix_rule",
    "remove_province_filler",
    "return_release",
    "review_take_down",
    "schedule_placement",
    "select",
    "set_day_windows",
    "set_hours_between",
    "set_mix_rule",
    "spec_of",
    "take",
    "take_back_release",
    "take_down",
    "take_down_everywhere",
    "take_down_placement",
    "tell",
    "undo",
    "withdraw",
]
