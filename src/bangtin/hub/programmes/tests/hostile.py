"""Files made to harm who opens them; each is small on disk. `FILES` is name → (code it must bear, maker)."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from bangtin.hub.programmes.tests.clips import Clips

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Maker = Callable[[Clips], bytes]


def docx(
    body: str = "<w:p><w:r><w:t>Chào</w:t></w:r></w:p>", members: Mapping[str, bytes | str] | None = None
) -> bytes:
    """An office file; `members` replace or add parts by name."""
    document = f'<?xml version="1.0"?><w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    parts: dict[str, bytes | str] = {"[Content_Types].xml": _TYPES, "word/document.xml": document}
    return _zipped(parts | dict(members or {}))


def pptx(slides: list[str], members: Mapping[str, bytes | str] | None = None) -> bytes:
    """A presentation with a line of text on each slide, as small as LibreOffice reads it; `members` add parts."""
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + one}" r:id="r{one}"/>' for one in numbers)
    masters = '<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="r99"/></p:sldMasterIdLst>'
    layouts = '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="r1"/></p:sldLayoutIdLst>'
    colours = " ".join(f'{name}="{of}"' for name, of in _COLOURS.items())
    named = {f"slides/s{one}": "slide" for one in numbers} | {"m": "slideMaster", "l": "slideLayout"}
    kinds = "".join(_override(f"/ppt/{name}.xml", f"{kind}+xml") for name, kind in named.items())
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": _TYPES.replace("/>", ">")
        + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + _override("/ppt/presentation.xml", "presentation.main+xml")
        + f"{kinds}</Types>",
        "_rels/.rels": _related(("r1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {_SPACES}>{masters}<p:sldIdLst>{listed}</p:sldIdLst>"
        '<p:sldSz cx="12192000" cy="4064000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": _related(
            *((f"r{one}", "slide", f"slides/s{one}.xml") for one in numbers), ("r99", "slideMaster", "m.xml")
        ),
        "ppt/m.xml": f"<p:sldMaster {_SPACES}>{_slide('')}<p:clrMap {colours}/>{layouts}</p:sldMaster>",
        "ppt/_rels/m.xml.rels": _related(("r1", "slideLayout", "l.xml")),
        "ppt/l.xml": f"<p:sldLayout {_SPACES}>{_slide('')}</p:sldLayout>",
        "ppt/_rels/l.xml.rels": _related(("r1", "slideMaster", "m.xml")),
    }
    for one, words in zip(numbers, slides, strict=True):
        parts[f"ppt/slides/s{one}.xml"] = f"<p:sld {_SPACES}>{_slide(words)}</p:sld>"
        parts[f"ppt/slides/_rels/s{one}.xml.rels"] = _related(("r1", "slideLayout", "../l.xml"))
    return _zipped(parts | dict(members or {}))


_COLOURS = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2"} | {
    name: name for name in ("accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink")
}
_SPACES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_OFFICE}"'
)


def _override(name: str, kind: str) -> str:
    return (
        f'<Override PartName="{name}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.presentationml.{kind}"/>'
    )


def _related(*rows: tuple[str, str, str]) -> str:
    found = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in rows)
    return f'<Relationships xmlns="{_RELATIONS}">{found}</Relationships>'


def _slide(words: str) -> str:
    box = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="500000" y="500000"/><a:ext cx="9000000" cy="2000000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr>'
        f'<p:txBody><a:bodyPr/><a:p><a:r><a:rPr lang="vi" sz="6000"/><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>'
    )
    head = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return f"<p:cSld><p:spTree>{head}{box if words else ''}</p:spTree></p:cSld>"


def _zipped(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def pdf(catalogue: str = "", *, content: bytes = b"", more: bytes = b"", box: str = "0 0 595 842") -> bytes:
    """A PDF of one page; `catalogue` is added to the root, `content` is drawn, `more` are objects."""
    packed = zlib.compress(content, 9)
    return (
        f"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R{catalogue}>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R"
        "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
        f"4 0 obj<</Filter/FlateDecode/Length {len(packed)}>>stream\n"
    ).encode() + packed + b"\nendstream endobj\n" + more + b"trailer<</Root 1 0 R/Size 9>>\n%%EOF"  # fmt: skip


def _relations(kind: str, target: str) -> str:
    one = f'<Relationship Id="r1" Type="{_OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">{one}</Relationships>'


def _entities(doctype: str) -> bytes:
    return _with_document(
        f'<?xml version="1.0"?><!DOCTYPE x [{doctype}]><w:document xmlns:w="{_W}"><w:body/></w:document>'
    )


def _with_document(document: str | bytes) -> bytes:
    return docx(members={"word/document.xml": document})


def _zip_bomb(_: Clips) -> bytes:
    """150 MB of blanks in a part that Word would read."""
    return _with_document(b" " * 150_000_000)


def _lying_zip(_: Clips) -> bytes:
    """Says that its part is small."""
    data = _with_document(b" " * 90_000_000)
    return data.replace((90_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little"))


def _laughs() -> str:
    rows = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!ENTITY a0 "ha">{rows}'


def _packed_script(_: Clips) -> bytes:
    """JavaScript named by hexadecimal signs inside a packed object stream."""
    packed = zlib.compress(b"5 0 <</S/J#61vaScript/JS(app.alert(1))>>")
    head = f"8 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(packed)}>>stream\n"
    return pdf(more=head.encode() + packed + b"\nendstream endobj\n")


def _matroska(_: Clips) -> bytes:
    """10,000 streams."""
    track = _element(b"\xae", _element(b"\xd7", b"\x01") + _element(b"\x83", b"\x01") + _element(b"\x86", b"V_VP8"))
    video = _element(b"\xe0", _element(b"\xb0", b"\x40") + _element(b"\xba", b"\x40"))
    head = _element(b"\x1aE\xdf\xa3", _element(b"\x42\x82", b"matroska"))
    tracks = b"".join(_element(b"\xae", track[9:] + video) for _ in range(10_000))
    return head + _element(b"\x18\x53\x80\x67", _element(b"\x16\x54\xae\x6b", tracks))


def _element(name: bytes, data: bytes) -> bytes:
    return name + (len(data) | 1 << 56).to_bytes(8, "big") + data


def _many_tracks(clips: Clips) -> bytes:
    """An MP4 whose first track stands in its index 3,000 times."""
    data = clips.data("index-last.mp4")
    at = data.index(b"moov") - 4
    index = data[at:]
    begins = index.index(b"trak") - 4
    track = index[begins : begins + int.from_bytes(index[begins : begins + 4], "big")]
    index = index[:begins] + track * 3_000 + index[begins:]
    return data[:at] + len(index).to_bytes(4, "big") + index[4:]


def _endless(clips: Clips) -> bytes:
    """Each frame of the clip lasts 2^31 units of time."""
    data = bytearray(clips.data("good.mp4"))
    at = data.index(b"stts") + 16
    data[at : at + 4] = (0x7FFFFFFF).to_bytes(4, "big")
    return bytes(data)


def _tiff(_: Clips) -> bytes:
    """60,000 × 60,000 in its header."""
    tags = [(256, 4, 60_000), (257, 4, 60_000), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 8), (279, 4, 9)]
    rows = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + b"\0" * 4


def _tiff_chain(_: Clips) -> bytes:
    """A TIFF whose pages never end: the last one points back to the first."""
    return _tiff_pages(3, last=8)


def _tiff_long(_: Clips) -> bytes:
    """A TIFF of two million pages of nothing, each six bytes long."""
    return _tiff_pages(2_000_000, last=0)


def _tiff_pages(count: int, *, last: int) -> bytes:
    target = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number in range(count):
        following = last if number == count - 1 else 8 + 6 * (number + 1)
        target += struct.pack("<HI", 0, following)
    return bytes(target)


def _heic(clips: Clips) -> bytes:
    """A real photograph whose header claims 60,000 × 60,000 pixels."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    target = io.BytesIO()
    Image.new("RGB", (64, 64), (9, 9, 9)).save(target, "HEIF")
    data = bytearray(target.getvalue())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(data)


