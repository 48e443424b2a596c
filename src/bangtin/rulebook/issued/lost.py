"""Articles whose headings a copy lost: placed by the regulation's own structure where that leaves one way only."""

from __future__ import annotations

from collections.abc import Sequence

from bangtin.rulebook.issued.blocks import Block
from bangtin.rulebook.issued.markers import Sign, number
from bangtin.rulebook.issued.shapes import Known

LOOSE = (Sign.NONE, Sign.CAPITALS)


def missing(known: Known, prefix: str, after: str | None, before: str | None) -> tuple[str, ...]:
    """Return the articles that the regulation has between two printed ones; open ends are None.

    Where nothing is known of the regulation, the numbers between two printed ones.
    """
    low = number(after) if after else (0, 0)
    if not known.places:
        return tuple(str(each) for each in range(low[0] + 1, number(before)[0])) if before else ()
    depth = 1 if prefix else 0
    heads = {place.split(".")[depth] for place in known.places if _is_of(place, prefix)}
    between = {head for head in heads if head[:1].isdigit() and head != "0" and number(head) > low}
    if before:
        between = {head for head in between if number(head) < number(before)}
    return tuple(sorted(between, key=number))


def begins(blocks: Sequence[Block]) -> int:
    """Return where blocks that are not the article's own begin: where its clauses count anew; the length if never.

    `blocks` stand under one printed heading (or above the first).
    """
    last = 0
    for at, block in enumerate(blocks):
        if block.sign is Sign.NUMBER:
            if int(block.label) <= last:
                return at
            last = int(block.label)
    return len(blocks)


def own(blocks: Sequence[Block]) -> int:
    """Return how many blocks are surely the article's own; paragraphs right above a new count are not."""
    end = begins(blocks)
    while 0 < end < len(blocks) and blocks[end - 1].sign in LOOSE:
        end -= 1
    return end


def allot(
    blocks: Sequence[Block], articles: Sequence[str], *, known: Known, prefix: str, is_open: bool
) -> tuple[int, list[tuple[str, list[Block]]]] | None:
    """Return where the first lost article begins, and each lost article with its blocks; None if not certain.

    `is_open`: the blocks stand above the first printed heading, so all of them are without an article.
    The paragraphs and clauses must be just those that the regulation has in these articles.
    """
    if not articles:
        return None
    restart = 0 if is_open else begins(blocks)
    wanted = [_expected(known, prefix, each) for each in articles]
    if not known.places:
        return _by_count(blocks, articles, restart)
    leading = _leading(wanted)
    begin = restart if is_open else restart - leading
    if begin < 0 or (not is_open and any(block.sign not in LOOSE for block in blocks[begin:restart])):
        return None
    if not is_open and begin and blocks[begin - 1].sign in LOOSE and leading:
        return None  # one paragraph more: which of them is the article's own is not certain
    return _fitted(blocks, begin, list(zip(articles, wanted, strict=True)))


def _fitted(
    blocks: Sequence[Block], begin: int, wanted: Sequence[tuple[str, tuple[int, ...]]]
) -> tuple[int, list[tuple[str, list[Block]]]] | None:
    found: list[tuple[str, list[Block]]] = []
    at = begin
    for article, numbers in wanted:
        end = _run(blocks, at, numbers)
        if end is None:
            return None
        found.append((article, list(blocks[at:end])))
        at = end
    return (begin, found) if at == len(blocks) else None


def _run(blocks: Sequence[Block], at: int, numbers: tuple[int, ...]) -> int | None:
    """Where an article ends that begins at `at`: one paragraph, or clauses with these numbers."""
    if not numbers:
        return at + 1 if at < len(blocks) and blocks[at].sign in LOOSE else None
    for wanted in numbers:
        if at >= len(blocks) or blocks[at].sign is not Sign.NUMBER or int(blocks[at].label) != wanted:
            return None
        at += 1
        while at < len(blocks) and blocks[at].sign not in {Sign.NUMBER, *LOOSE}:
            at += 1
    return at


def _by_count(
    blocks: Sequence[Block], articles: Sequence[str], restart: int
) -> tuple[int, list[tuple[str, list[Block]]]] | None:
    """As many counts of clauses as numbers are missing between two printed headings."""
    starts = [at for at in range(restart, len(blocks)) if blocks[at].sign is Sign.NUMBER and blocks[at].label == "1"]
    if not starts or starts[0] != restart or len(starts) != len(articles):
        return None
    ends = [*starts[1:], len(blocks)]
    runs = [list(blocks[start:end]) for start, end in zip(starts, ends, strict=True)]
    if any(block.sign in LOOSE for run in runs for block in run) or any(begins(run) < len(run) for run in runs):
        return None
    return restart, list(zip(articles, runs, strict=True))


def _expected(known: Known, prefix: str, article: str) -> tuple[int, ...]:
    return known.clause_numbers(f"{prefix}.{article}" if prefix else article)


def _leading(wanted: Sequence[tuple[int, ...]]) -> int:
    """How many articles without clauses come first."""
    return next((at for at, numbers in enumerate(wanted) if numbers), len(wanted))


def _is_of(place: str, prefix: str) -> bool:
    return place.startswith(f"{prefix}.") if prefix else not place.startswith(("QD.", "DC.", "PL"))
