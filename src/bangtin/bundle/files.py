"""Files that the hub hands out, with a signature beside them that anyone can check with the province's metadata."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bangtin.bundle import dsse, instants
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.fields import Fields, WrongShape
from bangtin.bundle.roles import Targets, read_signed
from bangtin.bundle.signers import Signature, Signer

TYPE = "bangtin.file.v1"
ROLE = "hub"
STEP = "8.8"


@dataclass(frozen=True)
class Sealed:
    """What a signature file says: the file's name when it was handed out, its SHA-256 and size, and when that was."""

    name: str
    sha256: str
    size_bytes: int
    at: datetime


def seal(data: bytes, *, name: str, at: datetime, signers: Sequence[Signer]) -> bytes:
    """The signature file of `data`: a DSSE envelope of kind `file`, one line of JSON."""
    payload: dict[str, object] = {
        "type": TYPE,
        "name": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "at": instants.to_text(at.replace(microsecond=0)),
    }
    return dsse.sign("file", payload, signers)


def check(envelope: bytes, data: bytes, *, targets: Iterable[bytes]) -> Sealed:
    """What the signature file says of `data`, if it is of these bytes.

    `targets` are versions of the province's targets metadata, the newest first: keys change, files stay. One of them
    must have signed by its threshold of the role `hub`.
    Raises: BundleRefusal file_unsigned, file_changed (step 8.8).
    """
    try:
        opened = dsse.open(envelope, "file")
        fields = Fields(dict(opened.payload), where="signature file")
        fields.choice("type", (TYPE,))
        sealed = Sealed(
            fields.text("name"), fields.text("sha256", longest=64), fields.integer("size"), fields.instant("at")
        )
        fields.done()
    except (dsse.BadEnvelope, WrongShape) as error:
        raise _refusal("file_unsigned", "signature file", str(error)) from error
    if not any(_is_signed(opened, one) for one in targets):
        raise _refusal("file_unsigned", sealed.name, "no known key of the role hub signed it")
    if (sealed.sha256, sealed.size_bytes) != (hashlib.sha256(data).hexdigest(), len(data)):
        raise _refusal("file_changed", sealed.name, "is not the file that was signed")
    return sealed


def _is_signed(opened: dsse.Envelope, targets: bytes) -> bool:
    signed = read_signed(targets)
    if not isinstance(signed, Targets):
        return False
    signatures = {proof.keyid: Signature(proof.keyid, proof.sig.hex()) for proof in opened.proofs}
    try:
        return bool(signed.get_verification_result(ROLE, opened.pae, signatures))
    except ValueError:  # these metadata know no such role
        return False


def _refusal(code: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=STEP, subject=subject, detail=detail)
