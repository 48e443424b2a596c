"""The head and the foot of a paper: national heading, agency, number, place, title; recipients and signature."""

import re
from dataclasses import dataclass

from docx.document import Document as Paper
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from bangtin.hub.reports.queries import layout, wording, writing
from bangtin.hub.reports.queries.layout import CENTRE, HEAD_LEFT_MM, HEAD_RIGHT_MM, LEFT, TEXT_MM, set_lines, text

NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
TITLE_MM_A_LETTER = 2.35  # of 14 points bold Times New Roman, on average
MOTTO_MM = 60.4  # set in 14 points bold Times New Roman; the line below it is as long as the text
COMMITTEE = "Ủy ban nhân dân"
PLACE = re.compile(r"(?:tỉnh|huyện|thị xã|thành phố|xã|phường|đặc khu) ([^,]+)$")


@dataclass(frozen=True)
class Head:
    """Whose paper it is and what it is about. `parent` is the governing body's name, empty for a committee."""

    agency: str
    parent: str
    place: str
    symbol: str
    year: int
    title: str
    recipients: tuple[str, ...]


def place_in(*names: str) -> str:
    """The place a paper is signed at: from the first name that ends in one (`… huyện Trùng Khánh`)."""
    found = (PLACE.search(name) for name in names)
    return next((match[1] for match in found if match), "")


def symbol_of(agency: str, printed: str) -> str:
    """The symbol after the number: as printed for a People's Committee, else with the agency's initials."""
    if agency.startswith(COMMITTEE):
        return printed or "BC-UBND"
    words = [word for word in re.findall(r"\w+", agency) if word.lower() not in {"và", "tỉnh"}]
    return "BC-" + "".join(word[0].upper() for word in words)


def add_head(paper: Paper, head: Head) -> None:
    """Put the two-column heading, the kind of paper and its title on page 1."""
    table = layout.bare_table(paper, (HEAD_LEFT_MM, HEAD_RIGHT_MM))
    left, right = table.rows[0].cells
    _agency(left, head)
    nation = set_lines(right.paragraphs[0], CENTRE)
    text(nation, NATION, size=12, bold=True)
    motto = set_lines(right.add_paragraph(), CENTRE, after=8)
    text(motto, MOTTO, size=14, bold=True)
    layout.rule(motto, width_mm=MOTTO_MM, within_mm=HEAD_RIGHT_MM, down_pt=18.5, number=902)
    date = set_lines(right.add_paragraph(), CENTRE)
    text(date, f"{head.place}, ngày … tháng … năm {head.year}", italic=True)
    _title(paper, head)


def add_foot(paper: Paper, head: Head) -> None:
    """Put the recipients on the left and the signature block on the right, on one page together."""
    table = layout.bare_table(paper, (HEAD_LEFT_MM + 15, HEAD_RIGHT_MM - 15))
    left, right = table.rows[0].cells
    text(set_lines(left.paragraphs[0], LEFT, before=6), "Nơi nhận:", size=12, bold=True, italic=True)
    for name in head.recipients:
        text(set_lines(left.add_paragraph(), LEFT), f"- {name};", size=11)
    text(set_lines(left.add_paragraph(), LEFT), "- Lưu: VT.", size=11)
    lines = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH") if head.agency.startswith(COMMITTEE) else ("THỦ TRƯỞNG ĐƠN VỊ",)
    if re.match(r"(Sở|Công an|Đài) ", head.agency):
        lines = ("GIÁM ĐỐC",)
    for number, words in enumerate(lines):
        paragraph = right.paragraphs[0] if number == 0 else right.add_paragraph()
        text(set_lines(paragraph, CENTRE, before=6 if number == 0 else 0), words, bold=True)
    # room for signature and seal, by spacing and not by empty paragraphs
    signed = set_lines(right.add_paragraph(), CENTRE, before=72)
    text(signed, "(Họ và tên)", italic=True)


def add_trail(paper: Paper, entries: int, digest: str) -> None:
    """Print below everything, small, what ties the paper to the audit trail of its day."""
    words = wording.TRAIL.format(entries=writing.number(entries), digest=digest)
    text(set_lines(paper.add_paragraph(), LEFT, before=10), words, size=7)


def _agency(cell: _Cell, head: Head) -> None:
    paragraph = cell.paragraphs[0]
    if head.parent:
        for words in _lines(head.parent):
            text(set_lines(paragraph, CENTRE), words, size=12)
            paragraph = cell.add_paragraph()
    lines = _lines(head.agency)
    for number, words in enumerate(lines):
        if number:
            paragraph = cell.add_paragraph()
        set_lines(paragraph, CENTRE, after=8 if number == len(lines) - 1 else 0)
        text(paragraph, words, size=12, bold=True)
    # a third to a half of the text's width; a capital is about 2.9 mm wide in 12 points bold
    width = 0.42 * min(HEAD_LEFT_MM, 2.9 * len(lines[-1]))
    layout.rule(paragraph, width_mm=max(width, 12), within_mm=HEAD_LEFT_MM, down_pt=15, number=901)
    text(set_lines(cell.add_paragraph(), CENTRE), f"Số:       /{head.symbol}", size=13)


def _lines(name: str) -> list[str]:
    """A long name in capitals, broken where offices break it, so that no line wraps by itself."""
    words = name.upper()
    if words.startswith(COMMITTEE.upper()):
        return [COMMITTEE.upper(), words[len(COMMITTEE) :].strip()] if len(words) > len(COMMITTEE) else [words]
    if len(words) * 2.6 <= HEAD_LEFT_MM:
        return [words]
    return list(_halves(words))


def _halves(words: str) -> tuple[str, str]:
    """The words in two lines as even as their spaces allow."""
    parts = words.split()
    cut = min(range(1, len(parts)), key=lambda at: max(len(" ".join(parts[:at])), len(" ".join(parts[at:]))))
    return " ".join(parts[:cut]), " ".join(parts[cut:])


def _title(paper: Paper, head: Head) -> None:
    kind = set_lines(paper.add_paragraph(), CENTRE, before=12)
    text(kind, "BÁO CÁO", bold=True)
    # Broken here rather than by the program that shows it: the line drawn below must know the last line.
    lines = _halves(head.title) if TITLE_MM_A_LETTER * len(head.title) > TEXT_MM else (head.title,)
    for number, words in enumerate(lines):
        title: Paragraph = set_lines(paper.add_paragraph(), CENTRE, after=16 if number == len(lines) - 1 else 0)
        text(title, words, bold=True)
    width = 0.4 * min(TEXT_MM, TITLE_MM_A_LETTER * len(lines[-1]))
    layout.rule(title, width_mm=width, within_mm=TEXT_MM, down_pt=20, number=903)
