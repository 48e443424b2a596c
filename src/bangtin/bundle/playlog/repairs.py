"""Clock repair: a start in UTC from monotonic time and signed time of the same boot (trust F.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bangtin.bundle.playlog.lines import Line

DRIFT_PER_MILLION = 50


@dataclass(frozen=True)
class Repair:
    """The repaired start of a line, and by how much it may be wrong either way."""

    from_ms: int
    error_ms: int


def repair(line: Line, anchors: Iterable[Line]) -> Repair | None:
    """The start of `line` by the nearest signed time of its boot; None if that boot has none.

    `anchors` are `clock` lines of the same device and epoch; those of grade `hub` count, the others tell of a machine
    clock that jumped. error = rtt/2 + 50 ppm of the
    monotonic distance. The original start stays in the line; both are kept.
    """
    found = [_by(line, one) for one in anchors if (one.k, one.clock, one.boot) == ("clock", "hub", line.boot)]
    return min(found, key=lambda one: one.error_ms, default=None)


def between(lines: Sequence[Line], *, after_ms: int, before_ms: int) -> dict[int, Repair]:
    """The starts by n of the lines of one boot that has no signed time: it lies between its neighbours (trust F.6).

    Nothing of it was before `after_ms`, the end of the line before it, nor after `before_ms`, the start of the line
    after it or the instant it came. Its own clock stands if it lies between; else the middle does. The error is what is
    left of the interval: nearly always more than makes a clock good. Empty where the boot is longer than the interval.
    """
    first, last = lines[0], lines[-1]
    earliest_ms = after_ms - first.mono_ms
    latest_ms = before_ms - last.mono_ms - last.shown_ms
    if latest_ms < earliest_ms:
        return {}
    own_ms = first.from_ms - first.mono_ms
    offset_ms = own_ms if earliest_ms <= own_ms <= latest_ms else (earliest_ms + latest_ms) // 2
    error_ms = max(offset_ms - earliest_ms, latest_ms - offset_ms)
    return {line.n: Repair(line.mono_ms + offset_ms, error_ms) for line in lines}


def _by(line: Line, anchor: Line) -> Repair:
    distance_ms = anchor.mono_ms - line.mono_ms
    rtt_ms = anchor.extra.get("x_rtt_ms", 0)
    half_ms = rtt_ms // 2 if isinstance(rtt_ms, int) else 0
    return Repair(
        from_ms=anchor.from_ms - distance_ms,
        error_ms=half_ms + -(-abs(distance_ms) * DRIFT_PER_MILLION // 1_000_000),
    )
