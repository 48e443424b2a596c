"""The emergency pages: compose, issue, end, review, import; who may; what strangers read."""

from datetime import timedelta

import pytest
from django.test import Client

from bangtin.hub.alerts import actions as alerts
from bangtin.hub.alerts.models import Alert, AlertEnvelope, CapFeed, CapMessage
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.alerts.tests.factories import leader, ordered, spec
from bangtin.hub.devices.tests.factories import enrolled
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import NOW, Desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
CAP = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>M-1</identifier><sender>kttv@cap.vn</sender>'
    "<sent>2026-11-22T07:55:00+07:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>"
    "<info><language>vi-VN</language><category>Met</category><event>Lũ quét</event><urgency>Immediate</urgency>"
    "<severity>Severe</severity><certainty>Likely</certainty><headline>Lũ quét</headline><area><areaDesc>x</areaDesc>"
    "<geocode><valueName>bangtin:cluster</valueName><value>cao-bang/ta-lung</value></geocode></area></info></alert>"
)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bangtin.hub.kit.clock.now", lambda: NOW)


def _client(desk: Desk, name: str = "lanh-dao") -> Client:
    client = Client()
    client.force_login(desk.world.users[name])
    return client


def _form(**changed: str) -> dict[str, object]:
    return {
        "asked_key": "9b2f1c0e-0000-4000-8000-000000000001",
        "kind": "real",
        "issuer_name": "Đài Khí tượng Thủy văn tỉnh",
        "document": "LQSL-14/CAOB",
        "hazard": "Lũ quét, sạt lở đất",
        "level": "4",
        "clusters": ["cao-bang/ta-lung"],
        "ends_at": (NOW + 6 * HOUR).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M"),
        "headline_vi": "LŨ QUÉT, SẠT LỞ ĐẤT",
        "instruction_vi": "Rời ngay ven suối, sườn dốc. Gọi 112.",
        "act": "issue",
        "screens": "1",
        **changed,
    }


def test_a_leader_composes_and_issues_with_the_number_of_screens_typed(desk: Desk) -> None:
    enrolled(desk)
    client = _client(desk)
    page = client.get("/khan-cap/moi/")
    assert page.status_code == 200 and 'name="screens"' in page.content.decode()
    assert client.post("/khan-cap/moi/", _form(screens="3")).status_code == 422
    assert not Alert.objects.exists()
    sent = client.post("/khan-cap/moi/", _form(), follow=True)
    row = Alert.objects.get()
    assert (row.state, row.ordered_by, row.level) == (AlertState.ISSUED, leader(desk), 4)
    assert sent.redirect_chain[-1][0] == f"/khan-cap/{row.number}/"
    client.post("/khan-cap/moi/", _form())
    assert AlertEnvelope.objects.count() == 1, "the same form sent twice is one order"


def test_an_order_without_an_end_is_refused_and_what_was_typed_stays(desk: Desk) -> None:
    enrolled(desk)
    page = _client(desk).post("/khan-cap/moi/", _form(ends_at=""))
    text = page.content.decode()
    assert page.status_code == 422 and "LQSL-14/CAOB" in text and "BT-KHANCAP-002" in text
    assert not AlertEnvelope.objects.exists()


def test_the_effect_counts_the_ticked_clusters_alone(desk: Desk) -> None:
    enrolled(desk)
    client = _client(desk)
    part = client.post("/khan-cap/moi/tac-dong/", {"clusters": ["cao-bang/ta-lung", "x"], "kind": "real"})
    assert "<b>1</b>" in part.content.decode()
    drill = client.post("/khan-cap/moi/tac-dong/", {"clusters": ["cao-bang/ta-lung"], "kind": "drill"})
    assert "<b>0</b>" in drill.content.decode()


def test_an_exercise_is_composed_in_other_words_and_colours(desk: Desk) -> None:
    client = _client(desk)
    page = client.get("/khan-cap/moi/?dien-tap=1").content.decode()
    assert "bt-drill-head" in page and "bt-on-v" in page and "bt-real-head" not in page
    client.post("/khan-cap/moi/?dien-tap=1", _form(kind="drill", screens="0"))
    row = Alert.objects.get()
    assert row.is_drill and row.number.startswith("DT-")
    assert "bt-strip-drill" in client.get("/").content.decode()


def test_every_page_says_that_a_notice_is_on_air(desk: Desk) -> None:
    ordered(desk)
    for name in desk.world.users:
        text = _client(desk, name).get("/").content.decode()
        assert 'role="alert" aria-live="assertive"' in text
    assert "/khan-cap/KC-2026-0001/" not in _client(desk, "tai-chinh").get("/").content.decode()


def test_a_running_notice_is_extended_ended_and_reviewed_on_its_page(desk: Desk) -> None:
    row = ordered(desk)
    client, other = _client(desk), _client(desk, "tham-dinh-1")
    until = (NOW + 20 * HOUR).astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
    client.post(f"/khan-cap/{row.number}/keo-dai/", {"ends_at": until})
    new = Alert.objects.get(replaces=row)
    assert client.post(f"/khan-cap/{new.number}/huy/", {"reason": ""}).status_code == 422
    client.post(f"/khan-cap/{new.number}/huy/", {"reason": "Nước đã rút"})
    new.refresh_from_db()
    assert new.state == AlertState.CANCELLED
    assert other.post(f"/khan-cap/{new.number}/huy/", {"reason": "Nước đã rút"}).status_code == 409
    own = client.post(f"/khan-cap/{new.number}/ra-soat/", {"outcome": "proper"})
    assert own.status_code == 422 and "BT-KHANCAP-006" in own.content.decode()
    other.post(f"/khan-cap/{new.number}/ra-soat/", {"outcome": "proper"})
    new.refresh_from_db()
    assert new.reviewed_by == desk.world.users["tham-dinh-1"]


