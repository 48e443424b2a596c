"""The way of content under each province's instrument, by who sends it, where it is wanted and how."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bangtin.rulebook.loading import loaded
from bangtin.rulebook.shapes import DatedValue, Regulation, Succession
from bangtin.rulebook.successions import with_rows
from bangtin.rulebook.ways import Item, chosen, decisions, parties

ROOT = Path(__file__).resolve().parents[4] / "regulations"
ON = date(2026, 11, 23)
CB, LC, HT, BD = (
    "cao-bang/31-2020-qd-ubnd",
    "lai-chau/20-2024-qd-ubnd",
    "ha-tinh/2432-qd-ubnd",
    "binh-duong/4937-kh-ubnd",
)
BORDER, BOARD = frozenset({"border_gate"}), frozenset({"electronic_notice_board"})


def item(*senders: str, kinds: frozenset[str] = frozenset(), run_by: str = "", **more: bool) -> Item:
    return Item(frozenset(senders), kinds, frozenset({run_by}) if run_by else None, **more)


def way(instrument: str, one: Item, *, regulation: Regulation | None = None) -> list[str]:
    """The route's id and each decision with whose turn it is."""
    pack = regulation or loaded(instrument, ROOT)
    route = chosen(pack, one, ON)
    assert route is not None
    steps = decisions(route, is_edition=one.is_edition)
    return [route.id, *(f"{step.verb} {' '.join(parties(pack, step, one, ON))}" for step in steps)]


@pytest.mark.parametrize(
    ("instrument", "one", "expected"),
    [
        (CB, item("cao-bang/dai-ptth", run_by="cao-bang/ubnd-quang-hoa"),
         ["cao-bang/supplied-content", "decide cao-bang/so-tttt", "confirm cao-bang/so-tttt"]),
        (CB, item("cao-bang/ubnd-quang-hoa", run_by="cao-bang/ubnd-quang-hoa"),
         ["cao-bang/district-content", "decide cao-bang/ubnd-quang-hoa", "confirm cao-bang/ubnd-quang-hoa"]),
        (CB, item("cao-bang/ubnd-quang-hoa", run_by="cao-bang/ubnd-trung-khanh"),
         ["cao-bang/supplied-content", "decide cao-bang/so-tttt", "confirm cao-bang/so-tttt"]),
        (CB, item("cao-bang/dai-ptth", run_by="cao-bang/ubnd-quang-hoa", is_urgent=True),
         ["cao-bang/urgent-content", "decide cao-bang/so-tttt", "confirm cao-bang/so-tttt"]),
        (CB, item("cao-bang/so-ngoai-vu", run_by="cao-bang/ubnd-quang-hoa", is_edition=True),
         ["cao-bang/supplied-content", "check_language cao-bang/so-tttt", "confirm cao-bang/so-tttt"]),
        (LC, item("lai-chau/dai-ptth", kinds=BORDER, run_by="lai-chau/bql-kkt"),
         ["lai-chau/border-content", "decide lai-chau/so-tttt", "edit lai-chau/so-tttt", "confirm lai-chau/so-tttt"]),
        (LC, item("lai-chau/dai-ptth", kinds=BOARD, run_by="lai-chau/ubnd-thanh-pho"),
         ["lai-chau/other-content", "decide lai-chau/ubnd-thanh-pho", "confirm lai-chau/ubnd-thanh-pho"]),
        (LC, item("lai-chau/dai-ptth", kinds=BORDER, run_by="lai-chau/bql-kkt", is_urgent=True),
         ["lai-chau/urgent-content", "decide lai-chau/so-tttt", "confirm lai-chau/so-tttt"]),
        (LC, item("lai-chau/dai-ptth", kinds=BOARD, run_by="lai-chau/ubnd-thanh-pho", is_urgent=True),
         ["lai-chau/other-content", "decide lai-chau/ubnd-thanh-pho", "confirm lai-chau/ubnd-thanh-pho"]),
        (HT, item("ha-tinh/dai-ptth", run_by="ha-tinh/bql-kkt"),
         ["ha-tinh/content", "edit ha-tinh/so-tttt", "confirm ha-tinh/so-tttt"]),
        (HT, item("ha-tinh/bql-kkt", run_by="ha-tinh/bql-kkt"),
         ["ha-tinh/enterprise-content", "edit ha-tinh/so-tttt", "confirm ha-tinh/so-tttt"]),
        (HT, item("ha-tinh/so-ngoai-vu", run_by="ha-tinh/bql-kkt", is_edition=True),
         ["ha-tinh/foreign-edition", "check_language ha-tinh/so-ngoai-vu", "confirm ha-tinh/so-ngoai-vu"]),
        (BD, item("binh-duong/ubnd-di-an"),
         ["binh-duong/district-content", "decide binh-duong/ubnd-di-an", "confirm binh-duong/ubnd-di-an"]),
        (BD, item("binh-duong/ubnd-tt-dau-tieng"),
         ["binh-duong/commune-content", "decide binh-duong/ubnd-tt-dau-tieng", "confirm binh-duong/ubnd-tt-dau-tieng"]),
    ],
)  # fmt: skip
def test_each_item_takes_the_way_its_instrument_gives_it(instrument: str, one: Item, expected: list[str]) -> None:
    assert way(instrument, one) == expected


def test_border_content_wanted_on_a_board_too_takes_the_first_way_that_is_for_one_of_them() -> None:
    found = way(LC, Item(frozenset({"lai-chau/dai-ptth"}), BORDER | BOARD, frozenset()))
    assert found[0] == "lai-chau/border-content"


def test_nobody_else_s_programme_is_a_district_s_own_where_nobody_operates_every_cluster() -> None:
    both = Item(frozenset({"cao-bang/ubnd-quang-hoa"}), frozenset(), frozenset())
    assert way(CB, both)[0] == "cao-bang/supplied-content"


def test_where_the_province_says_so_a_district_s_own_programmes_pass_the_department() -> None:
    pack = loaded(CB, ROOT)
    name = "content.district_through_department"
    said = replace(pack.parameters[name], values=(*pack.parameters[name].values, DatedValue(ON, "1")))
    changed = replace(pack, parameters={**pack.parameters, name: said})
    own = item("cao-bang/ubnd-quang-hoa", run_by="cao-bang/ubnd-quang-hoa")
    assert way(CB, own, regulation=changed)[0] == "cao-bang/supplied-content"


def test_a_successor_takes_the_desk_over() -> None:
    pack = loaded(CB, ROOT)
    row = Succession("cao-bang/so-tttt", "cao-bang/so-khcn", "merge", date(2025, 3, 1), "Invented for this test")
    found = way(CB, item("cao-bang/dai-ptth", run_by="x"), regulation=with_rows(pack, [row]))
    assert found[1:] == ["decide cao-bang/so-khcn", "confirm cao-bang/so-khcn"]


def test_quang_ninh_names_no_way_for_single_items() -> None:
    assert chosen(loaded("quang-ninh/38-2018-qd-ubnd", ROOT), item("quang-ninh/so-tttt"), ON) is None
