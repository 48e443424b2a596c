"""Quảng Ninh 38/2018: our data against the document and the list of its clauses."""

from __future__ import annotations

from bangtin.rulebook import loading
from bangtin.rulebook.shapes import Disposition
from bangtin.rulebook.tests import documents

QUANG_NINH = "quang-ninh/38-2018-qd-ubnd"
LOST = ("1", "2", "3", "17", "20", "22", "23", "24", "29", "31", "33", "34", "35")


def test_clauses_equal_the_list_they_were_taken_from() -> None:
    wanted = documents.listed("quang-ninh")
    found = loading.loaded(QUANG_NINH).clauses
    assert set(found) == set(wanted)
    told = {name: (clause.kind, clause.disposition) for name, clause in found.items()}
    assert told == {name: (row["kind"], row["disposition"]) for name, row in wanted.items()}


def test_deadlines_languages_and_reports_have_two_cases_each() -> None:
    assert documents.lacking_cases(loading.loaded(QUANG_NINH)) == []


def test_nothing_of_ours_copies_the_document() -> None:
    assert documents.copied(loading.loaded(QUANG_NINH), documents.document("003")) == []


def test_headings_that_the_copy_has_stand_in_it_word_for_word() -> None:
    paper = documents.document("003")
    articles = [each for each in loading.loaded(QUANG_NINH).articles if each.id.isdigit() and each.id not in LOST]
    missing = [each.id for each in articles if not documents.stands_in(f"Điều {each.id}. {each.heading.vi}", paper)]
    assert len(articles) == 22
    assert missing == []


def test_every_heading_the_copy_lost_is_an_erratum() -> None:
    regulation = loading.loaded(QUANG_NINH)
    marked = [each.id for each in regulation.articles if each.heading.vi.startswith("(Mất tiêu đề)")]
    noted = [each.place for each in regulation.errata if each.place.startswith("Điều") and "mất tiêu đề" in each.place]
    assert tuple(marked) == LOST
    assert noted == [f"Điều {name} (mất tiêu đề)" for name in LOST]


def test_an_erratum_quotes_the_document() -> None:
    paper = documents.document("003")
    errata = loading.loaded(QUANG_NINH).errata
    assert [each.place for each in errata if not documents.stands_in(each.printed, paper)] == []


def test_article_nine_keeps_its_odd_letters() -> None:
    found = loading.loaded(QUANG_NINH).clauses
    points = [name.removeprefix("quang-ninh/9.3.") for name in found if name.startswith("quang-ninh/9.3.")]
    assert points == ["a", "b", "c", "d", "đ", "e", "f", "g", "h", "i", "j"]


def test_watching_people_press_and_opinion_stays_outside() -> None:
    found = loading.loaded(QUANG_NINH).clauses.values()
    outside = [clause.id.removeprefix("quang-ninh/") for clause in found if clause.disposition is Disposition.OUTSIDE]
    assert outside == [
        *("5.2.c-3", "11.2-1", "16.11-1", "17.1", "19.4", "24.1", "24.3-1", "24.4", "24.5", "24.6"),
        *("25.2-1", "25.3", "26.2-2", "30.1-2"),
    ]


def test_one_task_that_two_articles_state_is_one_obligation() -> None:
    regulation = loading.loaded(QUANG_NINH)
    pairs = (("7-3", "31.5-2"), ("6-0", "16.3.a-1"), ("6.3-0", "16.9"), ("31.7-2", "32.1-1"), ("16.15-1", "32.2"))
    for first, second in pairs:
        cited = [
            {f"quang-ninh/{first}", f"quang-ninh/{second}"} <= set(each.clauses) for each in regulation.obligations
        ]
        assert cited.count(True) == 1, (first, second)


def test_no_cluster_hours_or_succession_is_made_up() -> None:
    regulation = loading.loaded(QUANG_NINH)
    assert (regulation.clusters, regulation.hours, regulation.successions) == ((), (), ())
    assert {each.id for each in regulation.agencies if each.is_local and each.kind == "department"} == {
        "quang-ninh/so-du-lich",
        "quang-ninh/so-cong-thuong",
        "quang-ninh/so-noi-vu",
    }
