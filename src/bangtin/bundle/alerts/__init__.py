"""Emergency notices: one signed envelope, the same bytes in the push and in every poll (trust E, 6.1–6.6)."""

from bangtin.bundle.alerts.checks import Finding, Floor, Floors, Place, check, examine
from bangtin.bundle.alerts.fold import Aired, Alerts, carried, history
from bangtin.bundle.alerts.notice import (
    CLASS,
    KINDS,
    STEP_CANCEL,
    STEP_ORDER,
    AlertNotice,
    AlertText,
    Sound,
    encode,
    order,
    read,
)
from bangtin.bundle.alerts.turns import TURN_MS, OnAir, Turn, ranked, turn_at
from bangtin.bundle.orders import Authority

__all__ = [
    "CLASS",
    "KINDS",
    "STEP_CANCEL",
    "STEP_ORDER",
    "TURN_MS",
    "Aired",
    "AlertNotice",
    "AlertText",
    "Alerts",
    "Authority",
    "Finding",
    "Floor",
    "Floors",
    "OnAir",
    "Place",
    "Sound",
    "Turn",
    "carried",
    "check",
    "encode",
    "examine",
    "history",
    "order",
    "ranked",
    "read",
    "turn_at",
]
