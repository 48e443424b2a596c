"""Reading a feed from a real server: what has not changed, a message that cannot be had, a service that moved."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bangtin.hub.alerts import actions, fetching
from bangtin.hub.alerts.cap.tests.messages import alert
from bangtin.hub.alerts.models import Alert, CapFeed, CapMessage
from bangtin.hub.alerts.tests.factories import leader
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db


@dataclass
class Service:
    """What a service answers by path; a feed of the links given, with an ETag."""

    address: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def announce(self, *links: str) -> None:
        entries = "".join(f"<entry><id>{link}</id><link href='{link}'/></entry>" for link in links)
        self.pages["/feed"] = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>".encode()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    found = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            body = found.pages.get(self.path)
            if body is None:
                self.send_error(404)
                return
            tag = f'"{len(body)}"'
            is_known = self.headers.get("If-None-Match") == tag
            self.send_response(304 if is_known else 200)
            self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(b"" if is_known else body)

        def log_message(self, *_given: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_port}"
    # the one address at which a test can serve is one that may not be asked
    monkeypatch.setattr(fetching, "fetch", partial(fetching.fetch, allows=_anyone))
    yield found
    server.shutdown()
    server.server_close()


def _anyone(_address: object) -> bool:
    return True


def feed(desk: Desk, service: Service) -> CapFeed:
    return actions.set_feed(
        name="Đài KTTV", url=f"{service.address}/feed", is_on=True, every_s=300, actor=leader(desk), at=NOW
    )


def test_a_message_that_cannot_be_had_keeps_no_other_out(desk: Desk, service: Service) -> None:
    service.announce("gone.xml", "http://elsewhere.example.vn/1.xml", "evil.xml", "good.xml")
    service.pages |= {
        "/good.xml": alert(),
        "/evil.xml": b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
    }
    made = feed(desk, service)
    assert actions.read_feed(feed=made, at=NOW) == 2
    made.refresh_from_db()
    assert "HTTP 404" in made.trouble
    assert "another host" in made.trouble
    assert made.etag == ""
    assert set(CapMessage.objects.values_list("action", flat=True)) == {"refuse", "air"}


def test_what_has_not_changed_is_read_once(desk: Desk, service: Service) -> None:
    service.announce("a.xml", "b.xml")
    service.pages |= {"/a.xml": alert(identifier="A"), "/b.xml": alert(identifier="B")}
    made = feed(desk, service)
    assert actions.read_feed(feed=made, at=NOW) == 2
    made.refresh_from_db()
    assert (made.trouble, bool(made.etag)) == ("", True)
    service.asked.clear()
    assert actions.read_feed(feed=made, at=NOW) == 0
    assert service.asked == ["/feed"]


def test_a_message_read_again_is_the_same_message(desk: Desk, service: Service) -> None:
    service.announce("a.xml")
    service.pages["/a.xml"] = alert()
    made = feed(desk, service)
    for _ in range(2):
        actions.read_feed(feed=made, at=NOW)
    assert CapMessage.objects.count() == 1
    assert Alert.objects.count() <= 1


def test_a_feed_that_is_none_is_told_beside_it(desk: Desk, service: Service) -> None:
    made = feed(desk, service)
    for page, words in ((None, "HTTP 404"), (b"<html/>", "not_a_feed"), (b"<!DOCTYPE a><a/>", "document_type")):
        if page:
            service.pages["/feed"] = page
        assert actions.read_feed(feed=made, at=NOW) == 0
        made.refresh_from_db()
        assert words in made.trouble


def test_an_exercise_in_a_feed_never_becomes_real(desk: Desk, service: Service) -> None:
    service.announce("a.xml", "b.xml")
    service.pages |= {"/a.xml": alert(status="Test"), "/b.xml": alert(identifier="B", scope="Private")}
    actions.read_feed(feed=feed(desk, service), at=NOW)
    assert not Alert.objects.exists()
