"""The language desk in the browser: asking, writing side by side, handing in; who opens what."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import clock
from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import JobState
from bangtin.hub.translation.tests.factories import CHINESE, MORNING, approved, asked, delivered, lai_chau, original

pytestmark = pytest.mark.django_db
DENIED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
DESK = {"gui-tin", "tham-dinh-1", "tham-dinh-2", "dich-1", "dich-2", "soat-1", "soat-2", "lanh-dao"}


@pytest.fixture
def world(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    menu.is_served.cache_clear()
    made = lai_chau()
    User.objects.update(language="en")
    translation.activate("en")
    return made


def _words(job: TranslationJob, **more: str) -> dict[str, str]:
    return {"seen": str(job.draft_number), **{f"t-{id_}": text for id_, text in CHINESE.items()}, **more}


def _bench(job: TranslationJob) -> str:
    return f"/bien-dich/{job.programme.code}/{job.language}/"


def test_a_translation_is_asked_for_on_the_programmes_page(world: World) -> None:
    version = original(world)
    address = f"/bien-dich/{version.programme.code}/"
    client = signed_in(world.users["tham-dinh-1"])
    page = client.get(address).content.decode()
    assert "lai-chau/so-ngoai-vu" in page
    given = {"language": "zh", "agency": "lai-chau/so-ngoai-vu", "due_on": "2026-11-30", "note": "Gấp"}
    answer = client.post(address, given)
    assert answer.status_code == HTTPStatus.FOUND
    assert TranslationJob.objects.get().due_on is not None
    assert "Open the translation" in client.get(address).content.decode()


def test_words_are_written_and_handed_in_without_javascript(world: World) -> None:
    job = asked(world)
    client = signed_in(world.users["dich-1"])
    page = client.get(_bench(job)).content.decode()
    assert 'lang="zh-Hans"' in page
    assert "Cửa khẩu mở cửa lúc 7 giờ" in page
    assert client.post(_bench(job), _words(job, deed="save")).status_code == HTTPStatus.FOUND
    job.refresh_from_db()
    assert client.post(_bench(job), _words(job, deed="deliver")).status_code == 422  # not declared
    job.refresh_from_db()
    answer = client.post(_bench(job), _words(job, deed="deliver", is_declared="on"))
    assert answer.status_code == HTTPStatus.FOUND
    job.refresh_from_db()
    assert job.state == JobState.DELIVERED


def test_the_script_is_told_what_it_saved(world: World) -> None:
    job = asked(world)
    client = signed_in(world.users["dich-1"])
    wrong = _words(job, deed="save", **{"t-title": "Chµo mõng n¨m míi"})
    answer = client.post(_bench(job), wrong, headers={"Accept": "application/json"})
    assert answer.json()["seen"] == 1
    assert set(answer.json()["faults"]) == {"title"}
    stale = client.post(_bench(job), wrong, headers={"Accept": "application/json"})
    assert stale.status_code == HTTPStatus.CONFLICT
    assert stale.json()["code"] == "BT-DICH-005"


def test_old_letters_are_offered_in_unicode_and_taken_when_accepted(world: World) -> None:
    job = asked(world)
    client = signed_in(world.users["dich-1"])
    client.post(_bench(job), _words(job, deed="save", **{"t-title": "Chµo mõng n¨m míi"}))
    assert "Chào mừng năm mới" in client.get(_bench(job)).content.decode()
    job.refresh_from_db()
    assert job.draft["title"]["target"] == "Chµo mõng n¨m míi"
    client.post(_bench(job), _words(job, take="title", **{"t-title": "Chµo mõng n¨m míi"}))
    job.refresh_from_db()
    assert job.draft["title"]["target"] == "Chào mừng năm mới"


@pytest.mark.once
def test_each_office_opens_what_is_its_own(world: World) -> None:
    job = delivered(world)
    pages = {"/bien-dich/": DESK, "/bien-dich/do-phu/": DESK, _bench(job): DESK}
    pages[f"/bien-dich/{job.programme.code}/"] = {"gui-tin", "tham-dinh-1", "tham-dinh-2", "lanh-dao"}
    for address, allowed in pages.items():
        for name, user in world.users.items():
            answer = signed_in(user).get(address)
            expected = {HTTPStatus.OK} if name in allowed else DENIED
            assert answer.status_code in expected, (address, name)


@pytest.mark.once
def test_a_stranger_writes_nothing(world: World) -> None:
    job = asked(world)
    for name in set(world.users) - {"dich-1", "dich-2"}:
        answer = signed_in(world.users[name]).post(_bench(job), _words(job, deed="save"))
        assert answer.status_code in DENIED, name
    job.refresh_from_db()
    assert job.draft == {}


def test_the_pages_ask_few_questions(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    job = delivered(world)
    for language in ("en", "blt", "hmn"):
        asked(world, version=job.source, language=language)
    client = signed_in(world.users["dich-1"])
    for address in ("/bien-dich/", _bench(job), "/bien-dich/do-phu/"):
        client.get(address)
        with django_assert_max_num_queries(20):
            page = client.get(address).content.decode()
        assert re.search(r"<h1[^>]*>\s*\S", page)


def test_a_title_typed_with_an_old_font_is_refused_with_its_unicode_beside_it(world: World) -> None:
    client = signed_in(world.users["gui-tin"])
    given = {
        "way": "text",
        "template": "notice",
        "title": "Chµo mõng n¨m míi",
        "agency": world.agencies["so-vhttdl"].pk,
        "month": "2026-11",
        "category": "culture_country_people",
        "language": "vi",
        "clusters": ["lai-chau/ma-lu-thang"],
        "still_s": "8",
        "text_title": "Coäng hoøa xaõ hoäi",
        "nature": "propaganda",
        "is_declared": "on",
    }
    answer = client.post("/chuong-trinh/gui/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'data-suggest="Chào mừng năm mới"' in page
    assert 'data-suggest="Cộng hòa xã hội"' in page
    assert 'value="Chµo mõng n¨m míi"' in page


def test_the_second_person_checks_side_by_side(world: World) -> None:
    job = delivered(world)
    approved(job.source, world)
    assert job.delivered is not None
    digest = job.delivered.content_digest
    checker = signed_in(world.users["tham-dinh-1"])
    assert 'value="check"' in checker.get(_bench(job)).content.decode()
    assert 'value="check"' not in signed_in(world.users["dich-1"]).get(_bench(job)).content.decode()
    stale = checker.post(_bench(job), {"deed": "check", "outcome": "approved", "digest": "0" * 64})
    assert stale.status_code == HTTPStatus.CONFLICT
    answer = checker.post(_bench(job), {"deed": "check", "outcome": "approved", "digest": digest})
    assert answer.status_code == HTTPStatus.FOUND
    job.refresh_from_db()
    assert job.state == JobState.REVIEWED


def test_a_translation_given_to_somebody_waits_on_the_first_page(world: World) -> None:
    job = asked(world, translator=world.users["dich-1"])
    for name in ("dich-1", "dich-2"):
        page = signed_in(world.users[name]).get("/").content.decode()
        assert (_bench(job) in page) is (name == "dich-1")
