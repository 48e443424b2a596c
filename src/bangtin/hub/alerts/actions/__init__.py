"""The deeds of the alert desk: order, end, update, review; take in messages from outside."""

from bangtin.hub.alerts.actions.feeds import read_due, read_feed, set_feed
from bangtin.hub.alerts.actions.messages import take_in
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
from bangtin.hub.alerts.actions.resigning import sign_again
from bangtin.hub.alerts.actions.reviews import review
from bangtin.hub.alerts.actions.sounds import has_voice, read_aloud, recorded

__all__ = [
    "amend",
    "cancel",
    "compose",
    "dismiss",
    "end_due",
    "extend",
    "has_voice",
    "issue",
    "order",
    "read_aloud",
    "read_due",
    "read_feed",
    "recorded",
    "review",
    "set_feed",
    "sign_again",
    "spec_of",
    "take_in",
    "update",
]
