"""The TUF work flow: python-tuf's own `TrustedMetadataSet`, fed by us, with the instant passed in.

The one module that imports it (trust C.8): it is private, so the version is pinned and a break is loud.
Paths are those of a published file set: `metadata/5.snapshot.json`, `targets/c/ta-lung/<sha256>.manifest.json`.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from tuf.api.exceptions import (
    BadVersionNumberError,
    EqualVersionNumberError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.serialization import DeserializationError
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from bangtin.bundle import bounds, dsse
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.roles import Root, TargetFile, Targets, open_metadata, write
from bangtin.bundle.signers import Signature

Files = Mapping[str, bytes]
TIMESTAMP = "metadata/timestamp.json"
# It notes each holder of a threshold who did not sign; a refusal says what counts.
logging.getLogger("tuf.api._payload").setLevel(logging.WARNING)
_LOWER_HEX = re.compile(r"([0-9a-f]{2})+", re.ASCII)


@dataclass(frozen=True)
class Trusted:
    """Verified metadata. `used` are the files it was read from, to be stored together.

    `versions` maps root, timestamp, snapshot, targets, people, role to their version; `floors`
    the same under "timestamp:<key set>" and so on, because a new key set starts anew (trust B.5).
    """

    root: Root
    timestamp_expires: datetime
    targets: Targets
    versions: Mapping[str, int]
    floors: Mapping[str, int]
    used: Files
    people: Targets | None = None
    cluster: Targets | None = None

    def is_signed(self, role: str, envelope: dsse.Envelope) -> bool:
        """Whether the threshold of the key-only `role` ("approvals", "hub", …) signed `envelope`."""
        plain = [proof for proof in envelope.proofs if proof.extension is None]
        signatures = {proof.keyid: Signature(proof.keyid, proof.sig.hex()) for proof in plain}
        if len(signatures) != len(plain):
            return False
        try:
            return bool(self.targets.get_verification_result(role, envelope.pae, signatures))
        except ValueError:  # targets delegates to no such role
            return False


def load(
    files: Files,
    *,
    anchor: bytes,
    at: datetime,
    stored: Files | None = None,
    floors: Mapping[str, int] | None = None,
    cluster_role: str | None = None,
) -> Trusted:
    """What `files` prove at `at`, starting from the root `anchor` (trust 1.1–1.12).

    `stored` is the file set accepted before: its roots win over offered ones and its versions may
    not go back. Without `cluster_role` it stops after targets: enough to check the key-only roles.
    Raises: BundleRefusal (steps 1.1–1.12).
    """
    return _Loading(files, stored or {}, at).run(anchor, floors or {}, cluster_role)


def target_path(path: str, sha256: str) -> str:
    """Where a target lies in a file set: `targets/c/x/<sha256>.manifest.json` for `c/x/manifest.json`."""
    folder, _, name = path.rpartition("/")
    return f"targets/{folder}/{sha256}.{name}" if folder else f"targets/{sha256}.{name}"


def read_target(
    files: Files, *, role: Targets, path: str, bound: int, refusal: Callable[[str], BundleRefusal]
) -> bytes:
    """The bytes of the target `path` that `role` names itself, of the right length and digest.

    Raises: what `refusal` makes of the detail.
    """
    entry: TargetFile | None = role.targets.get(path)
    if entry is None or "sha256" not in entry.hashes:
        raise refusal("is not a target of its role")
    data = files.get(target_path(path, entry.hashes["sha256"]))
    if data is None:
        raise refusal("is missing")
    if len(data) > bound or len(data) != entry.length:
        raise refusal("has another length than signed")
    if hashlib.sha256(data).hexdigest() != entry.hashes["sha256"]:
        raise refusal("has another digest than signed")
    return data


def key_set(delegator: Root | Targets, role: str) -> str:
    """A short name of the keys and threshold under which `delegator` accepts `role`."""
    found = delegator.get_delegated_role(role)
    text = "\n".join([str(found.threshold), *sorted(found.keyids)])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Loading:
    """One run of the work flow; the library's set inside is mutable, so it does not outlive the run."""

    def __init__(self, files: Files, stored: Files, at: datetime) -> None:
        self.files = files
        self.stored = stored
        self.at = at
        self.used: dict[str, bytes] = {}
        self.trusted: TrustedMetadataSet

    def run(self, anchor: bytes, floors: Mapping[str, int], cluster_role: str | None) -> Trusted:
        """Steps 1.1 to 1.12 in order."""
        self._load_anchor(anchor)
        self._load_roots()
        self._load_timestamp()
        self._load_snapshot()
        targets = self._load_targets("targets", "targets", "root")
        people = cluster = None
        if cluster_role is not None:
            people = self._load_targets("people", "people", "targets")
            cluster = self._load_targets("role", cluster_role, "targets")
        versions, named = self._versions(cluster_role)
        for key, version in named.items():  # trust 1.12: floors of the same key set
            if version < floors.get(key, 0):
                role = key.partition(":")[0]
                raise _refusal(role, "rollback", "1.12", f"version {version}, {floors[key]} was seen")
        return Trusted(
            root=self.trusted.root,
            timestamp_expires=self.trusted.timestamp.expires,
            targets=targets,
            versions=versions,
            floors=named,
            used=self.used,
            people=people,
            cluster=cluster,
        )

    def _load_anchor(self, anchor: bytes) -> None:
        # trust 1.3: the kit's root, signed by itself. It is trusted for its bytes; one that replaced another carries
        # signatures of those who held the keys before too, which nobody without the root before it can check.
        _check_form(anchor, "root", bounds.ROOT_BYTES)
        with _named("root", "1.3"):
            self.trusted = TrustedMetadataSet(anchor, EnvelopeType.METADATA)
        self.trusted.reference_time = self.at  # before any update: the constructor read the wall clock

    def _load_roots(self) -> None:
        """trust 1.4–1.6: one by one, stored ones first, none skipped, the last one not expired."""
        first = self.trusted.root.version
        offered = {**_roots(self.files), **_roots(self.stored)}
        if len(offered) > bounds.ROOTS:
            raise _refusal("root", "too_many", "1.4", f"more than {bounds.ROOTS}")
        number = first + 1
        while number in offered:
            data, previous = offered[number], self.trusted.root
            _check_form(data, "root", bounds.ROOT_BYTES)
            with _named("root", "1.5", rollback="1.4"):
                self.trusted.update_root(data)
            self._check_root_signatures(data, previous=previous)
            self.used[f"metadata/{number}.root.json"] = data
            number += 1
        if any(later > number for later in offered):
            raise _refusal("root", "gap", "1.4", f"version {number} is missing")
        for old in sorted(offered):
            if old <= first:
                self.used[f"metadata/{old}.root.json"] = offered[old]
        if self.trusted.root.is_expired(self.at):
            raise _refusal("root", "expired", "1.6", f"version {self.trusted.root.version} has expired")

    def _check_root_signatures(self, data: bytes, *, previous: Root) -> None:
        metadata = open_metadata(data)
        root = metadata.signed
        result = root.get_root_verification_result(previous, metadata.signed_bytes, metadata.signatures)
        if set(metadata.signatures) != set(result.signed):
            raise _refusal("root", "unsigned", "1.5", "carries a signature that no listed key made")

    def _load_timestamp(self) -> None:
        """trust 1.7–1.9."""
        data = self._need(TIMESTAMP, "timestamp", bounds.TIMESTAMP_BYTES)
        before = self.stored.get(TIMESTAMP)
        if before is not None:  # loads even when expired; one by older keys does not, and must not
            with suppress(RepositoryError, DeserializationError):
                self.trusted.update_timestamp(before)
        with _named("timestamp", "1.7", rollback="1.8", expired="1.9"):
            try:
                self.trusted.update_timestamp(data)
            except EqualVersionNumberError as error:
                if data != before:
                    raise _refusal("timestamp", "twice", "1.8", "two files of one version") from error
        self._check_spare(data, "timestamp", self.trusted.root, "1.7")
        if self.trusted.timestamp.is_expired(self.at):
            raise _refusal("timestamp", "expired", "1.9", "has expired")

    def _load_snapshot(self) -> None:
        """trust 1.10."""
        path = f"metadata/{self.trusted.timestamp.snapshot_meta.version}.snapshot.json"
        data = self._need(path, "snapshot", bounds.SNAPSHOT_BYTES)
        for name, before in self.stored.items():
            if name.endswith(".snapshot.json"):
                with suppress(RepositoryError, DeserializationError):
                    self.trusted.update_snapshot(before, trusted=True)
        with _named("snapshot", "1.10", other="rollback"):
            self.trusted.update_snapshot(data)
        self._check_spare(data, "snapshot", self.trusted.root, "1.10")

    def _load_targets(self, name: str, role: str, delegator: str) -> Targets:
        """trust 1.11: `name` is what the refusal calls the role."""
        meta = self.trusted.snapshot.meta.get(f"{role}.json")
        if meta is None:
            raise _refusal(name, "missing", "1.11", f"the snapshot lists no {role}.json")
        path = f"metadata/{meta.version}.{role}.json"
        data = self._need(path, name, bounds.TARGETS_BYTES)
        try:
            with _named(name, "1.11"):
                targets = self.trusted.update_delegated_targets(data, role, delegator)
        except ValueError as error:  # targets delegates to no such role
            raise _refusal(name, "unsigned", "1.11", f"nobody delegates to {role}") from error
        self._check_spare(data, name, cast("Root | Targets", self.trusted[delegator]), "1.11", role=role)
        return targets

    def _need(self, path: str, role: str, bound: int) -> bytes:
        """trust 1.1 and 1.2: present, within its bound, in its one form."""
        data = self.files.get(path)
        if data is None:
            raise _refusal(role, "missing", "1.1", f"{path} is not there")
        _check_form(data, role, bound)
        self.used[path] = data
        return data

    def _check_spare(
        self, data: bytes, name: str, delegator: Root | Targets, step: str, *, role: str | None = None
    ) -> None:
        metadata = open_metadata(data)
        result = delegator.get_verification_result(role or name, metadata.signed_bytes, metadata.signatures)
        if set(metadata.signatures) != set(result.signed):
            raise _refusal(name, "unsigned", step, "carries a signature that no listed key made")

    def _versions(self, cluster_role: str | None) -> tuple[dict[str, int], dict[str, int]]:
        trusted = self.trusted
        roles: list[tuple[str, str, Root | Targets]] = [
            (name, name, trusted.root) for name in ("timestamp", "snapshot", "targets")
        ]
        if cluster_role is not None:
            roles += [("people", "people", trusted.targets), ("role", cluster_role, trusted.targets)]
        versions = {"root": trusted.root.version}
        named = {}
        for name, role, delegator in roles:
            versions[name] = trusted[role].version
            named[f"{name}:{key_set(delegator, role)}"] = trusted[role].version
        return versions, named


