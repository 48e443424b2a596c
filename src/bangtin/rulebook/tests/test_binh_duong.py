"""Bình Dương 4937/2017: our data against the document and the list of its clauses."""

from __future__ import annotations

from bangtin.rulebook import loading
from bangtin.rulebook.shapes import Disposition
from bangtin.rulebook.tests import documents

BINH_DUONG = "binh-duong/4937-kh-ubnd"
# The list calls it a duty; the document asks ("Đề nghị …") in all three dashes of section IV.8.
CORRECTED = {"binh-duong/IV.8.3": "request"}


def test_clauses_equal_the_list_they_were_taken_from() -> None:
    wanted = documents.listed("binh-duong")
    found = loading.loaded(BINH_DUONG).clauses
    assert set(found) == set(wanted)
    told = {name: (clause.kind, clause.disposition) for name, clause in found.items()}
    kinds = {name: row["kind"] for name, row in wanted.items()} | CORRECTED
    assert told == {name: (kinds[name], row["disposition"]) for name, row in wanted.items()}


def test_deadlines_languages_and_reports_have_two_cases_each() -> None:
    assert documents.lacking_cases(loading.loaded(BINH_DUONG)) == []


def test_nothing_of_ours_copies_the_document() -> None:
    assert documents.copied(loading.loaded(BINH_DUONG), documents.document("004")) == []


def test_headings_stand_in_the_document_word_for_word() -> None:
    paper = documents.document("004")
    articles = [each for each in loading.loaded(BINH_DUONG).articles if each.id != "0"]
    missing = [each.id for each in articles if not documents.stands_in(each.heading.vi, paper)]
    assert missing == []


def test_an_erratum_quotes_the_document() -> None:
    paper = documents.document("004")
    errata = loading.loaded(BINH_DUONG).errata
    assert [each.place for each in errata if not documents.stands_in(each.printed, paper)] == []


def test_every_dash_and_plus_has_a_clause() -> None:
    paper = documents.document("004")
    assert "bảng" in paper
    found = loading.loaded(BINH_DUONG).clauses
    places = {name.removeprefix("binh-duong/").partition("-")[0] for name in found}
    counts = {"I.1": 2, "I.2": 3, "II.1": 4, "II.2": 3, "II.3": 4, "II.3.2": 6, "III": 2, "IV.1": 9, "IV.2": 5}
    counts |= {"IV.5": 2, "IV.6": 2, "IV.7": 3, "IV.8": 3, "IV.9": 7, "IV.10": 5}
    lacking = [f"{head}.{at + 1}" for head, count in counts.items() for at in range(count)]
    assert [place for place in lacking if place not in places] == []


def test_what_party_bodies_are_asked_for_is_a_request() -> None:
    regulation = loading.loaded(BINH_DUONG)
    asked = set(regulation.members(("binh-duong/co-quan-dang-doan-the",)))
    owing = [each for each in regulation.obligations if asked & set(regulation.members(each.owed_by))]
    assert [each.nature for each in owing] == ["request"]
    kinds = {clause.kind.value for name, clause in regulation.clauses.items() if name.startswith("binh-duong/IV.8.")}
    assert kinds == {"request"}


def test_gathering_opinion_stays_outside() -> None:
    found = loading.loaded(BINH_DUONG).clauses.values()
    outside = [clause.id for clause in found if clause.disposition is Disposition.OUTSIDE]
    assert outside == ["binh-duong/IV.1.4-2", "binh-duong/IV.1.5-1", "binh-duong/IV.8.3"]


def test_no_cluster_hours_or_succession_is_made_up() -> None:
    regulation = loading.loaded(BINH_DUONG)
    assert (regulation.clusters, regulation.hours, regulation.successions) == ((), (), ())
    assert regulation.instrument.effective_on == regulation.instrument.issued_on
