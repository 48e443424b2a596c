"""Screens join: a player asks, an officer types the code that its screen shows (trust D.2, D.3)."""

import base64
import binascii
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.bundle import canonical, dsse
from bangtin.bundle.devices import DeviceRecord, enrolment_code
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Face
from bangtin.hub.devices import errors, hints, policies, queries, states
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.devices.actions.publishing import reissue
from bangtin.hub.devices.models import Device, DeviceKey, Enrolment
from bangtin.hub.devices.queries.repository import anchor, roots
from bangtin.hub.devices.states import DeviceState, EnrolmentState
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.queries import officer_id

TYPE = "bangtin.enrol.v1"
YOUNG = timedelta(minutes=10)
TRIES = 5
RECORD_LIFE = timedelta(days=400)
_SPOKEN = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


@dataclass(frozen=True)
class Asked:
    """What a player asks for: its raw public key in base64url without padding."""

    public_key: str


def read_request(body: bytes) -> Asked:
    """The enrolment request in a body; its signature is checked by whoever received it.

    Raises: BadEnrolment (trust 7.6).
    """
    try:
        fields = Fields(canonical.decode(body), where="enrolment")
        fields.choice("type", (TYPE,))
        text = fields.text("key", longest=64)
        fields.integer("sent_ms")
        fields.done()
        raw_key(text)
    except (canonical.NotCanonical, WrongShape, binascii.Error, ValueError) as error:
        raise _bad(str(error)) from error
    return Asked(text)


