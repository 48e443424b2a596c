"""Key ceremonies at the hub: draft the papers, publish what persons have signed, say how the keys stand (trust B).

The private keys of root, targets and people never come here once persons hold them. While the embedded default still
keeps them in one folder, the hub signs the papers itself: so the first ceremony, too, is signed by what ruled before.
"""

import base64
import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.bundle import canonical, ceremony, dsse, names, publishing, trusted
from bangtin.bundle import manifest as manifests
from bangtin.bundle.approvals import Policy, join_lines
from bangtin.bundle.ceremony import Change, Papers
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.publishing import KEY_ONLY_ROLES, OFFLINE_ROLES, RENEW_AT, TOP_ROLES, Keys
from bangtin.bundle.signers import Key
from bangtin.hub.devices import hints, key_errors
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.devices.actions.publishing import issue, listed_devices
from bangtin.hub.devices.models import Bundle, RepositoryFile
from bangtin.hub.devices.queries.repository import current_files
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import to_ms


@dataclass(frozen=True)
class Standing:
    """How one role stands: who may sign for it, how many of those keys lie here, and until when it holds.

    `expires_at` is None for roles without metadata of their own; `life` "good", "soon" (a quarter of its life or less
    is left, trust B.1) or "over".
    """

    role: str
    threshold: int
    keyids: tuple[str, ...]
    here: int
    version: int | None = None
    expires_at: datetime | None = None
    life: str = "good"

    @property
    def is_alone_here(self) -> bool:
        """Whether the keys of this installation alone can sign for it."""
        return self.here >= self.threshold


def standing(*, at: datetime) -> list[Standing]:
    """Every role of the repository; none before it is made."""
    files = current_files()
    if not files:
        return []
    root, targets = publishing.newest_root(files), publishing.role_of(files, "targets")
    held = {role: {one.public_key.keyid for one in many} for role, many in keys.load().signers.items()}
    rules = {role: (root.roles[role].threshold, tuple(root.roles[role].keyids)) for role in TOP_ROLES}
    if targets.delegations is not None:
        rules |= {
            role: (one.threshold, tuple(one.keyids)) for role, one in sorted((targets.delegations.roles or {}).items())
        }
    return [
        _standing(files, role, threshold, keyids, here=len(held.get(role, set()) & set(keyids)), at=at)
        for role, (threshold, keyids) in rules.items()
    ]


def is_apart(found: Iterable[Standing]) -> bool:
    """Whether persons hold root and targets: the keys here cannot sign for either."""
    return all(not one.is_alone_here for one in found if one.role in ("root", "targets"))


def outdated(*, at: datetime) -> list[str]:
    """What persons have to sign anew: "policy", "officers", and clusters that have no role yet."""
    files = current_files()
    if not files:
        return []
    found = [] if repository.holds(files, "policy.json", Policy.default().encode()) else ["policy"]
    found += [] if repository.holds(files, "officers.json", repository.officers(at=at)) else ["officers"]
    return [*found, *repository.undelegated(files)]


def renewal(*, at: datetime, public: Mapping[str, tuple[Key, ...]] | None = None) -> Change:
    """A new life for root, targets and people, with this release's policy, today's officers, the clusters that came.

    `public`: new keys of roles, whole lists.
    """
    files = current_files()
    missing = tuple(repository.undelegated(files))
    fresh = keys.load_or_make(missing, only_clusters=True)
    added = {names.role(one): tuple(each.public_key for each in fresh.of(names.role(one))) for one in missing}
    return Change(
        keys={**added, **(public or {})},
        clusters=missing,
        policy=Policy.default().encode(),
        officers=repository.officers(at=at),
        renew=frozenset(OFFLINE_ROLES),
    )


def handover(public: Mapping[str, tuple[Key, ...]], thresholds: Mapping[str, int], *, at: datetime) -> Change:
    """Other holders for roles: `public` has the whole new list of each. Only documents that it touches are signed anew.

    Where targets is signed anyhow it takes this release's policy and clusters that came; people, today's officers.
    """
    whole = renewal(at=at, public=public)
    touches_targets = not {"targets", "people"}.isdisjoint({*public, *thresholds})
    own = {role: many for role, many in whole.keys.items() if role in public or touches_targets}
    return dataclasses.replace(
        whole,
        keys=own,
        thresholds=thresholds,
        clusters=whole.clusters if touches_targets else (),
        policy=whole.policy if touches_targets else None,
        officers=whole.officers if "people" in public else None,
        renew=frozenset(),
    )


