"""trust 1–3 and 5: what a screen accepts, and under which name it refuses the rest."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bangtin.bundle import publishing, verify
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import LoopEntry
from bangtin.bundle.roles import read_signed, sign
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, CLUSTER, KEYS, refused

DAY = timedelta(days=1)


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
    if "c-trung-khanh" in path:
        pytest.skip("not a file of this cluster")
    data = files[path]
    for at in range(0, len(data), max(1, len(data) // 40)):
        for bit in (0x01, 0x20):
            changed = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            anchor = changed if path == "metadata/1.root.json" else world.ANCHOR
            with pytest.raises(BundleRefusal) as caught:
                world.accept({**files, path: changed}, anchor=anchor)
            assert named_for(path) in caught.value.code
            assert caught.value.code.endswith(("_malformed", "_unsigned", "_digest", "_too_large", "_missing"))


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


@pytest.mark.parametrize("number", [1, 3, 7], ids=["older", "one ahead", "far ahead"])
def test_a_root_whose_number_jumps_is_refused(number: int) -> None:
    """T6: in the place of root 2, and rightly signed."""
    files = world.published()
    root = read_signed(files["metadata/1.root.json"])
    root.version = number
    jumped = sign(root, KEYS.of("root"))
    refusal = refused("root_rollback", {**files, "metadata/2.root.json": jumped})
    assert refusal.step == "1.4"
    root.version = 2
    world.accept({**files, "metadata/2.root.json": sign(root, KEYS.of("root"))})


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
