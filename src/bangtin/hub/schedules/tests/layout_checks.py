"""What a day laid out must keep, written from the definition of its values and not from the compiler's code."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from bangtin.hub.schedules.compiler import Day, Entry, Layout, Share, Turn, Unmet

HOUR = 3_600_000


def broken(day: Day, layout: Layout) -> list[str]:
    """Every hard rule that the layout breaks, in words; empty when none is."""
    entries = {entry.id: entry for entry in day.entries}
    found = [f"order at {b.from_ms}" for a, b in _pairs(layout.turns) if b.from_ms < a.until_ms]
    for turn in layout.turns:
        entry = entries[turn.entry]
        if turn.until_ms - turn.from_ms != entry.dur_ms:
            found.append(f"length {turn}")
        if not covered(turn, day.open) or (entry.windows and not covered(turn, entry.windows)):
            found.append(f"outside {turn}")
    for entry in day.entries:
        found += _broken_by(entry, list(layout.turns_of(entry.id)))
    for share in day.shares:
        before = dict(parts(day, replace(layout, turns=()), share))
        found += [
            f"over {share.kind} {share.key} {hour}"
            for hour, part in parts(day, layout, share)
            if over(part, share) and part > before[hour]
        ]
    return found


def _broken_by(entry: Entry, turns: list[Turn]) -> list[str]:
    found = [f"gap {b}" for a, b in _pairs(turns) if b.from_ms - a.until_ms < entry.gap_ms]
    if entry.max_day is not None and len(turns) > entry.max_day:
        found.append(f"max_day {entry.id}")
    hours = Counter(turn.from_ms // HOUR for turn in turns)
    if entry.max_hour is not None and hours and max(hours.values()) > entry.max_hour:
        found.append(f"max_hour {entry.id}")
    return found


def covered(turn: Turn, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether every instant of the turn lies in one of the spans, which may touch or overlap."""
    at = turn.from_ms
    for start, end in sorted(spans):
        if start <= at < end:
            at = end
    return at >= turn.until_ms


def over(part: Fraction, share: Share) -> bool:
    return share.most_permille is not None and part * 1000 > share.most_permille


def parts(day: Day, layout: Layout, share: Share) -> list[tuple[int | None, Fraction]]:
    """What the share has of the day (None) or of each clock hour."""
    entries = {entry.id: entry for entry in day.entries}
    base = [*day.open, *((taken.from_ms, taken.until_ms) for taken in day.taken)]
    own = [(turn.from_ms, turn.until_ms) for turn in layout.turns if share.covers(entries[turn.entry])]
    own = _union(own) + [(taken.from_ms, taken.until_ms) for taken in day.taken if share.covers(taken)]
    cuts = [(hour, hour * HOUR, (hour + 1) * HOUR) for hour in range(24)] if share.is_hourly else [(None, 0, 24 * HOUR)]
    found: list[tuple[int | None, Fraction]] = []
    for hour, start, end in cuts:
        whole = _inside(_union(base), start, end)
        if whole:
            found.append((hour, Fraction(_inside(own, start, end), whole)))
    return found


def lacks(day: Day, layout: Layout) -> set[tuple[str, str, int | None, int, int]]:
    """What does not hold, as (kind, entry or share, hour, wanted, got)."""
    found: set[tuple[str, str, int | None, int, int]] = set()
    for entry in day.entries:
        turns = list(layout.turns_of(entry.id))
        for kind, wanted in (("min_day", entry.min_day), ("target", entry.target or 0)):
            if len(turns) < wanted:
                found.add((kind, entry.id, None, wanted, len(turns)))
        by_hour = Counter(turn.from_ms // HOUR for turn in turns)
        for hour in range(24) if entry.min_hour else ():
            usable = _common(_union(day.open), _union(entry.windows or day.open), hour)
            hourly, got = entry.min_hour * usable // HOUR, by_hour[hour]
            if got < hourly:
                found.add(("min_hour", entry.id, hour, hourly, got))
    for share in day.shares:
        least = share.least_permille or 0
        for part_hour, part in parts(day, layout, share):
            if part * 1000 < least:
                found.add(("least", f"{share.kind} {share.key}", part_hour, least, int(part * 1000)))
    return found


def named(unmet: Unmet) -> tuple[str, str, int | None, int, int]:
    """The same of what the compiler says."""
    share = unmet.share
    subject = unmet.entry or (f"{share.kind} {share.key}" if share else "")
    return unmet.kind.value, subject, unmet.hour, unmet.wanted, unmet.got


def idle_of(day: Day, layout: Layout) -> list[tuple[int, int]]:
    """Open time in which nothing plays."""
    found, turns = [], list(layout.turns)
    for start, end in _union(day.open):
        at = start
        for turn in turns:
            if start <= turn.from_ms < end:
                if turn.from_ms > at:
                    found.append((at, turn.from_ms))
                at = turn.until_ms
        if at < end:
            found.append((at, end))
    return found


def _pairs(turns: Iterable[Turn]) -> list[tuple[Turn, Turn]]:
    return list(pairwise(turns))


def _union(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _inside(spans: Iterable[tuple[int, int]], start: int, end: int) -> int:
    return sum(max(0, min(b, end) - max(a, start)) for a, b in spans)


def _common(one: list[tuple[int, int]], other: list[tuple[int, int]], hour: int) -> int:
    return sum(_inside([(max(a, c), min(b, d))], hour * HOUR, (hour + 1) * HOUR) for a, b in one for c, d in other)