def begin_anew(*, at: datetime) -> Path:
    """A repository with keys of its own in place of one whose root is lost; gives where the old keys were put.

    Every screen must be given the new kit and enrolled again, every plan published again: no screen follows by itself.
    """
    with transaction.atomic(durable=True):
        repository.lock()
        RepositoryFile.objects.all().delete()
        aside = keys.put_aside(f"{at:%Y%m%dT%H%M%S}")
    repository.create_repository(at=at)
    with transaction.atomic():
        row = RepositoryFile.objects.get(name=trusted.TIMESTAMP)
        audit.record("keys.begun_anew", row, actor=None, at=at, aside=aside.name)
    return aside


def rotation(roles: Iterable[str]) -> Change:
    """New keys for roles of the hub's signer, made here; they count once the papers are published.

    Raises: KeysElsewhere for a role that persons hold: their new keys come on their own media.
    """
    wanted = list(roles)
    known = _listed(current_files())
    for role in wanted:
        if role in OFFLINE_ROLES or role not in known:
            raise key_errors.KeysElsewhere(
                _("The keys of %(role)s are not made at the hub.") % {"role": role},
                _("Let its holders make new ones with “bangtin keys ceremony key”, then “ceremony prepare”."),
            )
    waiting = keys.make_pending(wanted)
    return Change(keys={role: (waiting.of(role)[-1].public_key,) for role in wanted})


def prepare(change: Change, *, at: datetime) -> Papers:
    """The papers of a change, signed by what keys lie here already. Raises: CeremonyRefused, RepositoryMissing."""
    repository.create_repository(at=at)
    try:
        papers = ceremony.draft(current_files(), change, at=at.astimezone(UTC), lifetimes=repository.lifetimes())
    except ValueError as error:
        raise _refused(str(error)) from error
    return signed_here(papers)


def signed_here(papers: Papers) -> Papers:
    """The papers with the signatures of the keys that lie here."""
    may = {keyid for need in ceremony.needs(papers) for keyid in need.may}
    for role in OFFLINE_ROLES:
        for signer in keys.load().signers.get(role, ()):
            if signer.public_key.keyid in may:
                papers = ceremony.sign_papers(papers, signer)
    return papers


def publish(*, papers: Papers, at: datetime) -> list[str]:
    """Put what persons have signed in force and destroy the private keys that are out of use; gives those files' names.

    Bundles in force are issued again where the key that proves approvals changed. Doing it twice with the same papers
    only finishes what was cut short. Raises: CeremonyRefused, KeysLocked.
    """
    before = current_files()
    if not _is_done(papers, before):
        _install(papers, at=at)
    after = current_files()
    gone = keys.retire(_listed(after))
    if _keyids(before, "approvals") != _keyids(after, "approvals"):
        _prove_again(at=at)
    return gone


def _install(papers: Papers, *, at: datetime) -> None:
    with transaction.atomic(durable=True):
        repository.lock()
        files, lives = current_files(), repository.lifetimes()
        try:
            # what grew old while the hub stood still comes first, or the check below finds it expired
            fresh = publishing.refresh_timestamp(files, keys=keys.load(), at=at.astimezone(UTC), lifetimes=lives)
            made = publishing.install(
                fresh,
                documents=ceremony.assemble(papers, files),
                contents=papers.contents,
                keys=keys.with_pending(),
                at=at.astimezone(UTC),
                lifetimes=lives,
            )
            _check(made, files, at=at)
        except (BundleRefusal, ValueError) as refusal:
            raise _refused(str(refusal)) from refusal
        keys.adopt()  # before the commit: whoever reads the new set finds its keys
        repository.store(made, at=at)
        row = RepositoryFile.objects.get(name=trusted.TIMESTAMP)
        told = {role: papers.digest(role) for role in papers.documents}
        signers = {role: sorted(one.keyid for one in many) for role, many in papers.signatures.items()}
        audit.record("keys.published", row, actor=None, at=at, documents=told, signers=signers)
        transaction.on_commit(hints.broadcaster.announce)


