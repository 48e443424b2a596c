"""The deeds of the alert desk: order, end, update, review; take in messages from outside."""

from bangtin.hub.alerts.actions.orders import (
    amend,
    cancel,
    compose,
    dismiss,
    end_due,
    extend,
    issue,
    order,
    spec_of,
    update,
)
from bangtin.hub.alerts.actions.reviews import review

__all__ = [
    "amend",
    "cancel",
    "compose",
    "dismiss",
    "end_due",
    "extend",
    "issue",
    "order",
    "review",
    "spec_of",
    "update",
]
