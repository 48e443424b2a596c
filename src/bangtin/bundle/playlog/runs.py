"""The verdict on the plays that nearly all lines are, in a fifth of the time that any line takes (trust F.5).

Of a run of lines nearly all are plays of the plan by a clock that was set, beside no fork, no revoked key and no alert.
For these `Run` comes to the same verdict as `verdict` by the same comparisons; of any other line it says nothing.
"""

from bisect import bisect_left
from collections.abc import Mapping

from bangtin.bundle import timeline
from bangtin.bundle.playlog import verdicts
from bangtin.bundle.playlog.lines import Line
from bangtin.bundle.playlog.repairs import Repair
from bangtin.bundle.playlog.verdicts import TOLERANCE_MS, AcceptedManifest, Context, Verdict
from bangtin.bundle.timeline import Segment, Segments

MOST_COMMITMENTS = 20


class _Plan:
    """One face of one bundle as the device had it, walked along in the order of the lines."""

    def __init__(self, accepted: AcceptedManifest, segments: Segments) -> None:
        self.items = accepted.manifest.item_by_id
        self.first_ms = accepted.from_ms - TOLERANCE_MS
        self.until_ms = accepted.until_ms
        self._segments = segments
        self._last: Segment | None = None

    def is_in_force(self, at_ms: int) -> bool:
        """Whether the bundle was the device's own then, within the tolerance."""
        return at_ms >= self.first_ms and (self.until_ms is None or at_ms <= self.until_ms + TOLERANCE_MS)

    def only(self, line: Line) -> Segment | None:
        """The one segment within the tolerance that the line is a play of; None if there is none or several."""
        at_ms, wanted = line.from_ms, (line.item, line.class_, line.slot)
        early = self._last
        if early is None or not early.from_ms <= at_ms - TOLERANCE_MS < early.until_ms:
            early = self._segments.at(at_ms - TOLERANCE_MS)
        there = early if at_ms < early.until_ms else self._segments.at(at_ms)
        late = there if at_ms + TOLERANCE_MS < there.until_ms else self._segments.at(at_ms + TOLERANCE_MS)
        self._last = there
        fitting = there if there[2:] == wanted else None
        for other in (early, late):
            if other is not there and other[2:] == wanted:
                if fitting is not None:
                    return None
                fitting = other
        return fitting

    def planned_ms(self, turn: Segment, at_ms: int) -> int:
        """How long the segment is from the instant on, as far as the bundle was not replaced meanwhile."""
        until_ms = turn.until_ms if self.until_ms is None else min(turn.until_ms, self.until_ms)
        return until_ms - max(turn.from_ms, at_ms)


class Run:
    """Judges the lines of one device and epoch, in the order of n; `context` is what surrounds them all.

    Its `commitments` are all those of the run, in the order of n; `following` and `repairs` are by n.
    """

    def __init__(self, context: Context, *, following: Mapping[int, Line], repairs: Mapping[int, Repair]) -> None:
        self._context, self._following, self._repairs = context, following, repairs
        is_doubted = context.is_forked or context.is_cloned or context.revoked_ms is not None
        self._is_plain = not is_doubted and not context.alerts
        self._latest_ms = context.received_ms + verdicts.FUTURE_MS
        self._numbers = [one.n for one in context.commitments]
        self._plans: dict[tuple[int, str], _Plan | None] = {}

    def verdict(self, line: Line) -> Verdict | None:
        """As `verdict`, of a usual play; None of any other line."""
        if not self._is_plain or line.k != "play" or line.clock != "hub" or line.n in self._repairs:
            return None
        key = line.bundle, line.face
        plan = self._plans[key] if key in self._plans else self._plan(line)
        at_ms = line.from_ms
        if plan is None or at_ms > self._latest_ms or not plan.is_in_force(at_ms):
            return None
        item = plan.items.get(line.item)
        if item is None or item.digest != line.content or self._may_overlap(line):
            return None
        if verdicts.looks_otherwise(line, self._context.pictures):
            return None
        turn = plan.only(line)
        if turn is None:
            return None
        planned_ms, shown_ms = plan.planned_ms(turn, at_ms), line.shown_ms
        if shown_ms * 100 < planned_ms * verdicts.SHOWN_PERCENT or shown_ms > planned_ms + verdicts.LONGER_MS:
            return None
        return verdicts.AGREES if self._is_committed(line) else verdicts.UNCOMMITTED

    def _plan(self, line: Line) -> _Plan | None:
        same = [one for one in self._context.manifests if one.manifest.number == line.bundle]
        is_one = len(same) == 1 and line.face in same[0].manifest.faces
        is_own = self._context.faces is None or line.face in self._context.faces
        found = _Plan(same[0], timeline.segments_of(same[0].manifest, line.face)) if is_one and is_own else None
        self._plans[line.bundle, line.face] = found
        return found

    def _may_overlap(self, line: Line) -> bool:
        following = self._following.get(line.n)
        if following is None or line.shown_ms == 0:
            return False
        return following.boot != line.boot or line.shown_ms > following.mono_ms - line.mono_ms + verdicts.OVERLAP_MS

    def _is_committed(self, line: Line) -> bool:
        latest_ms = line.from_ms + line.shown_ms + verdicts.COMMITTED_WITHIN_MS
        begins, heads = bisect_left(self._numbers, line.n), self._context.heads
        for one in self._context.commitments[begins : begins + MOST_COMMITMENTS]:
            if one.received_ms <= latest_ms and heads.get(one.n) == one.head:
                return True
        return False
