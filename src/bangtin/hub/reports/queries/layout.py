"""The layout of a paper of the State on A4 (Decree 30/2020/NĐ-CP, Appendix I), as python-docx primitives."""

from collections.abc import Sequence

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT = "Times New Roman"
BODY_PT = 14
HEAD_LEFT_MM, HEAD_RIGHT_MM = 65, 100
TEXT_MM = HEAD_LEFT_MM + HEAD_RIGHT_MM
EMU_A_MM = 36_000
CENTRE, JUSTIFY, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
# a real drawn line, not underline characters: Word and LibreOffice keep it when the text is edited
_LINE = """
<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
  xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
  xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
  xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><mc:Choice Requires="wps"><w:drawing>
<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0"
  layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>
<wp:positionH relativeFrom="column"><wp:posOffset>{left}</wp:posOffset></wp:positionH>
<wp:positionV relativeFrom="paragraph"><wp:posOffset>{down}</wp:posOffset></wp:positionV>
<wp:extent cx="{width}" cy="0"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>
<wp:docPr id="{number}" name="line{number}"/><wp:cNvGraphicFramePr/>
<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>
<wps:cNvCnPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="0"/></a:xfrm>
<a:prstGeom prst="line"><a:avLst/></a:prstGeom>
<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>
</wps:spPr><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent>
"""


def blank() -> Paper:
    """An empty A4 paper: margins 20, 20, 30, 15 mm, Times New Roman 14, page number in the top margin from page 2."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(BODY_PT), RGBColor(0, 0, 0)
    fonts = normal.element.rPr.rFonts
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    language = OxmlElement("w:lang")
    for name in ("w:val", "w:eastAsia", "w:bidi"):
        language.set(qn(name), "vi-VN")
    normal.element.rPr.append(language)
    _page_number(section.header.paragraphs[0])
    return paper


def text(paragraph: Paragraph, words: str, *, size: float = BODY_PT, bold: bool = False, italic: bool = False) -> Run:
    """Add words in the paper's face."""
    run = paragraph.add_run(words)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return run


def set_lines(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH, *, before: float = 0, after: float = 0) -> Paragraph:
    """Align a paragraph, single line spacing, spaces in points."""
    paragraph.alignment = align
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    return paragraph


def body(paper: Paper) -> Paragraph:
    """A paragraph of the body: justified, first line 1.27 cm, 6 points after, spacing 1.15."""
    paragraph = set_lines(paper.add_paragraph(), JUSTIFY, after=6)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.line_spacing = 1.15
    paragraph.paragraph_format.widow_control = True
    return paragraph


def rule(paragraph: Paragraph, *, width_mm: float, within_mm: float, down_pt: float, number: int) -> None:
    """Draw a line of `width_mm` centred within `within_mm`, `down_pt` below the top of the paragraph."""
    left = round((within_mm - width_mm) / 2 * EMU_A_MM)
    xml = _LINE.format(left=left, down=round(down_pt * 12_700), width=round(width_mm * EMU_A_MM), number=number)
    paragraph.add_run()._r.append(parse_xml(xml))


def bare_table(paper: Paper, widths_mm: Sequence[float]) -> Table:
    """A table of one row without borders and cell padding, whose columns keep these widths."""
    table: Table = paper.add_table(rows=1, cols=len(widths_mm))
    _fix_widths(table, widths_mm)
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), "0")
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)
    _keep_whole(table.rows[0])
    return table


def ruled_table(paper: Paper, headings: Sequence[str], widths_mm: Sequence[float]) -> Table:
    """A table with borders whose first row repeats on each page and whose rows are never split."""
    table: Table = paper.add_table(rows=1, cols=len(headings), style="Table Grid")
    _fix_widths(table, widths_mm)
    for cell, words in zip(table.rows[0].cells, headings, strict=True):
        text(set_lines(cell.paragraphs[0], CENTRE, before=2, after=2), words, size=12, bold=True)
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    _keep_whole(table.rows[0])
    return table


def add_row(table: Table, widths_mm: Sequence[float]) -> tuple[_Cell, ...]:
    """One more row, kept on one page."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # python-docx left it without types
    _keep_whole(row)
    for cell, width in zip(row.cells, widths_mm, strict=True):
        cell.width = Mm(width)
    cells: tuple[_Cell, ...] = row.cells
    return cells


def bookmark(run: Run, *, name: str, number: int) -> None:
    """Name a run, so that a program finds the figure again."""
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (begin, end):
        mark.set(qn("w:id"), str(number))
    begin.set(qn("w:name"), name)
    run._r.addprevious(begin)
    run._r.addnext(end)


def _fix_widths(table: Table, widths_mm: Sequence[float]) -> None:
    # both columns and cells: LibreOffice takes the one, Word the other; equal columns would wrap the national heading
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _page_number(paragraph: Paragraph) -> None:
    set_lines(paragraph, CENTRE)
    for kind, words in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "2"), ("end", "")):
        run = text(paragraph, words if kind == "shown" else "", size=BODY_PT)
        if kind == "":
            code = OxmlElement("w:instrText")
            code.text = words
            run._r.append(code)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
