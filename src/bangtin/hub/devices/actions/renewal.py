"""A screen's record for another 400 days, or for another key of the same screen (trust D.3)."""

import base64
import binascii
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.bundle import canonical, dsse
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.hub.devices import errors, hints
from bangtin.hub.devices.actions import keys
from bangtin.hub.devices.actions.enrolment import RECORD_LIFE, raw_key
from bangtin.hub.devices.actions.publishing import reissue
from bangtin.hub.devices.models import Device, DeviceKey
from bangtin.hub.kit import audit
from bangtin.hub.programmes.queries import officer_id

TYPE = "bangtin.renew.v1"
# A player asks with 100 days left; a record younger than this is said again as it is, so asking costs nothing.
YOUNG = timedelta(days=30)


def renew_record(*, device: Device, body: bytes, at: datetime) -> bytes:
    """The device record for the key in `body`, as the envelope of kind `device`.

    The present key: the record runs for 400 days from now; one that is younger than 30 days is said again. Another key,
    which signed the request's proof: the next epoch, and the present key is revoked at this instant; its open stream is
    closed, and the cluster's bundle goes out again for the new epoch. Whoever sent the request signed it by the key the
    device has. Raises: BadEnrolment.
    """
    key = _read(device, body)
    with transaction.atomic(durable=True):
        locked = Device.objects.select_for_update().select_related("face__cluster", "enrolled_by").get(pk=device.pk)
        is_other = key != locked.public_key
        if is_other and DeviceKey.objects.filter(public_key=key).exists():
            raise _bad("the key belongs to a device already, or did once")
        if not is_other and at - _made_at(locked) < YOUNG:
            return bytes(locked.record)
        if is_other:
            DeviceKey.objects.filter(device=locked, revoked_at=None).update(revoked_at=at)
            DeviceKey.objects.create(device=locked, epoch=locked.epoch + 1, public_key=key, valid_from=at)
            locked.public_key, locked.epoch = key, locked.epoch + 1
            # its chain begins anew; boot and numbers go on, since the same player asks
            locked.committed_n, locked.committed_head, locked.accepted_bundle = 0, "", None
            transaction.on_commit(lambda: hints.broadcaster.hang_up(locked.id))
        locked.record = _signed(locked, at=at)
        locked.save(update_fields=["record", "public_key", "epoch", "committed_n", "committed_head", "accepted_bundle"])
        deed = "device.key_changed" if is_other else "device.renewed"
        audit.record(deed, locked, actor=None, at=at, epoch=locked.epoch)
    if is_other:
        reason = _("Screen %(device)s has another key") % {"device": locked.id}
        reissue(cluster=locked.face.cluster, actor=locked.enrolled_by, at=at, reason=reason)
    return bytes(locked.record)


def proof_message(device_id: str, key: str) -> bytes:
    """What the wanted key signs: it is for this device, and whoever asks for it has it."""
    return f"{TYPE}\n{device_id}\n{key}".encode()


def _read(device: Device, body: bytes) -> str:
    try:
        fields = Fields(canonical.decode(body), where="renewal")
        fields.choice("type", (TYPE,))
        key, proof = fields.text("key", longest=64), fields.text("proof", longest=100)
        fields.integer("sent_ms")
        fields.done()
        signature = base64.urlsafe_b64decode(proof + "=" * (-len(proof) % 4))
        Ed25519PublicKey.from_public_bytes(raw_key(key)).verify(signature, proof_message(device.id, key))
    except InvalidSignature as error:
        raise _bad("the wanted key did not sign the proof") from error
    except (canonical.NotCanonical, WrongShape, binascii.Error, ValueError) as error:
        raise _bad(str(error)) from error
    return key


def _made_at(device: Device) -> datetime:
    until = str(dsse.open(bytes(device.record), "device").payload["until"])
    return datetime.fromisoformat(until) - RECORD_LIFE


def _signed(device: Device, *, at: datetime) -> bytes:
    face = device.face
    record = DeviceRecord(
        device=device.id,
        key=raw_key(device.public_key).hex(),
        province=settings.PROVINCE,
        cluster=face.cluster_id,
        faces=(face.id,),
        is_drill=device.is_drill,
        epoch=device.epoch,
        enrolled_at=device.enrolled_at,
        officer=officer_id(device.enrolled_by),
        until_at=at + RECORD_LIFE,
    )
    payload = {**record.payload(), "x_name": face.cluster.name_vi}
    return dsse.sign("device", payload, keys.load().of("hub"))


def _bad(detail: str) -> errors.BadEnrolment:
    return errors.BadEnrolment(
        _("This record cannot be renewed (%(detail)s).") % {"detail": detail},
        _("Enrol the screen anew: `bangtin-player enrol --again` on its computer, then type its code."),
    )