def raw_key(text: str) -> bytes:
    """The 32 bytes of a public key in base64url. Raises: ValueError."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(raw) != 32 or base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != text:
        raise ValueError("expected 32 bytes in base64url without padding")
    return raw


def begin_enrolment(*, body: bytes, address: str, at: datetime) -> Enrolment:
    """Note that a player waits; its screen shows the code that both sides compute.

    A player that asks again gets a new nonce, and its older request ends.
    Raises: BadEnrolment, EnrolmentPending.
    """
    asked = read_request(body)
    repository.create_repository(at=at)
    nonce, root = secrets.token_bytes(16), anchor()
    with transaction.atomic(durable=True):
        if DeviceKey.objects.filter(public_key=asked.public_key).exists():
            raise _bad("the key belongs to a device already")
        _make_room(asked, address=address, at=at)
        enrolment = Enrolment.objects.create(
            id=secrets.token_hex(16),
            public_key=asked.public_key,
            nonce=nonce.hex(),
            code=enrolment_code(key=raw_key(asked.public_key), nonce=nonce, root=root),
            address=address,
            asked_at=at,
            expires_at=at + YOUNG,
        )
        audit.record("enrolment.begun", enrolment, actor=None, at=at, address=address)
    return enrolment


def confirm_enrolment(*, code: str, face: Face, actor: User, at: datetime, is_drill: bool = False) -> Device:
    """Make the player that shows `code` the device of `face`; the one it replaces is revoked at that instant.

    The code is read forgivingly: small letters, spaces, O for 0, I and L for 1. `is_drill`: exercises of emergency
    notices show on it (trust E); a screen on a public place is none.
    Raises: NotPermitted, CodeUnknown, CodeExpired, TooManyTries.
    """
    require(policies.may_enrol(actor, at=at))
    enrolment = _found(code, actor=actor, at=at)
    with transaction.atomic(durable=True):
        workflow.move(enrolment, states.ENROLMENT_MOVES, to=EnrolmentState.DONE)
        device = _admit(enrolment, face, is_drill=is_drill, actor=actor, at=at)
        Enrolment.objects.filter(pk=enrolment.pk).update(device=device)
        audit.record("device.enrolled", device, actor=actor, at=at, face=face.id, epoch=device.epoch, drill=is_drill)
        transaction.on_commit(lambda: hints.broadcaster.hang_up(device.id))
    reissue(cluster=face.cluster, actor=actor, at=at, reason=_("Screen %(device)s joined") % {"device": device.id})
    return device


def revoke(*, device: Device, reason: str, actor: User, at: datetime) -> Device:
    """Trust the device's key no more: its next request is refused, its stream closed, the next bundle omits it.

    Raises: NotPermitted, StaleState. Source: trust B.7.
    """
    require(policies.may_enrol(actor, at=at))
    with transaction.atomic(durable=True):
        workflow.move(device, states.DEVICE_MOVES, to=DeviceState.REVOKED, revoked_at=at)
        DeviceKey.objects.filter(device=device, epoch=device.epoch).update(revoked_at=at)
        audit.record("device.revoked", device, actor=actor, at=at, reason=reason)
        transaction.on_commit(lambda: hints.broadcaster.hang_up(device.id))
    reissue(cluster=device.face.cluster, actor=actor, at=at, reason=_("Screen %(device)s left") % {"device": device.id})
    return device


def _make_room(asked: Asked, *, address: str, at: datetime) -> None:
    """trust D.2: one pending per address; the same player asking again takes its own place."""
    waiting = Enrolment.objects.filter(address=address, state=EnrolmentState.PENDING, expires_at__gt=at)
    if waiting.exclude(public_key=asked.public_key).exists():
        raise errors.EnrolmentPending(
            _("Another screen at this address waits for its code."),
            _("Enrol that one first, or wait ten minutes."),
            subject=address,
        )
    Enrolment.objects.filter(public_key=asked.public_key, state=EnrolmentState.PENDING).update(
        state=EnrolmentState.REFUSED
    )


def _found(code: str, *, actor: User, at: datetime) -> Enrolment:
    """trust 7.6: the waiting enrolment with this code.

    A wrong code counts against the officer who typed it, for ten minutes: no other officer and no screen that waits is
    held up by it. Five tries in ten minutes at 2^50 codes are no guessing.
    """
    typed = code.upper().translate(_SPOKEN).encode()
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=actor.pk)  # one at a time: who types at a hundred pages has five tries
        if queries.wrong_codes(actor, since=at - YOUNG) >= TRIES:
            raise errors.TooManyTries(
                _("You typed five wrong codes within ten minutes, so none of yours counts now."),
                _("Wait ten minutes and read the code from the screen again, or let another officer type it."),
                fields={"code": _("Wait ten minutes, or let another officer type it.")},
            )
        enrolment = _waiting(typed)
        if enrolment is None:
            audit.record(queries.WRONG_CODE, actor, actor=actor, at=at)
    if enrolment is None:
        raise errors.CodeUnknown(
            _("No screen that waits to be enrolled shows the code %(code)s.") % {"code": code.strip()[:20]},
            _("Read the code from the screen again; it changes when the screen is restarted."),
            fields={"code": _("Read the code from the screen again.")},
        )
    if enrolment.expires_at <= at:
        workflow.move(enrolment, states.ENROLMENT_MOVES, to=EnrolmentState.REFUSED)
        raise errors.CodeExpired(
            _("The code %(code)s is older than ten minutes.") % {"code": enrolment.code},
            _("Wait until the screen shows a new code and type that one."),
        )
    return enrolment


def _waiting(typed: bytes) -> Enrolment | None:
    known = roots()
    pending = Enrolment.objects.filter(state=EnrolmentState.PENDING)
    return next(
        (row for row in pending if any(secrets.compare_digest(each, typed) for each in _codes(row, known))), None
    )


def _codes(row: Enrolment, known: Iterable[bytes]) -> list[bytes]:
    """What the player shows, by the root of its kit: one older than a ceremony still joins and follows the chain."""
    key, nonce = raw_key(row.public_key), bytes.fromhex(row.nonce)
    return [enrolment_code(key=key, nonce=nonce, root=root).replace("-", "").encode() for root in known]


def _admit(enrolment: Enrolment, face: Face, *, is_drill: bool, actor: User, at: datetime) -> Device:
    """trust D.3: re-enrolment is the same device with a new key and the next epoch."""
    before = Device.objects.filter(face=face).first()
    epoch = before.epoch + 1 if before else 1
    device_id = before.id if before else f"player-{face.id}"
    record = _record(device_id, enrolment, face, epoch=epoch, is_drill=is_drill, actor=actor, at=at)
    fresh = {
        "public_key": enrolment.public_key,
        "epoch": epoch,
        "state": DeviceState.ACTIVE,
        "record": record,
        "is_drill": is_drill,
        "enrolled_by": actor,
        "enrolled_at": at,
        "revoked_at": None,
        "back_at": None,
        "covered_at": None,
        "commands_until_at": None,
        "status": {},
        "accepted_bundle": None,
        "boot": 0,
        "nonce": "",
        "sequence": 0,
        "sequences_seen": 0,
        "committed_n": 0,
        "committed_head": "",
        "is_clone_suspected": False,
    }
    device, _created = Device.objects.update_or_create(id=device_id, defaults={"face": face, **fresh})
    DeviceKey.objects.filter(device=device, revoked_at=None).update(revoked_at=at)
    DeviceKey.objects.create(device=device, epoch=epoch, public_key=enrolment.public_key, valid_from=at)
    return device


def _record(
    device_id: str, enrolment: Enrolment, face: Face, *, epoch: int, is_drill: bool, actor: User, at: datetime
) -> bytes:
    record = DeviceRecord(
        device=device_id,
        key=raw_key(enrolment.public_key).hex(),
        province=settings.PROVINCE,
        cluster=face.cluster_id,
        faces=(face.id,),
        is_drill=is_drill,
        epoch=epoch,
        enrolled_at=at,
        officer=officer_id(actor),
        until_at=at + RECORD_LIFE,
    )
    # The cluster's name for people: the built-in card shows it before any bundle is there.
    payload = {**record.payload(), "x_name": face.cluster.name_vi}
    return dsse.sign("device", payload, keys.load().of("hub"))


def _bad(detail: str) -> errors.BadEnrolment:
    return errors.BadEnrolment(
        _("This is not an enrolment that can be taken (%(detail)s).") % {"detail": detail},
        _("Start the player with an empty data directory and try again."),
    )
