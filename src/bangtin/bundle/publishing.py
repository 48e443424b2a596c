"""Builds and signs the published file set of a province: pure, the instant passed in.

A file set maps `metadata/…` and `targets/…` to bytes; each function takes the current one and
gives the next, whole: all roots, the newest of everything else. The same inputs give the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import names
from bangtin.bundle.roles import (
    DelegatedRole,
    Delegations,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
    read_signed,
    sign,
)
from bangtin.bundle.signers import CryptoSigner, ed25519_signer, from_pem, to_pem
from bangtin.bundle.trusted import TIMESTAMP, target_path

TOP_ROLES = ("root", "targets", "snapshot", "timestamp")
KEY_ONLY_ROLES = ("approvals", "hub", "alerts", "drills")
# Signed by persons, away from the hub (trust B.1); every other key is used by the hub's signer.
OFFLINE_ROLES = ("root", "targets", "people")
RENEW_AT = 4  # a role is signed anew when less than a quarter of its life is left (trust B.1)


@dataclass(frozen=True)
class Lifetimes:
    """How long each signed role lives (trust B.1)."""

    root: timedelta = timedelta(days=730)
    targets: timedelta = timedelta(days=365)
    people: timedelta = timedelta(days=365)
    cluster: timedelta = timedelta(days=60)
    snapshot: timedelta = timedelta(days=60)
    timestamp: timedelta = timedelta(days=7)


LIFETIMES = Lifetimes()


@dataclass(frozen=True)
class Keys:
    """Signers by role; a role may have several. A cluster's role is `names.role(cluster)`."""

    signers: Mapping[str, tuple[CryptoSigner, ...]] = field(repr=False)

    @classmethod
    def generate(cls, clusters: Iterable[str]) -> "Keys":
        """One new Ed25519 key for every role, and for the role of each of `clusters`."""
        roles = [*TOP_ROLES, "people", *KEY_ONLY_ROLES, *map(names.role, clusters)]
        return cls({role: (ed25519_signer(Ed25519PrivateKey.generate()),) for role in roles})

    @classmethod
    def from_pem(cls, pem: Mapping[str, Sequence[bytes]], passphrase: bytes | None = None) -> "Keys":
        """The keys of `to_pem`. Raises: ValueError for another kind of key, or another passphrase."""
        return cls({role: tuple(from_pem(one, passphrase) for one in many) for role, many in pem.items()})

    def to_pem(self, passphrase: bytes | None = None) -> dict[str, tuple[bytes, ...]]:
        """Each private key as PKCS#8 PEM, encrypted if there is a passphrase: to be written with mode 0600."""
        return {role: tuple(to_pem(one, passphrase) for one in many) for role, many in self.signers.items()}

    def with_cluster(self, cluster: str) -> "Keys":
        """These keys and a new one for `cluster`, if it has none."""
        role = names.role(cluster)
        if role in self.signers:
            return self
        return Keys({**self.signers, role: (ed25519_signer(Ed25519PrivateKey.generate()),)})

    def of(self, role: str) -> tuple[CryptoSigner, ...]:
        """The signers of `role`. Raises: ValueError if there is none."""
        if not self.signers.get(role):
            raise ValueError(f"expected a key for the role {role}, got none")
        return self.signers[role]

    def listed(self, role: str, keyids: Iterable[str]) -> tuple[CryptoSigner, ...]:
        """The signers of `role` that the delegating metadata lists: while a role rotates, its old and new keys lie side
        by side, and a signature by the other one would be a spare one (trust 1.5). Where it lists none, all of them:
        what is made then does not verify. Raises: ValueError if there is none."""
        wanted = set(keyids)
        return tuple(one for one in self.of(role) if one.public_key.keyid in wanted) or self.of(role)


