"""The XML signature of a message: whose it is, and that what is read is what was signed."""

import textwrap
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.exceptions import InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from bangtin.hub.alerts.cap import reading
from bangtin.hub.alerts.cap.errors import CapRefusal
from bangtin.hub.alerts.cap.shapes import DSIG, Message

SIGNATURE = f"{{{DSIG}}}Signature"
MOST_CERTIFICATES = 5
# signxml and cryptography meet hostile text with any of these
_FAULTS = (
    SignXMLException,
    UnsupportedAlgorithm,
    etree.LxmlError,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)


def check(body: bytes, root: etree._Element, message: Message, *, trusted: Sequence[bytes], at: datetime) -> str:
    """ "none", "good" (by a certificate in `trusted`, PEM, valid at `at`) or "unknown" (whole, but of a stranger).

    `root` and `message` are `body` parsed and read. Only an enveloped signature of the whole message counts: what was
    signed is read again and must be `message`.
    Raises: CapRefusal `bad_signature`.
    """
    found = list(root.iter(SIGNATURE))
    if not found:
        return "none"
    if len(found) > 1:
        raise CapRefusal("bad_signature", "two signatures")
    if found[0].getparent() is not root:
        raise CapRefusal("bad_signature", "not at the end of the message")
    for certificate in trusted:
        result = _verified(body, certificate, at)
        if isinstance(result, VerifyResult):
            _must_cover(result, message)
            return "good"
    return _of_a_stranger(body, found[0], message)


def _of_a_stranger(body: bytes, signature: etree._Element, message: Message) -> str:
    """A stranger's signature proves only that the text is whole; broken, it proves that the text is not."""
    own = [(each.text or "").strip() for each in signature.iter(f"{{{DSIG}}}X509Certificate")][:MOST_CERTIFICATES]
    results = [_verified(body, _pem(each), None) for each in own]
    whole = next((each for each in results if isinstance(each, VerifyResult)), None)
    if whole is not None:
        _must_cover(whole, message)
    elif results and all(isinstance(each, InvalidSignature) for each in results):
        raise CapRefusal("bad_signature", "digest or key")
    return "unknown"


def _verified(body: bytes, certificate: bytes, at: datetime | None) -> VerifyResult | Exception:
    """What the certificate's key signed, or why it signed nothing; `at` None: on a day the certificate was valid."""
    try:
        parsed = x509.load_pem_x509_certificate(certificate)
        config = SignatureConfiguration(location="./", verification_time=at or parsed.not_valid_before_utc)
        found = XMLVerifier().verify(body, x509_cert=parsed, expect_config=config)
    except _FAULTS as fault:
        return fault
    return found if isinstance(found, VerifyResult) else ValueError("several references")


def _pem(text: str) -> bytes:
    lines = "\n".join(textwrap.wrap("".join(text.split()), 64))
    return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n".encode()


def _must_cover(result: VerifyResult, message: Message) -> None:
    try:
        signed = reading.read(result.signed_data)
    except CapRefusal as refusal:
        raise CapRefusal("bad_signature", "it covers no message") from refusal
    if signed != message:
        raise CapRefusal("bad_signature", "it covers another message")
