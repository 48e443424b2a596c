"""Clock repair: a start in UTC from monotonic time and signed time of the same boot (trust F.6)."""

from collections.abc import Iterable
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


def _by(line: Line, anchor: Line) -> Repair:
    distance_ms = anchor.mono_ms - line.mono_ms
    rtt_ms = anchor.extra.get("x_rtt_ms", 0)
    half_ms = rtt_ms // 2 if isinstance(rtt_ms, int) else 0
    return Repair(
        from_ms=anchor.from_ms - distance_ms,
        error_ms=half_ms + -(-abs(distance_ms) * DRIFT_PER_MILLION // 1_000_000),
    )
