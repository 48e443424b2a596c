"""Bundles as a screen had them: from published rows and from what polls said was accepted."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from bangtin.bundle import manifest as manifests
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.playlog import AcceptedManifest
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.queries import standings
from bangtin.hub.playlog.queries.standings import Held

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


@dataclass(frozen=True)
class Wanted:
    """The bundles that the lines of a device name, and the stretch of time that the lines lie in."""

    device_id: str
    cluster_id: str
    numbers: frozenset[int]
    from_ms: int
    until_ms: int


def accepted(wanted: Collection[Wanted]) -> dict[str, list[AcceptedManifest]]:
    """By device the bundles it named, as it accepted them, each narrowed to the device's stretch of time.

    Accepted not before it was published and not before the last poll that still named an older one; replaced at the
    first poll that named a newer one.
    """
    asked = [(one.device_id, one.cluster_id, number) for one in wanted for number in sorted(one.numbers)]
    held = standings.held(asked)
    return {one.device_id: [_as_held(row, one) for row in held.get(one.device_id, ())] for one in wanted}


def _as_held(held: Held, wanted: Wanted) -> AcceptedManifest:
    row = held.published
    since = max(row.published_at, held.older_at) if held.older_at else row.published_at
    # whole stretches, so that batches of one hour meet the same plan and what was computed of it
    first, last = wanted.from_ms // STRETCH_MS, -(-wanted.until_ms // STRETCH_MS)
    return AcceptedManifest(
        manifest=_near(row.manifest_sha256, row.pk, first, last),
        from_ms=to_ms(since),
        until_ms=to_ms(held.newer_at) if held.newer_at else None,
    )
