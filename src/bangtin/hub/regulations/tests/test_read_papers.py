import unicodedata
import zlib

import pytest
from django.utils import translation

from bangtin.hub.regulations.papers import PaperRefused, read
from bangtin.hub.regulations.papers.reading import MOST_BYTES, MOST_LINES
from bangtin.hub.regulations.tests import papers
from bangtin.rulebook.issued import Kind, split

PAGE = ["So tay van hanh", "Cac dieu khoan cua quy che nay", "Dong thu ba cua trang"]


def refusal(body: bytes, name: str = "tep.txt") -> str:
    with translation.override("en"), pytest.raises(PaperRefused) as caught:
        read(name, body)
    return str(caught.value)


def test_a_text_file_is_read_with_or_without_a_byte_order_mark() -> None:
    assert read("a.txt", "\ufeffĐiều 1".encode()).lines == read("a.txt", "Điều 1".encode()).lines == ("Điều 1",)


def test_a_decomposed_text_gives_the_same_places() -> None:
    plain, apart = (
        split(read("a.txt", papers.text(unicodedata.normalize(form, papers.SHORT))).lines) for form in ("NFC", "NFD")
    )
    assert plain == apart


def test_a_text_in_a_legacy_encoding_is_refused() -> None:
    assert "not in Unicode" in refusal("Điều 1. Phạm vi".encode("cp1258", errors="replace"))
    assert "not in Unicode" in refusal("Điều 1".encode("utf-16"))


@pytest.mark.parametrize("body", [b"\xd0\xcf\x11\xe0 old", b"{\\rtf1 old}"])
def test_older_kinds_of_files_are_refused_with_the_way_out(body: bytes) -> None:
    assert "save it as .docx" in refusal(body, "cu.doc")


def test_an_empty_or_a_huge_file_is_refused() -> None:
    assert "empty" in refusal(b" \n ")
    assert "20 MB" in refusal(b"a" * (MOST_BYTES + 1))
    assert "more lines" in refusal(b"a\n" * (MOST_LINES + 1))


def test_a_word_file_gives_its_paragraphs() -> None:
    assert read("a.docx", papers.word(["Điều 1. Phạm vi", "1. Một."])).lines == ("Điều 1. Phạm vi", "1. Một.")


def test_automatic_numbers_of_word_stand_in_the_text() -> None:
    paper = read("a.docx", papers.numbered_word())
    assert paper.lines[:5] == ("Điều 1. Phạm vi", "1. Quy chế nói:", "a) một;", "b) hai.", "2. Áp dụng.")
    assert [one.place for one in split(paper.lines).passages if one.kind is Kind.POINT] == ["1.1.a", "1.1.b"]


def test_inserted_words_count_deleted_words_do_not_and_tables_are_read() -> None:
    assert read("a.docx", papers.numbered_word()).lines[5:] == ("Điều 2. Thêm", "Trong bảng")


def test_an_archive_that_unpacks_to_too_much_is_not_opened() -> None:
    assert "more room" in refusal(papers.bomb(), "bom.docx")


def test_a_damaged_word_file_is_refused() -> None:
    whole = papers.word(["Điều 1. Phạm vi"])
    assert "damaged" in refusal(whole[: len(whole) // 2], "hong.docx")
    assert "damaged" in refusal(b"PK\x03\x04" + bytes(200), "hong.docx")


def test_a_pdf_gives_its_lines() -> None:
    assert read("a.pdf", papers.portable([PAGE])).lines == tuple(PAGE)


def test_headers_that_repeat_on_each_page_are_known_as_running() -> None:
    pages = [[f"So tay van hanh {at}", f"Noi dung rieng {chr(64 + at)} cua trang nay", "dai"] for at in range(1, 5)]
    assert read("a.pdf", papers.portable(pages)).running >= {1, 4, 7, 10}
    assert 2 not in read("a.pdf", papers.portable(pages)).running


def test_a_scanned_pdf_is_refused_with_what_to_supply() -> None:
    assert "pictures of pages" in refusal(papers.portable([[]]), "quet.pdf")


def test_a_damaged_pdf_is_refused() -> None:
    assert "damaged" in refusal(b"%PDF-1.7 " + zlib.compress(b"x" * 999), "hong.pdf")
