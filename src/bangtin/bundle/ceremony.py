"""Papers of a key ceremony: what persons are to sign, their signatures, and the whole put together (trust B).

Pure. A province's root, targets and people are signed away from the hub: the hub drafts them (`draft`), each holder
signs on a machine of their own (`sign_papers`), the hub puts the signatures in (`assemble`) and publishes
(`publishing.install`).
"""

import copy
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from tuf.api.serialization import DeserializationError

from bangtin.bundle import bounds, canonical, names
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.publishing import (
    KEY_ONLY_ROLES,
    LIFETIMES,
    OFFLINE_ROLES,
    TOP_ROLES,
    Lifetimes,
    delegated,
    newest_root,
    role_of,
)
from bangtin.bundle.roles import (
    DelegatedRole,
    Root,
    Signed,
    TargetFile,
    Targets,
    open_metadata,
    read_signed,
    sign,
    write,
)
from bangtin.bundle.signers import Key, Signature, Signer
from bangtin.bundle.trusted import target_path

PAPERS_TYPE = "bangtin.ceremony.v1"
SIGNATURE_TYPE = "bangtin.signature.v1"
NEEDED = {"root": 2, "targets": 2}  # of three each (trust B.1); every other role 1


@dataclass(frozen=True)
class Change:
    """What a ceremony changes. `keys`: the whole new list of a role's public keys; `thresholds` where they change.

    `clusters` come new, each with its key under `names.role(cluster)` in `keys`. `renew`: offline roles that get a new
    life although nothing else of them changes.
    """

    keys: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    thresholds: Mapping[str, int] = field(default_factory=dict)
    clusters: tuple[str, ...] = ()
    policy: bytes | None = None
    officers: bytes | None = None
    renew: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Papers:
    """What is carried from the hub to the holders and back.

    documents   role → its next metadata, without signatures
    contents    path in the set → target files that the documents name
    current     role → its metadata now ("root", "targets", "people"): what holders compare with
    signatures  role → the signatures made so far
    """

    documents: Mapping[str, bytes]
    contents: Mapping[str, bytes]
    current: Mapping[str, bytes]
    signatures: Mapping[str, tuple[Signature, ...]] = field(default_factory=dict)

    def digest(self, role: str) -> str:
        """The SHA-256 of a document without signatures: holders read its beginning to one another."""
        return hashlib.sha256(self.documents[role]).hexdigest()


@dataclass(frozen=True)
class Need:
    """How far one document is signed: key ids that may sign, that have, and how many are needed.

    A root needs two of these: of the keys that rule now, and of those that will.
    """

    role: str
    by: str
    may: tuple[str, ...]
    have: tuple[str, ...]
    needed: int

    @property
    def is_met(self) -> bool:
        """Whether enough have signed."""
        return len(self.have) >= self.needed


def draft(repo: Mapping[str, bytes], change: Change, *, at: datetime, lifetimes: Lifetimes = LIFETIMES) -> Papers:
    """The papers that would bring `change` into the set `repo`: only the documents that it touches, each one number up.

    Raises: ValueError for a role that does not exist, a key in two roles, or a threshold that its keys cannot reach.
    """
    at = at.replace(microsecond=0)
    root, targets, people = newest_root(repo), role_of(repo, "targets"), role_of(repo, "people")
    rooted = {role for role in (*change.keys, *change.thresholds) if role in TOP_ROLES}
    documents: dict[str, bytes] = {}
    contents: dict[str, bytes] = {}
    current = {"root": unsigned(root), "targets": unsigned(targets), "people": unsigned(people)}
    if rooted or "root" in change.renew:
        for role in rooted:
            _change_root(root, role, change)
        root.version, root.expires = root.version + 1, at + lifetimes.root
        documents["root"] = unsigned(root)
    below = [role for role in (*change.keys, *change.thresholds) if role not in TOP_ROLES]
    if below or change.clusters or change.policy is not None or "targets" in rooted | change.renew:
        for cluster in change.clusters:
            slug = names.slug(cluster)
            _new_role(targets, f"c-{slug}", [f"c/{slug}/*"])
        for role in below:
            _change_targets(targets, role, change)
        if change.policy is not None:
            contents |= _put(targets, "policy.json", change.policy)
        targets.version, targets.expires = targets.version + 1, at + lifetimes.targets
        documents["targets"] = unsigned(targets)
    if change.officers is not None or "people" in {*below, *change.renew}:
        if change.officers is not None:
            contents |= _put(people, "people/officers.json", change.officers)
        people.version, people.expires = people.version + 1, at + lifetimes.people
        documents["people"] = unsigned(people)
    _check_roles(root, targets)
    return Papers(documents, contents, current)


def sign_papers(papers: Papers, signer: Signer) -> Papers:
    """The papers with this holder's signature on every document that the key may sign.

    Raises: BundleRefusal ceremony_stranger if it may sign none.
    """
    keyid = signer.public_key.keyid
    made = dict(papers.signatures)
    for need in needs(papers):
        if keyid in need.may and all(one.keyid != keyid for one in made.get(need.role, ())):
            message = open_metadata(papers.documents[need.role]).signed_bytes
            made[need.role] = (*made.get(need.role, ()), signer.sign(message))
    if made == dict(papers.signatures) and not any(keyid in need.have for need in needs(papers)):
        raise _refusal("ceremony_stranger", keyid[:16], "no document of these papers is for this key to sign")
    return Papers(papers.documents, papers.contents, papers.current, made)


