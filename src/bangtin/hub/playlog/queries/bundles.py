"""Bundles as a screen had them: from published rows and from what polls said was accepted."""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from bangtin.bundle import manifest as manifests
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.playlog import AcceptedManifest
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.queries import facts

MARGIN_MS = 3_600_000
STRETCH_MS = 6 * 3_600_000


@lru_cache(maxsize=128)
def _parsed(sha256: str, bundle_id: int) -> Manifest:
    # keyed by the digest of the bytes: a manifest never changes once it is published
    row = Bundle.objects.only("manifest").get(pk=bundle_id, manifest_sha256=sha256)
    return manifests.read(bytes(row.manifest))


def manifest_of(bundle: Bundle) -> Manifest:
    """The manifest of a published bundle, parsed once a process."""
    return _parsed(bundle.manifest_sha256, bundle.pk)


def narrowed(manifest: Manifest, *, from_ms: int, until_ms: int) -> Manifest:
    """The same plan with only the windows near [from_ms, until_ms): the timeline answers faster and alike there."""
    first, last = from_ms - MARGIN_MS, until_ms + MARGIN_MS
    near = tuple(one for one in manifest.windows if one.until_ms > first and one.from_ms < last)
    return replace(manifest, windows=near)


@lru_cache(maxsize=256)
def _near(sha256: str, bundle_id: int, first: int, last: int) -> Manifest:
    return narrowed(_parsed(sha256, bundle_id), from_ms=first * STRETCH_MS, until_ms=last * STRETCH_MS)


def accepted(
    device_id: str, *, cluster_id: str, numbers: Collection[int], from_ms: int, until_ms: int
) -> list[AcceptedManifest]:
    """The bundles of these numbers as the device accepted them, narrowed to a stretch of time.

    Accepted not before it was published and not before the last poll that still named an older one; replaced at the
    first poll that named a newer one.
    """
    found = []
    for row in facts.published(cluster_id, numbers):
        replaced_at = facts.named_newer(device_id, row.number)
        still_older_at = facts.named_older(device_id, row.number)
        since = max(row.published_at, still_older_at) if still_older_at else row.published_at
        found.append(
            AcceptedManifest(
                # whole stretches, so that batches of one hour meet the same plan and what was computed of it
                manifest=_near(row.manifest_sha256, row.pk, from_ms // STRETCH_MS, -(-until_ms // STRETCH_MS)),
                from_ms=to_ms(since),
                until_ms=to_ms(replaced_at) if replaced_at else None,
            )
        )
    return found
