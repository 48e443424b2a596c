"""The plan becomes a signed, numbered bundle that screens accept."""

import dataclasses
import hashlib
import logging
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.bundle import manifest as manifests
from bangtin.bundle import media, publishing, verify
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Device as ListedDevice
from bangtin.bundle.manifest import File, Manifest
from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import errors, hints, policies
from bangtin.hub.devices.actions import keys, removals, repository
from bangtin.hub.devices.actions.statements import approvals_file
from bangtin.hub.devices.models import Bundle, Device, PublishedFile
from bangtin.hub.devices.queries import restores
from bangtin.hub.devices.queries.repository import anchor, current_files
from bangtin.hub.devices.states import DeviceState
from bangtin.hub.kit import audit, chain, files
from bangtin.hub.kit.clock import LOCAL, from_ms, to_ms
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Slot, TakeDown
from bangtin.hub.schedules.states import SlotState

log = logging.getLogger(__name__)
# A screen without line for two weeks still has a plan; slots further ahead stretch it (trust C.6: at most 100 days).
HORIZON = timedelta(days=14)
LONGEST = timedelta(days=99)
AUDIT_KEY = "x_audit"
_DAY = timedelta(days=1)


def publish_bundle(*, cluster: Cluster, actor: User, at: datetime, reason: str = "") -> Bundle:
    """Sign the cluster's plan as the bundle with the next number, and hint its screens to fetch it.

    It goes as far as a second person approved the plan as it is now, and no further than a manifest holds: what is
    cut off, the bundle's reason says. The made bundle is verified here as a screen would, before anything of it is
    served (architecture 3).
    Raises: NotPermitted, NothingToPublish, NotReleased, NotApprovedAnyMore, MediaMissing, BundleDoesNotVerify.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1 (the district puts on what the department supplies).
    """
    require(policies.may_publish(actor, cluster, at=at))
    wanted = _plan(cluster, at)
    last_on = schedules.require_released(cluster, at)
    wanted = schedules.until(wanted, datetime.combine(last_on + _DAY, time(), LOCAL))
    _require_approved(wanted)
    repository.create_repository(at=at)
    found, draft = schedules.fitting(wanted, number=1, made_at=at, devices=listed_devices(cluster))
    reason = _with_cut(reason, wanted, found)
    draft = dataclasses.replace(draft, files=tuple(_described(file) for file in draft.files), reason=reason[:300])
    approvals, count = approvals_file(found.versions, keys=keys.load())
    return issue(cluster, dataclasses.replace(draft, approvals=count), approvals, actor=actor, at=at)


def publish_removal(*, take_down: TakeDown, actor: User, at: datetime) -> list[Bundle]:
    """Publish the bundles that a take-down changed, at once, by the officer who took it down.

    Each is the last bundle without what was taken down and without what has lost its approval meanwhile: nothing that
    was planned since and that nobody approved comes with it, and nothing holds it up, not even that it is empty.
    A cluster without a bundle has nothing to drop. Raises: NotPermitted, MediaMissing, BundleDoesNotVerify.
    """
    require(take_down.by_id == actor.pk and actor.is_active)
    made = []
    reason = _("Taken down: %(reason)s") % {"reason": take_down.reason}
    for cluster in Cluster.objects.filter(pk__in=take_down.clusters).order_by("pk"):
        last = Bundle.objects.filter(cluster=cluster).order_by("-number").first()
        if last is None:
            continue
        repository.create_repository(at=at)
        held = manifests.read(bytes(last.manifest))  # our own bytes; what is issued is checked below
        lost, versions = removals.gone(held, take_down)
        if last.ends_at > at:
            draft = removals.without(held, lost)
        else:
            draft, versions = _filler_alone(cluster, held, versions, at=at)
        approvals, count = approvals_file(versions, keys=keys.load())
        draft = dataclasses.replace(
            draft, devices=listed_devices(cluster), made_ms=to_ms(at), approvals=count, reason=reason[:300]
        )
        made.append(issue(cluster, draft, approvals, actor=actor, at=at))
    return made


def reissue(*, cluster: Cluster, actor: User, at: datetime, reason: str) -> Bundle | None:
    """Publish the last bundle again with the devices of now, the plan untouched: a screen came or went.

    None if the cluster has no bundle, it is over, or what it holds does not verify any more.
    """
    last = Bundle.objects.filter(cluster=cluster).order_by("-number").first()
    if last is None or last.ends_at <= at:
        return None
    manifest = dataclasses.replace(
        manifests.parse(bytes(last.manifest)), devices=listed_devices(cluster), made_ms=to_ms(at), reason=reason
    )
    try:
        return issue(cluster, manifest, bytes(last.approvals), actor=actor, at=at)
    except errors.BundleDoesNotVerify as refusal:
        log.warning("bundle %s of %s is not issued again: %s", last.number, cluster.id, refusal)
        return None


def listed_devices(cluster: Cluster) -> dict[str, ListedDevice]:
    """The active devices of a cluster as a manifest lists them."""
    rows = Device.objects.filter(face__cluster=cluster, state=DeviceState.ACTIVE).order_by("id")
    return {row.id: ListedDevice(row.epoch, (row.face_id,)) for row in rows}


