"""The archive's pages: search, filters, the package to take along, what aired with its file; few queries each."""

import io
import json
import re
import zipfile
from http import HTTPStatus

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.appraisal.tests.factories import approved
from bangtin.hub.kit import clock
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.playlog.tests.factories import START, screen
from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.programmes.models import Rendition
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    menu.is_served.cache_clear()


@pytest.fixture
def world() -> World:
    return cao_bang()


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(world.users["tham-dinh-1"])


def test_the_archive_finds_without_marks_and_stays_within_twenty_queries(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        received(world, title=f"Lễ hội số {number:02d}", at=MORNING)
    received(world, title="Phòng cháy")
    with django_assert_max_num_queries(20):
        page = client.get("/kho/", {"q": "le hoi"})
    text = page.content.decode()
    assert text.count("Lễ hội số") == 25
    assert "Phòng cháy" not in text
    assert client.get("/kho/", {"q": "le hoi", "trang": "2"}).content.decode().count("Lễ hội số") == 5
    with django_assert_max_num_queries(20):
        client.get("/chuong-trinh/", {"q": "le hoi"})


@pytest.mark.parametrize("asked", [{"trang": "-1"}, {"trang": "9" * 9}, {"tu": "nay"}, {"cum": "x"}, {"q": "%_'"}])
def test_an_address_that_makes_no_sense_still_answers(asked: dict[str, str], world: World, client: Client) -> None:
    received(world)
    assert client.get("/kho/", asked).status_code == HTTPStatus.OK
    assert client.get("/chuong-trinh/", asked).status_code == HTTPStatus.OK


def test_the_programmes_lead_to_the_archive(client: Client) -> None:
    assert 'href="/kho/"' in client.get("/chuong-trinh/").content.decode()


def test_the_page_of_a_programme_lists_what_aired_with_the_file_of_that_screen(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = approved(world)
    Rendition.objects.filter(version=version).update(sha256="a" * 64, mime="video/mp4")
    for number in (1, 2, 3):
        Airtime.objects.create(
            cluster=world.clusters["ta-lung"],
            face_id=f"ta-lung-{number}",
            on=clock.local_date(MORNING),
            version=version,
            language="vi",
            bulletin_class="ordinary",
            grade=Grade.CORROBORATED if number < 3 else Grade.QUARANTINED,
            plays=7,
            shown_ms=70_000,
        )
    page = client.get(f"/chuong-trinh/{version.programme.code}/").content.decode()
    part = page[page.index('id="da-phat"') :]
    assert part.count(f'href="/tep/{version.pk}/1920x640"') == 2
    assert client.get("/kho/", {"phat": "roi"}).content.decode().count(version.title) >= 1
    assert version.title not in client.get("/kho/", {"phat": "chua"}).content.decode()


def test_the_package_is_taken_by_post_and_the_trail_keeps_who_did(world: World, client: Client) -> None:
    version = approved(world)
    address = f"/chuong-trinh/{version.programme.code}/ho-so/"
    assert f'href="{address}"' in client.get(f"/chuong-trinh/{version.programme.code}/").content.decode()
    before = AuditEntry.objects.count()
    assert client.get(address).status_code == HTTPStatus.OK
    assert AuditEntry.objects.count() == before
    answer = client.post(address)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{version.programme.code}.zip"'
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert json.loads(package.read("manifest.json"))["code"] == version.programme.code
    last = AuditEntry.objects.order_by("-id")[0]
    assert (last.action, last.actor_id) == ("programme.exported", world.users["tham-dinh-1"].pk)
    assert signed_in(world.users["dai"]).post(address).status_code == HTTPStatus.NOT_FOUND


def test_what_aired_is_replayed_at_the_instant_of_its_last_play(settings: Settings) -> None:
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = (START - clock.now()).total_seconds() + 600
    one = screen()
    one.version.programme.clusters.add(one.slot.cluster)
    ingest(device=one.device, body=one.say(one.play(0), one.play(1)), at=START)
    reader = signed_in(one.world.users["tham-dinh-1"])
    assert f'href="/chuong-trinh/{one.version.programme.code}/#da-phat"' in reader.get("/kho/").content.decode()
    page = reader.get(f"/chuong-trinh/{one.version.programme.code}/").content.decode()
    found = re.search(rf'href="(/luc/{one.device.face_id}/2026-11-23T07:30:\d\d/)"', page)
    assert found
    replayed = reader.get(found[1])
    assert (replayed.status_code, one.version.title in replayed.content.decode()) == (HTTPStatus.OK, True)


def test_what_the_archive_keeps_is_placed_again_from_its_page(world: World) -> None:
    version = approved(world)
    placer = signed_in(world.users["xep-lich"])
    page = placer.get(f"/chuong-trinh/{version.programme.code}/").content.decode()
    found = re.search(r'href="(/lich/ta-lung/[0-9w-]+/\?chuong-trinh=\d+)#xep"', page)
    assert found
    week = placer.get(found[1]).content.decode()
    assert re.search(rf'<option value="{version.pk}"[^>]* selected', week)
    reader = signed_in(world.users["tham-dinh-1"]).get(f"/chuong-trinh/{version.programme.code}/")
    assert "/lich/ta-lung/" not in reader.content.decode().replace("/lich/ta-lung/hom-nay", "")
