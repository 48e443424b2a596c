"""Lines gathered into blocks: a marker with its words, or a paragraph without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bangtin.rulebook.issued.lines import Line, begins_paragraph, is_capitals, joined
from bangtin.rulebook.issued.markers import Marker, Sign, read

UNDER_TITLE = (Sign.CHAPTER, Sign.ROMAN)


@dataclass(slots=True)
class Block:
    """A marker (or none) and its lines."""

    marker: Marker | None
    lines: list[Line] = field(default_factory=list)
    is_all_capitals: bool = False
    words: int = 0

    def append(self, line: Line) -> None:
        """Add a line that goes on where the last one ended."""
        self.lines.append(line)
        self.words += len(line.text.split())
        self.is_all_capitals = self.is_all_capitals and is_capitals(line.text)

    @property
    def sign(self) -> Sign:
        """Return what it begins with."""
        if self.marker is not None:
            return self.marker.sign
        return Sign.CAPITALS if self.is_all_capitals and self.words > 2 else Sign.NONE

    @property
    def label(self) -> str:
        """Return its marker's label."""
        return self.marker.label if self.marker else ""

    def text(self, wrap: int) -> str:
        """Return its words without the marker."""
        whole = joined(self.lines, wrap=wrap)
        return whole[len(self.marker.printed) :].strip() if self.marker else whole

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return its line numbers."""
        return tuple(line.number for line in self.lines)


def gather(lines: Sequence[Line], *, wrap: int) -> list[Block]:
    """Return the blocks of a part of a document."""
    found: list[Block] = []
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        marker = read(line, before)
        if marker is not None:
            found.append(Block(marker, [line]))
        elif found and before is not None and not _begins(found[-1], before, line, wrap):
            found[-1].append(line)
        else:
            found.append(Block(None, [line], is_all_capitals=is_capitals(line.text), words=len(line.text.split())))
    return found


def _begins(block: Block, before: Line, line: Line, wrap: int) -> bool:
    """Whether a line without a marker begins a block of its own after `block`."""
    if is_capitals(line.text) and is_capitals(before.text) and (wrap or block.sign in {Sign.CAPITALS, *UNDER_TITLE}):
        return False
    if block.sign is Sign.CHAPTER and len(block.lines) == 1 and block.marker and not block.marker.rest:
        return False
    return begins_paragraph(before, line, wrap=wrap, is_heading=block.sign is Sign.ARTICLE)