def _check(made: Mapping[str, bytes], before: Mapping[str, bytes], *, at: datetime) -> None:
    """What a screen with the oldest root and the set of today would say (trust 1)."""
    anchor = made["metadata/1.root.json"]
    signers = keys.with_pending()
    for role in _listed(made):
        if role.startswith("c-"):
            found = trusted.load(made, anchor=anchor, at=at.astimezone(UTC), stored=before, cluster_role=role)
            for each in KEY_ONLY_ROLES:
                _check_key_only(found, each, signers)


def _check_key_only(found: trusted.Trusted, role: str, signers: Keys) -> None:
    probe = dsse.open(dsse.sign("time", {"type": "bangtin.probe.v1"}, signers.of(role)), "time")
    if not found.is_signed(role, probe):
        raise BundleRefusal("key_missing", step="B.1", subject=role, detail="no key here may sign for it")


def _prove_again(*, at: datetime) -> None:
    """The bundles in force once more, their approvals proved by the key of now."""
    last: dict[str, Bundle] = {}
    for bundle in Bundle.objects.filter(ends_at__gt=at).order_by("cluster", "number").select_related("cluster"):
        last[bundle.cluster_id] = bundle
    for bundle in last.values():
        approvals = join_lines(_proved(line) for line in bytes(bundle.approvals).splitlines())
        draft = dataclasses.replace(
            manifests.parse(bytes(bundle.manifest)),
            devices=listed_devices(bundle.cluster),
            made_ms=to_ms(at),
            reason=_("New key for approvals"),
        )
        issue(bundle.cluster, draft, approvals, actor=bundle.published_by, at=at)


def _proved(line: bytes) -> bytes:
    """The statement of this line, proved by the key of now; what passkeys signed stays."""
    opened = dsse.open(line, "approval")
    fresh = json.loads(dsse.sign("approval", opened.payload, keys.load().of("approvals")))
    for proof in opened.proofs:
        if proof.extension is not None:
            sig = base64.b64encode(proof.sig).decode()
            fresh["signatures"].append({"keyid": proof.keyid, "sig": sig, "extension": dict(proof.extension)})
    return canonical.encode(fresh)


def _is_done(papers: Papers, files: Mapping[str, bytes]) -> bool:
    """Whether the set holds just these documents already."""
    now = {
        "root": publishing.newest_root(files),
        "targets": publishing.role_of(files, "targets"),
        "people": publishing.role_of(files, "people"),
    }
    return all(ceremony.unsigned(now[role]) == data for role, data in papers.documents.items())


def _standing(
    files: Mapping[str, bytes], role: str, threshold: int, keyids: tuple[str, ...], *, here: int, at: datetime
) -> Standing:
    if role in KEY_ONLY_ROLES:
        return Standing(role, threshold, keyids, here)
    found = publishing.signed_of(files, role)
    lives = repository.lifetimes()
    life: timedelta = getattr(lives, "cluster" if role.startswith("c-") else role)
    left = found.expires - at
    state = "over" if left <= timedelta() else "soon" if left <= life / RENEW_AT else "good"
    return Standing(role, threshold, keyids, here, found.version, found.expires, state)


def _listed(files: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    root, targets = publishing.newest_root(files), publishing.role_of(files, "targets")
    found = {role: frozenset(root.roles[role].keyids) for role in TOP_ROLES}
    if targets.delegations is not None:
        found |= {role: frozenset(one.keyids) for role, one in (targets.delegations.roles or {}).items()}
    return found


def _keyids(files: Mapping[str, bytes], role: str) -> frozenset[str]:
    return frozenset(publishing.delegated(publishing.role_of(files, "targets"), role))


def _refused(why: str) -> key_errors.CeremonyRefused:
    return key_errors.CeremonyRefused(
        _("The papers are not put in force: %(why)s") % {"why": why},
        _("Let the holders sign what is missing, or prepare new papers."),
    )
