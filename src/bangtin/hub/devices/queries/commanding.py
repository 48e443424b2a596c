"""What screens were told to do, and what of it they still have to hear."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bangtin.hub.clusters.models import Face
from bangtin.hub.devices.models import Command, Device
from bangtin.hub.devices.states import CommandKind, CommandResult

RECENT = timedelta(hours=24)


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
