"""Says what a day laid out lacks, and which bound alone makes it so."""

from collections import Counter
from collections.abc import Sequence

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.ledger import Ledger, bases, taken_by
from bangtin.hub.schedules.compiler.runners import hourly_minimum, rooms_of
from bangtin.hub.schedules.compiler.shapes import DAY_MS, HOUR_MS, Day, Entry, Lack, Reason, Share, Span, Turn, Unmet


def lacking(day: Day, turns: Sequence[Turn], ledger: Ledger) -> tuple[Unmet, ...]:
    """Every minimum, target and least share that `turns` do not reach, by entry and then by share.

    `ledger` holds what the turns leave of the caps.
    """
    plays: dict[str, list[Turn]] = {entry.id: [] for entry in day.entries}
    for turn in turns:
        plays[turn.entry].append(turn)
    opened = spans.joined(day.open)
    found: list[Unmet] = []
    for entry in sorted(day.entries, key=lambda entry: entry.id):
        found += _of_entry(entry, plays[entry.id], opened, ledger)
    for share in sorted(day.shares, key=lambda share: (share.kind, share.key, share.is_hourly)):
        if share.least_permille:
            found += _of_share(day, share, plays, ledger)
    return tuple(found)


def _caps(ledger: Ledger, entry: Entry) -> tuple[int, ...]:
    return tuple(number for number, share in enumerate(ledger.caps) if share.covers(entry))


def _of_entry(entry: Entry, turns: Sequence[Turn], opened: tuple[Span, ...], ledger: Ledger) -> list[Unmet]:
    wanted: list[tuple[Lack, int, int, int | None]] = [
        (Lack.MIN_DAY, entry.min_day, len(turns), None),
        (Lack.TARGET, entry.target or 0, len(turns), None),
    ]
    if entry.min_hour:
        by_hour = Counter(turn.from_ms // HOUR_MS for turn in turns)
        hours = sorted(hourly_minimum(entry, opened).items())
        wanted += [(Lack.MIN_HOUR, least, by_hour[hour], hour) for hour, least in hours]
    found = []
    for kind, least, got, hour in wanted:
        if got < least:
            within = (0, DAY_MS) if hour is None else (hour * HOUR_MS, (hour + 1) * HOUR_MS)
            reason, cap = _why(entry, least, opened, within, ledger)
            found.append(Unmet(kind, least, got, reason, entry=entry.id, share=cap, hour=hour))
    return found


def _why(
    entry: Entry, wanted: int, opened: tuple[Span, ...], within: Span, ledger: Ledger
) -> tuple[Reason, Share | None]:
    """The first bound that alone forbids `wanted` plays starting in `within`; a cap comes with its share."""
    rooms = spans.common(opened, spans.joined(entry.windows)) if entry.windows else opened
    if not spans.common(rooms, (within,)):
        return Reason.NO_TIME, None
    if entry.max_day is not None and entry.max_day < wanted:
        return Reason.MAX_DAY, None
    if alone(entry, rooms, within, gap_ms=0, max_hour=None) < wanted:
        return Reason.WINDOW_TOO_SHORT, None
    if alone(entry, rooms_of(entry, opened), within, gap_ms=entry.gap_ms, max_hour=None) < wanted:
        return Reason.GAP, None
    if alone(entry, rooms_of(entry, opened), within, gap_ms=entry.gap_ms, max_hour=entry.max_hour) < wanted:
        return Reason.MAX_HOUR, None
    cap = _full_cap(entry, rooms, within, ledger)
    return (Reason.SHARE_CAP, cap) if cap is not None else (Reason.COMPETITION, None)


def alone(entry: Entry, rooms: Sequence[Span], within: Span, *, gap_ms: int, max_hour: int | None) -> int:
    """How many plays of the entry could start in `within` if nothing else played: starting early is never worse."""
    count, ready, hour, in_hour = 0, 0, -1, 0
    step = entry.dur_ms + gap_ms
    for opens, closes in rooms:
        at = max(opens, within[0], ready)
        if max_hour is None:
            last = min(closes - entry.dur_ms, within[1] - 1)
            if last >= at:
                fitting = (last - at) // step + 1
                count += fitting
                ready = at + fitting * step
            continue
        while at + entry.dur_ms <= closes and at < within[1]:
            if at // HOUR_MS != hour:
                hour, in_hour = at // HOUR_MS, 0
            if max_hour is not None and in_hour >= max_hour:
                at = (hour + 1) * HOUR_MS
                continue
            count += 1
            in_hour += 1
            at = ready = at + step
    return count


def _full_cap(entry: Entry, rooms: Sequence[Span], within: Span, ledger: Ledger) -> Share | None:
    """The cap that leaves no place for one more play anywhere in the entry's time, if one does."""
    hours = spans.by_bin(spans.common(rooms, (within,)))
    for number in _caps(ledger, entry):
        left = ledger.hour_left[number]
        if ledger.day_left[number] < entry.dur_ms:
            return ledger.caps[number]
        if left and all(left.get(hour, 0) + left.get(hour + 1, 0) < entry.dur_ms for hour in hours):
            return ledger.caps[number]
    return None


def _of_share(day: Day, share: Share, plays: dict[str, list[Turn]], ledger: Ledger) -> list[Unmet]:
    members = [entry for entry in day.entries if share.covers(entry)]
    base, base_by_hour = bases(day)
    used, used_by_hour = taken_by(day, share)
    turns = [(turn.from_ms, turn.until_ms) for entry in members for turn in plays.get(entry.id, [])]
    parts: list[tuple[int | None, int, int]] = [(None, base, used + spans.length(turns))]
    if share.is_hourly:
        laid: dict[int, int] = {}
        for span in turns:
            for hour, ms in spans.by_bin([span]).items():
                laid[hour] = laid.get(hour, 0) + ms
        parts = [(each, ms, used_by_hour.get(each, 0) + laid.get(each, 0)) for each, ms in sorted(base_by_hour.items())]
    least = share.least_permille or 0
    found = []
    for number, ms, got in parts:
        if got * 1000 < least * ms:
            within = (0, DAY_MS) if number is None else (number * HOUR_MS, (number + 1) * HOUR_MS)
            reason = _why_share(day, members, plays, within, ledger)
            found.append(Unmet(Lack.LEAST, least, got * 1000 // ms, reason, share=share, hour=number))
    return found


def _why_share(
    day: Day, members: Sequence[Entry], plays: dict[str, list[Turn]], within: Span, ledger: Ledger
) -> Reason:
    """What keeps every entry of the share from one more play; competition if one of them might have it."""
    if not members:
        return Reason.NO_ENTRY
    opened = spans.joined(day.open)
    reasons = []
    for entry in members:
        inside = [turn for turn in plays.get(entry.id, []) if within[0] <= turn.from_ms < within[1]]
        if entry.max_day is not None and len(plays.get(entry.id, [])) >= entry.max_day:
            reasons.append(Reason.MAX_DAY)
        else:
            reasons.append(_why(entry, len(inside) + 1, opened, within, ledger)[0])
    return (
        Reason.COMPETITION if Reason.COMPETITION in reasons else max(set(reasons), key=lambda r: (reasons.count(r), r))
    )
