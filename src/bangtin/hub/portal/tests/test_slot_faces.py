"""Which faces show a slot and why it sounds at a quiet hour: asked where it is placed or changed, said where it is."""

import json
import re
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.kit import clock
from bangtin.hub.kit.testing import local
from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import NOW, Desk

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
WEEK = "/lich/ta-lung/2026-w48"
REASON = "Báo động lũ theo lệnh của huyện"
DATA = re.compile(r'<script id="tuan-du-lieu" type="application/json">(.*?)</script>', re.DOTALL)


@pytest.fixture(autouse=True)
def sunday(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr(clock, "now", lambda: NOW)
    menu.is_served.cache_clear()


@pytest.fixture
def browser(desk: Desk) -> Client:
    return signed_in(desk.scheduler)


def _loud(desk: Desk) -> ProgrammeVersion:
    row = desk.version(title="Còi báo lũ")
    row.decisions.all().delete()
    row.probe = {"has_sound": True}
    row.content_digest = programmes.content_digest(row)
    row.save(update_fields=["probe", "content_digest"])
    desk.approve(row)
    return row


def _given(version: ProgrammeVersion, starts: str, ends: str, **more: object) -> dict[str, object]:
    return {
        "version": version.pk,
        "on": "2026-11-26",
        "starts": starts,
        "ends": ends,
        "bulletin_class": "ordinary",
        **more,
    }


def _blocks(browser: Client) -> list[dict[str, object]]:
    found = DATA.search(browser.get(WEEK).text)
    assert found is not None
    return [one for one in json.loads(found[1])["blocks"] if str(one["href"]).count("/khe/")]


def test_a_slot_is_placed_on_some_faces_and_the_week_and_its_page_say_which(desk: Desk, browser: Client) -> None:
    first, second = desk.version(title="Luật Biên phòng"), desk.version(title="Thác Bản Giốc")
    assert browser.post(WEEK, _given(first, "08:00", "09:00", faces=["ta-lung-1"])).status_code == HTTPStatus.FOUND
    answer = browser.post(WEEK, _given(second, "08:00", "09:00", faces=["ta-lung-2", "ta-lung-3"]))
    assert answer.status_code == HTTPStatus.FOUND
    slots = list(Slot.objects.order_by("pk"))
    assert [slot.faces for slot in slots] == [["ta-lung-1"], ["ta-lung-2", "ta-lung-3"]]
    names = {face.pk: str(face) for face in desk.cluster.faces.all()}
    one, other = _blocks(browser)  # one beside the other, each with its own deeds
    assert names["ta-lung-1"] in str(one["detail"]) and names["ta-lung-2"] not in str(one["detail"])
    assert names["ta-lung-2"] in str(other["detail"]) and one["move"] and other["move"]
    tops = set(re.findall(r'<foreignObject [^>]*y="(\d+)" [^>]*height="(\d+)"><a [^>]*/khe/', browser.get(WEEK).text))
    assert tops == {("6", "21"), ("27", "42")}
    page = browser.get(f"{WEEK.rsplit('/', 1)[0]}/khe/{slots[0].pk}/").text
    assert f"<dd>{names['ta-lung-1']}</dd>" in page


def test_a_face_of_elsewhere_and_a_cluster_of_one_face_are_not_asked(desk: Desk, browser: Client) -> None:
    answer = browser.post(WEEK, _given(desk.version(), "08:00", "09:00", faces=["trung-khanh-1"]))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Slot.objects.exists()
    assert 'name="faces"' in answer.text
    alone = signed_in(desk.world.users["xep-lich-tk"]).get("/lich/trung-khanh/2026-w48").text
    assert 'name="sound_reason"' in alone and 'name="faces"' not in alone


def test_sound_at_a_quiet_hour_is_refused_and_placed_with_the_reason_in_one_step(desk: Desk, browser: Client) -> None:
    paper = {"instruction_number": "12/CĐ-UBND", "instruction_issuer": "UBND tỉnh"}
    given = _given(_loud(desk), "21:30", "22:00", faces=["ta-lung-1", "ta-lung-3"], sound_reason="lũ", **paper)
    refused = browser.post(WEEK, given)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and not Slot.objects.exists()
    (form,) = re.findall(r"<form[^>]*>((?:(?!</form>).)*minlength.*?)</form>", refused.text, re.DOTALL)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    assert 'value="lũ"' in form  # what was typed stays
    sent: dict[str, list[str]] = {"sound_reason": [REASON]}
    for name, value in hidden:
        sent.setdefault(name, []).append(value)
    assert browser.post(WEEK, sent).status_code == HTTPStatus.FOUND
    slot = Slot.objects.get()
    assert (slot.sound_reason, slot.faces) == (REASON, ["ta-lung-1", "ta-lung-3"])
    assert slot.instruction_number == "12/CĐ-UBND"
    assert REASON in browser.get(f"/lich/ta-lung/khe/{slot.pk}/").text


def test_its_page_changes_a_slot_and_a_drag_leaves_faces_and_reason_alone(
    desk: Desk, browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    slot = desk.place(desk.version(), "2026-11-26 08:00", "2026-11-26 09:00")
    address = f"/lich/ta-lung/khe/{slot.pk}/"
    with django_assert_max_num_queries(20):
        assert 'value="08:00"' in browser.get(address).text
    given = {"on": "2026-11-26", "starts": "09:00", "ends": "10:00", "faces": ["ta-lung-2"], "sound_reason": REASON}
    assert browser.post(address, given).status_code == HTTPStatus.FOUND
    dragged = {"on": "2026-11-26", "starts": "10:00", "ends": "11:00"}
    assert browser.post(f"{address}doi/", dragged).status_code == HTTPStatus.FOUND
    slot.refresh_from_db()
    assert (slot.starts_at, slot.faces, slot.sound_reason) == (local("2026-11-26 10:00"), ["ta-lung-2"], REASON)
    outside = browser.post(address, {**given, "starts": "18:00", "ends": "19:00", "faces": ["ta-lung-3"]})
    assert outside.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "BT-LICH-003" in outside.text
    assert 'value="18:00"' in outside.text and REASON in outside.text
    browser.post(address, {**given, "starts": "10:00", "ends": "11:00", "faces": [], "sound_reason": ""})
    slot.refresh_from_db()
    assert (slot.faces, slot.sound_reason) == ([], "")


def test_of_a_slot_that_runs_only_the_end_is_offered(
    desk: Desk, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = desk.place(desk.version(), "2026-11-26 08:00", "2026-11-26 09:00", faces=("ta-lung-1",))
    monkeypatch.setattr(clock, "now", lambda: local("2026-11-26 08:30"))
    address = f"/lich/ta-lung/khe/{slot.pk}/"
    assert browser.get(address).text.count("disabled") >= 5  # the day, the start, three faces, the reason
    asked = {"on": "2026-11-27", "starts": "10:00", "ends": "09:30", "faces": ["ta-lung-2"]}
    assert browser.post(address, asked).status_code == HTTPStatus.FOUND
    slot.refresh_from_db()
    assert (slot.starts_at, slot.ends_at) == (local("2026-11-26 08:00"), local("2026-11-26 09:30"))
    assert slot.faces == ["ta-lung-1"]
    reader = signed_in(desk.world.users["dai"])
    assert 'name="starts"' not in reader.get(address).text
    assert reader.post(address, asked).status_code == HTTPStatus.FORBIDDEN
