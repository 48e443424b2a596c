"""The last bundle without what was taken off: the rest of it plays on at its time."""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from bangtin.bundle.manifest import LoopEntry, Manifest, Window
from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Placement, Slot, TakeDown
from bangtin.hub.schedules.queries.removals import with_editions
from bangtin.hub.schedules.states import PlacementState, SlotState


@dataclasses.dataclass(frozen=True)
class Gone:
    """What a bundle may not show any more: items as a whole, and turns on account of these slots and placements."""

    items: frozenset[str]
    slots: frozenset[str]

    def covers(self, turn: LoopEntry) -> bool:
        """Whether the turn is dropped."""
        return turn.item in self.items or turn.slot in self.slots


def gone(held: Manifest, take_down: TakeDown) -> tuple[Gone, list[ProgrammeVersion]]:
    """What to drop of the bundle, and the versions of what stays.

    Dropped are the items of a programme taken down as a whole, those that lost their approval, and the turns of slots
    and placements that were taken down.
    """
    rows = ProgrammeVersion.objects.filter(receipt__in=[name.replace(".", "/") for name in held.item_by_id])
    versions = {schedules.item_id(row): row for row in rows.select_related("programme")}
    barred: set[int] = set()
    if take_down.is_whole:
        barred = set(with_editions(take_down.programme).values_list("pk", flat=True))
    kept = {
        name: row for name, row in versions.items() if row.programme_id not in barred and appraisal.is_approved(row)
    }
    names = {turn.slot for turns in held.loops.values() for turn in turns}
    slots = Slot.objects.filter(pk__in=_numbers(map(schedules.slot_id, names)), state=SlotState.TAKEN_DOWN)
    placements = Placement.objects.filter(
        pk__in=_numbers(map(schedules.placement_id, names)), state=PlacementState.TAKEN_DOWN
    )
    down = [str(pk) for pk in slots.values_list("pk", flat=True)]
    down += [schedules.placement_name(pk) for pk in placements.values_list("pk", flat=True)]
    lost = Gone(frozenset(set(held.item_by_id) - set(kept)), frozenset(down))
    return lost, [kept[item.id] for item in without(held, lost).items]


def without(held: Manifest, lost: Gone) -> Manifest:
    """The manifest without it. What goes round is shortened; of a day laid out the other plays keep their time."""
    loops: dict[str, tuple[LoopEntry, ...]] = {}
    windows: list[Window] = []
    for window in held.windows:
        turns = held.loops.get(window.loop, ())
        if not any(lost.covers(turn) for turn in turns):
            windows.append(window)
            loops |= {window.loop: turns} if window.loop else {}
            continue
        for part, rest in _parts(window, turns, lost):
            windows.append(part)
            loops[part.loop] = rest
    filler = tuple(name for name in held.filler if name not in lost.items)
    used = {turn.item for turns in loops.values() for turn in turns}.union(filler)
    items = tuple(item for item in held.items if item.id in used)
    files = {one.file for item in items for one in item.content.renditions}
    return dataclasses.replace(
        held,
        items=items,
        files=tuple(file for file in held.files if file.sha256 in files),
        loops=loops,
        windows=tuple(windows),
        filler=filler,
    )


def _parts(window: Window, turns: Sequence[LoopEntry], lost: Gone) -> Iterator[tuple[Window, tuple[LoopEntry, ...]]]:
    whole_ms = sum(turn.dur_ms for turn in turns)
    if window.until_ms - window.from_ms > whole_ms:
        rest = tuple(turn for turn in turns if not lost.covers(turn))
        if rest:
            yield window, rest
        return
    at_ms = window.from_ms
    number = 0
    for is_lost, run in groupby(turns, key=lost.covers):
        kept = tuple(run)
        until_ms = min(at_ms + sum(turn.dur_ms for turn in kept), window.until_ms)
        if not is_lost and at_ms < until_ms:
            number += 1
            name = f"{window.id}.{number}"
            yield dataclasses.replace(window, id=name, loop=name, from_ms=at_ms, until_ms=until_ms), kept
        at_ms = until_ms


def _numbers(found: Iterable[int | None]) -> list[int]:
    return sorted({one for one in found if one is not None})
