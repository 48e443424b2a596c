"""Points of appraisal: what is asked of content of a kind, and what its answers lack."""

from dataclasses import replace
from datetime import date

import pytest

from bangtin.rulebook import appraising, loading
from bangtin.rulebook.shapes import Amendment, Criterion, GroundsTemplate
from bangtin.rulebook.texts import Text

TODAY = date(2026, 11, 23)
WORDS = Text("lời", "words")
PACKS = {name: loading.loaded(name) for name in loading.available()}
QUANG_NINH = next(each for name, each in PACKS.items() if name.startswith("quang-ninh/"))
LAI_CHAU = next(each for name, each in PACKS.items() if name.startswith("lai-chau/"))


def _asked(pack: str, category: str = "") -> list[str]:
    regulation = next(each for name, each in PACKS.items() if name.startswith(f"{pack}/"))
    return [each.clause for each in appraising.criteria(regulation, categories=[category], on=TODAY)]


def test_every_instrument_has_points_and_common_grounds() -> None:
    assert all(each.criteria and each.grounds for each in PACKS.values())
    assert all(each.nature == "person" for pack in PACKS.values() for each in pack.criteria)


@pytest.mark.parametrize(
    ("pack", "category", "clause"),
    [
        ("lai-chau", "", "lai-chau/3.5"),
        ("lai-chau", "", "lai-chau/13.6-4"),
        ("quang-ninh", "", "quang-ninh/4.2-1"),
        ("quang-ninh", "", "quang-ninh/4.3"),
        ("quang-ninh", "", "quang-ninh/4.4-1"),
        ("quang-ninh", "", "quang-ninh/4.4-2"),
        ("quang-ninh", "official", "quang-ninh/8.4"),
        ("quang-ninh", "promotion", "quang-ninh/9.4"),
        ("quang-ninh", "world_into_province", "quang-ninh/10.4"),
        ("binh-duong", "", "binh-duong/I.2.1"),
        ("binh-duong", "", "binh-duong/II.2.3"),
    ],
)
def test_the_clause_is_asked_of_the_appraiser(pack: str, category: str, clause: str) -> None:
    assert clause in _asked(pack, category)


def test_a_point_for_a_kind_of_content_is_asked_of_its_branches_and_of_nothing_else() -> None:
    assert "quang-ninh/8.4" in _asked("quang-ninh", "official_history")
    assert "quang-ninh/8.4" not in _asked("quang-ninh", "promotion")
    assert _asked("lai-chau", "advertising").count("lai-chau/3.5") == 4
    assert _asked("lai-chau", "policy_law_events").count("lai-chau/3.5") == 3


def test_a_point_left_open_or_answered_with_what_it_does_not_take_is_named() -> None:
    asked = appraising.criteria(LAI_CHAU, categories=(), on=TODAY)
    answers = {each.id: "not_applicable" for each in asked}
    left = [each.id for each in appraising.open_points(asked, answers)]
    assert "lai-chau/press_law" not in left
    assert "lai-chau/rights" in left
    assert not appraising.open_points(asked, {each.id: "met" for each in asked})


def test_a_mandatory_point_that_is_not_met_is_named() -> None:
    asked = appraising.criteria(QUANG_NINH, categories=(), on=TODAY)
    answers = {each.id: "met" for each in asked} | {"quang-ninh/no_incitement": "not_met"}
    assert [each.id for each in appraising.failed_points(asked, answers)] == ["quang-ninh/no_incitement"]


def test_points_of_a_repealed_clause_are_asked_no_more() -> None:
    gone = replace(LAI_CHAU.instrument, amendments=(Amendment("1/2026", TODAY, WORDS, repeals=("lai-chau/13.6-4",)),))
    changed = replace(LAI_CHAU, instrument=gone)
    assert "lai-chau/13.6-4" not in [
        each.clause for each in appraising.criteria(changed, categories=(), on=date(2027, 1, 1))
    ]


def test_faults_of_points_and_grounds_are_found_with_their_place() -> None:
    broken = replace(
        QUANG_NINH,
        criteria=(Criterion("quang-ninh/x", "quang-ninh/99", WORDS, nature="machine", categories=("moon",)),),
        grounds=(GroundsTemplate("quang-ninh/y", "maybe", WORDS, clause="quang-ninh/98"),),
    )
    found = [each.expected for each in appraising.problems(broken)]
    assert found == [
        "a clause of this instrument",
        "a nature, one of person",
        "a category defined in this regulation",
        "an outcome, one of returned, rejected, approved",
        "a clause of this instrument",
    ]


def test_common_grounds_of_an_instrument_come_with_their_outcome() -> None:
    found = appraising.templates(QUANG_NINH, on=TODAY)
    assert {each.outcome for each in found} == {"returned", "rejected"}
    assert any(each.clause == "quang-ninh/4.3" for each in found)
