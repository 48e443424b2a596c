"""Reads of the alert desk: what runs, what waits, what screens are sent, what was displaced, whom an order reaches."""

from bangtin.hub.alerts.queries.desk import clause_of, owed_reviews, past, running, waiting
from bangtin.hub.alerts.queries.displacing import displaced
from bangtin.hub.alerts.queries.reaching import Reach, reach
from bangtin.hub.alerts.queries.sent import envelopes_for

__all__ = [
    "Reach",
    "clause_of",
    "displaced",
    "envelopes_for",
    "owed_reviews",
    "past",
    "reach",
    "running",
    "waiting",
]
