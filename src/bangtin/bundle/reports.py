"""A player's report as a stick carries it: what it would post on a line, signed, for couriers carry it (trust G)."""

import unicodedata
from collections.abc import Mapping

from bangtin.bundle import dsse
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.signers import Signer


def sign(report: Mapping[str, object], *, device: str, epoch: int, signer: Signer) -> bytes:
    """The envelope of kind `report`: the keys of a posted report, and whose it is."""
    payload = {key: _composed(value) for key, value in report.items()}
    return dsse.sign("report", {**payload, "device": device, "epoch": epoch}, [signer])


def read(envelope: bytes, *, device: str, epoch: int, key: bytes) -> dict[str, object]:
    """The report in `envelope`, its values not looked at yet; `key` is the device's raw key of `epoch`.

    Raises: BundleRefusal report_malformed, report_unsigned (9.4).
    """
    try:
        opened = dsse.open(envelope, "report")
        payload = dict(opened.payload)
        owner = Fields({name: payload.pop(name, None) for name in ("device", "epoch")}, where="report")
        whose = (owner.text("device"), owner.integer("epoch", least=1))
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("report_malformed", device, str(error)) from error
    if whose != (device, epoch) or not dsse.is_signed_by(opened, key=key, keyid=device):
        raise _refusal("report_unsigned", device, f"is no word of this device in its enrolment {epoch}")
    return payload


def _composed(value: object) -> object:
    """The value with its text in the one form that is signed."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {key: _composed(each) for key, each in value.items()}
    return [_composed(each) for each in value] if isinstance(value, list | tuple) else value


def _refusal(code: str, device: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step="9.4", subject=device, detail=detail)
