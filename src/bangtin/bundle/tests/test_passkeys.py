"""trust 3.4, 3.5: an officer's passkey over one statement, also as another implementation sees it."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from fido2.cose import ES256
from fido2.server import Fido2Server
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    UserVerificationRequirement,
)

from bangtin.bundle import approvals, canonical, publishing, verify
from bangtin.bundle.approvals import Officers, Policy, Statement
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import softkey, world
from bangtin.bundle.tests.softkey import SoftKey
from bangtin.bundle.tests.world import AT, FAR, KEYS, refused

HOA, LAN = SoftKey("hoa"), SoftKey("lan")
SINCE = AT - timedelta(days=30)
HUB = KEYS.of("approvals")


def stage_two(*, proofs: tuple[str, ...] = ("webauthn",)) -> Policy:
    """The policy once officers have passkeys: the hub's own word is no longer enough."""
    default = Policy.default()
    classes = {name: replace(rule, proofs=proofs) for name, rule in default.classes.items()}
    return replace(default, classes=classes, rp_id=softkey.RP, origins=(softkey.ORIGIN,))


def officers(**changes: object) -> Officers:
    listed = dict(world.officers().by_id)
    for name, key in (("hoa", HOA), ("lan", LAN)):
        own = replace(key.listed(SINCE, FAR), **changes)  # type: ignore[arg-type]  # each test names fields of Passkey
        listed[name] = replace(listed[name], keys=(own,))
    return Officers(listed)


def payload(of: Statement) -> bytes:
    return canonical.encode(of.payload())


STATEMENTS = [one for each in world.manifest().items for one in world.two_officers(each)]


def lines(first: bytes | None = None) -> bytes:
    """Every statement under its officer's passkey; the first line may be another."""
    keys = {"hoa": HOA, "lan": LAN}
    made = [softkey.envelope(one, [keys[one.officer].answer(payload(one))]) for one in STATEMENTS]
    return approvals.join_lines([first or made[0], *made[1:]])


def files(
    found: bytes | None = None, *, policy: Policy | None = None, known: Officers | None = None
) -> dict[str, bytes]:
    repo = publishing.new_repository(
        KEYS,
        clusters=[world.CLUSTER, world.OTHER],
        policy=(policy or stage_two()).encode(),
        officers=(known or officers()).encode(),
        at=AT,
    )
    return world.published(lines=found or lines(), repo=repo)


def accept(found: dict[str, bytes]) -> verify.Accepted:
    return world.accept(found)


def test_a_bundle_whose_officers_all_signed_by_passkey_is_accepted() -> None:
    assert set(accept(files()).approvals) == {"clip", "notice"}


def test_a_hub_proof_and_a_passkey_may_stand_side_by_side() -> None:
    both = softkey.envelope(STATEMENTS[0], [HOA.answer(payload(STATEMENTS[0]))], hub=HUB)
    accept(files(lines(both)))
    accept(files(lines(both), policy=stage_two(proofs=("hub", "webauthn"))))


def test_t35_the_passkey_of_one_statement_on_another_is_refused() -> None:
    other = HOA.answer(payload(STATEMENTS[2]))
    assert refused("passkey_challenge", files(lines(softkey.envelope(STATEMENTS[0], [other])))).step == "3.4"


@pytest.mark.parametrize("flags", [0x00, 0x01, 0x04])
def test_t36_a_passkey_that_verified_nobody_is_refused(flags: int) -> None:
    refused("passkey_user", files(lines(altered(flags=flags))))


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("passkey_origin", {"origin": "https://bangtin.example.vn.evil.example"}),
        ("passkey_origin", {"more": {"crossOrigin": True}}),
        ("passkey_origin", {"more": {"topOrigin": "https://evil.example"}}),
        ("passkey_rp", {"rp": "evil.example"}),
        ("passkey_type", {"type_": "webauthn.create"}),
    ],
)
def test_t37_a_passkey_answer_to_another_site_is_refused(code: str, change: dict[str, object]) -> None:
    refused(code, files(lines(altered(**change))))


def altered(**change: object) -> bytes:
    answer = HOA.answer(payload(STATEMENTS[0]), **change)  # type: ignore[arg-type]  # each test names an argument
    return softkey.envelope(STATEMENTS[0], [answer])


def test_t38_the_hubs_word_alone_is_too_weak_once_policy_asks_for_passkeys() -> None:
    refused("proof_too_weak", files(lines(softkey.envelope(STATEMENTS[0], [], hub=HUB))))
    refused("proof_too_weak", files(lines(softkey.envelope(STATEMENTS[0], []))))


def test_a_passkey_is_too_weak_where_policy_takes_the_hubs_word_alone() -> None:
    refused("proof_too_weak", files(policy=stage_two(proofs=("hub",))))