def new_repository(
    keys: Keys,
    *,
    clusters: Iterable[str],
    policy: bytes,
    officers: bytes,
    at: datetime,
    thresholds: Mapping[str, int] | None = None,
    lifetimes: Lifetimes = LIFETIMES,
) -> dict[str, bytes]:
    """The first file set of a province: root, targets with every delegation, people, empty clusters.

    `thresholds` by role, 1 where it says nothing. `metadata/1.root.json` is the anchor of the kit.
    """
    at = at.replace(microsecond=0)
    needed = thresholds or {}
    root = Root(version=1, expires=at + lifetimes.root, consistent_snapshot=True)
    for role in TOP_ROLES:
        for signer in keys.of(role):
            root.add_key(signer.public_key, role)
        root.roles[role].threshold = needed.get(role, 1)
    slugs = [names.slug(cluster) for cluster in clusters]
    targets = Targets(version=1, expires=at + lifetimes.targets, delegations=Delegations({}, {}))
    _delegate(targets, keys, "people", ["people/*"], needed)
    for slug in slugs:
        _delegate(targets, keys, f"c-{slug}", [f"c/{slug}/*"], needed)
    for role in KEY_ONLY_ROLES:
        _delegate(targets, keys, role, [], needed)
    people = Targets(version=1, expires=at + lifetimes.people)
    contents = {**_put(targets, "policy.json", policy), **_put(people, "people/officers.json", officers)}
    roles = {"targets": targets, "people": people}
    for slug in slugs:
        roles[f"c-{slug}"] = Targets(version=1, expires=at + lifetimes.cluster)
    first = {"metadata/1.root.json": sign(root, keys.of("root"))}
    return _publish({**first, **contents}, roles, keys=keys, at=at, lifetimes=lifetimes)


def publish(
    repo: Mapping[str, bytes],
    *,
    keys: Keys,
    cluster: str,
    manifest: bytes,
    approvals: bytes,
    at: datetime,
    lifetimes: Lifetimes = LIFETIMES,
) -> dict[str, bytes]:
    """The file set in which `cluster` shows `manifest` on the strength of `approvals`.

    It does not judge them: `verify.self_check` does, before anything is served.
    """
    role, folder = names.role(cluster), names.directory(cluster)
    targets = _next(repo, role, expires=at + lifetimes.cluster)
    contents = {
        **_put(targets, f"{folder}/manifest.json", manifest),
        **_put(targets, f"{folder}/approvals.jsonl", approvals),
    }
    return _publish({**repo, **contents}, {role: targets}, keys=keys, at=at, lifetimes=lifetimes)


def set_officers(
    repo: Mapping[str, bytes], *, keys: Keys, officers: bytes, at: datetime, lifetimes: Lifetimes = LIFETIMES
) -> dict[str, bytes]:
    """The file set with another `people/officers.json`."""
    people = _next(repo, "people", expires=at + lifetimes.people)
    contents = _put(people, "people/officers.json", officers)
    return _publish({**repo, **contents}, {"people": people}, keys=keys, at=at, lifetimes=lifetimes)


def set_policy(
    repo: Mapping[str, bytes], *, keys: Keys, policy: bytes, at: datetime, lifetimes: Lifetimes = LIFETIMES
) -> dict[str, bytes]:
    """The file set with another `policy.json`, which `targets` itself signs."""
    targets = _next(repo, "targets", expires=at + lifetimes.targets)
    contents = _put(targets, "policy.json", policy)
    return _publish({**repo, **contents}, {"targets": targets}, keys=keys, at=at, lifetimes=lifetimes)


def add_cluster(
    repo: Mapping[str, bytes], *, keys: Keys, cluster: str, at: datetime, lifetimes: Lifetimes = LIFETIMES
) -> dict[str, bytes]:
    """The file set in which `cluster` has a role of its own; `keys` must hold its key."""
    slug = names.slug(cluster)
    targets = _next(repo, "targets", expires=at + lifetimes.targets)
    _delegate(targets, keys, f"c-{slug}", [f"c/{slug}/*"], {})
    roles = {"targets": targets, f"c-{slug}": Targets(version=1, expires=at + lifetimes.cluster)}
    return _publish(repo, roles, keys=keys, at=at, lifetimes=lifetimes)


def rotate_root(
    repo: Mapping[str, bytes], *, old: Keys, new: Keys, at: datetime, lifetimes: Lifetimes = LIFETIMES
) -> dict[str, bytes]:
    """The file set with a next root that lists the top keys of `new`, signed by old and new root keys.

    Targets, snapshot and timestamp are signed anew by theirs. Older roots stay, they are served for ever.
    """
    root = newest_root(repo)
    last = root.version
    for role in TOP_ROLES:
        for keyid in list(root.roles[role].keyids):
            root.revoke_key(keyid, role)
        for signer in new.of(role):
            root.add_key(signer.public_key, role)
    root.version, root.expires = last + 1, (at + lifetimes.root).replace(microsecond=0)
    signers = {one.public_key.keyid: one for one in (*old.of("root"), *new.of("root"))}
    files = {**repo, f"metadata/{last + 1}.root.json": sign(root, list(signers.values()))}
    targets = _next(repo, "targets", expires=at + lifetimes.targets)
    return _publish(files, {"targets": targets}, keys=new, at=at, lifetimes=lifetimes)


