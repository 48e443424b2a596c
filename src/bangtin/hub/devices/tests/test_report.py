"""Reports and screenshots of players: bounded, hostile words made harmless, what they open by themselves."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from bangtin.hub.devices import errors
from bangtin.hub.devices.actions import reports
from bangtin.hub.devices.actions.reports import Shot, picture_of, read_report, take_report, take_screenshot
from bangtin.hub.devices.models import Device, DeviceEvent, Incident, Screenshot
from bangtin.hub.devices.tests.factories import enrolled
from bangtin.hub.kit import files
from bangtin.hub.kit.clock import from_ms, to_ms
from bangtin.hub.schedules.tests.factories import NOW, Desk

HEALTH: dict[str, object] = {
    "disk_free_bytes": 1_000_000,
    "disk_total_bytes": 2_000_000,
    "temperature_c": 48,
    "clock_offset_ms": -12,
    "rss_bytes": 90_000_000,
    "received_bytes": 1,
    "sent_bytes": 2,
    "browser_restarts": 0,
    "uptime_s": 3_600,
    "version": "0.6",
}
SHOWING = {"face": "ta-lung-1", "item": "CB-2026-0001.1", "state": "item", "segment": "s1"}


def report(**changes: object) -> bytes:
    """A report as a player sends it."""
    body = {"type": reports.TYPE, "at_ms": to_ms(NOW), "health": HEALTH, "showing": SHOWING}
    return json.dumps({**body, "commands": [], "events": [], **changes}).encode()


def event(kind: str, detail: str = "", *, at_ms: int = to_ms(NOW)) -> dict[str, object]:
    """Something that happened there."""
    return {"at_ms": at_ms, "kind": kind, "detail": detail}


def jpeg(width: int = 192, height: int = 64) -> bytes:
    """A small picture as a player takes it."""
    made = io.BytesIO()
    Image.new("RGB", (width, height), (20, 40, 120)).save(made, "JPEG")
    return made.getvalue()


@pytest.fixture
def device(desk: Desk) -> Device:
    """The player of the first face of Tà Lùng."""
    found = enrolled(desk).device
    assert found is not None
    return found


@pytest.mark.once
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 16_000,
        b'{"type": "bangtin.report.v1"}',
        report(type="bangtin.report.v2"),
        report(at_ms=10**20),
        report(at_ms="now"),
        report(health={**HEALTH, "uptime_s": -1}),
        report(health={**HEALTH, "temperature_c": float("nan")}),
        report(health={**HEALTH, "temperature_c": "hot"}),
        report(health={**HEALTH, "more": 1}),
        report(showing={**SHOWING, "item": []}),
        report(events=[event("a")] * 201),
        report(commands=[{"n": 1, "done_ms": 1, "result": "revoked", "code": ""}]),
        report(x=1),
    ],
)
def test_what_is_no_report_is_refused(body: bytes) -> None:
    with pytest.raises(errors.BadReport):
        read_report(body)


@pytest.mark.once
def test_words_of_a_player_lose_what_could_turn_a_page_round() -> None:
    words = "a\x00b\u202ec\n<script>" + "đ" * 300
    found = read_report(report(events=[event("line", words)] if len(words) < 200 else [event("line", words[:190])]))
    assert found.events[0].detail.startswith("a b c <script>")
    assert "\u202e" not in found.events[0].detail


@pytest.mark.django_db
def test_the_newest_health_and_what_shows_stay_with_the_device(device: Device) -> None:
    take_report(device=device, body=report(), at=NOW)
    device.refresh_from_db()
    assert device.status["health"]["temperature_c"] == 48
    assert device.status["showing"] == SHOWING


@pytest.mark.django_db
def test_the_same_events_sent_again_are_kept_once(device: Device) -> None:
    body = report(events=[event("line_cut", "38 s"), event("line_back")])
    for _time in range(2):
        take_report(device=device, body=body, at=NOW)
    assert sorted(DeviceEvent.objects.values_list("kind", flat=True)) == ["line_back", "line_cut"]


@pytest.mark.django_db
def test_old_events_make_room(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "EVENTS_KEPT", 3)
    take_report(device=device, body=report(events=[event(f"e{n}") for n in range(6)]), at=NOW)
    assert set(DeviceEvent.objects.values_list("kind", flat=True)) == {"e3", "e4", "e5"}


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "detail"), [("alert_unsigned", ""), ("refusal", "alert_unsigned: 6.2")])
def test_the_first_refused_emergency_notice_opens_one_incident(device: Device, kind: str, detail: str) -> None:
    for minute in range(3):
        at = NOW + timedelta(minutes=minute)
        take_report(device=device, body=report(events=[event(kind, detail, at_ms=to_ms(at))]), at=at)
    row = Incident.objects.get()
    assert (row.kind, row.code, row.opened_by, row.face_id) == ("alert_refused", "alert_unsigned", None, "ta-lung-1")


def _header(**changes: object) -> str:
    found = {"face": "ta-lung-1", "at_ms": to_ms(NOW), "segment": "s1", "distance": "12", **changes}
    return ";".join(str(one) for one in found.values())


@pytest.mark.once
@pytest.mark.parametrize(
    "header",
    [
        "",
        "a;b;c;d",
        _header(distance="1001"),
        _header(at_ms=-1),
        _header(segment="a;b"),
        _header(at_ms=9_999_999_999_999),
    ],
)
def test_a_screenshot_with_an_odd_header_is_refused(header: str) -> None:
    assert Shot.parse(header) is None


@pytest.mark.once
def test_a_screenshot_says_how_far_it_is_from_the_plan_or_that_nobody_knows() -> None:
    assert Shot.parse(_header()) == Shot("ta-lung-1", from_ms(to_ms(NOW)), "s1", 12)
    unknown = Shot.parse(_header(distance="-"))
    assert unknown is not None and unknown.distance_permille is None


@pytest.mark.django_db
def test_a_screenshot_is_kept_once_and_shown_only_as_we_drew_it_again(device: Device) -> None:
    sent = jpeg()
    rows = {take_screenshot(device=device, header=_header(), body=sent, at=NOW).pk for _time in range(2)}
    row = Screenshot.objects.get()
    assert rows == {row.pk}
    picture = picture_of(row)
    assert picture not in ("", row.raw_sha256)
    with Image.open(files.path(picture)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (960, 320))


@pytest.mark.django_db
def test_a_picture_that_cannot_be_decoded_is_never_shown(device: Device) -> None:
    row = take_screenshot(device=device, header=_header(), body=jpeg()[:40], at=NOW)
    assert picture_of(row) == ""
    row.refresh_from_db()
    assert row.is_unreadable


@pytest.mark.django_db
def test_a_picture_of_a_neighbours_face_or_of_another_format_is_refused(device: Device) -> None:
    for header, body in ((_header(face="ta-lung-2"), jpeg()), (_header(), b"GIF89a"), (_header(), b"<svg/>")):
        with pytest.raises(errors.BadReport):
            take_screenshot(device=device, header=header, body=body, at=NOW)


@pytest.mark.django_db
def test_the_oldest_screenshots_go_with_their_files(
    device: Device, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    monkeypatch.setattr(reports, "SHOTS_KEPT", 2)
    with django_capture_on_commit_callbacks(execute=True):
        for n in range(4):
            body = jpeg(width=100 + n)
            take_screenshot(device=device, header=_header(at_ms=to_ms(NOW) + n), body=body, at=NOW)
    assert Screenshot.objects.count() == 2
    assert sum(files.has(one) for one in Screenshot.objects.values_list("raw_sha256", flat=True)) == 2


@pytest.mark.django_db
def test_a_picture_differs_when_it_is_far_off_or_when_the_player_that_knows_its_kind_says_so(device: Device) -> None:
    for n, distance in enumerate((120, 200, 700)):
        take_screenshot(device=device, header=_header(at_ms=to_ms(NOW) + n, distance=distance), body=jpeg(), at=NOW)
    said = event("screenshot_differs", _header(at_ms=to_ms(NOW) + 1, distance=200))
    take_report(device=device, body=report(events=[said]), at=NOW)
    assert list(Screenshot.objects.order_by("at").values_list("is_different", flat=True)) == [False, True, True]


@pytest.mark.django_db
def test_a_picture_that_never_came_counts_by_its_event_and_is_whole_once_it_comes(device: Device) -> None:
    """The line was cut: the event waits in the player, the picture does not."""
    header = _header(distance=800)
    other = _header(face="ta-lung-2", distance=800)
    said = [event("screenshot_differs", one) for one in (header, other, "no header")]
    for _time in range(2):
        take_report(device=device, body=report(events=said), at=NOW)
    row = Screenshot.objects.get()
    assert (row.face_id, row.is_different, row.distance_permille, row.raw_sha256) == ("ta-lung-1", True, 800, "")
    assert picture_of(row) == ""
    row = take_screenshot(device=device, header=header, body=jpeg(), at=NOW)
    assert row.is_different
    assert picture_of(row) != ""
