"""Uploads against the real server: cuts, kills, and everything that a client may get wrong."""

import base64
import hashlib
import io
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from signal import SIGKILL, SIGTERM
from typing import TypeVar

import pytest

from bangtin.hub.config.benches.sender import PREFIX, Reply, Sender
from bangtin.hub.config.benches.upload import ACCOUNT, Hub, running_hub

pytestmark = pytest.mark.slow
MOST = 40_000_000
DATA = Random(7).randbytes(6_000_000)
SHA256 = hashlib.sha256(DATA).hexdigest()
SESSIONS: dict[str, Sender] = {}
T = TypeVar("T")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, dict[str, str]]]:
    """A hub that takes files up to MOST, and the passwords of its accounts."""
    folder = tmp_path_factory.mktemp("uploads") / "hub"
    with running_hub(folder, BANGTIN_MAX_UPLOAD_BYTES=str(MOST)) as (found, password):
        accounts = {ACCOUNT: password}
        accounts["khac"] = found.add_account("khac", agency="cao-bang/so-ngoai-vu", role="contributor")
        accounts["van-hanh"] = found.add_account("van-hanh", agency="cao-bang/ubnd-quang-hoa", role="operator")
        yield found, accounts


@pytest.fixture
def sender(hub: tuple[Hub, dict[str, str]]) -> Iterator[Sender]:
    """The contributor, signed in; what a test leaves behind is removed."""
    found = signed_in(hub, ACCOUNT)
    yield found
    for one in found.ask("GET", PREFIX).json()["uploads"]:  # type: ignore[attr-defined]  # a list of objects
        tus(found, "DELETE", PREFIX + one["id"])


def signed_in(hub: tuple[Hub, dict[str, str]], username: str) -> Sender:
    """Signed in once; a session outlives the hub."""
    if username not in SESSIONS:
        SESSIONS[username] = Sender(hub[0].port)
        SESSIONS[username].sign_in(username, hub[1][username])
    return SESSIONS[username]


def tus(sender: Sender, method: str, address: str, **headers: str) -> Reply:
    words = {name.replace("_", "-"): value for name, value in headers.items()}
    return sender.ask(method, address, headers={"Tus-Resumable": "1.0.0", "X-CSRFToken": sender.token, **words})


def until(holds: Callable[[], T], *, within_s: float = 30.0) -> T:
    limit = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < limit
        time.sleep(0.02)
    return found


def complete(sender: Sender, address: str) -> dict[str, object]:
    until(lambda: sender.status(address)["state"] != "open")
    return sender.status(address)


def code(reply: Reply) -> object:
    return reply.json()["code"]


def stored(hub: tuple[Hub, dict[str, str]], address: str) -> Path:
    return hub[0].folder / "uploads" / address.removeprefix(PREFIX)


def test_every_byte_before_a_cut_is_kept(hub: tuple[Hub, dict[str, str]], sender: Sender) -> None:
    address = sender.begin(len(DATA), name="thác.mp4")
    for place in (1, 65_537, 1_234_567, 1_234_568, 5_999_999):
        sender.stream(address, io.BytesIO(DATA), offset=sender.offset(address), until=len(DATA), cut_at=place)
        assert sender.offset(address) == place
    assert stored(hub, address).read_bytes() == DATA[:-1]
    assert sender.patch(address, 5_999_999, DATA[-1:]).headers["upload-offset"] == str(len(DATA))
    found = complete(sender, address)
    assert (found["sha256"], found["name"], found["state"]) == (SHA256, "thác.mp4", "complete")


@pytest.mark.parametrize("number", [SIGKILL, SIGTERM])
def test_a_hub_that_ends_in_the_middle_keeps_a_true_beginning(
    hub: tuple[Hub, dict[str, str]], sender: Sender, number: int
) -> None:
    address = sender.begin(len(DATA))

    def restart() -> None:
        until(lambda: stored(hub, address).exists() and stored(hub, address).stat().st_size > 1_000_000)
        hub[0].restart(number)

    sender.stream(address, io.BytesIO(DATA), offset=0, until=len(DATA), cut_at=3_000_000, before_cut=restart)
    offset = sender.offset(address)
    assert 1_000_000 < offset <= 3_000_000
    assert stored(hub, address).read_bytes() == DATA[:offset]
    assert offset == 3_000_000 or number == SIGKILL
    assert sender.stream(address, io.BytesIO(DATA), offset=offset, until=len(DATA)) == 204
    assert complete(sender, address)["sha256"] == SHA256


