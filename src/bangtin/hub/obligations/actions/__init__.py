"""Deeds on duties: evidence that is handed down, requests, decisions that lift a duty, reminders, calendar feeds."""

from bangtin.hub.obligations.actions.evidence import record_evidence
from bangtin.hub.obligations.actions.feeds import close_feed, open_feed
from bangtin.hub.obligations.actions.intake import BatchClosed, close_batch
from bangtin.hub.obligations.actions.reminding import remind
from bangtin.hub.obligations.actions.requests import Asked, record_answer, record_request, withdraw_request
from bangtin.hub.obligations.actions.waivers import waive, withdraw_waiver

__all__ = [
    "Asked",
    "BatchClosed",
    "close_batch",
    "close_feed",
    "open_feed",
    "record_answer",
    "record_evidence",
    "record_request",
    "remind",
    "waive",
    "withdraw_request",
    "withdraw_waiver",
]
