"""Moves of a workflow table: "update where state = old, expect one row"."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from bangtin.hub.kit.errors import StaleState

Moves = Mapping[str, frozenset[str]]


def move(row: Model, moves: Moves, *, to: str, **fields: Any) -> None:
    """Move `row.state` to `to`, writing `fields` in the same statement; the row object is brought up to date.

    Raises: ValueError if the table has no such move from any state (a programming mistake);
    StaleState if the row is in another state by now.
    """
    froms = [state for state, targets in moves.items() if to in targets]
    if not froms:
        raise ValueError(f"no move to {to!r} in {type(row).__name__}")
    current = getattr(row, "state")  # noqa: B009 - every workflow model has it; Model does not say so
    changed = 0
    if current in froms:
        changed = type(row)._default_manager.filter(pk=row.pk, state=current).update(state=to, **fields)
    if changed != 1:
        raise StaleState(
            _("This was changed by someone else in the meantime; nothing was recorded."),
            _("Load the page again and look at the present state."),
            subject=str(row.pk),
        )
    row.refresh_from_db()
