"""What a screen says of itself over the wire: signed, bounded, once; commands go with the poll until it answers."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bangtin.hub.api.tests.factories import Screen, offset_s, send
from bangtin.hub.devices.actions.commands import Order, order
from bangtin.hub.devices.models import Command, Device, Screenshot
from bangtin.hub.devices.states import CommandKind
from bangtin.hub.devices.tests.factories import Player
from bangtin.hub.devices.tests.test_report import event, jpeg, report
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.tests import factories as records
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
REPORTS, SHOTS = "/api/v1/device/reports", "/api/v1/device/screenshots"
COVERED = ("@method", "@authority", "@path", "@query", "bangtin-seq", "content-digest")


def post(screen: Screen, path: str, body: bytes, **more: Any) -> Any:
    """A signed POST; `changes` as `send` takes them."""
    changes = more.pop("changes", {})
    return send(screen.signed(path, method="POST", body=body, covered=COVERED, **more), **changes)


def _told(screen: Screen, kind: CommandKind, desk: Desk) -> Command:
    device = Device.objects.select_related("face__cluster").get(pk=screen.keyid)
    return order(devices=[device], wanted=Order(kind, "Kiểm tra tại chỗ"), actor=desk.scheduler, at=NOW)[0]


def test_a_report_is_taken_and_a_repeat_of_its_request_is_not(screen: Screen) -> None:
    message = screen.signed(REPORTS, method="POST", body=report(), covered=COVERED)
    assert send(message).status_code == 204
    again = send(message)
    assert (again.status_code, again.json()["code"]) == (409, "request_replayed")
    assert Device.objects.get().status["health"]["version"] == "0.6"


def test_what_is_unsigned_too_large_or_no_report_changes_nothing(screen: Screen) -> None:
    answers = [
        post(screen, REPORTS, b"{}"),
        post(screen, REPORTS, report(x="a" * 20_000)),
        post(screen, REPORTS, report(), changes={"body": report(at_ms=1)}),
        post(screen, SHOTS, b"\xff\xd8\xff" + b"0" * 200_000, Bangtin_Shot="ta-lung-1;1;s;-"),
        post(screen, SHOTS, jpeg(), Bangtin_Shot="ta-lung-2;1;s;-"),
        post(screen, SHOTS, jpeg()),
    ]
    found = [(one.status_code, one.json()["code"]) for one in answers]
    assert found == [
        (400, "report_malformed"),
        (413, "request_too_large"),
        (400, "request_body"),
        (413, "request_too_large"),
        (400, "report_malformed"),
        (400, "report_malformed"),
    ]
    assert Device.objects.get().status == {}
    assert not Screenshot.objects.exists()


def test_a_screenshot_is_taken_with_its_facts(screen: Screen) -> None:
    header = f"ta-lung-1;{to_ms(NOW)};CB-2026-0001.1;41"
    assert post(screen, SHOTS, jpeg(), Bangtin_Shot=header).status_code == 204
    row = Screenshot.objects.get()
    assert (row.at, row.segment, row.distance_permille) == (NOW, "CB-2026-0001.1", 41)


def test_a_command_goes_with_every_poll_until_the_screen_answers(desk: Desk, screen: Screen) -> None:
    before = screen.poll()
    row = _told(screen, CommandKind.BLANK, desk)
    told = screen.poll(If_None_Match=before["ETag"])
    assert [one.encode() for one in told.json()["commands"]] == [bytes(row.envelope)]
    assert screen.poll(If_None_Match=told["ETag"]).status_code == 304
    done = {"n": 1, "done_ms": to_ms(NOW), "result": "done", "code": ""}
    assert post(screen, REPORTS, report(commands=[done, {**done, "n": 9}])).status_code == 204
    assert json.loads(screen.poll(If_None_Match=told["ETag"]).content)["commands"] == []
    row.refresh_from_db()
    assert (row.result, row.done_at) == ("done", NOW)
    assert Device.objects.get().covered_at == NOW


@pytest.mark.parametrize("way", ["picture", "event"])
def test_what_a_picture_contradicts_is_graded_anew_at_once(settings: Any, tmp_path: Path, way: str) -> None:
    at = records.START + timedelta(seconds=30)
    settings.DATA_DIR, settings.ROOT_URLCONF = tmp_path, "bangtin.hub.api.tests.roots"
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = offset_s(at)
    one = records.screen()
    body = one.say(one.play(0))
    one.commit(at=records.START + timedelta(seconds=11))
    ingest(device=one.device, body=body, at=records.START + timedelta(seconds=12))
    assert PlayRecord.objects.get().grade == "corroborated"
    header = f"{one.device.face_id};{to_ms(records.START) + 4_000};s1;900"
    screen = Screen.of(Player(one.key, one.device))
    if way == "picture":
        assert post(screen, SHOTS, jpeg(), Bangtin_Shot=header).status_code == 204
    else:
        said = report(events=[event("screenshot_differs", header, at_ms=to_ms(at))])
        assert post(screen, REPORTS, said).status_code == 204
    assert PlayRecord.objects.get().reason == "picture_differs"
