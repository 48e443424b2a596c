"""Lays out a day: asks, paces, places, mends, and says what lacks."""

from collections.abc import Sequence
from dataclasses import replace

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.asking import ask, needed
from bangtin.hub.schedules.compiler.lacking import lacking
from bangtin.hub.schedules.compiler.ledger import Ledger, bases, taken_by
from bangtin.hub.schedules.compiler.mending import Board, add_in_idle, fill, make_room
from bangtin.hub.schedules.compiler.pacing import pace
from bangtin.hub.schedules.compiler.placing import place
from bangtin.hub.schedules.compiler.runners import Runner, line_up
from bangtin.hub.schedules.compiler.shapes import DAY_MS, HOUR_MS, Day, Layout, Share, Span, Turn


def lay_out(day: Day) -> Layout:
    """The plays of a day, what is unmet and why, and the time left idle; the same for the same day, anywhere.

    Windows, overlaps, gaps, `max_day`, `max_hour` and `most` shares are never broken. Minimums, targets and `least`
    shares hold or stand in `unmet`.
    """
    day = replace(day, shares=tuple(sorted(day.shares, key=_rank)))
    opened = spans.joined(day.open)
    ledger = Ledger(day)
    runners = line_up(day, ledger)
    ask(day, runners)
    pace(runners, opened, ledger)
    board = Board(place(runners, opened, ledger), opened, ledger)
    fill(board, runners)
    if _mend(board, runners, day):
        fill(board, runners)
    entry_of = {runner.order: runner.entry.id for runner in runners}
    turns = tuple(Turn(entry_of[order], start, end) for start, end, order in board.line)
    return Layout(turns, lacking(day, turns, ledger), tuple(board.idle()))


def _rank(share: Share) -> tuple[bool, str, str, int, int, str]:
    bounds = (share.least_permille or 0, -1 if share.most_permille is None else share.most_permille)
    return share.is_hourly, share.kind, share.key, *bounds, share.basis


def _mend(board: Board, runners: Sequence[Runner], day: Day) -> bool:
    """Make room for what minimums and least shares lack; whether anything moved."""
    moved = False
    for runner in runners:
        for hour, wanted in sorted(runner.quota.items()):
            within = (hour * HOUR_MS, (hour + 1) * HOUR_MS)
            while runner.by_hour.get(hour, 0) < wanted and _one_more(board, runner, within):
                moved = True
        while runner.count < runner.must and _one_more(board, runner, (0, DAY_MS)):
            moved = True
    if any(runner.is_free for runner in runners):
        for runner in runners:
            while runner.count < runner.goal and make_room(board, runner, (0, DAY_MS), _is_surplus):
                moved = True
    for share in day.shares:
        moved = (bool(share.least_permille) and _mend_share(board, runners, day, share)) or moved
    return moved


def _is_surplus(other: Runner) -> bool:
    """Whether its plays only fill what nobody asked for."""
    return other.is_free and other.count > other.goal


def _one_more(board: Board, runner: Runner, within: Span) -> bool:
    return add_in_idle(board, runner, within) or make_room(board, runner, within, lambda other: True)


def _mend_share(board: Board, runners: Sequence[Runner], day: Day, share: Share) -> bool:
    """Add plays of the share's entries until it has its least or nothing more fits."""
    members = [runner for runner in runners if runner.rooms and share.covers(runner.entry)]
    base, base_by_hour = bases(day)
    taken, taken_by_hour = taken_by(day, share)
    if not share.is_hourly:
        return _top_up(board, members, (0, DAY_MS), needed(share, base, taken))
    moved = False
    for hour, ms in sorted(base_by_hour.items()):
        need = needed(share, ms, taken_by_hour.get(hour, 0))
        moved = _top_up(board, members, (hour * HOUR_MS, (hour + 1) * HOUR_MS), need) or moved
    return moved


def _top_up(board: Board, members: list[Runner], within: Span, need: int) -> bool:
    """Add plays that start within the span until members have `need` ms of it; whether any was added."""
    ids = {runner.order for runner in members}
    have = sum(max(0, min(end, within[1]) - max(start, within[0])) for start, end, order in board.line if order in ids)
    moved = False
    while need > have:
        for runner in sorted(members, key=lambda one: (not one.is_free, one.count, one.order)):
            if add_in_idle(board, runner, within) or make_room(
                board, runner, within, lambda other: other.order not in ids
            ):
                have += runner.entry.dur_ms
                moved = True
                break
        else:
            return moved
    return moved
