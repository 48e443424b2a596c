"""When lines were whose clock nobody vouched for at the time: by signed time of their boot, or between its neighbours.

trust F.6; the device's own instant stays in the line.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from bangtin.bundle import playlog
from bangtin.bundle.playlog import Line, Repair
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import chain, facts

MOST_ANCHORS = 50
# a boot that is told in several batches stands where its first batch was put: nobody knows how far off that is
UNKNOWN_MS = 365 * 86_400_000


def repairs(lines: Sequence[Line], *, device_id: str, epoch: int, received_ms: int) -> dict[int, Repair]:
    """The repaired starts by n of those lines (in the order of n) whose clock no signed time had set in their boot."""
    weak = [line for line in lines if line.clock != "hub"]
    if not weak:
        return {}
    anchors = _anchors(device_id, epoch, lines)
    found = {line.n: repaired for line in weak if (repaired := playlog.repair(line, anchors)) is not None}
    if len(found) < len(weak):
        for _boot, run in groupby(lines, key=lambda line: line.boot):
            some = [line for line in run if line.clock != "hub" and line.n not in found]
            if some:
                found |= _lost(some, lines, found, device_id=device_id, epoch=epoch, received_ms=received_ms)
    return found


def _lost(  # what is known around one boot
    some: Sequence[Line],
    lines: Sequence[Line],
    found: Mapping[int, Repair],
    *,
    device_id: str,
    epoch: int,
    received_ms: int,
) -> dict[int, Repair]:
    """The lines of one boot without signed time."""
    boot = some[0].boot
    earlier = [line for line in lines if line.n < some[0].n and line.boot != boot]
    later = [line for line in lines if line.n > some[-1].n and line.boot != boot]
    before_ms = next((_start_ms(line, found) for line in later if _is_sure(line, found)), received_ms)
    if earlier:
        after_ms = _start_ms(earlier[-1], found) + earlier[-1].shown_ms
        return playlog.between(some, after_ms=after_ms, before_ms=before_ms)
    stored = facts.before(device_id, epoch, some[0].n)
    if stored is not None and stored.boot == boot:
        offset_ms = to_ms(stored.at) - stored.mono_ms
        return {line.n: Repair(line.mono_ms + offset_ms, UNKNOWN_MS) for line in some}
    after_ms = to_ms(stored.at) + stored.shown_ms if stored else 0
    return playlog.between(some, after_ms=after_ms, before_ms=before_ms)


def _is_sure(line: Line, found: Mapping[int, Repair]) -> bool:
    return line.clock == "hub" or line.n in found


def _start_ms(line: Line, found: Mapping[int, Repair]) -> int:
    return found[line.n].from_ms if line.n in found else line.from_ms


def _anchors(device_id: str, epoch: int, lines: Sequence[Line]) -> list[Line]:
    weak = {line.boot for line in lines if line.clock != "hub"}
    rows = PlayRecord.objects.filter(device_id=device_id, epoch=epoch, is_fork=False, kind="clock", boot__in=weak)
    stored = chain.lines_of(rows.order_by("-n")[:MOST_ANCHORS])
    return stored + [line for line in lines if line.k == "clock" and line.boot in weak]