def test_a_hub_killed_while_it_reads_the_file_through_begins_again(
    hub: tuple[Hub, dict[str, str]], sender: Sender
) -> None:
    data = DATA * 6
    address = sender.begin(len(data))
    assert sender.patch(address, 0, data).status == 204
    hub[0].restart(SIGKILL)
    assert complete(sender, address)["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_wrong_offset_changes_nothing_and_is_told_the_right_one(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    assert sender.patch(address, 0, DATA[:10]).status == 204
    for wrong in (0, 9, 11):
        found = sender.patch(address, wrong, b"xx")
        assert (found.status, found.headers["upload-offset"], code(found)) == (409, "10", "BT-UPLOAD-005")
    assert sender.offset(address) == 10


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
def test_a_piece_that_does_not_match_its_checksum_is_dropped(sender: Sender, algorithm: str) -> None:
    address = sender.begin(len(DATA))
    good = base64.b64encode(hashlib.new(algorithm, DATA).digest()).decode()
    found = sender.patch(address, 0, DATA[:-1] + b"?", Upload_Checksum=f"{algorithm} {good}")
    assert (found.status, code(found), sender.offset(address)) == (460, "BT-UPLOAD-007", 0)
    assert sender.patch(address, 0, DATA, Upload_Checksum=f"{algorithm} {good}").status == 204
    assert complete(sender, address)["sha256"] == SHA256


def test_another_accounts_upload_does_not_exist(hub: tuple[Hub, dict[str, str]], sender: Sender) -> None:
    address = sender.begin(10)
    other = signed_in(hub, "khac")
    replies = [other.patch(address, 0, b"x"), other.ask("GET", address), tus(other, "DELETE", address)]
    unknown = other.patch(PREFIX + "x" * 43, 0, b"x")
    assert {(reply.status, code(reply)) for reply in (*replies, unknown)} == {(404, "BT-PROG-004")}
    assert tus(other, "HEAD", address).status == 404
    assert other.ask("GET", PREFIX).json() == {"uploads": []}
    assert sender.offset(address) == 0


def test_strangers_other_posts_and_other_sites_send_nothing(hub: tuple[Hub, dict[str, str]], sender: Sender) -> None:
    address = sender.begin(10)
    stranger = Sender(hub[0].port, token=sender.token)
    for reply in (stranger.create(10), stranger.patch(address, 0, b"x"), stranger.ask("GET", PREFIX)):
        assert (reply.status, code(reply)) == (401, "BT-UPLOAD-001")
    assert signed_in(hub, "van-hanh").create(10).status == 403
    forged = Sender(hub[0].port, cookies=sender.cookies, token="x" * 64)
    for reply in (forged.create(10), forged.patch(address, 0, b"x"), tus(forged, "DELETE", address)):
        assert (reply.status, code(reply)) == (403, "BT-UPLOAD-002")
    elsewhere = sender.patch(address, 0, b"x", Origin="http://example.vn")
    assert (elsewhere.status, code(elsewhere)) == (403, "BT-UPLOAD-002")
    assert tus(sender, "HEAD", address, Host="example.vn").status == 400
    assert sender.offset(address) == 0


def test_what_is_too_large_is_refused_before_it_comes(sender: Sender) -> None:
    found = sender.create(MOST + 1)
    assert (found.status, code(found)) == (413, "BT-PROG-007")
    address = sender.begin(10)
    found = sender.patch(address, 0, b"x" * 11)
    assert (found.status, code(found), sender.offset(address)) == (413, "BT-UPLOAD-009", 0)


def test_a_body_of_unsaid_length_that_is_too_long_is_dropped(sender: Sender) -> None:
    address = sender.begin(10)
    head = raw(sender, address, "Transfer-Encoding: chunked")
    with socket.create_connection(("127.0.0.1", sender.port), timeout=30) as line:
        line.sendall(head + b"8\r\nabcdefgh\r\n8\r\nabcdefgh\r\n0\r\n\r\n")
        assert b" 413 " in line.recv(1000).split(b"\r\n")[0]
    assert sender.offset(address) == 0


def test_the_second_of_two_senders_waits_and_a_silent_line_makes_way(sender: Sender) -> None:
    address = sender.begin(len(DATA))
    with socket.create_connection(("127.0.0.1", sender.port), timeout=30) as line:
        line.sendall(raw(sender, address, f"Content-Length: {len(DATA)}") + DATA[:100])
        until(lambda: sender.status(address)["offset"] == 100)
        found = sender.patch(address, 100, DATA[100:])
        assert (found.status, code(found)) == (423, "BT-UPLOAD-006")
        time.sleep(3.1)  # the silence after which a line makes way for its client's next try
        assert sender.patch(address, 100, DATA[100:]).status == 204
    assert complete(sender, address)["sha256"] == SHA256


def test_who_asks_where_to_go_on_is_told_after_the_lost_line_is_written(sender: Sender) -> None:
    address, told = sender.begin(len(DATA)), []
    with socket.create_connection(("127.0.0.1", sender.port), timeout=30) as line:
        line.sendall(raw(sender, address, f"Content-Length: {len(DATA)}") + DATA[:5_000_000])
        asking = threading.Thread(target=lambda: told.append(sender.offset(address)))
        asking.start()
        asking.join(30)
    assert told == [5_000_000]


def test_an_upload_whose_time_is_over_is_gone(hub: tuple[Hub, dict[str, str]], sender: Sender) -> None:
    address = sender.begin(10)
    assert sender.patch(address, 0, b"12345").status == 204
    with sqlite3.connect(hub[0].folder / "bangtin.sqlite3", timeout=20) as database:
        database.execute(
            "UPDATE programmes_upload SET expires_at = '2026-01-01 00:00:00' WHERE id = ?",
            [address.removeprefix(PREFIX)],
        )
    found = sender.patch(address, 5, b"67890")
    assert (found.status, code(found)) == (410, "BT-PROG-005")
    assert not stored(hub, address).exists()


def test_an_upload_can_be_dropped(hub: tuple[Hub, dict[str, str]], sender: Sender) -> None:
    address = sender.begin(10)
    sender.patch(address, 0, b"12345")
    assert tus(sender, "DELETE", address).status == 204
    assert (tus(sender, "HEAD", address).status, stored(hub, address).exists()) == (410, False)


def test_an_empty_file_is_whole_at_once(sender: Sender) -> None:
    assert complete(sender, sender.begin(0))["sha256"] == hashlib.sha256(b"").hexdigest()


def test_what_the_endpoint_can_is_told_to_anyone(sender: Sender) -> None:
    found = Sender(sender.port).ask("OPTIONS", PREFIX)
    assert found.status == 204
    assert found.headers["tus-version"] == found.headers["tus-resumable"] == "1.0.0"
    assert found.headers["tus-extension"] == "creation,expiration,termination,checksum"
    assert found.headers["tus-max-size"] == str(MOST)
    assert "upload-expires" in sender.create(1).headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Length": "１０"}, 400),
        ({}, 400),
        ({"Upload-Length": "1", "Upload-Metadata": "filename ???"}, 400),
        ({"Upload-Length": "1", "Upload-Metadata": "filename /w=="}, 400),
        ({"Upload-Length": "1", "Upload-Metadata": "a YQ==,a YQ=="}, 400),
        ({"Upload-Length": "1", "Upload-Metadata": "a " + "YQ==" * 2000}, 400),
        ({"Upload-Length": "1", "Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_an_unreadable_header_is_refused(sender: Sender, headers: dict[str, str], status: int) -> None:
    raw_headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    found = tus(sender, "POST", PREFIX, **{name.replace("-", "_"): value for name, value in raw_headers.items()})
    assert found.status == status
    assert json.loads(found.body)["code"].startswith("BT-UPLOAD-")


def test_a_piece_that_is_none_is_refused(sender: Sender) -> None:
    address = sender.begin(10)
    assert sender.patch(address, 0, b"x", Content_Type="text/plain").status == 415
    assert sender.patch(address, 0, b"x", Upload_Checksum="md5 YQ==").status == 400
    assert sender.patch(address, 0, b"x", Upload_Offset="x").status == 400
    for method, where in (("PUT", address), ("POST", address), ("PATCH", PREFIX), ("DELETE", PREFIX)):
        assert tus(sender, method, where).status in {405, 404}
    for name in ("../../etc/passwd", "%2e%2e%2fx", "a" * 44, "%e1%ba%a1", "%00"):
        assert tus(sender, "HEAD", PREFIX + name).status == 404
    assert sender.offset(address) == 0


def raw(sender: Sender, address: str, length: str) -> bytes:
    """The head of a PATCH at offset 0, for lines that are held open."""
    cookies = "; ".join(f"{name}={value}" for name, value in sender.cookies.items())
    lines = [
        f"PATCH {address} HTTP/1.1",
        f"Host: 127.0.0.1:{sender.port}",
        "Content-Type: application/offset+octet-stream",
        "Tus-Resumable: 1.0.0",
        "Upload-Offset: 0",
        f"X-CSRFToken: {sender.token}",
        f"Cookie: {cookies}",
        length,
    ]
    return "\r\n".join([*lines, "", ""]).encode()