def _ebml(_: Clips) -> bytes:
    """A Matroska whose segment, and each thing in it, claims to be as long as the format can say."""
    head = _element(b"\x1aE\xdf\xa3", _element(b"\x42\x82", b"matroska"))
    huge = (1 << 56 | (1 << 56) - 2).to_bytes(8, "big")
    return head + b"\x18\x53\x80\x67" + huge + b"\x15\x49\xa9\x66" + huge + b"\x4d\x80" + huge + b"x" * 900


def _leaves(_: Clips) -> bytes:
    """A PDF that shows one page 100,000 times."""
    kids = b"3 0 R " * 100_000
    return pdf().replace(b"/Kids[3 0 R]/Count 1", b"/Kids[" + kids + b"]/Count 100000")


def _deep(_: Clips) -> bytes:
    """XML that nests without end."""
    return _with_document(f'<w:document xmlns:w="{_W}">' + "<w:p>" * 200_000 + "</w:p>" * 200_000 + "</w:document>")


def _nested(_: Clips) -> bytes:
    """An archive within an archive within an archive, under an office file's names."""
    inner = _plain_bomb()
    for _level in range(3):
        inner = _zipped({"[Content_Types].xml": _TYPES, "word/document.xml": b"<x/>", "0.zip": inner})
    return inner