def refresh_timestamp(
    repo: Mapping[str, bytes], *, keys: Keys, at: datetime, lifetimes: Lifetimes = LIFETIMES
) -> dict[str, bytes]:
    """The file set with a timestamp signed anew (daily), and any online role that grows old.

    Snapshot and cluster roles are renewed when less than a quarter of their life is left; root,
    targets and people are signed by persons and never here.
    """
    snapshot = _snapshot(repo)
    limit = at + lifetimes.cluster / RENEW_AT
    old = [
        role
        for role in (name.removesuffix(".json") for name in snapshot.meta)
        if role.startswith("c-") and _role(repo, snapshot, role).expires < limit
    ]
    roles = {role: _next(repo, role, expires=at + lifetimes.cluster) for role in old}
    if roles or snapshot.expires < at + lifetimes.snapshot / RENEW_AT:
        return _publish(repo, roles, keys=keys, at=at, lifetimes=lifetimes)
    timestamp = _timestamp(repo)
    timestamp.version += 1
    timestamp.expires = (at + lifetimes.timestamp).replace(microsecond=0)
    return {**repo, TIMESTAMP: sign(timestamp, keys.listed("timestamp", newest_root(repo).roles["timestamp"].keyids))}


def leap(
    repo: Mapping[str, bytes], *, keys: Keys, at: datetime, by: int, lifetimes: Lifetimes = LIFETIMES
) -> dict[str, bytes]:
    """The file set with every online role `by` versions further on: a hub that was put back from a backup does not
    know which versions its screens have seen since (1.8). Root, targets and people are signed by persons and stay."""
    names = (name.removesuffix(".json") for name in _snapshot(repo).meta)
    expires = at + lifetimes.cluster
    roles = {role: _next(repo, role, expires=expires, step=by) for role in names if role.startswith("c-")}
    return _publish(repo, roles, keys=keys, at=at, lifetimes=lifetimes, step=by)


def install(
    repo: Mapping[str, bytes],
    *,
    documents: Mapping[str, bytes],
    contents: Mapping[str, bytes],
    keys: Keys,
    at: datetime,
    lifetimes: Lifetimes = LIFETIMES,
) -> dict[str, bytes]:
    """The file set with what persons have signed: `documents` by role ("root", "targets", "people"), and the target
    files they name by their path in the set.

    The online roles whose keys changed are signed anew, clusters that came get a role. It does not judge the documents:
    `ceremony.assemble` has, and `trusted.load` does before anything is served.
    """
    files = {**repo, **contents}
    if "root" in documents:
        files[f"metadata/{read_signed(documents['root']).version}.root.json"] = documents["root"]
    before, snapshot = _role(repo, _snapshot(repo), "targets"), _snapshot(repo)
    after = cast(Targets, read_signed(documents["targets"])) if "targets" in documents else before
    assert after.delegations is not None and after.delegations.roles is not None
    roles: dict[str, Targets] = {}
    for role in after.delegations.roles:
        if not role.startswith("c-"):
            continue
        if f"{role}.json" not in snapshot.meta:
            roles[role] = Targets(version=1, expires=(at + lifetimes.cluster).replace(microsecond=0))
        elif set(delegated(after, role)) != set(delegated(before, role)):
            roles[role] = _next(repo, role, expires=at + lifetimes.cluster)
    given = {role: data for role, data in documents.items() if role != "root"}
    return _publish(files, roles, keys=keys, at=at, lifetimes=lifetimes, signed_before=given)


def newest_root(files: Mapping[str, bytes]) -> Root:
    """The root with the highest number in the set."""
    last = max(int(path.split("/")[1].split(".")[0]) for path in files if path.endswith(".root.json"))
    return cast(Root, read_signed(files[f"metadata/{last}.root.json"]))


def role_of(files: Mapping[str, bytes], role: str) -> Targets:
    """What `role` (targets, people, a cluster's) says in the set. Raises: ValueError if it has no such role."""
    return _role(files, _snapshot(files), role)


def signed_of(files: Mapping[str, bytes], role: str) -> Signed:
    """What any role with metadata says in the set. Raises: ValueError if it has no such role."""
    top = {"root": newest_root, "timestamp": _timestamp, "snapshot": _snapshot}
    return top[role](files) if role in top else role_of(files, role)


