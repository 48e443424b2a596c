"""Prove it: a person at the gate reads a screen's signed code off the LED, and the hub notes who saw it and when."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.bundle import gate_codes
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.accounts.models import User
from bangtin.hub.devices import errors, policies
from bangtin.hub.devices.actions import incidents
from bangtin.hub.devices.actions.enrolment import raw_key
from bangtin.hub.devices.models import Command, Device, GateCheck, Incident
from bangtin.hub.devices.states import CommandKind, DeviceState, IncidentKind
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import from_ms
from bangtin.hub.kit.policies import require

YOUNG = timedelta(minutes=10)
EARLY = timedelta(minutes=2)


@dataclass(frozen=True)
class ShownCode:
    """A code that a device signed: which one, when it says it showed it, and when the hub asked for it, if it did."""

    device: Device
    shown_at: datetime
    letters: str
    asked_at: datetime | None
    digest: str


def read_code(token: str) -> ShownCode:
    """What a code says, its signature checked. Raises: GateCodeUnreadable (trust 8.8)."""
    try:
        named = gate_codes.read(token)
        device = (
            Device.objects.select_related("face__cluster")
            .filter(pk=named.device, epoch=named.epoch, state=DeviceState.ACTIVE)
            .first()
        )
        if device is None:
            raise BundleRefusal("gate_code_unsigned", step="8.8", subject=named.device, detail="no such player")
        code = gate_codes.check(token, raw_key(device.public_key))
    except BundleRefusal as refusal:
        raise errors.GateCodeUnreadable(
            _("This is no code of a screen of this province."),
            _("Ask the screen for a new code and scan that one."),
            subject=refusal.subject,
        ) from refusal
    asked = Command.objects.filter(device=device, epoch=code.epoch, kind=CommandKind.PROVE, args__nonce=code.nonce)
    return ShownCode(
        device=device,
        shown_at=from_ms(min(code.at_ms, 4_102_444_800_000)),
        letters=code.letters,
        asked_at=asked.values_list("made_at", flat=True).first(),
        digest=hashlib.sha256(token.encode()).hexdigest(),
    )


def require_young(shown: ShownCode, *, at: datetime) -> None:
    """Refuse a code that is older than ten minutes: it may be a photograph of one.

    A code that the hub asked for is as old as the question, whatever the player's clock says.
    Raises: GateCodeOld.
    """
    since = shown.asked_at or shown.shown_at
    if at - YOUNG <= since <= at + EARLY:
        return
    raise errors.GateCodeOld(
        _("This code is older than ten minutes, or the player's clock is wrong; it proves nothing about now."),
        _("Ask the screen for a new code and scan that one."),
        subject=shown.device.pk,
    )


def mark_seen(*, token: str, actor: User, at: datetime) -> GateCheck:
    """Note that the officer saw the code on the LED; what people had reported dark there is seen to be lit.

    Raises: GateCodeUnreadable, NotPermitted, GateCodeOld, GateCodeUsed.
    """
    shown = read_code(token)
    cluster = shown.device.face.cluster
    require(
        policies.may_witness(actor, cluster, at=at),
        message=_("Only who works for this cluster vouches for its screens."),
    )
    require_young(shown, at=at)
    with transaction.atomic(durable=True):
        row, is_new = GateCheck.objects.get_or_create(
            token_sha256=shown.digest,
            defaults={
                "device": shown.device,
                "face": shown.device.face,
                "epoch": shown.device.epoch,
                "shown_at": shown.shown_at,
                "seen_by": actor,
                "seen_at": at,
            },
        )
        if not is_new:
            raise errors.GateCodeUsed(
                _("This code was marked already."),
                _("One code counts once. Ask the screen for a new one to mark it again."),
                subject=shown.device.pk,
            )
        audit.record("screen.seen_at_gate", row, actor=actor, at=at, device=shown.device.pk, face=row.face_id)
        for dark in Incident.objects.filter(face=row.face, kind=IncidentKind.DARK, closed_at=None):
            incidents.closed(dark, findings=_("Seen at the gate: the screen shows."), actor=actor, at=at)
    return row