def issue(cluster: Cluster, draft: Manifest, approvals: bytes, *, actor: User, at: datetime) -> Bundle:
    """Give a manifest the next number, sign it, verify it as a screen would, and hint the screens to fetch it.

    Raises: BundleDoesNotVerify.
    """
    with transaction.atomic(durable=True):
        repository.lock()
        last = Bundle.objects.filter(cluster=cluster).order_by("-number").values_list("number", flat=True).first()
        manifest = dataclasses.replace(
            draft,
            number=max((last or 0) + 1, restores.least()),
            replaces=last,
            # a trail rewritten as a whole no longer has the head that screens and sticks hold
            extensions={**draft.extensions, AUDIT_KEY: chain.head().to_object()},
        )
        body = manifest.encode()
        made = publishing.publish(
            repository.with_officers(current_files(), at=at),
            keys=keys.load(),
            cluster=cluster.id,
            manifest=body,
            approvals=approvals,
            at=at.astimezone(UTC),
            lifetimes=repository.lifetimes(),
        )
        _self_check(made, cluster, at=at)
        repository.store(made, at=at)
        _name_files(manifest, at=at)
        bundle = Bundle.objects.create(
            cluster=cluster,
            number=manifest.number,
            manifest=body,
            manifest_sha256=hashlib.sha256(body).hexdigest(),
            approvals=approvals,
            starts_at=from_ms(manifest.starts_ms),
            ends_at=from_ms(manifest.ends_ms),
            published_by=actor,
            published_at=at,
            reason=manifest.reason,
        )
        audit.record(
            "bundle.published",
            bundle,
            actor=actor,
            at=at,
            cluster=cluster.id,
            number=bundle.number,
            sha256=bundle.manifest_sha256,
            reason=bundle.reason,
        )
        transaction.on_commit(lambda: hints.broadcaster.announce(clusters=[cluster.id]))
    return bundle


def _plan(cluster: Cluster, at: datetime) -> schedules.Plan:
    midnight = at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    last = (
        Slot.objects.filter(cluster=cluster, state=SlotState.PLACED, ends_at__gt=at)
        .order_by("-ends_at")
        .values_list("ends_at", flat=True)
        .first()
    )
    until_at = min(max(midnight + HORIZON, last or midnight), midnight + LONGEST)
    found = schedules.plan(cluster, midnight, until_at)
    if not found.windows and not found.compiled and not found.fillers:
        raise errors.NothingToPublish(
            _("The plan of %(cluster)s has no slot, no placement and no filler; there is nothing to publish.")
            % {"cluster": str(cluster)},
            _("Place an approved programme, or choose filler, then publish."),
            subject=cluster.id,
        )
    return found


def _filler_alone(
    cluster: Cluster, held: Manifest, versions: list[ProgrammeVersion], *, at: datetime
) -> tuple[Manifest, list[ProgrammeVersion]]:
    """A day of the cluster's hours with what is left of a bundle's filler: the bundle itself is over."""
    midnight = at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    left = [version for version in versions if schedules.item_id(version) in held.filler]
    bare = schedules.plan(cluster, midnight, midnight + _DAY)
    bare = dataclasses.replace(bare, windows=(), compiled=(), fillers=tuple(left))
    draft = schedules.draft(bare, number=1, made_at=at)
    return dataclasses.replace(draft, files=tuple(_described(file) for file in draft.files)), left


def _with_cut(reason: str, wanted: schedules.Plan, found: schedules.Plan) -> str:
    """The reason with the day at which the plan was cut because a manifest holds no more."""
    if found.until_at == wanted.until_at:
        return reason
    last_on = (found.until_at - _DAY).astimezone(LOCAL)
    words = _("Cut after %(day)s: one bundle holds no more.") % {"day": f"{last_on:%d/%m/%Y}"}
    return f"{reason[: 299 - len(words)]} {words}".strip()


def _require_approved(found: schedules.Plan) -> None:
    for version in found.versions:
        if not appraisal.is_approved(version):
            raise errors.NotApprovedAnyMore(
                _("“%(title)s” (%(receipt)s) is on the plan but no longer approved; nothing was published.")
                % {"title": version.title, "receipt": version.receipt},
                _("Take it off the plan, or have it approved anew."),
                appraisal.clause(version),
                subject=version.receipt,
            )


def _described(file: File) -> File:
    """The file with the digest of its chunk list, which is stored under that digest."""
    if not files.has(file.sha256):
        raise errors.MediaMissing(
            _("A media file of the plan (%(digest)s…) is not in the store; nothing was published.")
            % {"digest": file.sha256[:8]},
            _("Let the administrator restore it from the backup, then publish again."),
            subject=file.sha256,
        )
    known = PublishedFile.objects.filter(pk=file.sha256).first()
    if known is not None:
        return dataclasses.replace(file, chunks=known.chunks_sha256)
    listed = media.chunks(files.path(file.sha256))
    if not listed:
        return file
    return dataclasses.replace(file, chunks=files.put([listed], max_bytes=len(listed)).sha256)


def _name_files(manifest: Manifest, *, at: datetime) -> None:
    PublishedFile.objects.bulk_create(
        (
            PublishedFile(
                sha256=file.sha256, size_bytes=file.size, mime=file.mime, chunks_sha256=file.chunks, published_at=at
            )
            for file in manifest.files
        ),
        ignore_conflicts=True,
    )


def _self_check(made: dict[str, bytes], cluster: Cluster, *, at: datetime) -> None:
    """Refuse to serve what a screen would refuse (trust 1–3)."""
    province = cluster.id.split("/", 1)[0]
    try:
        verify.self_check(made, anchor=anchor(made), at=at, province=province, cluster=cluster.id)
    except BundleRefusal as refusal:
        raise errors.BundleDoesNotVerify(
            _("The made bundle does not verify (%(code)s in %(subject)s); nothing was published.")
            % {"code": refusal.code, "subject": refusal.subject},
            _("Correct what it names, then publish again."),
            subject=refusal.subject,
        ) from refusal
