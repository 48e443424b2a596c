"""What a stick says of a post without a line: the player's own signed report, counted from the instant it was made."""

import base64
import json
from datetime import datetime

from bangtin.bundle import reports as envelopes
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.devices.actions.reports import read_report, take_report
from bangtin.hub.devices.errors import BadReport
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.states import DeviceState


def take_carried(*, device: Device, envelope: bytes, at: datetime) -> bool:
    """Keep the report of a stick as one off the line, if it tells anything newer; gives whether it did.

    `Device.carried_at` becomes the instant that the player gives, never later than `at`: a courier may be slow. A stick
    read again, or one that comes after the line is back, changes nothing.
    Raises: BundleRefusal report_malformed, report_unsigned (9.4), device_revoked (7.4).
    """
    if device.state != DeviceState.ACTIVE:
        raise BundleRefusal("device_revoked", step="7.4", subject=device.pk, detail="its enrolment is over")
    key = base64.urlsafe_b64decode(device.public_key + "=" * (-len(device.public_key) % 4))
    body = json.dumps(envelopes.read(envelope, device=device.pk, epoch=device.epoch, key=key)).encode()
    try:
        said_at = min(read_report(body).at, at)
    except BadReport as error:
        raise BundleRefusal("report_malformed", step="9.4", subject=device.pk, detail=str(error)) from error
    if any(known is not None and said_at <= known for known in (device.last_seen_at, device.carried_at)):
        return False
    take_report(device=device, body=body, at=at)
    device.carried_at = said_at
    Device.objects.filter(pk=device.pk, epoch=device.epoch).update(carried_at=said_at)
    return True
