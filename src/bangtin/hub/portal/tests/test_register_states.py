"""The register says of each clause what carries it, what it waits for, or why nothing is held."""

import re
from collections.abc import Mapping
from datetime import date

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.portal import carriers, menu, register_board
from bangtin.hub.regulations.tests.factories import World, cao_bang
from bangtin.rulebook import coverage, loading, successions
from bangtin.rulebook.shapes import Succession

pytestmark = pytest.mark.django_db
ADDRESS = "/quy-dinh/cao-bang/31-2020/"
PACK = loading.loaded("cao-bang/31-2020-qd-ubnd")


@pytest.fixture(autouse=True)
def english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"
    menu.is_served.cache_clear()
    translation.activate("en")


@pytest.fixture
def world() -> World:
    made = cao_bang()
    User.objects.update(language="en")
    return made


def _page(client: Client, world: World, address: str) -> str:
    client.force_login(world.users["dai"])
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def _count(state: coverage.State) -> int:
    return sum(coverage.state(one) is state for one in PACK.clauses.values())


def _rows(page: str) -> list[str]:
    return re.findall(r'<tr id="([^"]+)"', page)


def test_the_filters_say_how_many_clauses_are_held_each_way(client: Client, world: World) -> None:
    page = _page(client, world, ADDRESS)
    assert f"Carried by the system {_count(coverage.State.CARRIED)}</a>" in page
    assert f"Waiting for a part not built yet {_count(coverage.State.PENDING)}</a>" in page
    assert "Handled outside the system 0" not in page


@pytest.mark.parametrize(
    ("word", "state"),
    [("he-thong", "carried"), ("cho", "pending"), ("chung", "declarative"), ("ngoai", "outside")],
)
def test_a_filter_lists_its_clauses_of_all_articles(word: str, state: str, client: Client, world: World) -> None:
    page = _page(client, world, f"{ADDRESS}?trang-thai={word}")
    assert len(_rows(page)) == _count(coverage.State(state))


def test_what_waits_is_narrowed_to_an_area(client: Client, world: World) -> None:
    page = _page(client, world, f"{ADDRESS}?trang-thai=cho&linh-vuc=budget")
    assert _rows(page) == [one.id.partition("/")[2] for one in PACK.clauses.values() if one.pending == "budget"]
    assert "Waits for: estimates and funding." in page


@pytest.mark.parametrize("query", ["trang-thai=x", "trang-thai=", "linh-vuc=budget", "trang-thai=cho&linh-vuc=x"])
def test_an_odd_filter_shows_the_first_article_or_the_whole_list(query: str, client: Client, world: World) -> None:
    rows = _rows(_page(client, world, f"{ADDRESS}?{query}"))
    assert rows[0] in {"1.1", "QD.3"}


def test_a_carried_clause_leads_to_the_page_of_its_evidence(client: Client, world: World) -> None:
    page = _page(client, world, f"{ADDRESS}15")
    assert re.search(r'href="/nghia-vu/">.{0,200}The last day on time, in the board of duties', page)


def test_every_page_that_carriers_name_can_be_opened(client: Client, world: World) -> None:
    client.force_login(world.users["quan-tri"])
    carried = [one.carried_by for name in loading.available() for one in loading.loaded(name).clauses.values()]
    for address in {carriers.page_of(one) for one in carried if one} - {""}:
        assert client.get(address, follow=True).status_code in {200, 403}, address


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"successor": None, "kind": "abolish"}, "no successor recorded"),
        ({"successor": "cao-bang/ubnd-trung-khanh", "kind": "merge"}, "its tasks are now with Trùng Khánh PC"),
        (
            {"successor": "cao-bang/xa-moi", "kind": "transfer", "clusters": ("cao-bang/ta-lung",)},
            "part of its tasks is now with xa-moi",
        ),
    ],
)
def test_a_clause_says_what_became_of_its_agency(row: Mapping[str, object], said: str) -> None:
    made = Succession(predecessor="cao-bang/ubnd-quang-hoa", effective_on=date(2025, 7, 1), basis="x", **row)  # type: ignore[arg-type]  # named one by one above
    pack = successions.with_rows(PACK, [made])
    clause = next(one for one in pack.clauses.values() if "cao-bang/ubnd-quang-hoa" in pack.members(one.actors))
    words = list(register_board._now_called(pack, clause, date(2026, 11, 23)))
    assert any(said in each for each in words), words
    assert list(register_board._now_called(pack, clause, date(2025, 6, 30))) == []
