"""What screens were told to do, and what of it they still have to hear."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from bangtin.hub.clusters.models import Face
from bangtin.hub.devices.models import Command, Device
from bangtin.hub.devices.queries.bundles import in_force, manifest_of_bundle
from bangtin.hub.devices.states import CommandKind, CommandResult, DeviceState
from bangtin.hub.kit.clock import to_ms

RECENT = timedelta(hours=24)


@dataclass(frozen=True)
class Volume:
    """How loud a face is, 0 to 100, and the order that made it so; None: its plan did."""

    percent: int
    ordered: Command | None


def pending(device: Device, *, at: datetime) -> list[bytes]:
    """The envelopes that a poll carries at `at`: not acknowledged and not over, in the order of their numbers.

    A device that was told nothing of late costs no query.
    """
    if device.commands_until_at is None or device.commands_until_at <= at:
        return []
    rows = Command.objects.filter(
        device=device, epoch=device.epoch, result=CommandResult.WAITING, ends_at__gt=at
    ).order_by("n")
    return [bytes(envelope) for envelope in rows.values_list("envelope", flat=True)]


def newest(face_ids: Collection[str], *, at: datetime, most: int = 8) -> list[Command]:
    """The last commands to the players of these faces within a day, the newest first."""
    rows = Command.objects.filter(device__face__in=list(face_ids), made_at__gt=at - RECENT)
    return list(rows.select_related("device__face", "ordered_by").defer("envelope").order_by("-made_at", "-id")[:most])


def last_cover(face: Face) -> Command | None:
    """The order that covered the face last, with who gave it and why; None if nobody did."""
    rows = Command.objects.filter(device__face=face, kind=CommandKind.BLANK).select_related("ordered_by")
    return rows.defer("envelope").order_by("-made_at", "-id").first()


def volume(face: Face, *, at: datetime) -> Volume | None:
    """As the player was told last and said it did, else as the bundle in force says; None where neither is known."""
    rows = Command.objects.filter(
        device__face=face,
        device__state=DeviceState.ACTIVE,
        epoch=F("device__epoch"),
        kind=CommandKind.VOLUME,
        result=CommandResult.DONE,
    )
    done = rows.select_related("ordered_by").defer("envelope").order_by("-n").first()
    if done is not None:
        return Volume(done.args["percent"], done)
    bundle = in_force(face.cluster_id, at)
    levels = manifest_of_bundle(bundle).volume if bundle is not None else ()
    found = next((one.value for one in levels if one.from_ms <= to_ms(at) < one.until_ms), None)
    return None if found is None else Volume(found, None)
