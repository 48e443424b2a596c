"""The hub's word on how far it has a device's records: only that lets a player delete them (trust 8.9, 9.3).

On a stick it is an envelope of kind `ack`. On the line it is the same envelope without its payload, which the player
makes again from what both know: so the answer to a batch stays small, and one signature serves either way.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bangtin.bundle import canonical, dsse
from bangtin.bundle.approvals import RoleKeys
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.signers import Signer

TYPE = "bangtin.ack.v1"


@dataclass(frozen=True)
class Ack:
    """What the hub says it has of a device's chain: the lines of `epoch` up to `to`, whose head is `head`."""

    device: str
    epoch: int
    to: int
    head: str

    def payload(self) -> dict[str, object]:
        """What the role `hub` signs."""
        return {"type": TYPE, "device": self.device, "epoch": self.epoch, "to": self.to, "head": self.head}


def encode(ack: Ack, signers: Sequence[Signer]) -> bytes:
    """The envelope of kind `ack`."""
    return dsse.sign("ack", ack.payload(), signers)


def read(envelope: bytes, *, keys: RoleKeys, device: str) -> Ack:
    """The word in `envelope` on this device's records. Raises: BundleRefusal carry_ack (9.3)."""
    try:
        return _read(envelope, keys=keys, device=device)
    except _NotTheHubs as error:
        raise BundleRefusal("carry_ack", step="9.3", subject=device, detail=str(error)) from error


def encode_answer(ack: Ack, signers: Sequence[Signer]) -> dict[str, object]:
    """The object `ack` of the answer to a batch: no payload, and no device, for the one that asked knows its name."""
    signatures = dsse.signatures("ack", ack.payload(), signers)
    return {"epoch": ack.epoch, "to": ack.to, "head": ack.head, "signatures": signatures}


def read_answer(answer: object, *, keys: RoleKeys, device: str) -> Ack:
    """The word in the object `ack` of an answer on this device's records. Raises: BundleRefusal ack_unsigned (8.9)."""
    try:
        return _read(_whole(answer, device), keys=keys, device=device)
    except _NotTheHubs as error:
        raise BundleRefusal("ack_unsigned", step="8.9", subject=device, detail=str(error)) from error


class _NotTheHubs(ValueError):
    """Not in its form, not for this device, or not signed by the role `hub`; each way gives it its own code."""


def _whole(answer: object, device: str) -> bytes:
    """The envelope that the answer stands for."""
    if not isinstance(answer, Mapping) or set(answer) != {"epoch", "to", "head", "signatures"}:
        raise _NotTheHubs("the answer holds no signed acknowledgement")
    payload = {"type": TYPE, "device": device, **{name: answer[name] for name in ("epoch", "to", "head")}}
    try:
        text = base64.b64encode(canonical.encode(payload)).decode()
        signatures = answer["signatures"]
        return canonical.encode(
            {"payload": text, "payloadType": dsse.payload_type("ack"), "signatures": signatures},
        )
    except (canonical.NotCanonical, TypeError, RecursionError) as error:
        raise _NotTheHubs(str(error)) from error


def _read(envelope: bytes, *, keys: RoleKeys, device: str) -> Ack:
    try:
        opened = dsse.open(envelope, "ack")
        fields = Fields(dict(opened.payload), where="ack")
        fields.choice("type", (TYPE,))
        ack = Ack(fields.text("device"), fields.integer("epoch", least=1), fields.integer("to"), fields.text("head"))
        fields.done()
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _NotTheHubs(str(error)) from error
    if not keys.is_signed("hub", opened):
        raise _NotTheHubs("the role hub did not sign it")
    if ack.device != device:
        raise _NotTheHubs(f"is for {ack.device}")
    return ack
