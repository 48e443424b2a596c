"""From bytes to a bundle that may be shown, or a named refusal (trust 1–3, 5.1–5.6).

The same functions serve the line, the disk at boot, the stick, and the hub's look at its own work.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bangtin.bundle import approvals, bounds, instants, names, trusted
from bangtin.bundle import manifest as manifests
from bangtin.bundle.approvals import ApprovedItem, Officers, Policy
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Item, Manifest
from bangtin.bundle.manifest_checks import check_digests, check_names, check_span, check_timeline


@dataclass(frozen=True)
class Floors:
    """What a device never goes below again; it outlives the store and is kept apart from it.

    `versions` maps "timestamp:<key set>" and so on to a version; `number` and `digest` are those of
    the last accepted manifest.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    number: int = 0
    digest: str = ""

    def to_object(self) -> dict[str, object]:
        """A JSON object for the device's own table."""
        return {"versions": dict(self.versions), "number": self.number, "digest": self.digest}


@dataclass(frozen=True)
class Accepted:
    """A verified bundle.

    approvals   item id → what approved it
    files       every file it was read from: stored together, they verify again at boot
    floors      to be stored in the same transaction as the instant of acceptance
    digest8     first 8 hex digits of the manifest's SHA-256, the name of its generation on disk
    officers    who may take which step: orders of emergency notices ask it too
    keys        the verified metadata: tells what the key-only roles signed (device record, time)
    """

    manifest: Manifest
    approvals: Mapping[str, ApprovedItem]
    policy: Policy
    officers: Officers
    versions: Mapping[str, int]
    timestamp_expires: datetime
    digest8: str
    floors: Floors
    files: Mapping[str, bytes]
    keys: trusted.Trusted

    def why_not(self, item: Item, class_: str, *, at: datetime) -> str | None:
        """Why `item` may not be shown as `class_` ("priority", "ordinary", "filler") at `at`.

        "class_stale" (5.5): the timestamp expired longer ago than the class's grace.
        "item_expired" (5.6): its approval has run out. None: it may be shown.
        """
        if (at - self.timestamp_expires).total_seconds() > self.policy.grace_s(class_):
            return "class_stale"
        if at >= self.approvals[item.id].until_at:
            return "item_expired"
        return None


def accept(
    files: Mapping[str, bytes],
    *,
    anchor: bytes,
    at: datetime,
    device: DeviceRecord,
    stored: Mapping[str, bytes] | None = None,
    floors: Floors | None = None,
) -> Accepted:
    """The bundle in `files` for `device` at `at`, newer than or equal to what was accepted before.

    `anchor` is the kit's root.json; `stored` the file set accepted before; `floors` its floors.
    Raises: BundleRefusal (steps 1.1–3.10).
    """
    found = trusted.load(
        files,
        anchor=anchor,
        at=at,
        stored=stored,
        floors=(floors or Floors()).versions,
        cluster_role=names.role(device.cluster),
    )
    place = _Place(device.province, device.cluster, device)
    return _judge(files, found, place, floors or Floors(), at)


def self_check(files: Mapping[str, bytes], *, anchor: bytes, at: datetime, province: str, cluster: str) -> Accepted:
    """The bundle of `cluster` as any of its devices would see it: the hub's look at its own work.

    Only step 2.6 is left out, since no device asks. Raises: BundleRefusal (steps 1.1–3.10).
    """
    found = trusted.load(files, anchor=anchor, at=at, cluster_role=names.role(cluster))
    return _judge(files, found, _Place(province, cluster, None), Floors(), at)


def reopen(
    files: Mapping[str, bytes], *, anchor: bytes, accepted_at: datetime, device: DeviceRecord, floors: Floors
) -> Accepted:
    """The stored bundle at boot: authenticity at `accepted_at`, the instant kept with the set.

    Freshness is another matter, by class and at the device's clock: `Accepted.why_not`.
    Raises: BundleRefusal store_refused with its cause (5.1), accepted_at_impossible (5.2),
    store_rollback (5.3).
    """
    try:
        accepted = accept(files, anchor=anchor, at=accepted_at, device=device, floors=floors)
    except BundleRefusal as refusal:
        if refusal.code == "timestamp_expired":
            raise _refusal("accepted_at_impossible", "5.2", "store", "after the timestamp's expiry") from refusal
        if refusal.code.endswith("_rollback"):
            raise _refusal("store_rollback", "5.3", "store", str(refusal)) from refusal
        raise _refusal("store_refused", "5.1", "store", str(refusal)) from refusal
    if accepted_at < instants.from_ms(accepted.manifest.made_ms) - approvals.EARLY:
        raise _refusal("accepted_at_impossible", "5.2", "store", "before the manifest was made")
    return accepted


@dataclass(frozen=True)
class _Place:
    province: str
    cluster: str
    device: DeviceRecord | None