def _comment(_: Clips) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 64)).save(target, "JPEG", comment=b"<script>alert(1)</script>")
    return target.getvalue()


FILES: Mapping[str, tuple[str, Maker]] = {
    "gif-html.gif": ("active_content", lambda _: b"GIF89a/*\0\0" + b"<html><script>alert(1)</script>*/=1;"),
    "jpeg-html.jpg": ("active_content", _comment),
    "mp4-php.mp4": ("active_content", lambda clips: clips.data("silent.webm") + b"<?php system($_GET[0]); ?>"),
    "page.html": ("active_content", lambda _: b"<!doctype html><html><script>alert(1)</script></html>"),
    "script.svg": ("active_content", lambda _: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    "onload.svg": ("active_content", lambda _: b'<?xml version="1.0"?><svg onload="alert(1)"/>'),
    "launch.pdf": ("active_content", lambda _: pdf("/OpenAction<</S/Launch/F(cmd.exe)>>")),
    "javascript.pdf": ("active_content", lambda _: pdf("/OpenAction<</S/JavaScript/JS(app.alert(1))>>")),
    "hidden.pdf": ("active_content", _packed_script),
    "attached.pdf": ("active_content", lambda _: pdf("/Names<</EmbeddedFiles<</Names[(a)<</EmbeddedFile 1>>]>>>>")),
    "external.docx": ("active_content", lambda _: _entities('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "laughs.docx": ("active_content", lambda _: _entities(_laughs())),
    "wide.docx": (
        "active_content",
        lambda _: _with_document('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")),
    ),
    "template.docx": (
        "active_content",
        lambda _: docx(
            members={"word/_rels/settings.xml.rels": _relations("attachedTemplate", "http://example.org/x.dotm")}
        ),
    ),
    "macro.docx": ("active_content", lambda _: docx(members={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})),
    "macro.pptx": ("active_content", lambda _: pptx(["x"], {"ppt/vbaProject.bin": b"\xd0\xcf\x11\xe0"})),
    "external.pptx": (
        "active_content",
        lambda _: pptx(["x"], {"ppt/slides/_rels/s1.xml.rels": _relations("video", "http://example.org/x.mp4")}),
    ),
    "deep.docx": ("too_complex", _deep),
    "nested.docx": ("", _nested),
    "slip.docx": ("malformed", lambda _: docx(members={"../../web/shell.xml": b"<x/>"})),
    "bomb.docx": ("too_complex", _zip_bomb),
    "lying.docx": ("malformed", _lying_zip),
    "bomb.zip": ("not_media", lambda _: _plain_bomb()),
    "bomb.png": ("too_large", lambda clips: clips.data("bomb.png")),
    "bomb.tiff": ("too_large", _tiff),
    "chain.tiff": ("malformed", _tiff_chain),
    "pages.tiff": ("malformed", _tiff_long),
    "bomb.heic": ("too_large", _heic),
    "bomb.pdf": ("", lambda _: pdf(content=b"\n" * 120_000_000)),
    "wall.pdf": ("", lambda _: pdf(box="0 0 1e9 1e9", content=b"BT /F1 9 Tf (x) Tj ET")),
    "streams.mkv": ("malformed", _matroska),
    "tracks.mp4": ("malformed", _many_tracks),
    "sizes.mkv": ("malformed", _ebml),
    "pages.pdf": ("too_many_pages", _leaves),
    "endless.mp4": ("truncated", _endless),
    "hours.mkv": ("too_long", lambda clips: clips.data("hours.mkv")),
    "endless.srt": ("", lambda _: b"1\n00:00:00,000 --> 9999:59:59,000\nx\n"),
    "backwards.srt": ("malformed", lambda _: b"1\n00:00:09,000 --> 00:00:01,000\nx\n"),
    "cues.srt": ("malformed", lambda _: b"1\n00:00:00,000 --> 00:00:01,000\nx\n\n" * 150_000),
    "nul.txt": ("not_media", lambda _: b"a\0b" * 100),
}  # fmt: skip


def _plain_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.dll", b"\0" * 100_000_000)
    return target.getvalue()


def make(name: str, folder: Path, clips: Clips) -> Path:
    """The file of that name in the folder."""
    path = folder / name
    path.write_bytes(FILES[name][1](clips))
    return path
