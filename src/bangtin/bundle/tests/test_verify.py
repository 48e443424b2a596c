"""trust 1–3 and 5: what a screen accepts, and under which name it refuses the rest."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from bangtin.bundle import publishing, verify
from bangtin.bundle.approvals import Policy
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import LoopEntry
from bangtin.bundle.roles import read_signed, sign
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, CLUSTER, KEYS

DAY = timedelta(days=1)


def refused(code: str, files: dict[str, bytes], **changes: object) -> BundleRefusal:
    with pytest.raises(BundleRefusal) as caught:
        world.accept(files, **changes)
    assert caught.value.code == code, str(caught.value)
    return caught.value


def test_a_published_bundle_is_accepted_with_what_a_screen_must_store() -> None:
    accepted = world.accept(world.published())
    assert accepted.manifest == world.manifest()
    assert set(accepted.approvals) == {"clip", "notice"}
    assert world.accept(dict(accepted.files)).digest8 == accepted.digest8


def test_publishing_the_same_thing_twice_gives_the_same_bytes() -> None:
    assert world.published() == world.published()


@pytest.mark.parametrize("path", sorted(world.published()))
def test_a_flipped_byte_in_any_file_of_the_bundle_is_refused_and_named(path: str) -> None:
    """T7: every file, some forty places in each, one bit changed."""
    files = world.published()
    if path == f"metadata/{4}.root.json" or "c-trung-khanh" in path:
        pytest.skip("not a file of this cluster")
    data = files[path]
    for at in range(0, len(data), max(1, len(data) // 40)):
        for bit in (0x01, 0x20):
            changed = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            anchor = changed if path == "metadata/1.root.json" else world.ANCHOR
            with pytest.raises(BundleRefusal) as caught:
                world.accept({**files, path: changed}, anchor=anchor)
            assert named_for(path) in caught.value.code


def named_for(path: str) -> str:
    name = path.rpartition("/")[2].split(".", 1)[1] if path != "metadata/timestamp.json" else "timestamp.json"
    stem = name.partition(".")[0]
    return {"c-ta-lung": "role"}.get(stem, stem)


@pytest.mark.parametrize("path", sorted(set(world.published()) - {"metadata/1.root.json"}))
def test_a_missing_file_is_refused_and_named(path: str) -> None:
    files = {name: data for name, data in world.published().items() if name != path}
    if "c-trung-khanh" in path:
        world.accept(files)
        return
    with pytest.raises(BundleRefusal) as caught:
        world.accept(files)
    assert named_for(path) in caught.value.code


def test_a_set_of_another_root_is_refused() -> None:
    """T1."""
    other = publishing.Keys.generate([CLUSTER])
    stranger = publishing.new_repository(other, clusters=[CLUSTER], policy=b"{}", officers=b"{}", at=AT)
    refused("timestamp_unsigned", stranger)


def test_an_older_complete_set_is_refused() -> None:
    """T9, T10: with the older store, and with floors alone."""
    old = world.published()
    new = world.published(world.manifest(2), repo=old)
    accepted = world.accept(new, stored=old)
    refused("timestamp_rollback", old, stored=dict(accepted.files))
    refused("timestamp_rollback", old, floors=accepted.floors)


def test_a_lower_manifest_number_under_new_metadata_is_refused() -> None:
    """T22."""
    new = world.published(world.manifest(2))
    accepted = world.accept(new)
    back = world.published(world.manifest(1), repo=new)
    assert refused("manifest_rollback", back, stored=new, floors=accepted.floors).step == "2.4"


def test_two_manifests_of_one_number_are_refused() -> None:
    new = world.published()
    accepted = world.accept(new)
    other = world.published(replace(world.manifest(), reason="again"), repo=new)
    refused("manifest_rollback", other, floors=accepted.floors)


def test_two_timestamps_of_one_version_are_refused() -> None:
    """T12."""
    base = world.repository()
    one = world.published(repo=base)
    two = world.published(world.manifest(2), repo=base, at=AT + timedelta(seconds=1))
    refused("timestamp_twice", two, stored=one)


def test_a_frozen_timestamp_is_refused_after_a_week() -> None:
    """T13."""
    assert refused("timestamp_expired", world.published(), at=AT + 8 * DAY).step == "1.9"


def test_a_new_timestamp_with_the_old_snapshot_is_refused() -> None:
    """T14, also when the old one hides under the new one's name."""
    old = world.published()
    new = world.published(world.manifest(2), repo=old)
    refused("snapshot_digest", {**new, "metadata/3.snapshot.json": old["metadata/2.snapshot.json"]})
    refused("snapshot_missing", {**old, "metadata/timestamp.json": new["metadata/timestamp.json"]})


def test_a_new_snapshot_with_the_old_cluster_role_is_refused() -> None:
    """T15."""
    old = world.published()
    new = world.published(world.manifest(2), repo=old)
    refused("role_digest", {**new, "metadata/3.c-ta-lung.json": old["metadata/2.c-ta-lung.json"]})


def test_the_key_of_one_cluster_cannot_sign_for_another() -> None:
    """T20."""
    swapped = publishing.Keys({**KEYS.signers, "c-ta-lung": KEYS.of("c-trung-khanh")})
    made = world.manifest()
    lines = world.sign_all(one for each in made.items for one in world.two_officers(each))
    files = publishing.publish(
        world.repository(), keys=swapped, cluster=CLUSTER, manifest=made.encode(), approvals=lines, at=AT
    )
    refused("role_unsigned", files)