def test_what_waits_for_an_order_and_a_review_stands_on_the_first_page(desk: Desk) -> None:
    row = ordered(desk)
    waits = alerts.compose(spec=spec(), actor=leader(desk), at=NOW)
    theirs, own = (_client(desk, name).get("/").content.decode() for name in ("tham-dinh-1", "lanh-dao"))
    assert f"/khan-cap/{waits.number}/" in theirs and f"{row.number}, {row.hazard}" in theirs
    assert f"/khan-cap/{waits.number}/" in own and f"{row.number}, {row.hazard}" not in own


def test_a_message_from_outside_is_imported_looked_through_and_issued(desk: Desk) -> None:
    enrolled(desk)
    client = _client(desk)
    client.post("/khan-cap/nhap/", {"text": CAP})
    row = CapMessage.objects.get().alert
    assert row is not None and row.state == AlertState.WAITING
    composer = client.get(f"/khan-cap/{row.number}/soan/")
    assert composer.status_code == 200
    client.post(f"/khan-cap/{row.number}/soan/", _form())
    row.refresh_from_db()
    assert row.state == AlertState.ISSUED
    assert client.post("/khan-cap/nhap/", {"text": "no xml"}).status_code == 200


def test_a_waiting_notice_is_laid_aside(desk: Desk) -> None:
    row = alerts.compose(spec=spec(), actor=leader(desk), at=NOW)
    _client(desk).post(f"/khan-cap/{row.number}/bo/", {"reason": "Trùng"})
    row.refresh_from_db()
    assert row.state == AlertState.DISMISSED


def test_strangers_read_real_notices_as_cap_and_no_exercise(desk: Desk) -> None:
    real, drill = ordered(desk), ordered(desk, is_drill=True)
    feed = Client().get("/khan-cap/cap.atom")
    assert (
        feed.status_code == 200 and real.number in feed.content.decode() and drill.number not in feed.content.decode()
    )
    assert b"<status>Actual</status>" in Client().get(f"/khan-cap/cap/{real.number}.xml").content
    assert Client().get(f"/khan-cap/cap/{drill.number}.xml").status_code == 404
    assert b"<status>Exercise</status>" in _client(desk).get(f"/khan-cap/cap/{drill.number}.xml").content
    assert Client().get(f"/khan-cap/cap/{real.number}.xml?huy=1").status_code == 404
    assert Client().get(f"/khan-cap/{real.number}/").status_code == 302


def test_feeds_are_kept_off_until_turned_on(desk: Desk) -> None:
    client = _client(desk, "an-toan")
    client.post("/khan-cap/nguon/", {"name": "Đài KTTV", "url": "https://kttv.example/cap", "every_s": "300"})
    row = CapFeed.objects.get()
    assert not row.is_on
    given = {"feed": row.pk, "name": row.name, "url": row.url, "every_s": "300", "is_on": "on"}
    client.post("/khan-cap/nguon/", given)
    row.refresh_from_db()
    assert row.is_on


MAY_READ = {
    "tham-dinh-1", "tham-dinh-2", "bao-cao", "xep-lich", "van-hanh", "xep-lich-tk", "an-toan", "lanh-dao",
}  # fmt: skip
MAY_ORDER = {"lanh-dao", "tham-dinh-1", "tham-dinh-2"}


@pytest.mark.once
def test_every_route_by_every_office(desk: Desk) -> None:
    row, waits = ordered(desk), alerts.compose(spec=spec(), actor=leader(desk), at=NOW)
    reading = ("/khan-cap/", f"/khan-cap/{row.number}/")
    ordering = ("/khan-cap/moi/", "/khan-cap/nhap/", f"/khan-cap/{waits.number}/soan/")
    deeds: tuple[tuple[str, dict[str, object]], ...] = (
        (f"/khan-cap/{row.number}/huy/", {"reason": "x"}),
        (f"/khan-cap/{row.number}/keo-dai/", {"ends_at": "2026-11-22T23:00"}),
        (f"/khan-cap/{row.number}/ra-soat/", {"outcome": "proper"}),
        (f"/khan-cap/{waits.number}/bo/", {"reason": "x"}),
        (f"/khan-cap/{waits.number}/soan/", _form()),
        ("/khan-cap/moi/", _form()),
        ("/khan-cap/moi/tac-dong/", {}),
        ("/khan-cap/moi/nghe/", {}),
        ("/khan-cap/nhap/", {"text": CAP}),
    )
    for name in desk.world.users:
        client = _client(desk, name)
        for path in reading:
            assert (client.get(path).status_code == 200) is (name in MAY_READ), (name, path)
        for path in ordering:
            assert (client.get(path).status_code == 200) is (name in MAY_ORDER), (name, path)
        may_feeds = name in MAY_ORDER | {"an-toan"}
        assert (client.get("/khan-cap/nguon/").status_code == 200) is may_feeds, name
        if name not in MAY_ORDER:
            for path, given in deeds:
                assert client.post(path, given).status_code in (403, 404), (name, path)
    row.refresh_from_db()
    assert row.state == AlertState.ISSUED and AlertEnvelope.objects.count() == 1


@pytest.mark.parametrize("path", ["/khan-cap/", "/khan-cap/moi/", "/khan-cap/KC-2026-0001/", "/khan-cap/nguon/"])
def test_pages_ask_the_database_little(desk: Desk, path: str, django_assert_max_num_queries: object) -> None:
    for _number in range(3):
        ordered(desk)
    client = _client(desk)
    with django_assert_max_num_queries(20):  # type: ignore[operator]  # a pytest fixture
        assert client.get(path).status_code == 200
