"""Every case of docs/bundle-vectors: here those about the metadata."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import cast

from bangtin.bundle import publishing
from bangtin.bundle.roles import Metadata, Root, Signed, Snapshot, read_signed, sign, write
from tests.vectors import contents, proofs, stored
from tests.vectors import province as p
from tests.vectors.cases import BASE, Case
from tests.vectors.province import AT, DAY, GOOD, KEYS, PICTURE

STAMP = "metadata/timestamp.json"


def cases() -> list[Case]:
    """All of them; names are unique, and every set named in `after` stands before."""
    return [
        *good(),
        *roots(),
        *roles(),
        *forms(),
        *flipped(),
        *contents.cases(),
        *proofs.cases(),
        *stored.cases(),
    ]


def good() -> Iterable[Case]:
    yield Case("good", "Two items, each approved by two officers; root and targets signed by two of three keys.", BASE)
    leader = p.published(repo=p.repository(known=p.with_leader()))
    yield Case("good-leader", "An officer more, who orders notices and commands: see envelopes.json.", leader)
    second = p.published(p.manifest(2), repo=BASE)
    yield Case("good-next", "The next number of the same cluster.", second, after="good")
    yield Case("good-again", "The set the device has already.", BASE, after="good")
    yield Case(
        "good-p256",
        "Root 2 lists a root key and a targets key on P-256, as PKCS#11 tokens sign.",
        publishing.rotate_root(BASE, old=KEYS, new=p.keys(tokens=True), at=AT),
    )
    yield Case(
        "good-daily",
        "A new timestamp, all else as it was.",
        publishing.refresh_timestamp(BASE, keys=KEYS, at=AT + DAY),
        at=AT + DAY,
        after="good",
    )
    yield Case(
        "good-extension",
        "A key beginning x_ in the manifest is carried.",
        p.published(p.manifest(extensions={"x_audit": "abc"})),
    )
    edited = p.item(p.picture(author="hoa"), "gate")
    lines = p.by_hub([p.statement(edited, "hoa", "edit"), p.statement(edited, "lan", "confirm"), *GOOD[2:]])
    yield Case(
        "good-edited",
        "Approved in the alternative way: the editor is the author, another officer confirms.",
        p.published(p.manifest(first=edited), lines),
    )
    overcome = p.statement(PICTURE, "lan", "confirm", decision="rejected", at=AT - DAY)
    yield Case(
        "good-overcome",
        "An officer's earlier rejection, followed by the same officer's approval.",
        p.published(lines=p.by_hub([*GOOD, overcome])),
    )
    high = p.item(p.picture(), "gate", "priority")
    words = p.item(p.notice(), "notice", "priority")
    made = p.manifest(first=high, second=words)
    yield Case(
        "good-priority",
        "Items approved as priority, aired in a priority window.",
        p.published(replace(made, windows=(replace(made.windows[0], class_="priority"), made.windows[1]))),
    )


def roots() -> Iterable[Case]:
    other = p.keys(" of another province")
    stranger = p.published(repo=p.repository(held=other), held=other)
    strange = {path: data for path, data in stranger.items() if not path.endswith("1.root.json")}
    yield Case(
        "root-stranger", "The whole set of somebody else's root.", strange, "timestamp_unsigned", "1.7", attack="T1"
    )
    next_root = cast(Root, read_signed(p.ANCHOR))
    next_root.version = 2
    for name, signers in (("one", KEYS.of("root")[:1]), ("none", other.of("root"))):
        yield Case(
            f"root-by-{name}",
            f"A next root signed by {name} of the three keys.",
            {**BASE, "metadata/2.root.json": sign(next_root, signers)},
            "root_unsigned",
            "1.5",
            attack="T2",
        )
    spare = sign(next_root, [*KEYS.of("root")[:2], *KEYS.of("hub")])
    yield Case(
        "root-spare",
        "A root with a signature that no listed key made.",
        {**BASE, "metadata/2.root.json": spare},
        "root_unsigned",
        "1.5",
    )
    rotated, held = dict(BASE), KEYS
    for number in (2, 3, 4):
        fresh = p.keys(f" since {number}")
        rotated = publishing.rotate_root(rotated, old=held, new=fresh, at=AT)
        held = fresh
        if number == 2:
            yield Case("rotated", "Root 2 lists new keys for all four top roles.", rotated)
            later = {path: data for path, data in rotated.items() if not path.endswith("1.root.json")}
            what = "The kit brings root 2, which also carries signatures of the keys before it."
            yield Case("rotated-kit", what, later, anchor="metadata/2.root.json")
    yield Case("rotated-thrice", "Three rotations of all keys that the device missed.", rotated, attack="T3")
    gap = {path: data for path, data in rotated.items() if path != "metadata/3.root.json"}
    yield Case("root-gap", "Root 3 of 2, 3, 4 is missing.", gap, "root_gap", "1.4", attack="T4")
    yield Case(
        "root-left-out",
        "A set from before a rotation, offered to a device that has the newer root.",
        BASE,
        "timestamp_unsigned",
        "1.7",
        alone="accepted",
        attack="T5",
        after="rotated",
    )
    yield Case(
        "root-number",
        "The file called 2.root.json says it is number 1.",
        {**BASE, "metadata/2.root.json": p.ANCHOR},
        "root_rollback",
        "1.4",
        attack="T6",
    )
    yield Case(
        "root-expired",
        "Nobody has renewed the root for two years.",
        publishing.refresh_timestamp(BASE, keys=KEYS, at=AT + 740 * DAY),
        "root_expired",
        "1.6",
        at=AT + 740 * DAY,
    )


def roles() -> Iterable[Case]:
    yield Case(
        "timestamp-old",
        "The set before the one the device has.",
        BASE,
        "timestamp_rollback",
        "1.8",
        alone="accepted",
        attack="T9",
        after="good-next",
    )
    yield Case(
        "timestamp-old-floors",
        "The same, the device's store wiped, its floors kept.",
        BASE,
        "timestamp_rollback",
        "1.12",
        alone="accepted",
        attack="T10",
        after="good-next",
        keeps_store=False,
    )
    twice = p.published(p.manifest(2), at=AT + timedelta(seconds=1))
    yield Case(
        "timestamp-twice",
        "Another timestamp of the same number.",
        twice,
        "timestamp_twice",
        "1.8",
        alone="accepted",
        attack="T12",
        after="good",
    )
    yield Case(
        "timestamp-frozen",
        "The line is cut off from new timestamps for eight days.",
        BASE,
        "timestamp_expired",
        "1.9",
        at=AT + 8 * DAY,
        attack="T13",
    )
    yield Case(
        "timestamp-other-key",
        "The timestamp signed by the snapshot's key.",
        p.resigned(BASE, "timestamp", nothing, KEYS.of("snapshot")),
        "timestamp_unsigned",
        "1.7",
    )
    second = p.published(p.manifest(2), repo=BASE)
    old_shot = {**second, "metadata/3.snapshot.json": BASE["metadata/2.snapshot.json"]}
    yield Case(
        "snapshot-old", "A new timestamp beside the old snapshot.", old_shot, "snapshot_digest", "1.10", attack="T14"
    )
    gone = {path: data for path, data in BASE.items() if not path.endswith("snapshot.json")}
    yield Case("snapshot-missing", "No snapshot.", gone, "snapshot_missing", "1.1")
    old_role = {**second, "metadata/3.c-ta-lung.json": BASE["metadata/2.c-ta-lung.json"]}
    yield Case("role-old", "A new snapshot beside the old cluster role.", old_role, "role_digest", "1.11", attack="T15")
    dropped = p.resigned(BASE, "snapshot", without("c-trung-khanh"))
    yield Case(
        "snapshot-drops-role",
        "A snapshot, properly signed, in which a neighbour's role is gone.",
        dropped,
        "snapshot_rollback",
        "1.10",
        alone="accepted",
        attack="T16",
        after="good",
    )
    neighbour = p.resigned(BASE, p.ROLE, nothing, KEYS.of("c-trung-khanh"))
    yield Case(
        "role-by-neighbour",
        "The cluster's role signed by the key of another cluster.",
        neighbour,
        "role_unsigned",
        "1.11",
        attack="T20",
    )
    below = p.resigned(BASE, "targets", nothing, KEYS.of("targets")[:1])
    yield Case(
        "targets-by-one", "Targets signed by one of three keys, two are needed.", below, "targets_unsigned", "1.11"
    )
    online = p.resigned(BASE, "targets", nothing, [*KEYS.of("snapshot"), *KEYS.of("timestamp")])
    yield Case("targets-by-online-keys", "Targets signed by the online keys.", online, "targets_unsigned", "1.11")
    people = p.resigned(BASE, "people", nothing, KEYS.of("c-ta-lung"))
    yield Case("people-by-cluster", "The officers' list signed by a cluster's key.", people, "people_unsigned", "1.11")
    for role, name in (("targets", "targets"), ("people", "people"), (p.ROLE, "role")):
        yield Case(
            f"{name}-expired",
            f"The role {role} expired an hour ago.",
            p.resigned(BASE, role, expired),
            f"{name}_expired",
            "1.11",
        )
    yield Case(
        "snapshot-expired",
        "The snapshot expired an hour ago.",
        p.resigned(BASE, "snapshot", expired),
        "snapshot_expired",
        "1.10",
    )


def nothing(signed: Signed) -> None:
    """Only the number rises."""


def expired(signed: Signed) -> None:
    signed.expires = AT - timedelta(hours=1)


def without(role: str) -> Callable[[Signed], None]:
    return lambda signed: cast(Snapshot, signed).meta.pop(f"{role}.json") and None


def forms() -> Iterable[Case]:
    lower = {**BASE, STAMP: BASE[STAMP].replace(b'Z"', b'z"')}
    yield Case(
        "timestamp-lower-z", "The expiry written with a small z.", lower, "timestamp_malformed", "1.2", attack="T8"
    )
    yield Case(
        "timestamp-20kb",
        "A timestamp of 20 kB.",
        {**BASE, STAMP: b"[" * 20_000},
        "timestamp_too_large",
        "1.1",
        alone="timestamp_malformed",
        attack="T17",
    )
    yield Case(
        "timestamp-nested",
        "A timestamp of 16,000 opening brackets.",
        {**BASE, STAMP: b"[" * 16_000},
        "timestamp_malformed",
        "1.2",
        attack="T18",
    )
    spaced = json.dumps(json.loads(BASE[STAMP])).encode()
    yield Case(
        "timestamp-spaced",
        "A timestamp with spaces between its tokens.",
        {**BASE, STAMP: spaced},
        "timestamp_malformed",
        "1.2",
    )
    loud = json.loads(BASE[STAMP])
    loud["signatures"][0]["sig"] = loud["signatures"][0]["sig"].upper()
    upper = json.dumps(loud, sort_keys=True, separators=(",", ":")).encode()
    yield Case(
        "timestamp-upper-hex",
        "A signature in capital hex digits.",
        {**BASE, STAMP: upper},
        "timestamp_malformed",
        "1.2",
    )
    spare = Metadata.from_bytes(BASE[STAMP])
    spare.sign(KEYS.of("hub")[0], append=True)
    yield Case(
        "timestamp-spare",
        "A timestamp with a second signature that no listed key made.",
        {**BASE, STAMP: write(spare)},
        "timestamp_unsigned",
        "1.7",
    )


def flipped() -> Iterable[Case]:
    for path in sorted(BASE):
        name = path.rpartition("/")[2].removesuffix(".json").removesuffix(".jsonl").rpartition(".")[2]
        if name == "c-trung-khanh" or name == "root":
            continue
        role = {"c-ta-lung": "role", "timestamp": "timestamp"}.get(name, name)
        data = BASE[path]
        at = data.index(b'"sig":"') + 9 if path.startswith("metadata") else len(data) // 2
        changed = {**BASE, path: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]}
        code, step = FLIPS[role]
        alone = "accepted" if role == "officers" else None
        yield Case(
            f"flipped-{name}",
            f"One bit of {path.rpartition('/')[2][-24:]} is another.",
            changed,
            code,
            step,
            alone,
            attack="T7",
        )


FLIPS = {
    "timestamp": ("timestamp_unsigned", "1.7"),
    "snapshot": ("snapshot_digest", "1.10"),
    "targets": ("targets_digest", "1.11"),
    "people": ("people_digest", "1.11"),
    "role": ("role_digest", "1.11"),
    "policy": ("policy_digest", "3.2"),
    "officers": ("officers_digest", "3.6"),
    "manifest": ("manifest_digest", "2.1"),
    "approvals": ("approvals_digest", "3.1"),
}
