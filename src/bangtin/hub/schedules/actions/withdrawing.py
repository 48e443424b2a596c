"""Taking what has not begun off the plan again."""

from datetime import datetime
from typing import overload

from bangtin.hub.accounts.models import User
from bangtin.hub.schedules.actions.placements import withdraw_placement
from bangtin.hub.schedules.actions.placing import withdraw_slot
from bangtin.hub.schedules.models import Placement, Slot


@overload
def withdraw(*, slot: Slot, actor: User, at: datetime) -> Slot: ...
@overload
def withdraw(*, placement: Placement, actor: User, at: datetime) -> Placement: ...


def withdraw(
    *, slot: Slot | None = None, placement: Placement | None = None, actor: User, at: datetime
) -> Slot | Placement:
    """Withdraw a slot that has not begun, or a placement from now on.

    Raises: NotPermitted, StaleState, AlreadyBegun of a slot; ValueError unless exactly one is given.
    """
    if slot is not None and placement is None:
        return withdraw_slot(slot=slot, actor=actor, at=at)
    if placement is not None and slot is None:
        return withdraw_placement(placement=placement, actor=actor, at=at)
    raise ValueError("expected a slot or a placement, one of them")