def _roots(files: Files) -> dict[int, bytes]:
    found = {}
    for name, data in files.items():
        match = re.fullmatch(r"metadata/([1-9][0-9]{0,8})\.root\.json", name, re.ASCII)
        if match:
            found[int(match[1])] = data
    return found


def _check_form(data: bytes, role: str, bound: int) -> None:
    """trust 1.1, 1.2: a flipped bit in a hex digit's case or an `expires` passes every library check."""
    if len(data) > bound:
        raise _refusal(role, "too_large", "1.1", f"more than {bound} bytes")
    try:
        metadata = open_metadata(data)
        is_same = data.isascii() and write(metadata) == data
    except (DeserializationError, RepositoryError, RecursionError) as error:
        raise _refusal(role, "malformed", "1.2", "is no metadata") from error
    if not is_same or not all(_LOWER_HEX.fullmatch(one.signature) for one in metadata.signatures.values()):
        raise _refusal(role, "malformed", "1.2", "is not in the one form of its content")


@contextmanager
def _named(role: str, step: str, *, rollback: str = "", expired: str = "", other: str = "malformed") -> Iterator[None]:
    """Turns the library's errors into refusals of `role` at `step`."""
    kinds: tuple[tuple[type[Exception], str, str], ...] = (
        (UnsignedMetadataError, "unsigned", step),
        (LengthOrHashMismatchError, "digest", step),
        (BadVersionNumberError, "rollback", rollback or step),
        (ExpiredMetadataError, "expired", expired or step),
        (DeserializationError, "malformed", "1.2"),
        (RepositoryError, other, step),
    )
    try:
        yield
    except (RepositoryError, DeserializationError) as error:
        what, at_step = next((what, at) for kind, what, at in kinds if isinstance(error, kind))
        raise _refusal(role, what, at_step, str(error)) from error


def _refusal(role: str, what: str, step: str, detail: str) -> BundleRefusal:
    return BundleRefusal(f"{role}_{what}", step=step, subject=role, detail=detail)
