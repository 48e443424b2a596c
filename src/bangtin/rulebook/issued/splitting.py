"""A document as issued, split into articles, clauses and points; what has no sure place is listed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bangtin.rulebook.issued import chrome, lost, parts, placing
from bangtin.rulebook.issued.blocks import Block, gather
from bangtin.rulebook.issued.lines import Line, read, width
from bangtin.rulebook.issued.markers import Sign, number
from bangtin.rulebook.issued.parts import Part, Role
from bangtin.rulebook.issued.placing import Sheet
from bangtin.rulebook.issued.shapes import NOTHING_KNOWN, Issued, Kind, Known, LeftOut, Unplaced, Why

STRUCTURE = (Sign.ARTICLE, Sign.CHAPTER, Sign.ROMAN)
LOOSE = lost.LOOSE


def split(raw: Sequence[str], *, known: Known = NOTHING_KNOWN, running: Collection[int] = ()) -> Issued:
    """Return the passages of a document, what could not be placed, and the lines left out.

    `raw` are its lines; `running` the numbers (from 1) of lines that a reader knows to be running headers.
    Every line that is not blank comes back exactly once.
    """
    every = read(raw)
    left: list[tuple[int, LeftOut]] = []
    lines: list[Line] = []
    for line in every:
        why = chrome.of_page(line, running)
        if why is None:
            lines.append(line)
        else:
            left.append((line.number, why))
    wrap = width(lines)
    sheet = Sheet(wrap, known)
    for order, part in enumerate(parts.cut(lines, known)):
        kept = _trimmed(part, sheet, left, is_first=order == 0)
        _place(Part(part.role, part.prefix, kept), sheet)
    passages = sheet.passages()
    return Issued(
        passages=tuple(sorted(passages, key=lambda one: one.lines)),
        unplaced=tuple(sorted(sheet.unplaced, key=lambda one: one.lines)),
        left_out=tuple(sorted(left)),
        lost_headings=tuple(sheet.lost),
    )


def _trimmed(part: Part, sheet: Sheet, left: list[tuple[int, LeftOut]], *, is_first: bool) -> list[Line]:
    """The part without national heading, signatures, recipients and what a web page adds below."""
    lines = list(part.lines)
    begin = chrome.title_at(lines) if is_first else 0
    for line in lines[:begin]:
        if chrome.is_nation(line.text) or len(line.text) < 60:
            left.append((line.number, LeftOut.PAGE if chrome.is_web(line.text) else LeftOut.NATION))
        else:
            sheet.unplaced.append(Unplaced("", line.text, Why.BEFORE_TITLE, (line.number,)))
    lines = lines[begin:]
    if part.role in {Role.OUTLINE, Role.ANNEX}:
        return lines
    end = _end(lines)
    kept = lines[:end]
    is_signing = is_web = False
    for line in lines[end:]:
        is_signing = is_signing or chrome.is_signature(line.text)
        is_web = chrome.is_web(line.text) or (is_web and line.text[:1].islower())
        if is_web:
            left.append((line.number, LeftOut.PAGE))
        elif is_signing:
            left.append((line.number, LeftOut.SIGNATURE))
        else:
            sheet.unplaced.append(Unplaced("", line.text, Why.AFTER_END, (line.number,)))
    return kept


def _end(lines: Sequence[Line]) -> int:
    """Where the words of a part end: at its signatures, or after the mark "./.", whichever comes first."""
    blocks = gather(lines, wrap=0)
    last = max((block.numbers[0] for block in blocks if block.sign in STRUCTURE), default=0)
    last_count = max((block.numbers[0] for block in blocks if block.sign in {Sign.NUMBER, Sign.LETTER}), default=0)
    for at, line in enumerate(lines):
        if line.number >= last and chrome.is_signature(line.text):
            return at
        if line.number >= max(last, last_count) and chrome.is_end(line.text):
            return at + 1
    return len(lines)


def _place(part: Part, sheet: Sheet) -> None:
    blocks = gather(part.lines, wrap=sheet.wrap)
    begin = next((at for at, block in enumerate(blocks) if block.sign in STRUCTURE), len(blocks))
    is_by_article = any(block.sign is Sign.ARTICLE for block in blocks)
    if is_by_article and part.role is Role.BODY:
        begin = min(begin, _title_length(part, blocks))
    _place_title(part, blocks[:begin], sheet)
    if is_by_article:
        _by_articles(part, blocks[begin:], sheet)
    else:
        _by_sections(part, blocks[begin:], sheet)


def _title_length(part: Part, blocks: Sequence[Block]) -> int:
    """How many blocks the title of an issued regulation takes: to the end of "(Ban hành kèm theo …)"."""
    depth = 0
    for at, block in enumerate(blocks):
        for line in block.lines:
            depth += line.text.count("(") - line.text.count(")")
            if line.text.endswith(")") and depth <= 0 and not part.prefix:
                return at + 1
    return len(blocks)


def _place_title(part: Part, blocks: Sequence[Block], sheet: Sheet) -> None:
    """The words above the first article or section: title and grounds of a decision, head of an outline."""
    head = f"{part.prefix}.head" if part.prefix else "head"
    lead = "0" if not part.prefix and "0" in sheet.known.places else head
    title: list[Block] = []
    words: list[Block] = []
    for block in blocks:
        if block.sign in {Sign.NUMBER, Sign.DECIMAL, Sign.LETTER}:
            sheet.set_aside(block, Why.NO_ARTICLE)
        elif lead != head and block.sign is not Sign.CAPITALS and not block.lines[0].text.isupper():
            words.append(block)
        else:
            title.append(block)
    if title:
        sheet.add(head, Kind.TEXT, *title)
    if words:
        sheet.add(lead, Kind.TEXT, *words)


def _by_articles(part: Part, blocks: Sequence[Block], sheet: Sheet) -> None:
    runs: list[tuple[str | None, list[Block]]] = [(None, [])]
    for block in _without_headings(blocks, sheet):
        last = next((label for label, _run in reversed(runs) if label), None)
        if block.sign is Sign.ARTICLE and (last is None or number(block.label) > number(last)):
            runs.append((block.label, [block]))
        else:
            runs[-1][1].append(block)
    for (label, run), following in zip(runs, [*runs[1:], (None, [])], strict=True):
        _place_run(part, label, run, before=following[0], sheet=sheet)


def _place_run(part: Part, label: str | None, run: list[Block], *, before: str | None, sheet: Sheet) -> None:
    """Place what stands under one printed heading, and what belongs to lost headings after it."""
    own, surplus = run, []
    found = lost.allot(
        run,
        lost.missing(sheet.known, part.prefix, label, before),
        known=sheet.known,
        prefix=part.prefix,
        is_open=label is None,
    )
    if found is not None:
        own, surplus = run[: found[0]], found[1]
    if label is None:
        for block in own:
            sheet.set_aside(block, Why.NO_ARTICLE)
    else:
        restart = lost.own(own)
        placing.article(_head(part, label), own[:restart], sheet, has_heading=part.role is not Role.DECISION)
        for block in own[restart:]:
            sheet.set_aside(block, Why.NOT_NEXT if block.sign is Sign.ARTICLE else Why.HEADING_LOST)
    for article, blocks in surplus:
        sheet.lost.append(article)
        placing.under(_head(part, article), blocks, sheet)


def _by_sections(part: Part, blocks: Sequence[Block], sheet: Sheet) -> None:
    runs: list[list[Block]] = []
    last = (0, 0)
    for block in _without_headings(blocks, sheet, keeps_capitals=True):
        if block.sign is Sign.ROMAN and number(block.label) > last:
            last = number(block.label)
            runs.append([block])
        elif runs:
            runs[-1].append(block)
        else:
            sheet.set_aside(block, Why.NO_ARTICLE)
    for run in runs:
        head = _head(part, run[0].label)
        sheet.add(head, Kind.SECTION, run[0])
        placing.under(head, run[1:], sheet)


def _without_headings(blocks: Sequence[Block], sheet: Sheet, *, keeps_capitals: bool = False) -> list[Block]:
    """The blocks without headings of chapters, which are placed, and headings without a number, which are listed."""
    kept: list[Block] = []
    chapter: Block | None = None
    for at, block in enumerate(blocks):
        if block.sign is Sign.CHAPTER:
            sheet.add(block.label, Kind.HEADING, block)
            chapter = block
        elif chapter is not None and block.sign in LOOSE:
            sheet.drafts[-1].blocks.append(block)
        elif block.sign is Sign.CAPITALS and not keeps_capitals and not _is_title_of(blocks, at):
            sheet.set_aside(block, Why.NO_NUMBER)
        else:
            kept.append(block)
            chapter = None
    return kept


def _is_title_of(blocks: Sequence[Block], at: int) -> bool:
    """Whether capitals are the heading of a bare "Điều 5"."""
    marker = blocks[at - 1].marker if at else None
    return marker is not None and marker.sign is Sign.ARTICLE and not marker.rest


def _head(part: Part, label: str) -> str:
    return f"{part.prefix}.{label}" if part.prefix else label
