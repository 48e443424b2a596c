"""Looks a whole file over, in the bounded process only: what it is, and every remark that needs no ffmpeg."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bangtin.hub.programmes.media import documents, marks, scripts, sniff, texts, thresholds
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.media.thresholds import Thresholds

Row = dict[str, object]
Screen = tuple[int, int, int]  # width, height, the least height of letters, in pixels
_ROWS_MOST = 60
_WORDS_MOST = 200


def look(path: Path, name: str, screens: list[Screen]) -> dict[str, object]:
    """`{"facts": …, "rows": [{"code", "at_ms", "params"}]}`; a file that cannot be used has its reason as a row.

    `facts` are those of `inspecting.Inspection` or, of documents and subtitles, `{"kind", "container"}`.
    """
    lines = thresholds.load()
    rows: list[Row] = list(_of_name(name, lines))
    facts: dict[str, object] = {}
    container = ""
    try:
        if path.stat().st_size == 0:
            raise Unusable("empty")
        container = sniff.container(path, name=name)
        facts, found = _of_content(path, container, lines, screens)
        rows += found
    except Unusable as refusal:
        rows.append({"code": refusal.code, "at_ms": _when(refusal), "params": refusal.params})
    except (RecursionError, OverflowError, ZeroDivisionError, AssertionError, LookupError):
        rows.append(_row("malformed"))
    active = scripts.find(path, container)
    if active and not any(row["code"] == "active_content" for row in rows):
        rows.append(_row("active_content", what=active))
    return {"facts": facts, "rows": rows[:_ROWS_MOST]}


def _row(code: str, at_ms: int | None = None, /, **params: int | str) -> Row:
    return {"code": code, "at_ms": at_ms, "params": params}


def _when(refusal: Unusable) -> int | None:
    at_ms = refusal.params.get("at_ms")
    return at_ms if isinstance(at_ms, int) else None


def _of_name(name: str, lines: Thresholds) -> Iterator[Row]:
    stem = name.rpartition(".")[0] or name
    if mark := marks.in_name(stem, lines.secret):
        yield _row("secret_mark", mark=mark, place="name")
    if marks.is_unsafe_name(name):
        yield _row("unsafe_name")


def _of_content(
    path: Path, container: str, lines: Thresholds, screens: list[Screen]
) -> tuple[dict[str, object], list[Row]]:
    if not container:
        raise Unusable("not_media")
    if container.startswith("other:"):
        raise Unusable("container", {"container": container.removeprefix("other:")})
    if container in sniff.SUBTITLES or container == "txt":
        return _of_text(path, container, lines)
    if container in sniff.DOCUMENTS:
        return _of_document(path, container, lines, screens)
    if container in sniff.PICTURES:
        from bangtin.hub.programmes.media import pictures

        facts = pictures.inspect(path, container)
        pages = list(_of_pages(int(str(facts["pages"])), lines))
    else:
        from bangtin.hub.programmes.media import streams

        facts, pages = streams.inspect(path, container), []
    words = facts.pop("words", [])
    return facts, pages + list(_of_words([str(one) for one in words] if isinstance(words, list) else [], lines))


def _of_pages(pages: int, lines: Thresholds) -> Iterator[Row]:
    """Several pages are shown one after the other; too many are refused."""
    if pages > lines.documents.slides:
        yield _row("too_many_pages", pages=pages, limit=lines.documents.slides)
    elif pages > 1:
        yield _row("slides", pages=pages)


def _of_words(words: Iterable[str], lines: Thresholds) -> Iterator[Row]:
    """Marks in what the file says of itself: title, comment, description."""
    for word in words:
        if mark := marks.in_name(word[:_WORDS_MOST], lines.secret):
            yield _row("secret_mark", mark=mark, place="metadata")
            return


def _of_lines(found: list[str], lines: Thresholds) -> Iterator[Row]:
    for number, mark in marks.in_text(found, lines.secret):
        yield _row("secret_mark", mark=mark, place="text", line=number)
        break
    if encoding := marks.legacy("\n".join(found)[:200_000]):
        yield _row("legacy_encoding", encoding=encoding)


def _of_text(path: Path, container: str, lines: Thresholds) -> tuple[dict[str, object], list[Row]]:
    text = texts.read(path, lines.documents)
    rows = list(_of_lines(text.splitlines(), lines))
    if container == "txt":
        return {"kind": "document", "container": container}, rows
    cues = texts.cues(text)
    rows += _of_fonts(texts.faces(text), lines)
    most = lines.text.subtitle_characters_a_second
    for cue in [one for one in cues if one.characters_a_second > most][:20]:
        rows.append(_row("subtitle_fast", cue.begins_ms, rate=round(cue.characters_a_second), limit=round(most)))
    ends = min(max(cue.ends_ms for cue in cues), 86_400_000)
    return {"kind": "subtitle", "container": container, "duration_ms": ends}, rows


def _of_document(
    path: Path, container: str, lines: Thresholds, screens: list[Screen]
) -> tuple[dict[str, object], list[Row]]:
    reader = documents.read_pdf if container == "pdf" else documents.read_office
    found = reader(path, lines.documents)
    rows = list(_of_lines(found.lines, lines))
    legacy = sorted(name for name in found.fonts if marks.LEGACY_FONT.match(name))
    if legacy and not any(row["code"] == "legacy_encoding" for row in rows):
        rows.append(_row("legacy_encoding", encoding="VNI" if legacy[0].lower().startswith("vni") else "TCVN3"))
    if found.active:
        rows.append(_row("active_content", what=found.active[:60]))
    rows += _of_fonts(found.fonts - set(legacy), lines)
    rows += _of_heights(found.heights, screens)
    rows += _of_pages(found.pages, lines)
    facts: dict[str, object] = {"kind": "document", "container": container}
    if found.width and found.height:
        facts |= {"width": min(found.width, 30_000), "height": min(found.height, 30_000)}
    return facts, rows


def _of_fonts(named: set[str], lines: Thresholds) -> Iterator[Row]:
    """Fonts that are not carried along and that no screen has; styles and spaces in names count for nothing."""
    safe = {_plain(name) for name in lines.documents.safe_fonts}
    unsafe = sorted(name for name in named if not _plain(name).startswith(tuple(safe)))
    if unsafe:
        yield _row("fonts", fonts=", ".join(unsafe[:5])[:120])


def _plain(font: str) -> str:
    return "".join(sign for sign in font.lower() if sign.isalnum())


def _of_heights(heights: list[float], screens: list[Screen]) -> Iterator[Row]:
    """Letters that are too low once the page fills the screen from top to bottom."""
    usual = sorted(heights)[len(heights) // 20 :] if heights else []
    for width, height, least in screens:
        pixels = round(usual[0] * height) if usual else least
        if pixels < least:
            yield _row("text_small", geometry=f"{width}x{height}", pixels=pixels, limit=least)
