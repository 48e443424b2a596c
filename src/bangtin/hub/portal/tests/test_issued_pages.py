import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from bangtin.hub.kit.testing import local
from bangtin.hub.regulations import actions, queries
from bangtin.hub.regulations.models import IssuedDocument
from bangtin.hub.regulations.tests import papers
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, cao_bang

pytestmark = pytest.mark.django_db
PAGE = "/quy-dinh/cao-bang/31-2020/van-ban-goc/"
AT = local("2026-11-23 08:00")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(world: World, who: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(world.users[who])
    return client


def send(client: Client, body: bytes, name: str = "quy-che.txt") -> str:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, body)}).content.decode()


def load(world: World) -> None:
    actions.load_issued_text(
        instrument_id=INSTRUMENT,
        source_name="quy-che.txt",
        data=papers.text(),
        actor=world.users["quan-tri"],
        at=AT,
    )


def cell(page: str, anchor: str) -> str:
    found = re.search(rf'<tr id="{re.escape(anchor)}".*?</tr>', page, re.DOTALL)
    assert found is not None
    return found[0]


def test_until_the_text_is_loaded_our_words_are_marked_as_ours() -> None:
    page = signed_in(cao_bang(), "dai").get("/quy-dinh/cao-bang/31-2020/8").content.decode()
    assert "bt-issued" not in page
    assert "bt-beside" not in page


def test_the_text_as_issued_stands_beside_our_reading_of_the_same_clause() -> None:
    world = cao_bang()
    load(world)
    page = signed_in(world, "dai").get("/quy-dinh/cao-bang/31-2020/8.1.a").content.decode()
    assert "a) Ngày thường chạy tám giờ;" in cell(page, "8.1.a")
    assert "bt-law bt-issued" in cell(page, "8.1.a")
    assert "tám giờ" not in cell(page, "8.1.b")


def test_our_parts_of_one_clause_show_its_words_once() -> None:
    world = cao_bang()
    load(world)
    page = signed_in(world, "dai").get("/quy-dinh/cao-bang/31-2020/8").content.decode()
    assert page.count("Báo hỏng trong ngày.") == 1
    assert 'href="#8.5-1"' in cell(page, "8.5-2")


def test_a_file_is_shown_first_and_taken_into_use_second() -> None:
    world = cao_bang()
    client = signed_in(world, "tham-dinh-1")
    read = re.search(r'name="read" value="([^"]+)"', send(client, papers.text()))
    assert read is not None
    assert queries.issued_document(INSTRUMENT) is None
    assert client.post(f"{PAGE}nap/", {"read": read[1]}).status_code == 302
    assert IssuedDocument.objects.get().source_name == "quy-che.txt"
    assert "Số này không theo thứ tự" in client.get(PAGE).content.decode()


def test_what_one_account_read_another_does_not_take_into_use() -> None:
    world = cao_bang()
    read = re.search(r'name="read" value="([^"]+)"', send(signed_in(world, "tham-dinh-1"), papers.text()))
    assert read is not None
    assert signed_in(world, "tham-dinh-2").post(f"{PAGE}nap/", {"read": read[1]}).status_code == 404
    assert signed_in(world, "tham-dinh-1").post(f"{PAGE}nap/", {"read": f"{read[1]}x"}).status_code == 404


def test_a_file_that_cannot_be_read_is_refused_in_the_form() -> None:
    client = signed_in(cao_bang(), "quan-tri")
    answer = client.post(PAGE, {"file": SimpleUploadedFile("quet.pdf", papers.portable([[]]))})
    assert answer.status_code == 422
    assert "BT-TEXT-001" in answer.content.decode()


def test_other_offices_read_the_page_and_load_nothing() -> None:
    world = cao_bang()
    client = signed_in(world, "dai")
    assert "multipart/form-data" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"file": SimpleUploadedFile("a.txt", papers.text())}).status_code == 403
