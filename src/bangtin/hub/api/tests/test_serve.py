"""What screens fetch: state, signed files, media by ranges; time; how they join."""

import json
from typing import Any

import pytest
from django.test import Client

from bangtin.bundle import canonical, instants
from bangtin.bundle.devices import enrolment_code, read_device_record, read_time_answer
from bangtin.bundle.trusted import load, target_path
from bangtin.hub.api.tests.factories import HEAD, HOST, Screen, Signed, send, sign
from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.models import Commitment, Device, PublishedFile
from bangtin.hub.devices.tests.factories import Player, planned, published
from bangtin.hub.kit import clock, files
from bangtin.hub.schedules.tests.factories import NOW, Desk

NEW = ("@method", "@authority", "@path", "@query")


def test_a_poll_with_the_known_tag_hears_that_nothing_changed(desk: Desk, screen: Screen) -> None:
    planned(desk)
    published(desk)
    first = screen.poll()
    assert first.json()["bundle"] == 1 and first.json()["timestamp"] > 1
    again = screen.poll(If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    published(desk)
    assert screen.poll(If_None_Match=first["ETag"]).json()["bundle"] == 2


def test_an_unchanged_poll_costs_five_queries(desk: Desk, screen: Screen, django_assert_num_queries: Any) -> None:
    screen.poll()
    with django_assert_num_queries(5):  # the device, its sequence, notices, the bundle's number, versions
        screen.poll()


def test_the_head_a_poll_carries_is_kept_once(screen: Screen) -> None:
    head = "7." + "a" * 64
    for _time in range(3):
        screen.poll(Bangtin_Head=head, Bangtin_Bundle="4")
    row = Commitment.objects.get()
    assert (row.n, row.head, row.bundle, row.epoch) == (7, "a" * 64, 4, 1)
    assert Device.objects.get().accepted_bundle == 4


def test_a_poll_without_a_readable_head_is_refused(screen: Screen) -> None:
    assert screen.poll(Bangtin_Head="x").json()["code"] == "head_malformed"


def test_the_signed_files_are_served_by_name(desk: Desk, screen: Screen) -> None:
    planned(desk)
    bundle = published(desk)
    assert screen.get("/api/v1/tuf/1.root.json").content == queries.anchor()
    path = target_path("c/ta-lung/manifest.json", bundle.manifest_sha256)
    answer = screen.get(f"/api/v1/{path}")
    assert answer.content == bytes(bundle.manifest) and "immutable" in answer["Cache-Control"]
    assert screen.get("/api/v1/tuf/timestamp.json")["Cache-Control"] == "no-store"
    assert screen.get("/api/v1/tuf/2.root.json").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/tuf/timestamp.json", "/api/v1/m/" + "0" * 64])
def test_files_are_for_enrolled_screens(desk: Desk, path: str) -> None:
    assert Client().get(path).json()["code"] == "request_unsigned"


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=1048576-", 1_048_576, None), ("bytes=-5", -5, None), ("bytes=5-99999999", 5, None)],
)
def test_media_come_by_ranges(desk: Desk, screen: Screen, asked: str, start: int, stop: int | None) -> None:
    planned(desk)
    published(desk)
    row = PublishedFile.objects.order_by("sha256").first()
    assert row is not None
    whole = files.path(row.sha256).read_bytes()
    answer = screen.get(f"/api/v1/m/{row.sha256}", Range=asked)
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == whole[start:stop]
    assert answer["Content-Range"].endswith(f"/{len(whole)}")


def test_media_come_whole_without_a_range_or_for_another_files_tag(desk: Desk, screen: Screen) -> None:
    planned(desk)
    published(desk)
    row = PublishedFile.objects.order_by("sha256").first()
    assert row is not None
    path, whole = f"/api/v1/m/{row.sha256}", files.path(row.sha256).read_bytes()
    assert b"".join(screen.get(path).streaming_content) == whole
    other = screen.get(path, Range="bytes=0-9", If_Range='"another"')
    assert other.status_code == 200 and b"".join(other.streaming_content) == whole
    assert screen.get(path, Range="bytes=99999999-").json()["code"] == "range_outside"
    chunks = b"".join(screen.get(path + ".chunks").streaming_content)
    assert chunks == files.path(row.chunks_sha256).read_bytes()


