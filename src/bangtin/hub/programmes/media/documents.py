"""Office files and PDF, in the bounded process only: their text, fonts and sizes, and what must not be in them."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.media.thresholds import Documents

if TYPE_CHECKING:
    from PIL import Image

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_READ = re.compile(r"^(word|ppt)/[^/]*\.xml$|^ppt/(slides|notesSlides)/[^/]+\.xml$|^docProps/[^/]+\.xml$|\.rels$")
_EXTERNAL_HARMLESS = ("/hyperlink",)
_MACROS = re.compile(r"vbaProject\.bin$|/embeddings/.*\.bin$|/activeX/|/ctrlProps/", re.IGNORECASE)
_BLOCK = 1 << 16
_SIDE = 3_840
_POINTS_MOST = 14_400  # what the format itself allows


@dataclass
class Text:
    """What was read: lines by page or part, fonts named, fonts not carried along, and letter heights.

    `heights` are shares of the page's height; `active` names what is active, `pages` counts them.
    """

    lines: list[str] = field(default_factory=list)
    fonts: set[str] = field(default_factory=set)
    heights: list[float] = field(default_factory=list)
    active: str = ""
    pages: int = 0
    width: int = 0
    height: int = 0


def read_office(path: Path, bounds: Documents) -> Text:
    """The text of DOCX or PPTX.

    Raises: Unusable: malformed (no archive, a name that leaves it), too_complex (unpacks beyond the bounds), encrypted.
    """
    found = Text()
    try:
        with zipfile.ZipFile(path) as archive:
            _check_members(archive, bounds)
            room = bounds.unpacked_bytes
            for member in archive.infolist():
                if _MACROS.search(member.filename):
                    found.active = found.active or member.filename.rpartition("/")[2]
                if _READ.search(member.filename):
                    data = _unpacked(archive, member, room=room)
                    room -= len(data)
                    _read_part(member.filename, data, found, bounds)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, KeyError) as error:
        raise Unusable("malformed") from error
    return found


def read_pdf(path: Path, bounds: Documents) -> Text:
    """The text, fonts and sizes of a PDF.

    Raises: Unusable: malformed, encrypted.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Unusable("encrypted" if "assword" in str(error) else "malformed") from error
    found = Text(pages=len(document))
    if not found.pages:
        raise Unusable("malformed")
    try:
        for number in range(min(found.pages, bounds.pages)):
            _read_page(document[number], found, bounds)
    except pypdfium2.PdfiumError as error:
        raise Unusable("malformed") from error
    return found


def first_page(path: Path) -> "Image.Image":
    """The first page as a picture, at most 3,840 pixels a side. Raises: Unusable("malformed")."""
    import pypdfium2

    try:
        page = pypdfium2.PdfDocument(path)[0]
        longest = max(page.get_size())
        if not 1 <= longest <= _POINTS_MOST:
            raise Unusable("malformed")
        picture: Image.Image = page.render(scale=_SIDE / longest, may_draw_forms=False).to_pil()
        return picture.convert("RGB")
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise Unusable("malformed") from error