def delegated(targets: Targets, role: str) -> list[str]:
    """The key ids under which `targets` accepts `role`; none if it delegates to no such role."""
    found = (targets.delegations.roles or {}).get(role) if targets.delegations else None
    return list(found.keyids) if found is not None else []


def _publish(
    files: Mapping[str, bytes],
    roles: Mapping[str, Targets],
    *,
    keys: Keys,
    at: datetime,
    lifetimes: Lifetimes,
    signed_before: Mapping[str, bytes] | None = None,
    step: int = 1,
) -> dict[str, bytes]:
    """Signs the changed `roles`, then snapshot and timestamp, and drops what nothing names any more.

    `signed_before`: roles that persons have signed already, as they stand.
    """
    at = at.replace(microsecond=0)
    if TIMESTAMP in files:
        timestamp, snapshot = _timestamp(files), _snapshot(files)
        timestamp.version += step
        snapshot.version += step
    else:
        timestamp, snapshot = Timestamp(version=1), Snapshot(version=1, meta={})
    given = dict(signed_before or {})
    changed = {**roles, **{role: cast(Targets, read_signed(data)) for role, data in given.items()}}
    root = newest_root(files)
    top = changed["targets"] if "targets" in changed else _role(files, snapshot, "targets")
    signed = given | {
        role: sign(one, keys.listed(role, root.roles[role].keyids if role == "targets" else delegated(top, role)))
        for role, one in roles.items()
    }
    for role, data in signed.items():
        snapshot.meta[f"{role}.json"] = MetaFile.from_data(changed[role].version, data, ["sha256"])
    snapshot.expires = at + lifetimes.snapshot
    snapshot_data = sign(snapshot, keys.listed("snapshot", root.roles["snapshot"].keyids))
    timestamp.snapshot_meta = MetaFile.from_data(snapshot.version, snapshot_data, ["sha256"])
    timestamp.expires = at + lifetimes.timestamp
    found = {
        **files,
        **{f"metadata/{changed[role].version}.{role}.json": data for role, data in signed.items()},
        f"metadata/{snapshot.version}.snapshot.json": snapshot_data,
        TIMESTAMP: sign(timestamp, keys.listed("timestamp", root.roles["timestamp"].keyids)),
    }
    named = _named_files(found, snapshot)
    return {path: data for path, data in sorted(found.items()) if path in named or path.endswith(".root.json")}


def _named_files(files: Mapping[str, bytes], snapshot: Snapshot) -> set[str]:
    named = {TIMESTAMP, f"metadata/{snapshot.version}.snapshot.json"}
    for name, meta in snapshot.meta.items():
        named.add(f"metadata/{meta.version}.{name}")
        for path, entry in _role(files, snapshot, name.removesuffix(".json")).targets.items():
            named.add(target_path(path, entry.hashes["sha256"]))
    return named


def _delegate(targets: Targets, keys: Keys, role: str, paths: list[str], thresholds: Mapping[str, int]) -> None:
    delegations = targets.delegations
    assert delegations is not None and delegations.roles is not None
    if role not in delegations.roles:
        delegations.roles[role] = DelegatedRole(role, [], thresholds.get(role, 1), terminating=True, paths=paths)
    for signer in keys.of(role):
        targets.add_key(signer.public_key, role)


def _put(targets: Targets, path: str, data: bytes) -> dict[str, bytes]:
    entry = TargetFile.from_data(path, data, ["sha256"])
    targets.targets[path] = entry
    return {target_path(path, entry.hashes["sha256"]): data}


def _next(repo: Mapping[str, bytes], role: str, *, expires: datetime, step: int = 1) -> Targets:
    targets = _role(repo, _snapshot(repo), role)
    targets.version += step
    targets.expires = expires.replace(microsecond=0)
    return targets


def _timestamp(repo: Mapping[str, bytes]) -> Timestamp:
    return cast(Timestamp, read_signed(repo[TIMESTAMP]))


def _snapshot(repo: Mapping[str, bytes]) -> Snapshot:
    version = _timestamp(repo).snapshot_meta.version
    return cast(Snapshot, read_signed(repo[f"metadata/{version}.snapshot.json"]))


def _role(repo: Mapping[str, bytes], snapshot: Snapshot, role: str) -> Targets:
    meta = snapshot.meta.get(f"{role}.json")
    if meta is None:
        raise ValueError(f"expected a role of this repository, got {role}")
    return cast(Targets, read_signed(repo[f"metadata/{meta.version}.{role}.json"]))