def needs(papers: Papers) -> list[Need]:
    """How far each document is signed; signatures that do not hold count for nothing."""
    found = []
    root_now = cast(Root, read_signed(papers.current["root"]))
    root_next = cast(Root, read_signed(papers.documents.get("root", papers.current["root"])))
    targets_next = cast(Targets, read_signed(papers.documents.get("targets", papers.current["targets"])))
    for role in papers.documents:
        holding = _holding(papers, role, root_now, root_next, targets_next)
        if role == "root":
            rule = root_now.roles["root"]
            found.append(_need(role, "root", rule.keyids, rule.threshold, holding))
            following = root_next.roles["root"]
            if (set(following.keyids), following.threshold) != (set(rule.keyids), rule.threshold):
                found.append(_need(role, "root+", following.keyids, following.threshold, holding))
        elif role == "targets":
            rule = root_next.roles["targets"]
            found.append(_need(role, "targets", rule.keyids, rule.threshold, holding))
        else:
            assert targets_next.delegations is not None and targets_next.delegations.roles is not None
            listed = targets_next.delegations.roles["people"]
            found.append(_need(role, "people", listed.keyids, listed.threshold, holding))
    return found


def assemble(papers: Papers, repo: Mapping[str, bytes]) -> dict[str, bytes]:
    """The signed documents by role, ready for `publishing.install` into `repo`.

    Only signatures that count go in: a spare one is refused by every screen (trust 1.5).
    Raises: BundleRefusal ceremony_stale if the set has moved on since the papers were made, ceremony_unsigned if a
    threshold is not reached, ceremony_content if a target file is not the one that was signed.
    """
    now: dict[str, Signed] = {
        "root": newest_root(repo),
        "targets": role_of(repo, "targets"),
        "people": role_of(repo, "people"),
    }
    for role, data in papers.documents.items():
        if read_signed(data).version != now[role].version + 1:
            raise _refusal("ceremony_stale", role, f"the set has version {now[role].version} by now; draft new papers")
    if any(unsigned(signed) != papers.current[role] for role, signed in now.items()):
        raise _refusal("ceremony_stale", "papers", "they were made for another state of the set; draft new ones")
    for need in needs(papers):
        if not need.is_met:
            lacking = need.needed - len(need.have)
            raise _refusal("ceremony_unsigned", need.role, f"{lacking} more of the keys of {need.by} must sign")
    _check_contents(papers, repo)
    signed = {}
    for role, data in papers.documents.items():
        metadata = open_metadata(data)
        counting = {keyid for need in needs(papers) if need.role == role for keyid in need.have}
        for one in papers.signatures.get(role, ()):
            if one.keyid in counting:
                metadata.signatures[one.keyid] = one
        signed[role] = write(metadata)
    return signed


def unsigned(signed: Signed) -> bytes:
    """The file of a role without any signature: what a document of the papers is."""
    return sign(signed, ())


def encode_signature(role: str, signature: Signature, document: bytes) -> bytes:
    """The file that carries one signature on one document."""
    return canonical.encode(
        {
            "type": SIGNATURE_TYPE,
            "role": role,
            "document": hashlib.sha256(document).hexdigest(),
            "keyid": signature.keyid,
            "sig": signature.signature,
        }
    )


def to_files(papers: Papers) -> dict[str, bytes]:
    """The papers as files: `next/`, `now/`, `contents/…`, `signatures/`."""
    files = {f"next/{role}.json": data for role, data in papers.documents.items()}
    files |= {f"now/{role}.json": data for role, data in papers.current.items()}
    files |= {f"contents/{path}": data for path, data in papers.contents.items()}
    for role, many in papers.signatures.items():
        for one in many:
            files[f"signatures/{role}.{one.keyid}.json"] = encode_signature(role, one, papers.documents[role])
    return files


def from_files(files: Mapping[str, bytes]) -> Papers:
    """The papers in these files. A signature for other papers is left out. Raises: BundleRefusal ceremony_malformed."""
    documents = {role: files[f"next/{role}.json"] for role in OFFLINE_ROLES if f"next/{role}.json" in files}
    current = {role: files[f"now/{role}.json"] for role in OFFLINE_ROLES if f"now/{role}.json" in files}
    contents = {name.removeprefix("contents/"): data for name, data in files.items() if name.startswith("contents/")}
    if not documents or set(current) != set(OFFLINE_ROLES):
        raise _refusal("ceremony_malformed", "papers", "these are no papers of a ceremony")
    try:
        for data in (*documents.values(), *current.values()):
            if len(data) > bounds.TARGETS_BYTES or write(open_metadata(data)) != data:
                raise _refusal("ceremony_malformed", "papers", "a document is not in its one form")
        signatures: dict[str, list[Signature]] = {}
        for name, data in sorted(files.items()):
            if name.startswith("signatures/"):
                role, digest, signature = _read_signature(data)
                if role in documents and hashlib.sha256(documents[role]).hexdigest() == digest:
                    signatures.setdefault(role, []).append(signature)
    except (DeserializationError, RecursionError, canonical.NotCanonical, WrongShape) as error:
        raise _refusal("ceremony_malformed", "papers", str(error)) from error
    return Papers(documents, contents, current, {role: tuple(many) for role, many in signatures.items()})


