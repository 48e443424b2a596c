"""trust 7: signed requests, their order, device records and time."""

from datetime import timedelta

import pytest

from bangtin.bundle import devices, dsse, requests, trusted
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.requests import Seq
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, AT_MS

URL = "http://hub.local:8000/api/v1/device/state?x=1"
SEQ = Seq(7, "0123456789abcdef", 1)
KEYS = {"dev-1": world.public_key("dev-1")}


def signed(**changes: object) -> dict[str, str]:
    arguments: dict[str, object] = {
        "method": "POST", "url": URL, "keyid": "dev-1", "key": world.private_key("dev-1"), "seq": SEQ, "at": AT,
    }  # fmt: skip
    return requests.sign_request(**{**arguments, **changes})  # type: ignore[arg-type]  # arguments of sign_request


def verify(headers: dict[str, str], **changes: object) -> requests.SignedRequest:
    arguments: dict[str, object] = {
        "method": "POST", "url": URL, "headers": headers, "body": b"", "public_key": KEYS.get,
    }  # fmt: skip
    return requests.verify_request(**{**arguments, **changes})  # type: ignore[arg-type]  # arguments of verify_request


def test_a_signed_request_says_who_sent_it_and_in_which_order() -> None:
    found = verify(signed(head="3.abc", body=b"records"), body=b"records", with_head=True)
    assert (found.keyid, found.seq, found.head, found.created_at) == ("dev-1", SEQ, "3.abc", AT)


@pytest.mark.parametrize(
    "change",
    [{"url": URL + "2"}, {"method": "GET"}, {"public_key": {}.get}, {"with_head": True},
     {"public_key": {"dev-1": world.public_key("dev-2")}.get}],
)  # fmt: skip
def test_a_request_that_differs_from_what_was_signed_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BundleRefusal, match="request_unsigned"):
        verify(signed(), **change)


def test_a_changed_body_is_refused() -> None:
    """T59."""
    with pytest.raises(BundleRefusal, match="request_body"):
        verify(signed(body=b"records"), body=b"recordz")


def test_a_body_that_is_not_covered_is_refused() -> None:
    with pytest.raises(BundleRefusal, match="request_unsigned"):
        verify(signed(), body=b"records")


def test_a_request_by_a_clock_that_is_far_off_is_named_apart() -> None:
    request = verify(signed())
    requests.check_clock(request, at=AT + timedelta(seconds=300))
    with pytest.raises(BundleRefusal, match="request_clock"):
        requests.check_clock(request, at=AT + timedelta(seconds=301))


def test_order_tells_a_replay_from_a_clone() -> None:
    """T57, T60."""
    old = Seq(6, "a" * 16, 90)
    requests.check_seq(Seq(7, SEQ.nonce, 2), recent=[SEQ, old], device="dev-1")
    requests.check_seq(Seq(8, "b" * 16, 0), recent=[SEQ, old], device="dev-1")
    for seq, code in (
        (SEQ, "request_replayed"),
        (Seq(6, "a" * 16, 90), "request_replayed"),
        (Seq(6, "a" * 16, 91), "clone_suspected"),
        (Seq(7, "c" * 16, 1), "clone_suspected"),
    ):
        with pytest.raises(BundleRefusal, match=code):
            requests.check_seq(seq, recent=[SEQ, old], device="dev-1")


def hub_keys() -> trusted.Trusted:
    return trusted.load(world.published(), anchor=world.ANCHOR, at=AT)


def test_a_device_record_is_for_one_key_of_one_province() -> None:
    envelope = dsse.sign("device", world.device().payload(), world.KEYS.of("hub"))
    key = world.public_key("dev-1")
    assert devices.read_device_record(envelope, keys=hub_keys(), key=key, province="cao-bang") == world.device()
    with pytest.raises(BundleRefusal, match="device_record_elsewhere"):
        devices.read_device_record(envelope, keys=hub_keys(), key=key, province="lang-son")
    forged = dsse.sign("device", world.device().payload(), world.KEYS.of("alerts"))
    with pytest.raises(BundleRefusal, match="device_record_unsigned"):
        devices.read_device_record(forged, keys=hub_keys(), key=key, province="cao-bang")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"nonce": "b" * 32}, "time_nonce"), ({"rtt_ms": 10_001}, "time_slow"), ({"floor_ms": AT_MS + 1}, "time_range"),
     ({"newest_ms": AT_MS - 1}, "time_range")],
)  # fmt: skip
def test_signed_time_is_taken_only_fresh_and_within_range(change: dict[str, object], code: str) -> None:
    """T46, T47."""
    envelope = dsse.sign("time", devices.time_payload(nonce="a" * 32, now_ms=AT_MS), world.KEYS.of("hub"))
    good = {"keys": hub_keys(), "nonce": "a" * 32, "rtt_ms": 40, "floor_ms": 0, "newest_ms": AT_MS + 1}
    assert devices.read_time_answer(envelope, **good) == devices.TimeAnswer(AT_MS, 40)  # type: ignore[arg-type]  # named above
    with pytest.raises(BundleRefusal, match=code):
        devices.read_time_answer(envelope, **{**good, **change})  # type: ignore[arg-type]  # named above


def test_time_by_another_role_is_refused() -> None:
    envelope = dsse.sign("time", devices.time_payload(nonce="a" * 32, now_ms=AT_MS), world.KEYS.of("drills"))
    with pytest.raises(BundleRefusal, match="time_unsigned"):
        devices.read_time_answer(envelope, keys=hub_keys(), nonce="a" * 32, rtt_ms=1, floor_ms=0, newest_ms=AT_MS)


def test_an_enrolment_code_depends_on_key_nonce_and_root() -> None:
    codes = {
        devices.enrolment_code(key=key, nonce=nonce, root=root)
        for key in (b"k" * 32, b"l" * 32) for nonce in (b"n" * 16, b"o" * 16) for root in (b"r", b"s")
    }  # fmt: skip
    assert len(codes) == 8
    assert all(len(code) == 11 and code[5] == "-" for code in codes)
