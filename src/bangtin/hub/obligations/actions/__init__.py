"""Deeds on duties: evidence that is handed down, requests, decisions that lift a duty, reminders."""

from bangtin.hub.obligations.actions.evidence import record_evidence
from bangtin.hub.obligations.actions.reminding import remind

__all__ = ["record_evidence", "remind"]
