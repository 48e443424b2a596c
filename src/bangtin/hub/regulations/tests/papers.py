"""Documents made up for tests: the invented decision as Word and as PDF."""

import io
import zipfile

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

# Cao Bằng's structure in words of our own, so that the text finds its clauses.
SHORT = """\
ỦY BAN NHÂN DÂN
TỈNH CAO BẰNG
Số: 31/2020/QĐ-UBND
QUYẾT ĐỊNH
Ban hành quy chế
QUYẾT ĐỊNH:
Điều 1. Kèm theo là Quy chế.
Điều 2. Có hiệu lực ngay./.
Nơi nhận:
- Như trên;
QUY CHẾ
(Ban hành kèm theo Quyết định trên)
Điều 1. Phạm vi
1. Quy chế nói về bảng tin.
2. Áp dụng cho mọi cơ quan.
Điều 8. Trách nhiệm
1. Chạy bảng như sau:
a) Ngày thường chạy tám giờ;
b) Ngày nghỉ tùy tình hình.
5. Báo hỏng trong ngày.
3. Số này không theo thứ tự./."""


def text(words: str = SHORT) -> bytes:
    """The words as a text file."""
    return words.encode()


def word(lines: list[str]) -> bytes:
    """Lines as paragraphs of a .docx."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return _saved(document)


def numbered_word() -> bytes:
    """A .docx whose "1." and "a)" are automatic, with one deleted and one inserted change, and a table."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shape}"/></w:lvl>'
        for at, (kind, shape) in enumerate([("decimal", "%1."), ("lowerLetter", "%2)")])
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    document.add_paragraph("Điều 1. Phạm vi")
    for level, words in ((0, "Quy chế nói:"), (1, "một;"), (1, "hai."), (0, "Áp dụng.")):
        paragraph = document.add_paragraph(words)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    changed = document.add_paragraph("Điều 2. ")
    for tag, run in (("ins", "<w:r><w:t>Thêm</w:t></w:r>"), ("del", "<w:r><w:delText>Bớt</w:delText></w:r>")):
        changed._p.append(parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1" w:author="x">{run}</w:{tag}>'))
    document.add_table(1, 1).cell(0, 0).text = "Trong bảng"
    return _saved(document)


def bomb() -> bytes:
    """An archive that unpacks to far more than it weighs."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as file:
        for _each in range(260):
            file.write(b" " * (1 << 20))
    return packed.getvalue()


def portable(pages: list[list[str]]) -> bytes:
    """A PDF of ASCII lines."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        shown = "".join(f"({line}) Tj 0 -20 Td " for line in page)
        stream = f"BT /F1 12 Tf 50 700 Td {shown}ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    head = f"xref\n0 {size}\n0000000000 65535 f \n{table}"
    return f"{out}{head}trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode("latin-1")


def _saved(document: "docx.document.Document") -> bytes:
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()
