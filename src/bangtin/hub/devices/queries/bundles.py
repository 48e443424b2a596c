"""Published bundles as they were signed, and what they show."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest

from django.db.models import Max
from django.utils.translation import gettext as _

from bangtin.bundle import manifest as manifests
from bangtin.bundle import timeline
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.timeline import Showing
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices.models import Bundle, Commitment, Device, DeviceKey
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.kit.errors import NotFound
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.queries import Why


@dataclass(frozen=True)
class AcceptedBundle:
    """A bundle and the time in which the device said it went by it; `until_at` None: it still may."""

    manifest: Manifest
    from_at: datetime
    until_at: datetime | None


def manifest_of(cluster: Cluster, number: int) -> Manifest:
    """The manifest with this number. Raises: NotFound."""
    row = Bundle.objects.filter(cluster=cluster, number=number).only("id", "manifest_sha256").first()
    if row is None:
        raise NotFound(_("There is no such bundle."), subject=f"{cluster.id} {number}")
    return manifest_of_bundle(row)


def manifest_of_bundle(bundle: Bundle) -> Manifest:
    """The manifest of a bundle, whose own bytes need not be loaded; no query for one that was read of late."""
    return _read(bundle.pk, bundle.manifest_sha256)


def all_in_force(cluster_ids: Collection[str], at: datetime) -> dict[str, Bundle]:
    """The newest bundle of each cluster published by `at`, without its bytes."""
    rows = Bundle.objects.filter(cluster__in=list(cluster_ids), published_at__lte=at)
    newest = rows.order_by().values("cluster").annotate(last=Max("pk")).values("last")  # numbers rise with the rows
    return {row.cluster_id: row for row in Bundle.objects.filter(pk__in=newest).defer("manifest", "approvals")}


def in_force(cluster_id: str, at: datetime) -> Bundle | None:
    """The newest bundle published by `at`, without its bytes."""
    rows = Bundle.objects.filter(cluster=cluster_id, published_at__lte=at).order_by("-number")
    return rows.defer("manifest", "approvals").first()


def accepted_manifests(device: Device) -> list[AcceptedBundle]:
    """The bundles that the device's polls named, in their order, each until a poll named another."""
    rows = (
        Commitment.objects.filter(device=device, epoch=device.epoch, bundle__isnull=False)
        .order_by("received_at", "id")
        .values_list("bundle", "received_at")
    )
    named: list[tuple[int, datetime]] = []
    for number, received_at in rows:
        if number is not None and (not named or named[-1][0] != number):
            named.append((number, received_at))
    ends = [received_at for _number, received_at in named[1:]]
    return [
        AcceptedBundle(manifest_of(device.face.cluster, number), from_at, until_at)
        for (number, from_at), until_at in zip_longest(named, ends)
    ]


def key_of(device: Device, epoch: int) -> DeviceKey | None:
    """The key the device had in that enrolment: old records are checked with it."""
    return DeviceKey.objects.filter(device=device, epoch=epoch).first()


def shown(face: Face, at: datetime) -> Why:
    """What the face shows at `at` and why: by the bundle then in force, or by the plan where no bundle reaches."""
    bundle = in_force(face.cluster_id, at)
    if bundle is not None and bundle.starts_at <= at < bundle.ends_at:
        manifest = manifest_of(face.cluster, bundle.number)
        if face.id in manifest.faces:
            return why(timeline.showing(manifest, face=face.id, at_ms=to_ms(at)))
    return schedules.why(face.cluster, face, at)


def why(showing: Showing) -> Why:
    """The rows behind a segment of a bundle."""
    return schedules.explain(showing)


@lru_cache(maxsize=32)
def _read(bundle_id: int, sha256: str) -> Manifest:
    # By digest as well: a number may come back in another database of the same process (tests).
    row = Bundle.objects.only("manifest").get(pk=bundle_id, manifest_sha256=sha256)
    return manifests.read(bytes(row.manifest))
