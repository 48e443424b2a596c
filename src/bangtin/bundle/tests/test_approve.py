"""trust 3: what approves an item, and what does not."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from bangtin.bundle import publishing
from bangtin.bundle.approvals import Policy
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, CLUSTER, KEYS, refused


def test_an_item_without_two_officers_is_refused() -> None:
    made = world.manifest()
    clip, notice = made.items
    lines = world.sign_all([world.two_officers(clip)[0], *world.two_officers(notice)])
    refusal = refused("item_unapproved", world.published(lines=lines))
    assert (refusal.step, refusal.subject) == ("3.9", "clip")


def test_both_steps_by_one_officer_are_refused() -> None:
    """T30."""
    clip, notice = world.manifest().items
    alone = [world.statement(clip, officer="minh", step=f"appraisal.{step}") for step in ("decide", "confirm")]
    refused("item_one_officer", world.published(lines=world.sign_all([*alone, *world.two_officers(notice)])))


def test_an_author_who_approves_is_refused() -> None:
    """T31."""
    made = world.manifest()
    clip = world.item(world.clip(author="lan"), name="clip")
    refused("item_by_author", world.published(replace(made, items=(clip, made.items[1]))))


def test_a_changed_title_is_not_what_the_officers_approved() -> None:
    """T25, T28: a stolen cluster key can sign it, and yet."""
    made = world.manifest()
    other = world.item(replace(made.items[0].content, title="Khác"), name="clip")
    lines = world.sign_all(one for each in made.items for one in world.two_officers(each))
    refused("item_unapproved", world.published(replace(made, items=(other, made.items[1])), lines=lines))


def test_a_digest_that_lies_is_refused() -> None:
    """T26."""
    made = world.manifest()
    lying = replace(made.items[0], content=replace(made.items[0].content, title="Khác"))
    refused("item_digest", world.published(replace(made, items=(lying, made.items[1]))))


def test_an_ordinary_item_relabelled_priority_is_refused() -> None:
    """T29."""
    made = world.manifest()
    lines = world.sign_all(one for each in made.items for one in world.two_officers(each))
    raised = replace(made.items[0], class_="priority")
    refused("item_unapproved", world.published(replace(made, items=(raised, made.items[1])), lines=lines))


def test_an_ordinary_item_in_a_priority_window_is_refused() -> None:
    made = world.manifest()
    raised = replace(made.windows[0], class_="priority")
    refused("timeline_invalid", world.published(replace(made, windows=(raised, made.windows[1]))))


def test_an_approval_signed_by_the_cluster_key_is_refused() -> None:
    """T32."""
    made = world.manifest()
    lines = world.sign_all((one for each in made.items for one in world.two_officers(each)), role="c-ta-lung")
    refused("approval_unsigned", world.published(lines=lines))


def test_a_rejection_or_a_later_withdrawal_voids_the_item() -> None:
    """T33."""
    made = world.manifest()
    good = [one for each in made.items for one in world.two_officers(each)]
    for decision in ("rejected", "withdrawn", "returned"):
        later = replace(good[1], decision=decision, at=AT + timedelta(seconds=9))
        refused("item_withdrawn", world.published(lines=world.sign_all([*good, later])))


def test_a_rejection_that_was_overcome_no_longer_counts() -> None:
    good = [one for each in world.manifest().items for one in world.two_officers(each)]
    earlier = replace(good[1], decision="rejected", at=AT - timedelta(hours=1))
    world.accept(world.published(lines=world.sign_all([*good, earlier])))


def test_an_officer_who_has_left_or_takes_a_foreign_step_is_refused() -> None:
    """T34."""
    good = [one for each in world.manifest().items for one in world.two_officers(each)]
    for changed in (
        replace(good[0], officer="gone"),
        replace(good[0], step="appraisal.confirm"),
        replace(good[0], agency="other"),
        replace(good[0], at=AT - timedelta(days=301)),
    ):
        refused("officer_not_entitled", world.published(lines=world.sign_all([changed, *good[1:]])))


def test_an_approval_made_after_the_manifest_is_refused() -> None:
    good = [one for each in world.manifest().items for one in world.two_officers(each)]
    late = replace(good[0], at=AT + timedelta(minutes=6))
    refused("approval_future", world.published(lines=world.sign_all([late, *good[1:]])))


@pytest.mark.parametrize(
    "change",
    [{"clusters": (world.OTHER,)}, {"language": "en"}, {"until_at": AT}, {"content": hashlib.sha256(b"x").hexdigest()}],
)
def test_an_approval_outside_its_scope_does_not_count(change: dict[str, object]) -> None:
    """T27 and trust 3.7."""
    good = [one for each in world.manifest().items for one in world.two_officers(each)]
    outside = replace(good[0], **change)  # type: ignore[arg-type]  # fields of Statement
    refused("item_unapproved", world.published(lines=world.sign_all([outside, *good[1:]])))


def test_the_policy_may_refuse_the_hubs_own_proof() -> None:
    """T38."""
    default = Policy.default()
    strict = {name: replace(rule, proofs=("webauthn",)) for name, rule in default.classes.items()}
    files = world.published(policy=replace(default, classes=strict))
    refused("proof_too_weak", files, anchor=world.anchor(files))


def test_fewer_approvals_than_the_manifest_counts_are_refused() -> None:
    made = replace(world.manifest(), approvals=5)
    lines = world.sign_all(one for each in made.items for one in world.two_officers(each))
    files = publishing.publish(
        world.repository(), keys=KEYS, cluster=CLUSTER, manifest=made.encode(), approvals=lines, at=AT
    )
    refused("approval_malformed", files)
