"""Pages for what went wrong, in the reader's language and in ours."""

from http import HTTPStatus

import pytest
from django.test import Client

from bangtin.hub.accounts.models import User
from bangtin.hub.portal import menu
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    menu.is_served.cache_clear()
    return cao_bang()


def _signed_in(client: Client, world: World, name: str) -> Client:
    User.objects.update(language="en")
    client.force_login(world.users[name])
    return client


@pytest.mark.parametrize("address", ["/chuong-trinh/?q=a%00b", "/dang-nhap/?next=%00", "/tro-giup/?%00=1"])
def test_a_nul_in_an_address_gives_our_own_page(client: Client, world: World, address: str) -> None:
    client.force_login(world.users["tham-dinh-1"])
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert 'lang="vi"' in page and "BT-400" in page and "<h1>Bad Request" not in page


def test_help_stands_in_everyones_own_menu(client: Client, world: World) -> None:
    for name in ("dai", "tai-chinh", "quan-tri"):
        page = _signed_in(client, world, name).get("/").content.decode()
        assert 'href="/tro-giup/"' in page.split('class="bt-menu"')[1].split("</details>")[0], name


def test_the_audit_trail_stands_in_the_administrators_menu_alone(client: Client, world: World) -> None:
    assert 'href="/quan-tri/nhat-ky/"' in _signed_in(client, world, "quan-tri").get("/").content.decode()
    assert 'href="/quan-tri/nhat-ky/"' not in _signed_in(client, world, "dai").get("/").content.decode()