def _judge(files: Mapping[str, bytes], found: trusted.Trusted, place: _Place, floors: Floors, at: datetime) -> Accepted:
    data = _manifest_bytes(files, found, place)
    manifest = manifests.read(data)
    digest = hashlib.sha256(data).hexdigest()
    _check_manifest(manifest, digest, place, floors, at)
    policy, officers, approved = _approvals(files, found, manifest, at)
    return Accepted(
        manifest=manifest,
        approvals=approved,
        policy=policy,
        officers=officers,
        versions=found.versions,
        timestamp_expires=found.timestamp_expires,
        digest8=digest[:8],
        floors=Floors({**floors.versions, **found.floors}, manifest.number, digest),
        files={**found.used, **_target_files(files, found, place)},
        keys=found,
    )


def _manifest_bytes(files: Mapping[str, bytes], found: trusted.Trusted, place: _Place) -> bytes:
    """trust 2.1: the own cluster's manifest, in the own cluster's role."""
    assert found.cluster is not None
    return trusted.read_target(
        files,
        role=found.cluster,
        path=f"{names.directory(place.cluster)}/manifest.json",
        bound=bounds.MANIFEST_BYTES,
        refusal=lambda detail: _refusal("manifest_digest", "2.1", "manifest.json", detail),
    )


def _check_manifest(manifest: Manifest, digest: str, place: _Place, floors: Floors, at: datetime) -> None:
    if (manifest.province, manifest.cluster) != (place.province, place.cluster):
        raise _refusal("manifest_elsewhere", "2.3", "manifest.json", f"is for {manifest.cluster}")
    if manifest.number < floors.number or (manifest.number == floors.number and digest != floors.digest):
        detail = f"number {manifest.number}, {floors.number} was accepted"
        raise _refusal("manifest_rollback", "2.4", "manifest.json", detail)
    check_span(manifest)
    if manifest.ends_ms <= instants.to_ms(at):
        raise _refusal("manifest_over", "2.5", "manifest.json", "has ended")
    device = place.device
    if device is not None:
        listed = manifest.devices.get(device.device)
        if listed is None or listed.epoch != device.epoch or not set(device.faces) <= set(listed.faces):
            raise _refusal("device_not_listed", "2.6", device.device, "is not listed with this epoch and its faces")
    check_names(manifest)
    check_timeline(manifest)
    check_digests(manifest)


def _approvals(
    files: Mapping[str, bytes], found: trusted.Trusted, manifest: Manifest, at: datetime
) -> tuple[Policy, Officers, dict[str, ApprovedItem]]:
    assert found.cluster is not None and found.people is not None
    data = trusted.read_target(
        files,
        role=found.cluster,
        path=f"{names.directory(manifest.cluster)}/approvals.jsonl",
        bound=bounds.APPROVALS_BYTES,
        refusal=lambda detail: _refusal("approvals_digest", "3.1", "approvals.jsonl", detail),
    )
    lines = approvals.read_lines(data, count=manifest.approvals)
    policy = Policy.parse(_policy_bytes(files, found))
    officers = Officers.parse(_officers_bytes(files, found))
    made_at = instants.from_ms(manifest.made_ms)
    for statement, envelope in lines:
        approvals.check_statement(statement, envelope, keys=found, policy=policy, officers=officers, made_at=made_at)
    statements = [statement for statement, _envelope in lines]
    approved = {
        item.id: approvals.check_item(item, statements, policy=policy, cluster=manifest.cluster, at=at)
        for item in manifest.items
    }
    return policy, officers, approved


def _policy_bytes(files: Mapping[str, bytes], found: trusted.Trusted) -> bytes:
    """trust 3.2: of `targets` itself; a policy.json in any other role is never looked at."""
    return trusted.read_target(
        files,
        role=found.targets,
        path="policy.json",
        bound=bounds.TARGETS_BYTES,
        refusal=lambda detail: _refusal("policy_digest", "3.2", "policy.json", detail),
    )


def _officers_bytes(files: Mapping[str, bytes], found: trusted.Trusted) -> bytes:
    assert found.people is not None
    return trusted.read_target(
        files,
        role=found.people,
        path="people/officers.json",
        bound=bounds.TARGETS_BYTES,
        refusal=lambda detail: _refusal("officers_digest", "3.6", "officers.json", detail),
    )


def _target_files(files: Mapping[str, bytes], found: trusted.Trusted, place: _Place) -> dict[str, bytes]:
    assert found.cluster is not None and found.people is not None
    folder = names.directory(place.cluster)
    wanted = (
        (found.targets, "policy.json"),
        (found.people, "people/officers.json"),
        (found.cluster, f"{folder}/manifest.json"),
        (found.cluster, f"{folder}/approvals.jsonl"),
    )
    paths = [trusted.target_path(path, role.targets[path].hashes["sha256"]) for role, path in wanted]
    return {path: files[path] for path in paths}


def _refusal(code: str, step: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=subject, detail=detail)
