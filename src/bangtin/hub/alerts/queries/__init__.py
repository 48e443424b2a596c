"""Reads of the alert desk: what runs, what waits, what screens are sent, what was displaced, whom an order reaches."""

from bangtin.hub.alerts.queries.desk import clause_of, owed_reviews, past, running, waiting
from bangtin.hub.alerts.queries.displacing import displaced, displaced_all
from bangtin.hub.alerts.queries.outgoing import feed, message_bytes
from bangtin.hub.alerts.queries.reaching import Reach, Reached, reach
from bangtin.hub.alerts.queries.sent import envelopes_for, envelopes_for_all

__all__ = [
    "Reach",
    "Reached",
    "clause_of",
    "displaced",
    "displaced_all",
    "envelopes_for",
    "envelopes_for_all",
    "feed",
    "message_bytes",
    "owed_reviews",
    "past",
    "reach",
    "running",
    "waiting",
]
