"""XML signatures: good, of a stranger, broken, or wrapped around something else."""

from collections.abc import Sequence

from lxml import etree

from bangtin.hub.alerts.cap import Verdict, default_mapping, judge
from bangtin.hub.alerts.cap.shapes import CAP, DSIG
from bangtin.hub.alerts.cap.tests.messages import AT, PLACES, alert
from bangtin.hub.alerts.cap.tests.signing import signed, signer

OURS = signer()
SIGNED = signed(alert(), OURS)


def checked(body: bytes, trusted: Sequence[bytes] = (OURS[1],)) -> Verdict:
    return judge(body, clusters=PLACES, mapping=default_mapping(), at=AT, trusted=trusted)


def said(body: bytes, trusted: Sequence[bytes] = (OURS[1],)) -> tuple[str, str]:
    found = checked(body, trusted)
    return found.action.value, found.signature


def test_no_signature_is_said_to_be_none() -> None:
    assert said(alert()) == ("air", "none")


def test_a_signature_by_a_trusted_certificate_is_good() -> None:
    assert said(SIGNED) == ("air", "good")
    assert said(SIGNED, [signer("other")[1], OURS[1]]) == ("air", "good")
    assert checked(SIGNED).message == checked(alert()).message


def test_a_whole_message_of_a_stranger_is_of_an_unknown_signer() -> None:
    assert said(SIGNED, []) == ("air", "unknown")
    assert said(SIGNED, [signer("other")[1]]) == ("air", "unknown")


def test_a_certificate_out_of_its_time_vouches_for_nothing() -> None:
    old = signer("old", until=2025)
    assert said(signed(alert(), old), [old[1]]) == ("air", "unknown")


def test_a_word_changed_after_signing_is_refused_whoever_signed() -> None:
    for trusted in ([OURS[1]], [], [signer("other")[1]]):
        for was, becomes in ((b">Extreme<", b">Minor<"), (b"VN-1", b"VN-2"), (b"15</circle>", b"900</circle>")):
            found = checked(SIGNED.replace(was, becomes), trusted)
            assert (found.action.value, found.code, found.signature) == ("refuse", "bad_signature", "bad")


def test_a_test_message_cannot_be_made_real_under_its_signature() -> None:
    body = signed(alert(status="Test"), OURS)
    assert said(body) == ("ignore", "good")
    assert said(body.replace(b">Test<", b">Actual<")) == ("refuse", "bad")


def wrapped() -> list[bytes]:
    """The signed message moved inside another one in the ways known from SAML."""
    original = etree.fromstring(signed(alert(status="Test").replace(b"<alert ", b'<alert Id="m" '), OURS, uri="#m"))
    signature = original.find(f"{{{DSIG}}}Signature")
    assert signature is not None
    forged = []
    for place in ("beside", "inside the signature", "before"):
        evil = etree.fromstring(alert())
        kept = etree.fromstring(etree.tostring(original))
        moved = kept.find(f"{{{DSIG}}}Signature")
        assert moved is not None
        kept.remove(moved)
        if place == "inside the signature":
            etree.SubElement(moved, f"{{{DSIG}}}Object").append(kept)
            evil.append(moved)
        else:
            evil.insert(0 if place == "before" else len(evil), kept)
            evil.append(moved)
        forged.append(etree.tostring(evil))
    return forged


def test_a_signed_message_wrapped_in_a_forged_one_is_refused() -> None:
    for body in wrapped():
        assert b">Actual<" in body
        for trusted in ([OURS[1]], []):
            assert said(body, trusted)[0] == "refuse"


def test_a_signature_that_is_not_at_the_end_of_the_message_is_refused() -> None:
    root = etree.fromstring(SIGNED)
    signature = root.find(f"{{{DSIG}}}Signature")
    said_part = root.find(f"{{{CAP}}}info")
    assert signature is not None
    assert said_part is not None
    said_part.append(signature)
    assert said(etree.tostring(root)) == ("refuse", "bad")


def test_two_signatures_are_refused() -> None:
    root = etree.fromstring(SIGNED)
    root.append(etree.fromstring(etree.tostring(root[-1])))
    assert said(etree.tostring(root)) == ("refuse", "bad")


def test_a_signature_of_an_unread_kind_vouches_for_nothing() -> None:
    assert said(alert().replace(b"</alert>", f'<Signature xmlns="{DSIG}"/></alert>'.encode())) == ("air", "unknown")
    weak = SIGNED.replace(
        b"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", b"http://www.w3.org/2000/09/xmldsig#rsa-sha1"
    )
    assert said(weak)[1] in {"unknown", "bad"}


def test_a_file_that_is_no_certificate_vouches_for_nothing() -> None:
    assert said(SIGNED, [b"nonsense"]) == ("air", "unknown")