def pages(path: Path, *, size: tuple[int, int]) -> "Iterator[Image.Image]":
    """Each page as a picture that fits into `size`. Raises: Unusable("malformed")."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        for number in range(len(document)):
            page = document[number]
            width, height = page.get_size()
            if not 1 <= min(width, height) <= max(width, height) <= _POINTS_MOST:
                raise Unusable("malformed")
            scale = min(size[0] / width, size[1] / height)
            picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
            yield picture.convert("RGB")
            page.close()
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise Unusable("malformed") from error


def count(path: Path) -> int:
    """How many pages a PDF has. Raises: Unusable("malformed")."""
    import pypdfium2

    try:
        return len(pypdfium2.PdfDocument(path))
    except pypdfium2.PdfiumError as error:
        raise Unusable("malformed") from error


def _check_members(archive: zipfile.ZipFile, bounds: Documents) -> None:
    members = archive.infolist()
    if len(members) > bounds.members:
        raise Unusable("too_complex")
    for member in members:
        parts = re.split(r"[/\\]", member.filename)
        if ".." in parts or member.filename.startswith(("/", "\\")) or "\0" in member.filename:
            raise Unusable("malformed")
        if member.flag_bits & 1:
            raise Unusable("encrypted")
        if member.file_size > bounds.unpacked_bytes or member.file_size > bounds.ratio * (member.compress_size + 1024):
            raise Unusable("too_complex")
    if sum(member.file_size for member in members) > bounds.unpacked_bytes * 8:
        raise Unusable("too_complex")


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, room: int) -> bytes:
    found = bytearray()
    with archive.open(member) as file:
        while block := file.read(_BLOCK):
            found += block
            if len(found) > room:  # what the archive says of its sizes is not believed
                raise Unusable("too_complex")
    return bytes(found)


def _read_part(name: str, data: bytes, found: Text, bounds: Documents) -> None:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or _wide(data):
        found.active = found.active or "ENTITY"
        return
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - no document type, so no entity of its own
    except ElementTree.ParseError as error:
        raise Unusable("malformed") from error
    if name.endswith(".rels"):
        found.active = found.active or next(_external(root), "")
        return
    if name.startswith("docProps/"):
        found.lines += [one.text for one in root.iter() if one.text]
        return
    size = root.find(f".//{_WORD}pgSz")
    height = float(size.get(f"{_WORD}h", 16838)) / 20 if size is not None else 841.9
    if name.startswith("ppt/slides/"):
        found.pages, height = found.pages + 1, 540.0
    _read_runs(root, found, page_height=height)
    if sum(map(len, found.lines)) > bounds.characters:
        raise Unusable("too_complex")


def _wide(data: bytes) -> bool:
    """Whether a part is in UTF-16, in which the plain search for a document type would see nothing."""
    return data[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in data[:64]


def _external(root: ElementTree.Element) -> Iterator[str]:
    for one in root:
        kind, target = one.get("Type", ""), one.get("Target", "")
        is_harmless = kind.endswith(_EXTERNAL_HARMLESS) and target.lower().startswith(("http:", "https:", "mailto:"))
        if one.get("TargetMode") == "External" and not is_harmless:
            yield kind.rpartition("/")[2] or "External"


def _read_runs(root: ElementTree.Element, found: Text, *, page_height: float) -> None:
    for paragraph in [*root.iter(f"{_WORD}p"), *root.iter(f"{_DRAWING}p")]:
        texts = [*paragraph.iter(f"{_WORD}t"), *paragraph.iter(f"{_DRAWING}t")]
        found.lines.append("".join(one.text or "" for one in texts))
    for fonts in _fonts_in_use(root):
        found.fonts |= {fonts.get(f"{_WORD}{kind}", "") for kind in ("ascii", "hAnsi")} - {""}
    for latin in root.iter(f"{_DRAWING}latin"):
        name = latin.get("typeface", "")
        found.fonts |= set() if name.startswith("+") else {name} - {""}
    for run in root.iter(f"{_WORD}r"):
        size = run.find(f"{_WORD}rPr/{_WORD}sz")
        if size is not None and any((one.text or "").strip() for one in run.iter(f"{_WORD}t")):
            found.heights.append(float(size.get(f"{_WORD}val", 24)) / 2 / page_height)
    for run in root.iter(f"{_DRAWING}r"):
        properties = run.find(f"{_DRAWING}rPr")
        if properties is not None and properties.get("sz"):
            found.heights.append(float(properties.get("sz", 1800)) / 100 / page_height)


def _fonts_in_use(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """All that a text names; of a style sheet only what text without a style gets."""
    if root.tag != f"{_WORD}styles":
        yield from root.iter(f"{_WORD}rFonts")
        return
    yield from (one for group in root.iter(f"{_WORD}docDefaults") for one in group.iter(f"{_WORD}rFonts"))
    for style in root.iter(f"{_WORD}style"):
        if style.get(f"{_WORD}default") == "1":
            yield from style.iter(f"{_WORD}rFonts")


_OBJECTS_MOST = 3_000


def _read_page(page: object, found: Text, bounds: Documents) -> None:
    import pypdfium2
    from pypdfium2 import raw

    assert isinstance(page, pypdfium2.PdfPage)
    width, height = page.get_size()
    if not found.width:
        found.width, found.height = round(width), round(height)
    text = page.get_textpage()
    if sum(map(len, found.lines)) + text.count_chars() > bounds.characters:
        raise Unusable("too_complex")
    found.lines += text.get_text_bounded().splitlines()
    for number, one in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=4)):
        if number >= _OBJECTS_MOST:
            break
        font = raw.FPDFTextObj_GetFont(one.raw)
        name = _font_name(font)
        if name and (not raw.FPDFFont_GetIsEmbedded(font) or is_subset_legacy(name)):
            found.fonts.add(name)
        left, bottom, right, top = one.get_bounds()
        if height > 0 and 0 < top - bottom < height and right > left:
            found.heights.append(_letter_height(raw, one, top - bottom) / height)
    text.close()
    page.close()


def is_subset_legacy(name: str) -> bool:
    """Whether a font that is carried along is one of TCVN3 or VNI: its text then cannot be read by its codes."""
    from bangtin.hub.programmes.media.marks import LEGACY_FONT

    return bool(LEGACY_FONT.match(name))


def _font_name(font: object) -> str:
    import ctypes

    from pypdfium2 import raw

    buffer = ctypes.create_string_buffer(200)
    raw.FPDFFont_GetBaseFontName(font, buffer, 200)
    return buffer.value.decode("utf-8", "replace").partition("+")[2] or buffer.value.decode("utf-8", "replace")


def _letter_height(raw: object, one: object, box: float) -> float:
    """The font's size on the page, in points; the box of the letters where the size says nothing."""
    import ctypes

    size = ctypes.c_float()
    if not raw.FPDFTextObj_GetFontSize(one.raw, size):  # type: ignore[attr-defined]  # module and object of pypdfium2
        return box
    matrix = one.get_matrix()  # type: ignore[attr-defined]  # object of pypdfium2
    return float(size.value) * float(abs(matrix.d) or abs(matrix.b) or 1.0)
