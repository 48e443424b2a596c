"""Deeds of the exchange: run it, test and urge connections, send and verify, hand out the inspection pack."""

from bangtin.hub.exchange.actions.connecting import remind, remind_all, try_connection
from bangtin.hub.exchange.actions.inspecting import hand_out_inspection
from bangtin.hub.exchange.actions.running import Run, run, run_if_set, try_again
from bangtin.hub.exchange.actions.sending import back_up, tell, verify
from bangtin.hub.exchange.actions.taking import Came, take

__all__ = [
    "Came",
    "Run",
    "back_up",
    "hand_out_inspection",
    "remind",
    "remind_all",
    "run",
    "run_if_set",
    "take",
    "tell",
    "try_again",
    "try_connection",
    "verify",
]
