"""trust 5: the stored bundle at boot, and what still shows without a line."""

from datetime import timedelta

import pytest

from bangtin.bundle import verify
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT

DAY = timedelta(days=1)


def test_the_store_opens_again_at_the_instant_it_was_accepted() -> None:
    accepted = world.accept(world.published())
    again = verify.reopen(
        accepted.files, anchor=world.ANCHOR, accepted_at=AT, device=world.device(), floors=accepted.floors
    )
    assert again.manifest == accepted.manifest


@pytest.mark.parametrize("days", [-2, 8])
def test_a_forged_instant_of_acceptance_is_refused(days: int) -> None:
    """T42."""
    accepted = world.accept(world.published())
    with pytest.raises(BundleRefusal) as caught:
        verify.reopen(
            accepted.files,
            anchor=world.ANCHOR,
            accepted_at=AT + days * DAY,
            device=world.device(),
            floors=accepted.floors,
        )
    assert caught.value.code == "accepted_at_impossible"


def test_a_store_swapped_for_an_older_one_is_refused() -> None:
    old = world.published()
    floors = world.accept(world.published(world.manifest(2), repo=old)).floors
    with pytest.raises(BundleRefusal) as caught:
        verify.reopen(old, anchor=world.ANCHOR, accepted_at=AT, device=world.device(), floors=floors)
    assert caught.value.code == "store_rollback"


def test_a_store_with_a_changed_byte_is_refused() -> None:
    accepted = world.accept(world.published())
    files = {**accepted.files, "metadata/2.snapshot.json": accepted.files["metadata/2.snapshot.json"][:-1]}
    with pytest.raises(BundleRefusal) as caught:
        verify.reopen(files, anchor=world.ANCHOR, accepted_at=AT, device=world.device(), floors=accepted.floors)
    assert caught.value.code == "store_refused"


def test_without_line_priority_ends_first_and_filler_last() -> None:
    """T43, T77."""
    accepted = world.accept(world.published())
    clip = accepted.manifest.items[0]
    later = accepted.timestamp_expires
    assert accepted.why_not(clip, "ordinary", at=AT) is None
    assert accepted.why_not(clip, "priority", at=later + 4 * DAY) == "class_stale"
    assert accepted.why_not(clip, "ordinary", at=later + 44 * DAY) is None
    assert accepted.why_not(clip, "ordinary", at=later + 46 * DAY) == "class_stale"
    assert accepted.why_not(clip, "filler", at=later + 46 * DAY) is None
    assert accepted.why_not(clip, "filler", at=world.FAR) == "item_expired"
