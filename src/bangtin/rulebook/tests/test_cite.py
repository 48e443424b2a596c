"""Citations: parse, format, order."""

from __future__ import annotations

import pytest

from bangtin.rulebook import citations


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("cao-bang/8.1.a", "Điều 8.1.a", "art. 8.1.a"),
        ("cao-bang/15.1-2", "Điều 15.1", "art. 15.1"),
        ("cao-bang/QD.2", "Điều 2 của Quyết định", "art. 2 of the decision"),
        ("cao-bang/DC.II.3", "mục II.3 Đề cương báo cáo", "report outline, II.3"),
        ("cao-bang/DC.head", "phần đầu Đề cương báo cáo", "report outline, heading"),
        ("cao-bang/16.close", "Điều 16, đoạn cuối", "art. 16, closing paragraph"),
        ("lai-chau/7.2.đ", "Điều 7.2.đ", "art. 7.2.đ"),
        ("binh-duong/IV.1.4-2", "Mục IV.1.4", "sec. IV.1.4"),
    ],
)
def test_a_clause_is_cited_in_both_languages(name: str, vi: str, en: str) -> None:
    assert (citations.format_vi(name), citations.format_en(name)) == (vi, en)


@pytest.mark.parametrize("text", ["Điều 8.1.a", "art. 8.1.a", "cao-bang/8.1.a", "Article 8.1.a"])
def test_every_spelling_names_the_same_place(text: str) -> None:
    assert citations.parse(text).place == "8.1.a"


def test_an_id_comes_back_as_it_was() -> None:
    for name in ("cao-bang/8.1.a", "cao-bang/10-1", "lai-chau/10.1.a.3-3", "cao-bang/16.close"):
        assert citations.parse(name).id == name


def test_an_empty_part_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a citation"):
        citations.parse("cao-bang/8..a")


def test_the_long_form_names_point_clause_article() -> None:
    assert citations.format_long_vi("cao-bang/8.1.a") == "điểm a khoản 1 Điều 8"
    assert citations.format_long_vi("cao-bang/10-1") == "Điều 10"


def test_points_stand_in_the_order_of_the_alphabet() -> None:
    wanted = [f"x/7.2.{letter}" for letter in "abcdđeghik"]
    assert sorted(set(wanted), key=citations.sort_key) == wanted


def test_what_an_amendment_inserts_stands_after_the_place_it_is_named_for() -> None:
    wanted = [
        "x/6",
        "x/6.3",
        "x/6.3a",
        "x/6.3b",
        "x/6.3đ",
        "x/6.4",
        "x/6.4.b",
        "x/6.4.b1",
        "x/6.4.b2",
        "x/6.4.c",
        "x/6a",
    ]
    assert sorted(set(wanted), key=citations.sort_key) == wanted


def test_articles_stand_by_number_and_the_outline_last() -> None:
    wanted = ["x/QD.1", "x/1.1", "x/2.1-1", "x/2.1-2", "x/10-1", "x/16.4", "x/16.close", "x/DC.head", "x/DC.II.1"]
    assert sorted(set(wanted), key=citations.sort_key) == wanted


@pytest.mark.parametrize(
    ("clause", "vi", "en", "short"),
    [
        ("binh-duong/0", "phần mở đầu", "opening part", "Mở đầu"),
        ("binh-duong/V.close", "Mục V, đoạn cuối", "sec. V, closing paragraph", "V, đoạn cuối"),
        ("cao-bang/QD.2", "Điều 2 của Quyết định", "art. 2 of the decision", "QĐ 2"),
        ("cao-bang/DC.head", "phần đầu Đề cương báo cáo", "report outline, heading", "ĐC đầu"),
        ("lai-chau/7.2.đ", "Điều 7.2.đ", "art. 7.2.đ", "7.2.đ"),
    ],
)
def test_places_without_an_article_are_named_too(clause: str, vi: str, en: str, short: str) -> None:
    assert (citations.format_vi(clause), citations.format_en(clause)) == (vi, en)
    assert citations.format_short_vi(clause) == short
    assert "head" not in citations.format_short_vi(clause)
    assert citations.format_long_vi("binh-duong/0") == "phần mở đầu"