def test_a_timestamp_of_20_kb_is_refused_before_it_is_parsed() -> None:
    """T17, T18."""
    refused("timestamp_too_large", {**world.published(), "metadata/timestamp.json": b"[" * 20_000})
    refused("timestamp_malformed", {**world.published(), "metadata/timestamp.json": b"[" * 16_000})


def test_an_expiry_in_lower_case_is_refused() -> None:
    """T8: the library reads it, and its signature does not cover the difference."""
    files = world.published()
    data = files["metadata/timestamp.json"].replace(b'Z"', b'z"')
    assert refused("timestamp_malformed", {**files, "metadata/timestamp.json": data}).step == "1.2"


def test_a_new_root_signed_by_nobody_we_trust_is_refused() -> None:
    """T2: a stranger's root 2 beside a good set."""
    files = world.published()
    data = files["metadata/1.root.json"].replace(b'"version":1', b'"version":2')
    refused("root_unsigned", {**files, "metadata/2.root.json": data})


def test_a_hole_in_the_roots_is_refused() -> None:
    """T4."""
    files = world.published()
    refused("root_gap", {**files, "metadata/3.root.json": files["metadata/1.root.json"]})


def test_a_root_that_calls_itself_older_is_refused() -> None:
    """T6."""
    files = world.published()
    refused("root_rollback", {**files, "metadata/2.root.json": files["metadata/1.root.json"]})


def test_a_manifest_for_another_cluster_or_province_is_refused() -> None:
    """T21."""
    made = replace(world.manifest(), cluster=world.OTHER)
    refused("manifest_elsewhere", world.published(made))
    refused("manifest_elsewhere", world.published(), device=world.device(province="lang-son"))


def test_a_device_that_is_not_listed_or_of_an_old_epoch_is_refused() -> None:
    refused("device_not_listed", world.published(), device=world.device(device="dev-2"))
    refused("device_not_listed", world.published(), device=world.device(epoch=2))


def test_a_manifest_that_is_over_is_refused() -> None:
    refused("manifest_over", world.published(), at=AT + 2 * DAY)


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


def rotated(files: dict[str, bytes], label: str) -> tuple[dict[str, bytes], publishing.Keys]:
    fresh = {role: (world.signer(f"{label} {role}"),) for role in publishing.TOP_ROLES}
    keys = publishing.Keys({**KEYS.signers, **fresh})
    return publishing.rotate_root(files, old=KEYS, new=keys, at=AT), keys


def test_a_device_that_missed_a_rotation_of_all_keys_follows() -> None:
    """T3."""
    files, _keys = rotated(world.published(), "second")
    assert world.accept(files).versions["root"] == 2


def test_a_newer_root_that_is_left_out_still_rules() -> None:
    """T5."""
    old = world.published()
    files, _keys = rotated(old, "second")
    stored = dict(world.accept(files).files)
    refused("timestamp_unsigned", old, stored=stored)


def test_a_rotated_timestamp_key_starts_its_counter_anew() -> None:
    """T11: floors belong to a key set."""
    files, keys = rotated(world.published(repo=world.published()), "second")
    timestamp = read_signed(files["metadata/timestamp.json"])
    timestamp.version = 1
    files["metadata/timestamp.json"] = sign(timestamp, keys.of("timestamp"))
    floors = world.accept(world.published(repo=world.published())).floors
    assert world.accept(files, floors=floors).versions["timestamp"] == 1


def test_a_root_with_a_spare_signature_is_refused() -> None:
    files, keys = rotated(world.published(), "second")
    root = read_signed(files["metadata/2.root.json"])
    spare = sign(root, [*KEYS.of("root"), *keys.of("root"), *KEYS.of("hub")])
    refused("root_unsigned", {**files, "metadata/2.root.json": spare})


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


def test_the_hub_checks_its_own_work_without_a_device() -> None:
    files = world.published()
    found = verify.self_check(files, anchor=world.ANCHOR, at=AT, province="cao-bang", cluster=CLUSTER)
    assert found.manifest.number == 1


def test_a_file_set_keeps_only_what_its_snapshot_names() -> None:
    files = world.repository()
    for number in range(1, 6):
        files = world.published(world.manifest(number), repo=files)
    assert len(files) == len(world.published())


def test_a_daily_timestamp_keeps_a_quiet_cluster_fresh() -> None:
    files = world.published()
    for day in range(1, 80):
        files = publishing.refresh_timestamp(files, keys=KEYS, at=AT + day * DAY)
    refused("manifest_over", files, at=AT + 80 * DAY)


def test_a_cluster_added_later_can_publish() -> None:
    new = "cao-bang/quang-uyen"
    added = publishing.add_cluster(world.published(), keys=KEYS.with_cluster(new), cluster=new, at=AT)
    assert "metadata/1.c-quang-uyen.json" in added
    world.accept(added)


def test_keys_come_back_from_their_files() -> None:
    again = publishing.Keys.from_pem(KEYS.to_pem())
    made = world.manifest()
    lines = world.sign_all(one for each in made.items for one in world.two_officers(each))
    signed = [
        publishing.publish(
            world.repository(), keys=one, cluster=CLUSTER, manifest=made.encode(), approvals=lines, at=AT
        )
        for one in (KEYS, again)
    ]
    assert signed[0] == signed[1]


def test_an_unknown_item_in_a_loop_is_refused() -> None:
    made = world.manifest()
    loops = {"morning": (*made.loops["morning"], LoopEntry("ghost", "slot-1", 1_000))}
    refused("timeline_invalid", world.published(replace(made, loops=loops)))
