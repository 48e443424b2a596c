"""Sums over spans of time: joined, cut with each other, taken away from each other."""

from collections.abc import Iterable, Sequence

from bangtin.hub.schedules.compiler.shapes import HOUR_MS, Span


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as spans that neither touch nor overlap, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return tuple(found)


def common(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """The time in both; each is joined already."""
    return tuple((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d))


def without(spans: Sequence[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """The time of `spans` (joined) that is in none of `holes`."""
    left: list[Span] = []
    cut = joined(holes)
    for start, end in spans:
        at = start
        for a, b in cut:
            if b <= at or a >= end:
                continue
            if a > at:
                left.append((at, a))
            at = max(at, b)
        if at < end:
            left.append((at, end))
    return tuple(left)


def length(spans: Iterable[Span]) -> int:
    """How long they are together, in ms; they do not overlap."""
    return sum(end - start for start, end in spans)


def by_bin(spans: Iterable[Span], bin_ms: int = HOUR_MS) -> dict[int, int]:
    """How many ms of each bin of the day (0, 1, …) they cover; bins they do not touch are left out."""
    found: dict[int, int] = {}
    for start, end in spans:
        at = start
        while at < end:
            number = at // bin_ms
            until = min(end, (number + 1) * bin_ms)
            found[number] = found.get(number, 0) + until - at
            at = until
    return found