def test_a_stored_file_that_no_bundle_names_is_not_served(screen: Screen) -> None:
    stored = files.put([b"a draft"], max_bytes=100)
    answer = screen.get(f"/api/v1/m/{stored.sha256}")
    assert (answer.status_code, answer.json()["code"]) == (404, "media_unknown")
    assert screen.get("/api/v1/m/..%2Fkeys").status_code == 404


def test_the_time_is_signed_over_the_askers_nonce(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    nonce = "ab" * 16
    answer = Client().get(f"/api/v1/time?nonce={nonce}")
    keys = load(queries.current_files(), anchor=queries.anchor(), at=NOW)
    now_ms = clock.to_ms(clock.now())
    found = read_time_answer(
        answer.content, keys=keys, nonce=nonce, rtt_ms=5, floor_ms=now_ms - 60_000, newest_ms=now_ms + 60_000
    )
    assert abs(found.now_ms - now_ms) < 60_000
    assert Client().get("/api/v1/time?nonce=XY").status_code == 400


def test_a_player_joins_by_its_code(desk: Desk) -> None:
    player = Player.new()
    asked = _enrol(player)
    assert asked.status_code == 201
    enrolment = asked.json()
    assert instants.from_text(enrolment["expires_at"]) > clock.now()
    address = f"/api/v1/enrolments/{enrolment['id']}"
    assert (Client().get(address).status_code, Client().get(address).json()) == (202, {"state": "pending"})
    raw = player.key.public_key().public_bytes_raw()
    code = enrolment_code(key=raw, nonce=bytes.fromhex(enrolment["nonce"]), root=queries.anchor())
    face, officer = desk.world.faces["ta-lung-3"], desk.world.users["quan-tri"]
    actions.confirm_enrolment(code=code, face=face, actor=officer, at=clock.now())
    envelope = canonical.encode(Client().get(address).json()["record"])
    keys = load(queries.current_files(), anchor=queries.anchor(), at=clock.now())
    assert read_device_record(envelope, keys=keys, key=raw, province="cao-bang").faces == ("ta-lung-3",)


def test_an_enrolment_signed_by_another_key_is_refused(desk: Desk) -> None:
    assert _enrol(Player.new(), signer=Player.new()).json()["code"] == "request_unsigned"


def test_a_body_that_is_no_enrolment_is_refused(desk: Desk) -> None:
    message = Signed("POST", HOST + "/api/v1/enrolments", {"Host": "testserver"}, b"{}")
    sign(message, key=Player.new().key, keyid="new", covered=NEW)
    assert send(message).json()["code"] == "enrolment_key"


def test_an_enrolment_that_ran_out_is_gone(desk: Desk, settings: Any) -> None:
    enrolment = _enrol(Player.new()).json()
    settings.CLOCK_OFFSET_S += 660
    answer = Client().get(f"/api/v1/enrolments/{enrolment['id']}")
    assert (answer.status_code, answer.json()["code"]) == (410, "enrolment_expired")
    assert Client().get("/api/v1/enrolments/nobody").status_code == 404


def test_other_methods_are_refused(desk: Desk) -> None:
    assert Client().post("/api/v1/device/state").status_code == 405


def test_nothing_here_needs_an_account(screen: Screen) -> None:
    assert json.loads(screen.poll(Bangtin_Head=HEAD).content)["alerts"] == []


def _enrol(player: Player, *, signer: Player | None = None) -> Any:
    body = player.body(at=clock.now())
    message = Signed("POST", HOST + "/api/v1/enrolments", {"Host": "testserver"}, body)
    sign(message, key=(signer or player).key, keyid="new", covered=NEW)
    return send(message)
