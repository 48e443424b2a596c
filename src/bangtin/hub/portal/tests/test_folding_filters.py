"""A list's filter folds on a phone: what it has chosen stays as chips, each leading to the list without it."""

import re

import pytest
from django.http import QueryDict
from django.test import Client

from bangtin.hub.portal import chosen, menu
from bangtin.hub.portal.forms.archive import ArchiveFilter
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
LISTS = ("/kho/", "/chuong-trinh/", "/nghia-vu/")


@pytest.fixture
def world() -> World:
    menu.is_served.cache_clear()
    return cao_bang()


def _form(query: str) -> ArchiveFilter:
    pairs = [("cao-bang/dai-ptth", "Đài PT-TH")]
    return ArchiveFilter(QueryDict(query), agencies=pairs, categories=[], clusters=[])


def test_each_chip_says_what_is_chosen_and_leaves_out_only_itself() -> None:
    found = chosen.chips(_form("q=hoi&don_vi=cao-bang/dai-ptth&tu=2026-11-01&trang=3&phat="))
    assert [(one.value, one.query) for one in found] == [
        ("Đài PT-TH", "?q=hoi&tu=2026-11-01"),
        ("01/11/2026", "?q=hoi&don_vi=cao-bang%2Fdai-ptth"),
    ]


def test_what_makes_no_sense_and_the_words_searched_for_are_no_chips() -> None:
    assert chosen.chips(_form("q=hoi&don_vi=cao-bang/khong-co&tu=hom-qua")) == []


@pytest.mark.parametrize("address", LISTS)
def test_every_list_with_several_filters_folds(world: World, address: str) -> None:
    page = signed_in(world.users["tham-dinh-1"]).get(address).content.decode()
    summary = re.search(r'<details class="bt-fold"><summary class="btn" aria-controls="([a-z-]+)">', page)
    assert summary is not None
    assert f'id="{summary[1]}"' in page


def test_the_archive_keeps_its_words_outside_the_fold_and_lists_what_is_chosen(world: World) -> None:
    client: Client = signed_in(world.users["tham-dinh-1"])
    page = client.get("/kho/", {"q": "hoi", "tieng": "en"}).content.decode()
    before, _fold, after = page.partition('<details class="bt-fold"')
    assert 'name="q"' in before and 'name="tieng"' in after
    assert re.search(r'<a class="bt-chip" href="/kho/\?q=hoi">', after)
    assert "bt-chips" not in client.get("/kho/", {"q": "hoi"}).content.decode()
