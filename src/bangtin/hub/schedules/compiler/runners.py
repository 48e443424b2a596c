"""An entry on its way through the day: where it may play, what it is to reach, what it has."""

from dataclasses import dataclass, field
from hashlib import blake2b

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.ledger import Ledger
from bangtin.hub.schedules.compiler.shapes import DAY_MS, HOUR_MS, Day, Entry, Span

NO_BOUND = 1 << 60
ACROSS_MIDNIGHT_MS = 2 * HOUR_MS


@dataclass(slots=True, eq=False)
class Runner:
    """`rooms`: where it may play; `must`: plays that minimums ask for; `goal`: plays aimed at, not below `must`.

    `quota`: plays asked for in single clock hours. `caps`: numbers of the ledger's caps that count it. `phase`: its
    place in [0, 1) among others that are due alike. `releases` and `deadlines`: of its 1st, 2nd … play aimed at, which
    are `interval_ms` apart on the whole.
    """

    entry: Entry
    order: int
    phase: float
    rooms: tuple[Span, ...]
    caps: tuple[int, ...]
    max_day: int
    max_hour: int
    must: int = 0
    goal: int = 0
    quota: dict[int, int] = field(default_factory=dict)
    usable: dict[int, int] = field(default_factory=dict)
    room: int = 0
    count: int = 0
    by_hour: dict[int, int] = field(default_factory=dict)
    last_end: int = -NO_BOUND
    laps: int = 0
    interval_ms: int = 0
    releases: list[int] = field(default_factory=list)
    deadlines: list[int] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        """Whether it takes what the others leave."""
        return self.entry.target is None


def rooms_of(entry: Entry, opened: tuple[Span, ...]) -> tuple[Span, ...]:
    """Where a play may lie: in the open time and in the windows, long enough for it.

    Up to `ACROSS_MIDNIGHT_MS`, half the gap is kept clear on either side of midnight: the halves of two days make a
    whole one, so that days laid out apart keep it too. A longer gap is kept within the day.
    """
    rooms = spans.common(opened, spans.joined(entry.windows)) if entry.windows else opened
    half = (entry.gap_ms + 1) // 2
    if 0 < entry.gap_ms <= ACROSS_MIDNIGHT_MS:
        rooms = spans.common(rooms, ((half, DAY_MS - half),))
    return tuple(room for room in rooms if room[1] - room[0] >= entry.dur_ms)


def hourly_minimum(entry: Entry, opened: tuple[Span, ...]) -> dict[int, int]:
    """The least plays of each clock hour that the entry may play in; in a part of an hour in proportion."""
    if not entry.min_hour:
        return {}
    rooms = spans.common(opened, spans.joined(entry.windows)) if entry.windows else opened
    wanted = {hour: entry.min_hour * ms // HOUR_MS for hour, ms in spans.by_bin(rooms).items()}
    return {hour: plays for hour, plays in wanted.items() if plays}


def line_up(day: Day, ledger: Ledger) -> list[Runner]:
    """The day's entries in an order that depends on the seed and their ids alone, with what minimums ask for."""
    ranked = sorted(day.entries, key=lambda entry: (_rank(day.seed, entry.id), entry.id))
    grounds = _Grounds(spans.joined(day.open))
    return [_runner(entry, order, day, grounds=grounds, ledger=ledger) for order, entry in enumerate(ranked)]


def _rank(seed: str, entry_id: str) -> bytes:
    return blake2b(f"{seed}\0{entry_id}".encode(), digest_size=8).digest()


class _Grounds:
    """The rooms of entries, worked out once for all that are alike in windows, gap and length."""

    def __init__(self, opened: tuple[Span, ...]) -> None:
        self.opened = opened
        self._rooms: dict[tuple[tuple[Span, ...], int, int], tuple[Span, ...]] = {}
        self._usable: dict[tuple[Span, ...], dict[int, int]] = {}

    def rooms(self, entry: Entry) -> tuple[Span, ...]:
        """As `rooms_of` gives them."""
        key = (entry.windows, entry.gap_ms, entry.dur_ms)
        if key not in self._rooms:
            self._rooms[key] = rooms_of(entry, self.opened)
        return self._rooms[key]

    def usable(self, rooms: tuple[Span, ...]) -> dict[int, int]:
        """How many ms of each clock hour the rooms cover."""
        if rooms not in self._usable:
            self._usable[rooms] = spans.by_bin(rooms)
        return self._usable[rooms]


def _runner(entry: Entry, order: int, day: Day, *, grounds: _Grounds, ledger: Ledger) -> Runner:
    rooms = grounds.rooms(entry)
    quota = hourly_minimum(entry, grounds.opened)
    max_day = NO_BOUND if entry.max_day is None else entry.max_day
    must = min(max(entry.min_day, sum(quota.values())), max_day)
    return Runner(
        entry=entry,
        order=order,
        phase=(order + 0.5) / len(day.entries),
        rooms=rooms,
        caps=tuple(number for number, share in enumerate(ledger.caps) if share.covers(entry)),
        max_day=max_day,
        max_hour=NO_BOUND if entry.max_hour is None else entry.max_hour,
        must=must,
        goal=min(max(must, entry.target or 0), max_day),
        quota=quota,
        usable=grounds.usable(rooms),
    )
