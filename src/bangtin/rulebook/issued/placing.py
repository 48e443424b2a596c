"""Blocks given their places: clauses under articles or sections, points under clauses, items under either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bangtin.rulebook.issued import markers
from bangtin.rulebook.issued.blocks import Block
from bangtin.rulebook.issued.lines import is_ended
from bangtin.rulebook.issued.markers import Sign
from bangtin.rulebook.issued.shapes import Kind, Known, Passage, Unplaced, Why

_KINDS = {
    Sign.ARTICLE: Kind.ARTICLE,
    Sign.ROMAN: Kind.SECTION,
    Sign.NUMBER: Kind.CLAUSE,
    Sign.DECIMAL: Kind.CLAUSE,
    Sign.LETTER: Kind.POINT,
    Sign.DASH: Kind.ITEM,
    Sign.PLUS: Kind.ITEM,
}
CLOSERS = ("Trong quá trình", "Trên đây là")


@dataclass(slots=True)
class Draft:
    """A passage that is still being read."""

    place: str
    kind: Kind
    blocks: list[Block]


@dataclass(slots=True)
class Sheet:
    """What was read so far, and how it is wrapped."""

    wrap: int
    known: Known
    drafts: list[Draft] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def add(self, place: str, kind: Kind, *blocks: Block) -> None:
        """Place blocks."""
        self.drafts.append(Draft(place, kind, list(blocks)))

    def set_aside(self, block: Block, why: Why) -> None:
        """List a block as not placed."""
        marker = block.marker.printed if block.marker else ""
        self.unplaced.append(Unplaced(marker, block.text(self.wrap), why, block.numbers))

    def passages(self) -> list[Passage]:
        """Return what was placed; a place that is taken already is listed instead."""
        found, taken = [], set()
        for draft in self.drafts:
            key = (draft.place, draft.kind is Kind.TEXT)
            if draft.kind is not Kind.HEADING and key in taken:
                for block in draft.blocks:
                    self.set_aside(block, Why.TAKEN)
                continue
            taken.add(key)
            first = draft.blocks[0]
            found.append(
                Passage(
                    place=draft.place,
                    kind=draft.kind,
                    marker=first.marker.printed if first.marker else "",
                    text=self._text(draft),
                    lines=tuple(number for block in draft.blocks for number in block.numbers),
                )
            )
        return found

    def _text(self, draft: Draft) -> str:
        texts = [block.text(self.wrap) for block in draft.blocks]
        is_heading = draft.kind in {Kind.ARTICLE, Kind.HEADING} and not any(is_ended(text) for text in texts)
        return (" " if is_heading else "\n").join(text for text in texts if text)


@dataclass(slots=True)
class _Ranks:
    """The last marker of each level under an article or section."""

    clause: str = ""
    clause_rank: tuple[int, ...] = ()
    decimal: str = ""
    point: str = ""
    dashes: int = 0
    pluses: int = 0
    is_lost: bool = False

    @property
    def is_begun(self) -> bool:
        """Return whether a marker was placed already."""
        return bool(self.clause_rank or self.point or self.dashes or self.pluses)


def under(head: str, blocks: Sequence[Block], sheet: Sheet) -> None:
    """Place the blocks that stand under an article or a section (`head` is its place).

    A block whose marker does not follow the one before it is listed, with what stands under it.
    """
    ranks = _Ranks()
    owns_text = is_listing = False
    for at, block in enumerate(blocks):
        if block.sign in {Sign.NONE, Sign.CAPITALS}:
            if _closes(head, blocks, at, sheet.known):
                sheet.add(f"{head}.close", Kind.TEXT, block)
            elif is_listing:
                sheet.set_aside(block, Why.NOT_NEXT)
            elif ranks.is_begun or owns_text:
                sheet.drafts[-1].blocks.append(block)
            else:
                sheet.add(head, Kind.TEXT, block)
                owns_text = True
            continue
        place = _place(head, block, ranks)
        is_listing = place is None
        if place is None:
            sheet.set_aside(block, Why.NOT_NEXT)
        else:
            sheet.add(place, _KINDS[block.sign], block)


def article(head: str, blocks: Sequence[Block], sheet: Sheet, *, has_heading: bool) -> None:
    """Place a printed article: its heading apart from its words."""
    first, *rest = _without_words(blocks[0], sheet.known.headings.get(head, "")) + list(blocks[1:])
    paragraphs = 0
    while paragraphs < len(rest) and rest[paragraphs].sign in {Sign.NONE, Sign.CAPITALS}:
        paragraphs += 1
    taken = _heading_length(head, first, rest[:paragraphs], sheet, is_followed=paragraphs < len(rest))
    if not has_heading:
        sheet.add(head, Kind.ARTICLE, first, *rest[:paragraphs])
        taken = paragraphs
    else:
        sheet.add(head, Kind.ARTICLE, first, *rest[:taken])
    under(head, rest[taken:], sheet)


def _without_words(first: Block, heading: str) -> list[Block]:
    """The block of "Điều N. …" cut where the known heading ends, if a line ends there too."""
    for count in range(1, len(first.lines)):
        above = Block(first.marker, first.lines[:count])
        if heading and _words(above.text(0)) == _words(heading):
            return [above, Block(None, first.lines[count:])]
    return [first]


def _heading_length(head: str, first: Block, paragraphs: Sequence[Block], sheet: Sheet, *, is_followed: bool) -> int:
    """How many of the paragraphs after "Điều N. …" still belong to its heading."""
    if not paragraphs:
        return 0
    wanted = _words(sheet.known.headings.get(head, ""))
    so_far = _words(first.text(sheet.wrap))
    for count, block in enumerate(paragraphs):
        if wanted and so_far == wanted:
            return count
        so_far += _words(block.text(sheet.wrap))
    if wanted and so_far == wanted:
        return len(paragraphs)
    is_title = is_followed and not is_ended(paragraphs[-1].lines[-1].text)
    return len(paragraphs) if is_title else 0 if first.text(sheet.wrap) else 1


def _words(text: str) -> list[str]:
    return text.casefold().split()


def _closes(head: str, blocks: Sequence[Block], at: int, known: Known) -> bool:
    """Whether a paragraph is the closing one of a document, under its last article."""
    if at != len(blocks) - 1 or head.startswith(("QD", "DC")):
        return False
    if f"{head}.close" in known.places:
        return True
    return at > 0 and not known.places and blocks[at].text(0).startswith(CLOSERS)


def _place(head: str, block: Block, ranks: _Ranks) -> str | None:
    """The place of a marked block, or None where it does not follow; notes it in `ranks`."""
    label = block.label
    if block.sign is Sign.NUMBER:
        rank = (int(label),)
        if rank <= ranks.clause_rank:
            ranks.is_lost = True
            return None
        _begin_clause(ranks, label, rank)
        return f"{head}.{label}"
    if block.sign is Sign.DECIMAL:
        return _decimal(head, label, ranks)
    if ranks.is_lost or block.sign not in {Sign.LETTER, Sign.DASH, Sign.PLUS}:
        return None
    base = ".".join(part for part in (head, ranks.decimal or ranks.clause) if part)
    if block.sign is Sign.LETTER:
        if ranks.point and markers.letter(label) <= markers.letter(ranks.point):
            return None
        ranks.point, ranks.dashes, ranks.pluses = label, 0, 0
        return f"{base}.{label}"
    base = ".".join(part for part in (base, ranks.point) if part)
    if block.sign is Sign.DASH:
        ranks.dashes, ranks.pluses = ranks.dashes + 1, 0
        return f"{base}.{ranks.dashes}"
    ranks.pluses += 1
    return f"{base}.{ranks.dashes}.{ranks.pluses}" if ranks.dashes else f"{base}.{ranks.pluses}"


def _decimal(head: str, label: str, ranks: _Ranks) -> str | None:
    """The place of "1.2": under clause 1, or under the article whose number it repeats ("5.1" in article 5)."""
    parts = label.split(".")
    own = head.rpartition(".")[2]
    rank = tuple(int(part) for part in parts)
    if parts[0] == own and not ranks.clause:
        parts, rank = parts[1:], rank[1:]
    elif not (ranks.clause and parts[0] == ranks.clause.split(".")[0]):
        return None
    if rank <= ranks.clause_rank:
        return None
    top = ranks.clause.split(".")[0] if ranks.clause and len(parts) > 1 else ""
    _begin_clause(ranks, top, rank)
    ranks.decimal = ".".join(parts)
    return f"{head}.{ranks.decimal}"


def _begin_clause(ranks: _Ranks, label: str, rank: tuple[int, ...]) -> None:
    ranks.clause, ranks.clause_rank = label, rank
    ranks.decimal, ranks.point, ranks.dashes, ranks.pluses, ranks.is_lost = "", "", 0, 0, False
