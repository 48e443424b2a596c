"""Counts of duties."""

from collections.abc import Iterable

from bangtin.hub.obligations.queries.duties import Duty


def counts(found: Iterable[Duty]) -> dict[str, int]:
    """How many duties are done (on time or late), due (due or due soon) and overdue, of the time we know of."""
    by = {"done": {"done", "done_late"}, "due": {"due", "due_soon"}, "overdue": {"overdue"}}
    statuses = [duty.status for duty in found if not duty.is_before_use]
    return {word: sum(status in members for status in statuses) for word, members in by.items()}