def _read_signature(data: bytes) -> tuple[str, str, Signature]:
    fields = Fields(canonical.decode(data), where="signature")
    fields.choice("type", (SIGNATURE_TYPE,))
    role, digest = fields.text("role"), fields.text("document")
    signature = Signature(fields.text("keyid"), fields.text("sig", longest=1_000))
    fields.done()
    return role, digest, signature


def _holding(papers: Papers, role: str, root_now: Root, root_next: Root, targets: Targets) -> set[str]:
    """The ids of keys whose signature on this document holds."""
    known: dict[str, Key] = {}
    if role == "root":
        known = {**root_now.keys, **root_next.keys}
    elif role == "targets":
        known = dict(root_next.keys)
    elif targets.delegations is not None:
        known = dict(targets.delegations.keys)
    message = open_metadata(papers.documents[role]).signed_bytes
    return {
        one.keyid
        for one in papers.signatures.get(role, ())
        if one.keyid in known and _holds(known[one.keyid], one, message)
    }


def _holds(key: Key, signature: Signature, message: bytes) -> bool:
    try:
        key.verify_signature(signature, message)
    except (UnverifiedSignatureError, VerificationError, ValueError):
        return False
    return signature.signature == signature.signature.lower()


def _need(role: str, by: str, may: Sequence[str], needed: int, holding: set[str]) -> Need:
    return Need(role, by, tuple(may), tuple(one for one in may if one in holding), needed)


def _change_root(root: Root, role: str, change: Change) -> None:
    if role in change.keys:
        for keyid in list(root.roles[role].keyids):
            root.revoke_key(keyid, role)
        for key in change.keys[role]:
            root.add_key(copy.deepcopy(key), role)
    root.roles[role].threshold = _threshold(role, change, root.roles[role].threshold, len(root.roles[role].keyids))


def _change_targets(targets: Targets, role: str, change: Change) -> None:
    delegations = targets.delegations
    if delegations is None or delegations.roles is None or role not in delegations.roles:
        raise ValueError(f"expected a role of this repository, got {role}")
    if role in change.keys:
        for keyid in delegated(targets, role):
            targets.revoke_key(keyid, role)
        for key in change.keys[role]:
            targets.add_key(copy.deepcopy(key), role)
    found = delegations.roles[role]
    found.threshold = _threshold(role, change, found.threshold, len(found.keyids))


def _threshold(role: str, change: Change, before: int, keys: int) -> int:
    """What the change says; else that of trust B.1 as far as the keys reach, and never less than before."""
    wanted = change.thresholds.get(role) or max(before, min(NEEDED.get(role, 1), keys))
    if wanted > keys:
        raise ValueError(f"expected at least {wanted} keys for {role}, got {keys}")
    return wanted


def _new_role(targets: Targets, role: str, paths: list[str]) -> None:
    assert targets.delegations is not None and targets.delegations.roles is not None
    if role not in targets.delegations.roles:
        targets.delegations.roles[role] = DelegatedRole(role, [], 1, terminating=True, paths=paths)


def _check_roles(root: Root, targets: Targets) -> None:
    """Every role has keys, and no key serves two of them: the approvals' key is none of TUF's (trust B.1)."""
    assert targets.delegations is not None and targets.delegations.roles is not None
    listed = {role: set(root.roles[role].keyids) for role in TOP_ROLES}
    listed |= {role: set(one.keyids) for role, one in targets.delegations.roles.items()}
    used: dict[str, str] = {}
    for role in (*TOP_ROLES, "people", *KEY_ONLY_ROLES, *listed):
        if not listed.get(role):
            raise ValueError(f"expected a key for the role {role}, got none")
        for keyid in listed[role]:
            if used.setdefault(keyid, role) != role:
                raise ValueError(f"expected other keys for {role} than for {used[keyid]}")


def _check_contents(papers: Papers, repo: Mapping[str, bytes]) -> None:
    for role in papers.documents.keys() & {"targets", "people"}:
        entries: Iterable[TargetFile] = cast(Targets, read_signed(papers.documents[role])).targets.values()
        for entry in entries:
            path = target_path(entry.path, entry.hashes["sha256"])
            data = papers.contents.get(path, repo.get(path, b""))
            if hashlib.sha256(data).hexdigest() != entry.hashes["sha256"]:
                raise _refusal("ceremony_content", entry.path, "is not the file that was signed")


def _put(targets: Targets, path: str, data: bytes) -> dict[str, bytes]:
    entry = TargetFile.from_data(path, data, ["sha256"])
    targets.targets[path] = entry
    return {target_path(path, entry.hashes["sha256"]): data}


def _refusal(code: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step="B.5", subject=subject, detail=detail)
