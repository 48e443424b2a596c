"""Attacks of docs/attacks.md that are not tested where their step is: each by name, each ending in a named refusal."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from bangtin.bundle import approvals, instants, publishing, timeline, verify
from bangtin.bundle.content import Rendition
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File, Item, Manifest
from bangtin.bundle.policies import Policy
from bangtin.bundle.roles import MetaFile, Signed, Snapshot, TargetFile, Targets, Timestamp, read_signed, sign
from bangtin.bundle.signers import CryptoSigner
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, CLUSTER, KEYS, refused
from bangtin.bundle.trusted import target_path

DAY = timedelta(days=1)
STAMP = "metadata/timestamp.json"
GOOD = [one for each in world.manifest().items for one in world.two_officers(each)]
# What a thief of the machine that signs online holds; the keys of root, targets and people lie elsewhere.
ONLINE = ("timestamp", "snapshot", "c-ta-lung", "c-trung-khanh")


def nothing(signed: Signed) -> None:
    """Only the number rises."""


def resigned(
    files: dict[str, bytes], role: str, change: Callable[[Signed], object], *, by: str | None = None
) -> dict[str, bytes]:
    """The set in which `role` says what `change` makes of it, signed with the keys of `by`; what names it follows."""
    stamp = cast(Timestamp, read_signed(files[STAMP]))
    shot = cast(Snapshot, read_signed(files[f"metadata/{stamp.snapshot_meta.version}.snapshot.json"]))
    found = dict(files)
    if role != "snapshot":
        body = read_signed(files[f"metadata/{shot.meta[f'{role}.json'].version}.{role}.json"])
        body.version += 1
        change(body)
        data = sign(body, KEYS.of(by or role))
        found[f"metadata/{body.version}.{role}.json"] = data
        shot.meta[f"{role}.json"] = MetaFile.from_data(body.version, data, ["sha256"])
    else:
        change(shot)
    shot.version += 1
    data = sign(shot, KEYS.of("snapshot"))
    stamp.version += 1
    stamp.snapshot_meta = MetaFile.from_data(shot.version, data, ["sha256"])
    found[f"metadata/{shot.version}.snapshot.json"] = data
    return {**found, STAMP: sign(stamp, KEYS.of("timestamp"))}


def unseen() -> tuple[Manifest, Item]:
    """A manifest with media in place of the clip that no officer ever saw."""
    media = b"what nobody saw"
    shown = Rendition(hashlib.sha256(media).hexdigest(), 10_000, 1920, 640, world.GEOMETRY)
    item = world.item(replace(world.clip(), renditions=(shown,)), name="clip")
    made = world.manifest()
    files = (File(hashlib.sha256(media).hexdigest(), len(media), "video/mp4"),)
    return replace(made, items=(item, made.items[1]), files=files), item


def of_three(role: str, suffix: str = "") -> tuple[CryptoSigner, ...]:
    return tuple(world.signer(f"{role} {number}{suffix}") for number in (1, 2, 3))


def two_of_three(suffix: str = "") -> publishing.Keys:
    """Root and targets lie with three persons each; the suffix makes other keys for all four top roles."""
    held = {role: of_three(role, suffix) for role in ("root", "targets")}
    online = {role: (world.signer(role + suffix),) for role in ("snapshot", "timestamp")}
    return publishing.Keys({**KEYS.signers, **held, **online})


def by_persons() -> dict[str, bytes]:
    """The good bundle in a province where two of three persons sign root and targets."""
    held = two_of_three()
    repo = publishing.new_repository(
        held,
        clusters=[CLUSTER, world.OTHER],
        policy=Policy.default().encode(),
        officers=world.officers().encode(),
        at=AT,
        thresholds={"root": 2, "targets": 2},
    )
    made = replace(world.manifest(), approvals=4).encode()
    return publishing.publish(repo, keys=held, cluster=CLUSTER, manifest=made, approvals=world.sign_all(GOOD), at=AT)


def rotated_thrice() -> dict[str, bytes]:
    files, before = by_persons(), two_of_three()
    for number in (2, 3, 4):
        after = two_of_three(f" since {number}")
        files = publishing.rotate_root(files, old=before, new=after, at=AT)
        before = after
    return files


def test_t2_a_root_signed_by_one_of_two_is_refused() -> None:
    files = by_persons()
    anchor = world.anchor(files)
    root = read_signed(anchor)
    root.version = 2
    for signers in (of_three("root")[:1], of_three("targets"), ()):
        refused("root_unsigned", {**files, "metadata/2.root.json": sign(root, signers)}, anchor=anchor)
    world.accept({**files, "metadata/2.root.json": sign(root, of_three("root")[1:])}, anchor=anchor)


def test_t3_three_rotations_of_all_keys_are_followed_by_who_missed_them() -> None:
    files = rotated_thrice()
    assert world.accept(files, anchor=world.anchor(files)).versions["root"] == 4


def test_t4_a_root_missing_in_the_middle_is_refused() -> None:
    files = rotated_thrice()
    anchor = world.anchor(files)
    del files["metadata/3.root.json"]
    assert refused("root_gap", files, anchor=anchor).step == "1.4"


def test_t9_an_older_complete_set_is_refused() -> None:
    old = world.published()
    new = world.published(world.manifest(2), repo=old)
    assert refused("timestamp_rollback", old, stored=dict(world.accept(new).files)).step == "1.8"


def test_t10_an_older_set_is_refused_by_the_floors_alone() -> None:
    old = world.published()
    floors = world.accept(world.published(world.manifest(2), repo=old)).floors
    assert refused("timestamp_rollback", old, floors=floors).step == "1.12"


def test_t16_a_snapshot_that_drops_a_role_is_refused_by_who_knew_it() -> None:
    old = world.published()
    dropped = resigned(old, "snapshot", lambda signed: cast(Snapshot, signed).meta.pop("c-trung-khanh.json"))
    assert refused("snapshot_rollback", dropped, stored=old).step == "1.10"


def test_t17_a_timestamp_of_20_kb_is_refused_before_it_is_parsed() -> None:
    refused("timestamp_too_large", {**world.published(), STAMP: b"[" * 20_000})


def test_t18_two_hundred_thousand_brackets_are_refused_at_no_depth() -> None:
    assert refused("timestamp_malformed", {**world.published(), STAMP: b"[" * 16_000}).step == "1.2"
    files = world.published()
    refused("targets_malformed", {**files, "metadata/1.targets.json": b"[" * 200_000})


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b'"number":1,', b'"number":1,"number":1,'),
        lambda data: data.replace(b'"number":1,', b'"number":1.0,'),
        lambda data: unicodedata.normalize("NFD", data.decode()).encode(),
        lambda data: data.replace(b",", b", ", 1),
    ],
    ids=["a key twice", "a float", "letters taken apart", "a space"],
)
def test_t23_a_manifest_in_any_other_form_is_refused(change: Callable[[bytes], bytes]) -> None:
    data = change(replace(world.manifest(), approvals=4).encode())
    files = publishing.publish(
        world.repository(), keys=KEYS, cluster=CLUSTER, manifest=data, approvals=world.sign_all(GOOD), at=AT
    )
    assert refused("manifest_malformed", files).step == "2.2"


def test_t25_a_title_changed_under_the_old_approvals_is_refused() -> None:
    made = world.manifest()
    other = world.item(replace(made.items[0].content, title="Khác"), name="clip")
    files = world.published(replace(made, items=(other, made.items[1])), lines=world.sign_all(GOOD))
    assert refused("item_unapproved", files).step == "3.9"


def test_t28_media_swapped_under_a_stolen_cluster_key_are_refused() -> None:
    made, _item = unseen()
    assert refused("item_unapproved", world.published(made, lines=world.sign_all(GOOD))).subject == "clip"


def test_t39_a_weak_policy_in_the_cluster_role_does_not_count() -> None:
    default = Policy.default()
    weak = {
        name: replace(rule, steps=rule.steps[:1], distinct_officers=1, alternatives=())
        for name, rule in default.classes.items()
    }
    data = replace(default, classes=weak).encode()
    entry = TargetFile.from_data("policy.json", data, ["sha256"])

    def adds(signed: Signed) -> None:
        cast(Targets, signed).targets["policy.json"] = entry

    def drops(signed: Signed) -> None:
        del cast(Targets, signed).targets["policy.json"]

    one_officer = world.published(lines=world.sign_all(GOOD[::2]))
    files = {**resigned(one_officer, "c-ta-lung", adds), target_path("policy.json", entry.hashes["sha256"]): data}
    refused("item_unapproved", files)
    assert refused("policy_digest", resigned(files, "targets", drops)).step == "3.2"


def test_t41_a_store_swapped_whole_for_another_provinces_is_refused_at_boot() -> None:
    accepted = world.accept(world.published())
    strange = publishing.Keys.generate([CLUSTER, world.OTHER])
    repo = publishing.new_repository(
        strange,
        clusters=[CLUSTER, world.OTHER],
        policy=Policy.default().encode(),
        officers=world.officers().encode(),
        at=AT,
    )
    lines = world.sign_all(GOOD)
    made = replace(world.manifest(), approvals=4).encode()
    other = publishing.publish(repo, keys=strange, cluster=CLUSTER, manifest=made, approvals=lines, at=AT)
    with pytest.raises(BundleRefusal) as caught:
        reopened(other, accepted.floors)
    assert (caught.value.code, caught.value.step) == ("store_refused", "5.1")


def reopened(files: dict[str, bytes], floors: verify.Floors, device: DeviceRecord | None = None) -> verify.Accepted:
    return verify.reopen(files, anchor=world.ANCHOR, accepted_at=AT, device=device or world.device(), floors=floors)


def test_t43_fifty_two_days_after_the_expiry_filler_is_on_air() -> None:
    accepted = world.accept(world.published())
    clip, notice = accepted.manifest.items
    at = accepted.timestamp_expires + 52 * DAY
    assert accepted.why_not(clip, "ordinary", at=at) == "class_stale"
    assert accepted.why_not(notice, "filler", at=at) is None
    found = timeline.showing(
        accepted.manifest, face=world.FACE, at_ms=world.AT_MS + 1_000, playable=lambda one, class_: class_ == "filler"
    )
    assert (found.kind, found.item) == ("filler", "notice")


def test_t77_an_item_whose_approval_runs_out_in_its_loop_gives_way_to_filler() -> None:
    soon = AT + timedelta(hours=1)
    lines = world.sign_all([replace(GOOD[0], until_at=soon), *GOOD[1:]])
    accepted = world.accept(world.published(lines=lines))
    clip, notice = accepted.manifest.items
    before, after = soon - timedelta(seconds=1), soon
    assert accepted.why_not(clip, "ordinary", at=before) is None
    assert accepted.why_not(clip, "ordinary", at=after) == "item_expired"

    def playable(one: Item, class_: str) -> bool:
        return accepted.why_not(one, class_, at=after) is None

    kinds = {
        found.item
        for second in range(60)
        for found in [
            timeline.showing(
                accepted.manifest, face=world.FACE, at_ms=instants.to_ms(after) + second * 1000, playable=playable
            )
        ]
    }
    assert kinds == {notice.id}


def test_tuf_arbitrary_software_by_a_thief_of_every_online_key_is_refused() -> None:
    made, item = unseen()
    forged = [*world.two_officers(item), *GOOD[2:]]
    for role in ONLINE:
        refused("approval_unsigned", world.published(made, lines=world.sign_all(forged, role=role)))


def test_tuf_rollback_to_an_older_plan_under_new_metadata_is_refused() -> None:
    new = world.published(world.manifest(2))
    floors = world.accept(new).floors
    refused("manifest_rollback", world.published(world.manifest(1), repo=new), stored=new, floors=floors)


def test_tuf_indefinite_freeze_ends_with_the_timestamps_life() -> None:
    refused("timestamp_expired", world.published(), at=AT + 8 * DAY)


def test_tuf_endless_data_is_refused_at_its_bound() -> None:
    files = world.published()
    for path, code in (
        (STAMP, "timestamp_too_large"),
        ("metadata/2.snapshot.json", "snapshot_too_large"),
        ("metadata/1.targets.json", "targets_too_large"),
    ):
        refused(code, {**files, path: b"x" * 5_000_001})


def test_tuf_extraneous_dependencies_are_refused() -> None:
    made = world.manifest()
    refused("timeline_invalid", world.published(replace(made, files=(*made.files, File("0" * 64, 9, "video/mp4")))))
    extra = world.item(replace(world.notice(), title="Khác"), name="extra")
    refused("timeline_invalid", world.published(replace(made, items=(*made.items, extra))))


def test_tuf_mix_and_match_of_two_good_sets_is_refused() -> None:
    old = world.published()
    new = world.published(world.manifest(2), repo=old)
    refused("role_digest", {**new, "metadata/3.c-ta-lung.json": old["metadata/2.c-ta-lung.json"]})
    refused("snapshot_digest", {**new, "metadata/3.snapshot.json": old["metadata/2.snapshot.json"]})
    lines = next(path for path in old if path.endswith("approvals.jsonl"))
    other = next(path for path in old if path.endswith("manifest.json"))
    refused("approvals_digest", {**old, lines: old[other]})


@pytest.mark.parametrize("role", ["targets", "people", "c-ta-lung"])
def test_tuf_a_wrong_key_is_refused(role: str) -> None:
    files = resigned(world.published(), role, nothing, by="approvals")
    refused(f"{'role' if role == 'c-ta-lung' else role}_unsigned", files)


def test_tuf_a_key_below_the_threshold_is_refused() -> None:
    files = by_persons()
    world.accept(files, anchor=world.anchor(files))
    stamp = cast(Timestamp, read_signed(files[STAMP]))
    shot = cast(Snapshot, read_signed(files[f"metadata/{stamp.snapshot_meta.version}.snapshot.json"]))
    targets = read_signed(files["metadata/1.targets.json"])
    targets.version = 2
    data = sign(targets, of_three("targets")[:1])
    shot.meta["targets.json"] = MetaFile.from_data(2, data, ["sha256"])
    shot.version += 1
    shot_data = sign(shot, KEYS.of("snapshot"))
    stamp.version += 1
    stamp.snapshot_meta = MetaFile.from_data(shot.version, shot_data, ["sha256"])
    lone = {
        **files,
        "metadata/2.targets.json": data,
        f"metadata/{shot.version}.snapshot.json": shot_data,
        STAMP: sign(stamp, KEYS.of("timestamp")),
    }
    refused("targets_unsigned", lone, anchor=world.anchor(files))


def test_tuf_a_replayed_timestamp_is_refused() -> None:
    old = world.published()
    new = publishing.refresh_timestamp(old, keys=KEYS, at=AT + DAY)
    accepted = world.accept(new, stored=old, at=AT + DAY)
    refused("timestamp_rollback", {**new, STAMP: old[STAMP]}, stored=dict(accepted.files), at=AT + DAY)


def test_a_thief_of_timestamp_snapshot_and_cluster_keys_shows_nothing_new() -> None:
    """He may sign any manifest and any approvals file, as often as he likes: each is refused, by its own name."""
    made, item = unseen()
    clip, notice = made.items
    forged = world.two_officers(item)
    one = world.two_officers(item)[:1]
    tries: list[tuple[str, dict[str, bytes]]] = [
        ("item_unapproved", world.published(made, lines=world.sign_all(GOOD))),
        ("approval_unsigned", world.published(made, lines=world.sign_all([*forged, *GOOD[2:]], role="c-ta-lung"))),
        ("approval_malformed", world.published(made, lines=b"{}\n")),
        ("item_digest", world.published(replace(made, items=(replace(clip, digest=GOOD[0].content), notice)))),
        ("item_unapproved", world.published(made, lines=approvals.join_lines([]))),
        ("targets_unsigned", resigned(world.published(made), "targets", nothing, by="c-ta-lung")),
        ("people_unsigned", resigned(world.published(made), "people", nothing, by="snapshot")),
        ("approval_unsigned", world.published(made, lines=world.sign_all([*one, *GOOD], role="timestamp"))),
        ("manifest_elsewhere", world.published(replace(world.manifest(), cluster=world.OTHER))),
    ]
    for code, files in tries:
        refused(code, files)


@pytest.mark.parametrize("taken", ["timestamp", "snapshot", "c-ta-lung", "targets", "people"])
def test_a_thief_of_the_approval_key_alone_shows_nothing(taken: str) -> None:
    """He may sign any statement of any officer, but no role names the file it stands in."""
    made, item = unseen()
    lines = world.sign_all([*world.two_officers(item), *GOOD[2:]])
    held = publishing.Keys({**KEYS.signers, taken: KEYS.of("approvals")})
    if taken in ("targets", "people"):
        files = resigned(world.published(made, lines=lines), taken, nothing, by="approvals")
    else:
        files = publishing.publish(
            world.repository(),
            keys=held,
            cluster=CLUSTER,
            manifest=replace(made, approvals=4).encode(),
            approvals=lines,
            at=AT,
        )
    refused(f"{'role' if taken == 'c-ta-lung' else taken}_unsigned", files)
