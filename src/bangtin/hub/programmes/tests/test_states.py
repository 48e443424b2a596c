"""Every move of the workflow works, every other one is refused."""

from itertools import product

import pytest

from bangtin.hub.kit import workflow
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.programmes.states import MOVES, VersionState
from bangtin.hub.programmes.tests.factories import in_state, submitted
from bangtin.hub.regulations.tests.factories import World

PAIRS = list(product(VersionState, VersionState))
ALLOWED = [(old, new) for old, new in PAIRS if new in MOVES[old]]
REFUSED = [(old, new) for old, new in PAIRS if new not in MOVES[old]]
REACHABLE = {new for targets in MOVES.values() for new in targets}


@pytest.mark.parametrize(("old", "new"), ALLOWED)
def test_a_move_in_the_table_works(world: World, old: VersionState, new: VersionState) -> None:
    version = in_state(submitted(world), old)
    workflow.move(version, MOVES, to=new)
    assert version.state == new


@pytest.mark.parametrize(("old", "new"), REFUSED)
def test_a_move_outside_the_table_is_refused(world: World, old: VersionState, new: VersionState) -> None:
    version = in_state(submitted(world), old)
    with pytest.raises(StaleState if new in REACHABLE else ValueError):
        workflow.move(version, MOVES, to=new)
    version.refresh_from_db()
    assert version.state == old


def test_of_two_moves_at_once_the_second_is_refused(world: World) -> None:
    version = submitted(world)
    other = type(version).objects.get(pk=version.pk)
    workflow.move(version, MOVES, to=VersionState.RECEIVED)
    with pytest.raises(StaleState):
        workflow.move(other, MOVES, to=VersionState.UNUSABLE)
