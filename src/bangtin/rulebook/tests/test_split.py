"""A text as issued is split into articles, clauses and points; nothing of it is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangtin.rulebook import issued, loading
from bangtin.rulebook.issued import Issued, Kind, Known, LeftOut, Passage, Unplaced, Why, link, split
from bangtin.rulebook.tests import documents

# An invented decision with an invented regulation and its outline; written for these tests.
TEXT = """\
ỦY BAN NHÂN DÂN
TỈNH SÔNG TRẮNG
-------
|
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 99/2031/QĐ-UBND
Sông Trắng, ngày 02 tháng 5 năm 2031
QUYẾT ĐỊNH
Ban hành Quy chế thử
Căn cứ Luật thử;
QUYẾT ĐỊNH:
Điều 1. Kèm theo Quyết định này là Quy chế thử.
Điều 2. Quyết định có hiệu lực từ ngày ký./.
Nơi nhận:
- Như Điều 2;
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Trần Thử
QUY CHẾ
VẬN HÀNH BẢNG TIN THỬ
(Ban hành kèm theo Quyết định số 99/2031/QĐ-UBND)
Chương I
QUY ĐỊNH CHUNG
Điều 1. Giờ chạy
Bảng chạy như sau:
1. Ngày thường:
a) Sáng từ 7 giờ;
đ) Tối đến 21 giờ;
2. Ngày nghỉ do xã chọn
17
và báo trước.
- Báo bằng giấy;
+ có dấu;
Điều 2. Báo cáo
Gửi trước ngày 03/4.
1. Phòng thứ nhất gửi.
2. Phòng thứ hai tổng hợp./.
ĐỀ CƯƠNG BÁO CÁO
I. TÌNH HÌNH
II. KẾT QUẢ
1. Số buổi
2. Số giờ"""
INVENTED = TEXT.splitlines()
KNOWN = Known(frozenset({"QD.1", "QD.2", "1.1.a", "1.1.đ", "1.2", "2.1", "2.2", "DC.head", "DC.I", "DC.II.1"}))
INSTRUMENTS = {
    "000": "cao-bang/31-2020-qd-ubnd",
    "001": "lai-chau/20-2024-qd-ubnd",
    "002": "ha-tinh/2432-qd-ubnd",
    "003": "quang-ninh/38-2018-qd-ubnd",
    "004": "binh-duong/4937-kh-ubnd",
}


def places(found: Issued, kind: Kind) -> list[str]:
    return [one.place for one in found.passages if one.kind is kind]


def text_of(found: Issued, place: str) -> str:
    return next(one.text for one in reversed(found.passages) if one.place == place)


def lines_of(found: Issued) -> list[int]:
    return sorted([line for one in read_in(found) for line in one.lines] + [line for line, _why in found.left_out])


def read_in(found: Issued) -> list[Passage | Unplaced]:
    return [*found.passages, *found.unplaced]


def paper(number: str) -> tuple[Issued, list[str]]:
    found = sorted((documents.SHARED / "seeds").glob(f"{number}_*.txt"))
    if not found:
        pytest.skip("the document is not beside the repository")
    raw = found[0].read_text(encoding="utf-8").split("\n")
    pack = loading.loaded(INSTRUMENTS[number], loading.default_root())
    return split(raw, known=issued.known(pack)), raw


def test_articles_of_the_decision_and_of_the_regulation_have_places_of_their_own() -> None:
    assert places(split(INVENTED), Kind.ARTICLE) == ["QD.1", "QD.2", "1", "2"]


def test_clauses_points_and_items_stand_under_their_article() -> None:
    found = split(INVENTED)
    assert places(found, Kind.CLAUSE) == ["1.1", "1.2", "2.1", "2.2", "DC.II.1", "DC.II.2"]
    assert places(found, Kind.POINT) == ["1.1.a", "1.1.đ"]
    assert places(found, Kind.ITEM) == ["1.2.1", "1.2.1.1"]


def test_a_heading_stands_apart_from_the_words_under_it() -> None:
    found = split(INVENTED)
    assert [one.text for one in found.passages if one.place == "1"] == ["Giờ chạy", "Bảng chạy như sau:"]


def test_a_page_number_does_not_break_a_sentence() -> None:
    assert text_of(split(INVENTED), "1.2") == "Ngày nghỉ do xã chọn và báo trước."


def test_signatures_recipients_and_the_national_heading_are_left_out_and_counted() -> None:
    found = split(INVENTED)
    assert found.left_out_counts == {"national_heading": 6, "page_chrome": 1, "rules": 2, "signatures": 5}
    assert found.unplaced == ()


def test_the_point_d_with_a_stroke_is_not_d() -> None:
    found = split(["Điều 1. Một", "1. Hai:", "d) ba;", "đ) bốn."])
    assert places(found, Kind.POINT) == ["1.1.d", "1.1.đ"]


def test_decomposed_letters_are_composed() -> None:
    raw = ["Điều 1. Một", "1. Hai:", "a) ba;", "đ) bốn."]
    assert split([unicodedata.normalize("NFD", line) for line in raw]).passages == split(raw).passages


def test_a_number_that_does_not_follow_is_listed_with_its_line() -> None:
    found = split(["Điều 1. Một", "1. Hai.", "2. Ba.", "1. Bốn.", "a) năm;"])
    assert [(one.line, one.marker, one.why) for one in found.unplaced] == [
        (4, "1.", Why.HEADING_LOST),
        (5, "a)", Why.HEADING_LOST),
    ]


def test_a_lost_heading_is_placed_where_one_number_is_missing_between_two() -> None:
    found = split(["Điều 1. Một", "1. Hai.", "2. Ba.", "1. Bốn.", "2. Năm.", "Điều 3. Sáu", "1. Bảy."])
    assert places(found, Kind.CLAUSE) == ["1.1", "1.2", "2.1", "2.2", "3.1"]
    assert found.lost_headings == ("2",)


def test_lost_headings_are_listed_where_the_structure_leaves_two_ways() -> None:
    known = Known(frozenset({"1.1", "1.2", "2", "3.1", "3.2"}))
    found = split(["Điều 1. Một", "1. Hai.", "2. Ba.", "Bốn.", "Năm.", "1. Sáu.", "2. Bảy."], known=known)
    assert [one.text for one in found.unplaced] == ["Bốn.", "Năm.", "Sáu.", "Bảy."]


def test_lost_headings_are_placed_where_the_regulation_has_just_these_articles() -> None:
    known = Known(frozenset({"1.1", "1.2", "2", "3.1", "3.2"}))
    found = split(["Điều 1. Một", "1. Hai.", "2. Ba.", "Bốn.", "1. Năm.", "2. Sáu."], known=known)
    assert [one.place for one in found.passages] == ["1", "1.1", "1.2", "2", "3.1", "3.2"]


def test_decimal_numbers_stand_under_their_clause() -> None:
    found = split(["Điều 4. Một", "1. Hai:", "1.1. Ba.", "1.2. Bốn.", "2. Năm."])
    assert places(found, Kind.CLAUSE) == ["4.1", "4.1.1", "4.1.2", "4.2"]


def test_our_parts_of_one_clause_share_its_passage() -> None:
    found = split(INVENTED, known=KNOWN)
    links = link(found.passages, ["x/1.1.a", "x/1.2-1", "x/1.2-2", "x/9.9"])
    shared = dict(zip([one.place for one in found.passages], links.clauses, strict=True))
    assert shared["1.2"] == ("x/1.2-1", "x/1.2-2")
    assert links.without_text == ("x/9.9",)
    assert "2.1" in links.without_clause
    assert "1.2.1" not in links.without_clause


@pytest.mark.parametrize("number", INSTRUMENTS)
def test_every_marker_of_a_document_is_placed_or_listed(number: str) -> None:
    found, raw = paper(number)
    read = {one.line: one.marker for one in read_in(found)}
    for line, marker in markers_in(raw):
        assert read.get(line) == marker, raw[line - 1][:60]


@pytest.mark.parametrize("number", INSTRUMENTS)
def test_every_clause_of_ours_finds_its_text_in_the_document(number: str) -> None:
    found, _raw = paper(number)
    links = link(found.passages, loading.loaded(INSTRUMENTS[number], loading.default_root()).clauses)
    assert (links.without_text, links.without_clause) == ((), ())


@pytest.mark.parametrize("number", INSTRUMENTS)
def test_no_line_of_a_document_is_lost(number: str) -> None:
    found, raw = paper(number)
    assert lines_of(found) == [line for line, text in enumerate(raw, start=1) if text.strip()]


def test_the_lost_headings_of_quang_ninh_are_placed_by_its_structure() -> None:
    found, _raw = paper("003")
    lost = ["1", "2", "3", "17", "20", "22", "23", "24", "29", "31", "33", "34", "35"]
    assert list(found.lost_headings) == lost
    assert [(one.why, one.text[:11]) for one in found.unplaced] == [(Why.NO_NUMBER, "TRÁCH NHIỆM")]


def markers_in(raw: Sequence[str]) -> list[tuple[int, str]]:
    """The markers of articles, clauses and points in raw lines, found apart from the splitter."""
    shape = re.compile(r"[\s*|]*(Điều \d+\.|\d{1,2}\.(?=\s)|[a-zđ]\)(?=\s))")
    return [(line, found[1]) for line, text in enumerate(raw, start=1) if (found := shape.match(text))]


FRAGMENTS = (
    *INVENTED,
    "",
    "   ",
    "1.",
    "3. Ba",
    "b. Hai",
    "I.",
    "IV. BỐN",
    "1.1. Một",
    "Điều 5",
    "Điều 2a. Thêm",
    "Mục 1. Chung",
    "Phụ lục",
    "PHỤ LỤC II",
    "(Ban hành kèm theo",
    "Ý kiến bạn đọc",
    "abc ./.",
    "*",
    "**",
    "||",
    "…",
    "z) Cuối",
)
TEXTS = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=40)), max_size=60)


@given(TEXTS, st.sampled_from([Known(), KNOWN, Known(frozenset({"0", "I.1", "1", "2.1", "4.close"}))]))
def test_every_line_comes_back_exactly_once(raw: list[str], known: Known) -> None:
    found = split(raw, known=known, running={2})
    assert lines_of(found) == [line for line, text in enumerate(raw, start=1) if text.strip()]
    assert all(isinstance(why, LeftOut) for _line, why in found.left_out)


@given(st.permutations(INVENTED))
def test_shuffled_lines_come_back_exactly_once(raw: list[str]) -> None:
    assert lines_of(split(raw, known=KNOWN)) == list(range(1, len(raw) + 1))
