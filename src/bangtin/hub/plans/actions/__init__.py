"""Deeds on orders and requests."""

from bangtin.hub.plans.actions.asking import Asked, ask, ask_again, note_used, withdraw
from bangtin.hub.plans.actions.ordering import (
    Wanted,
    accept,
    cancel,
    deliver,
    order,
    pay,
    plan,
    refuse,
    take_delivery,
)
from bangtin.hub.plans.actions.reminding import remind

__all__ = [
    "Asked",
    "Wanted",
    "accept",
    "ask",
    "ask_again",
    "cancel",
    "deliver",
    "note_used",
    "order",
    "pay",
    "plan",
    "refuse",
    "remind",
    "take_delivery",
    "withdraw",
]