def test_a_false_hub_proof_is_refused_although_a_good_passkey_stands_beside_it() -> None:
    both = softkey.envelope(STATEMENTS[0], [HOA.answer(payload(STATEMENTS[0]))], hub=KEYS.of("c-ta-lung"))
    refused("approval_unsigned", files(lines(both)))


def test_another_officers_key_an_old_key_and_no_key_are_unknown() -> None:
    refused("passkey_unknown", files(lines(softkey.envelope(STATEMENTS[0], [LAN.answer(payload(STATEMENTS[0]))]))))
    refused("passkey_unknown", files(known=officers(until_at=AT)))
    refused("passkey_unknown", files(known=officers(from_at=AT + timedelta(seconds=1))))
    refused("passkey_unknown", files(known=world.officers()))


def test_a_signature_by_another_key_under_the_right_name_is_refused() -> None:
    answer = {**LAN.answer(payload(STATEMENTS[0])), "keyid": HOA.answer(b"")["keyid"]}
    refused("passkey_signature", files(lines(softkey.envelope(STATEMENTS[0], [answer]))))


@pytest.mark.parametrize("spki", ["", "AAAA", base64.b64encode(world.public_key("hoa")).decode()])
def test_a_key_that_is_not_on_the_one_curve_is_refused(spki: str) -> None:
    refused("passkey_signature", files(known=officers(spki=spki)))


@pytest.mark.parametrize(
    "extension",
    [
        {"kind": "webauthn"},
        {"kind": "webauthn", "client_data": "e30=", "authenticator_data": "AAAA"},
        {"kind": "webauthn", "client_data": "!", "authenticator_data": "AAAA"},
        {"kind": "webauthn", "client_data": "bm8=", "authenticator_data": base64.b64encode(bytes(37)).decode()},
    ],
)
def test_half_an_assertion_is_refused(extension: dict[str, object]) -> None:
    answer = {**HOA.answer(payload(STATEMENTS[0])), "extension": extension}
    refused("passkey_type", files(lines(softkey.envelope(STATEMENTS[0], [answer]))))


@pytest.mark.parametrize("kind", ["oracle", ["webauthn"], {}, 1])
def test_a_proof_of_an_unknown_kind_is_refused(kind: object) -> None:
    answer = {**HOA.answer(payload(STATEMENTS[0])), "extension": {"kind": kind}}
    refused("proof_too_weak", files(lines(softkey.envelope(STATEMENTS[0], [answer]))))


def test_without_a_relying_party_in_policy_no_passkey_counts() -> None:
    refused("passkey_rp", files(lines(altered(rp="")), policy=replace(stage_two(), rp_id="")))


@pytest.mark.parametrize(
    "change",
    [{}, {"flags": 0x01}, {"flags": 0x04}, {"rp": "evil.example"}, {"origin": "https://evil.example"},
     {"type_": "webauthn.create"}],
)  # fmt: skip
def test_another_implementation_judges_the_same_assertions_alike(change: dict[str, object]) -> None:
    """It does not look at `crossOrigin`; this one does."""
    answer = HOA.answer(payload(STATEMENTS[0]), **change)  # type: ignore[arg-type]  # each case names an argument
    ours = True
    try:
        accept(files(lines(softkey.envelope(STATEMENTS[0], [answer]))))
    except BundleRefusal:
        ours = False
    assert ours == is_good_to_fido2(answer) == (not change)


def is_good_to_fido2(answer: dict[str, object]) -> bool:
    """What the `fido2` library's server says of the assertion."""
    extension, sig = answer["extension"], answer["sig"]
    assert isinstance(extension, dict) and isinstance(sig, str)
    public = HOA.private.public_key()
    point = public.public_numbers()
    cose = ES256({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
    credential = AttestedCredentialData.create(Aaguid.NONE, HOA.credential, cose)
    server = Fido2Server(
        PublicKeyCredentialRpEntity(name="Bangtin", id=softkey.RP),
        verify_origin=lambda origin: origin == softkey.ORIGIN,
    )
    challenge = hashlib.sha256(payload(STATEMENTS[0])).digest()
    _options, state = server.authenticate_begin(
        [credential], user_verification=UserVerificationRequirement.REQUIRED, challenge=challenge
    )
    response = AuthenticationResponse(
        raw_id=HOA.credential,
        response=AuthenticatorAssertionResponse(
            client_data=CollectedClientData(base64.b64decode(extension["client_data"])),
            authenticator_data=AuthenticatorData(base64.b64decode(extension["authenticator_data"])),
            signature=base64.b64decode(sig),
        ),
    )
    try:
        server.authenticate_complete(state, [credential], response)
    except ValueError:
        return False
    return True
