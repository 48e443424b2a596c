"""What comes from outside waits for an officer; the same message is one; nothing airs by itself (trust A, 6.6)."""

import http.server
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bangtin.hub.alerts import actions, cap, errors, fetching, queries
from bangtin.hub.alerts.models import Alert, AlertEnvelope, CapFeed, CapMessage
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.alerts.tests.factories import leader, ordered
from bangtin.hub.devices.actions import repository
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
SENT = NOW - timedelta(minutes=5)


def _xml(identifier: str = "M-1", *, ends: bool = True, **changed: str) -> bytes:
    expires = (NOW + timedelta(hours=6)).isoformat(timespec="seconds") if ends else ""
    parts = {"status": "Actual", "msg_type": "Alert", "references": "", "scope": "Public", **changed}
    references = f"<references>{parts['references']}</references>" if parts["references"] else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier><sender>kttv@cap.vn</sender>
<sent>{SENT.isoformat(timespec="seconds")}</sent><status>{parts["status"]}</status>
<msgType>{parts["msg_type"]}</msgType><scope>{parts["scope"]}</scope>{references}
<info><language>vi-VN</language><category>Met</category><event>Lũ quét</event>
<urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>
{f"<expires>{expires}</expires>" if ends else ""}<senderName>Đài KTTV tỉnh</senderName>
<headline>Lũ quét tại Tà Lùng</headline>
<instruction>Rời ven suối</instruction><area><areaDesc>Tà Lùng</areaDesc><geocode><valueName>bangtin:cluster</valueName>
<value>cao-bang/ta-lung</value></geocode></area></info></alert>""".encode()


def _take(desk: Desk, body: bytes) -> CapMessage:
    return actions.take_in(body=body, source="tệp", actor=leader(desk), at=NOW)


def test_a_message_becomes_a_draft_and_nothing_airs(desk: Desk) -> None:
    row = _take(desk, _xml())
    assert row.action == cap.Action.AIR and row.alert is not None
    assert (row.alert.state, row.alert.is_drill) == (AlertState.WAITING, False)
    assert row.alert.texts["vi"]["headline"] == "Lũ quét tại Tà Lùng"
    assert not AlertEnvelope.objects.exists() and not queries.running(NOW).exists()


def test_the_same_identifier_twice_is_one_alert(desk: Desk) -> None:
    first, second = _take(desk, _xml()), _take(desk, _xml())
    assert first == second and Alert.objects.count() == 1


def test_a_message_without_an_end_waits_for_the_officers_end(desk: Desk) -> None:
    row = _take(desk, _xml(ends=False))
    assert row.action == cap.Action.WAIT and row.alert is not None and row.alert.ends_at is None
    with pytest.raises(errors.NoEnd):
        actions.issue(alert=row.alert, actor=leader(desk), at=NOW)


def test_an_exercise_from_outside_is_a_drill_and_a_test_is_nothing(desk: Desk) -> None:
    drill = _take(desk, _xml(status="Exercise"))
    assert drill.alert is not None and drill.alert.is_drill and drill.alert.number.startswith("DT-")
    for number, status in enumerate(("Test", "System", "Draft")):
        assert _take(desk, _xml(f"T-{number}", status=status)).alert is None
    assert _take(desk, _xml("R-1", scope="Restricted")).alert is None


def test_an_update_replaces_the_running_notice_once_it_is_ordered(desk: Desk) -> None:
    repository.create_repository(at=NOW)
    first = _take(desk, _xml())
    assert first.alert is not None
    actions.issue(alert=first.alert, actor=leader(desk), at=NOW)
    second = _take(desk, _xml("M-2", msg_type="Update", references=f"kttv@cap.vn,M-1,{SENT.isoformat()}"))
    assert second.action == cap.Action.UPDATE and second.alert is not None
    assert second.alert.replaces == first.alert and [one.pk for one in queries.running(NOW)] == [first.alert.pk]
    actions.issue(alert=second.alert, actor=leader(desk), at=NOW)
    first.alert.refresh_from_db()
    assert first.alert.state == AlertState.REPLACED


def test_a_cancel_from_outside_only_proposes(desk: Desk) -> None:
    repository.create_repository(at=NOW)
    first = _take(desk, _xml())
    assert first.alert is not None
    actions.issue(alert=first.alert, actor=leader(desk), at=NOW)
    row = _take(desk, _xml("M-3", msg_type="Cancel", references=f"kttv@cap.vn,M-1,{SENT.isoformat()}"))
    assert (row.action, row.alert) == (cap.Action.CANCEL, first.alert)
    assert queries.running(NOW).get() == first.alert


def test_hostile_and_broken_texts_are_kept_as_refused(desk: Desk) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><alert>&x;</alert>'
    for body in (bomb, b"no xml at all", _xml().replace(b"<sender>kttv@cap.vn</sender>", b"")):
        row = _take(desk, body)
        assert (row.action, row.alert, len(row.identifier)) == (cap.Action.REFUSE, None, 64)
    for body in (b" ", b"x" * 600_000):
        with pytest.raises(errors.BadMessage):
            _take(desk, body)


def test_only_who_orders_imports(desk: Desk) -> None:
    for name in ("quan-tri", "dai", "xep-lich", "an-toan"):
        with pytest.raises(NotPermitted):
            actions.take_in(body=_xml(), source="tệp", actor=desk.world.users[name], at=NOW)


def test_own_notices_go_out_as_cap_and_read_back_as_what_they_are(desk: Desk) -> None:
    real, drill = ordered(desk), ordered(desk, is_drill=True)
    found = cap.read(queries.message_bytes(real))
    placed = [(area.geocodes[0].value, *area.circles) for info in found.infos for area in info.areas]
    assert placed[0] == ("cao-bang/ta-lung", cap.Circle(22.488, 106.575, 1.0))
    assert (found.status, found.identifier, found.infos[0].language) == (cap.Status.ACTUAL, real.number, "vi")
    assert cap.read(queries.message_bytes(drill)).status == cap.Status.EXERCISE
    actions.cancel(alert=real, reason="Nước rút", actor=leader(desk), at=NOW)
    items = cap.feed_items(queries.feed(at=NOW, title="Bảng tin"))
    read = [cap.read(item.body or b"") for item in items]
    assert [one.msg_type for one in read] == [cap.MsgType.CANCEL, cap.MsgType.ALERT]
    assert all(one.status is cap.Status.ACTUAL for one in read)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A feed with one message, on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            entry = f"<entry><title>x</title><id>1</id><link href='http://{self.headers['Host']}/m.xml'/></entry>"
            body = (
                _xml()
                if self.path == "/m.xml"
                else f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>".encode()
            )
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/feed"
    server.shutdown()
    server.server_close()


def test_a_feed_is_off_until_an_officer_turns_it_on_and_asks_no_machine_of_its_own(
    desk: Desk, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = actions.set_feed(name="Đài KTTV", url=served, is_on=False, every_s=300, actor=leader(desk), at=NOW)
    assert actions.read_due(at=NOW) == 0
    assert actions.read_feed(feed=made, at=NOW) == 0
    made.refresh_from_db()
    assert made.trouble
    real = fetching.fetch
    monkeypatch.setattr(fetching, "fetch", lambda url, **given: real(url, allows=lambda _address: True, **given))
    assert actions.read_feed(feed=made, at=NOW) == 1
    assert CapMessage.objects.get().alert is not None
    made = actions.set_feed(name="Đài", url=served, is_on=True, every_s=300, actor=leader(desk), at=NOW, feed=made)
    CapFeed.objects.update(read_at=None)
    assert (actions.read_due(at=NOW), actions.read_due(at=NOW)) == (1, 0)
    with pytest.raises(errors.BadFeed):
        actions.set_feed(name="", url="file:///etc/passwd", is_on=True, every_s=1, actor=leader(desk), at=NOW)
    with pytest.raises(NotPermitted):
        actions.set_feed(
            name="x", url=served, is_on=True, every_s=300, actor=desk.world.users["quan-tri"], at=NOW, feed=made
        )
