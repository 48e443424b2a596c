"""The connection by HTTP, against a real server: only its own host, no redirects, all bounded."""

import hashlib
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from pytest_django import Settings

from bangtin.hub.exchange.actions import run, try_again, try_connection
from bangtin.hub.exchange.adapters import http
from bangtin.hub.exchange.errors import BadMapping, NotReached, TooMuch
from bangtin.hub.exchange.mapping import load
from bangtin.hub.exchange.models import ConnectionState, ConnectionTest, SourceItem
from bangtin.hub.exchange.states import ItemState
from bangtin.hub.exchange.tests.factories import NOON, Source, item, lai_chau, map_with, source
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return lai_chau()


@pytest.fixture
def there(world: World, data_dir: Path) -> Iterator[Source]:
    (data_dir / "secrets").mkdir(exist_ok=True)
    (data_dir / "secrets" / "nguon-token").write_text("Bearer abc\n")
    with source() as found:
        map_with(found.mapping)
        yield found


def test_items_come_with_their_files_and_states_go_back(there: Source) -> None:
    there.items = {"items": [item(), item(id="LC-0002", type=4, url="/api/f/1.png", content=None)]}
    there.files["/f/1.png"] = b"picture"
    found = run(at=NOON)
    assert (found.taken, found.failed, found.problems) == (2, 0, [])
    assert (
        ProgrammeVersion.objects.exclude(source_sha256="").get().source_sha256 == hashlib.sha256(b"picture").hexdigest()
    )
    assert {one["id"]: one["state"] for one in there.told} == {"LC-0001": "submitted", "LC-0002": "submitted"}
    assert set(there.tokens) == {"Bearer abc"}
    ProgrammeVersion.objects.filter(receipt__contains="0001").update(state=VersionState.READY)
    there.told.clear()
    again = run(at=NOON)
    assert (again.taken, again.known, again.told) == (0, 2, 1)
    assert [one["state"] for one in there.told] == ["ready"]


def test_a_failed_item_is_asked_for_again_and_kept_once(there: Source) -> None:
    there.items = [item(sender="BAO")]
    assert [run(at=NOON).failed for _each in range(3)] == [1, 1, 1]
    row = SourceItem.objects.get()
    assert row.kept_name and row.state == ItemState.FAILED
    map_with(there.mapping.replace("DPTTH", "BAO"))
    assert try_again(row=row, at=NOON).state == ItemState.TAKEN


def test_files_of_other_hosts_are_never_asked_for(there: Source) -> None:
    with source() as other:
        other.files["/f/1.png"] = b"inside"
        far = [f"{other.address}/f/1.png", "http://169.254.169.254/latest", "file:///etc/passwd", "//evil.example/x"]
        far += [f"http://a@127.0.0.1:{there.port}/api/f/1.png", "ftp://127.0.0.1/x", "http://[::1"]
        there.items = [item(id=f"F{at}", type=4, url=url, content=None) for at, url in enumerate(far)]
        found = run(at=NOON)
        assert (found.taken, found.failed) == (0, len(far))
        assert other.tokens == []
    assert not ProgrammeVersion.objects.exists()


def test_a_redirect_is_not_followed(there: Source) -> None:
    with source() as other:
        other.items = [item()]

        def away(handler: BaseHTTPRequestHandler) -> bool:
            handler.send_response(302)
            handler.send_header("Location", f"{other.address}/items")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return True

        there.answer = away
        assert "302" in run(at=NOON).problems[0]
        assert other.tokens == []
    assert ConnectionTest.objects.get().state == ConnectionState.FAILING


def test_what_is_too_long_or_too_slow_or_broken_off_is_given_up(there: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    link = load().http
    assert link is not None
    monkeypatch.setattr(http, "MOST_ANSWER", 1_000)
    there.items = b"[" + b" " * 2_000 + b"]"
    with pytest.raises(TooMuch):
        http.items(link)

    def broken_off(handler: BaseHTTPRequestHandler) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "500")
        handler.end_headers()
        handler.wfile.write(b"[]")
        return True

    there.answer = broken_off
    with pytest.raises(NotReached):
        http.items(link)

    def dripping(handler: BaseHTTPRequestHandler) -> bool:
        handler.send_response(200)
        handler.end_headers()
        for _each in range(50):
            handler.wfile.write(b" ")
            time.sleep(0.01)
        return True

    there.answer = dripping
    monkeypatch.setattr(http, "SLOWEST", 0.05)
    with pytest.raises(TooMuch):
        http.items(link)


def test_answers_that_are_not_as_agreed_are_said(there: Source) -> None:
    for body in (b"<html>", b"\xff\xfe", b'{"items": 1}', b"[" * 100_000):
        there.items = body
        found = run(at=NOON)
        assert len(found.problems) == 1, body[:9]
    there.items = [1, "x", None]
    assert run(at=NOON).problems == []


def test_large_files_stop_at_the_bound(there: Source, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 1_000
    there.files["/f/1.png"] = b"x" * 5_000
    there.items = [item(type=4, url="f/1.png", content=None)]
    assert run(at=NOON).failed == 1
    assert SourceItem.objects.get().code == "BT-NGUON-005"


def test_testing_tells_the_state_with_its_day(world: World, there: Source) -> None:
    cluster = world.clusters["ma-lu-thang"]
    row = try_connection(cluster=cluster, actor=world.users["van-hanh"], at=NOON)
    assert (row.state, row.tested_by, row.tested_at) == (ConnectionState.CONNECTED, world.users["van-hanh"], NOON)

    def ill(handler: BaseHTTPRequestHandler) -> bool:
        handler.send_error(500)
        return True

    there.answer = ill
    assert try_connection(cluster=cluster, actor=None, at=NOON).state == ConnectionState.FAILING
    other = world.clusters["bang-tin-thanh-pho"]
    assert try_connection(cluster=other, actor=None, at=NOON).state == ConnectionState.NOT_CONNECTED


def test_the_address_is_bare_and_safe(world: World) -> None:
    for address in ("http://nguon.example", "https://u:p@nguon.example", "https://", "ftp://x", "https://x?a=b"):
        map_with(f"account: a\ndeclaration: b\nclusters: []\nhttp: {{address: {json.dumps(address)}}}\n")
        with pytest.raises(BadMapping, match=r"mapping\.yaml:4"):
            load()
    for name, value in {
        "items": "/../x",
        "status": "x",
        "token_file": "../k",
        "header": "A b",
        "timeout_s": "0",
    }.items():
        map_with(
            f'account: a\ndeclaration: b\nclusters: []\nhttp: {{address: "https://x.example", {name}: "{value}"}}\n'
        )
        with pytest.raises(BadMapping, match=r"mapping\.yaml:4"):
            load()
