"""Which emergency notice rules a face at an instant: from the notices and the clock alone (trust E)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bangtin.bundle import instants
from bangtin.bundle.canonical import MAX_INTEGER

TURN_MS = 12_000  # how long each of several notices of one level stands before the next


class OnAir(Protocol):
    """What ranks a notice (an `AlertNotice` is one, and so is what the hub knows of one that has been on air)."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def is_drill(self) -> bool:
        """Whether it is an exercise."""

    @property
    def level(self) -> int | None:
        """1–5, or None."""

    @property
    def at(self) -> datetime:
        """When it was issued."""

    @property
    def starts(self) -> datetime:
        """On air from here."""

    @property
    def ends(self) -> datetime:
        """To before here."""


T = TypeVar("T", bound=OnAir)


@dataclass(frozen=True)
class Turn(Generic[T]):
    """[from_ms, until_ms): `notice` stands on the face, or none does."""

    notice: T | None
    from_ms: int
    until_ms: int


def ranked(notices: Iterable[T], at: datetime) -> tuple[T, ...]:
    """Those on air at `at`: the real before exercises, the highest level first, then the newest."""
    running = [one for one in notices if one.starts <= at < one.ends]
    return tuple(sorted(running, key=_rank, reverse=True))


def turn_at(notices: Sequence[T], at_ms: int) -> Turn[T]:
    """Who rules at `at_ms`, and over which stretch; several of the highest level take turns of 12 s by the clock."""
    stretches = _stretches(notices)
    found = next(index for index, (_from, until_ms, _top) in enumerate(stretches) if at_ms < until_ms)
    from_ms, until_ms, top = stretches[found]
    # a lower notice that comes or goes beneath changes nothing
    for earlier_from, _until, earlier in reversed(stretches[:found]):
        if earlier != top:
            break
        from_ms = earlier_from
    for _from, later_until, later in stretches[found + 1 :]:
        if later != top:
            break
        until_ms = later_until
    if len(top) < 2:
        return Turn(top[0] if top else None, from_ms, until_ms)
    number, began_ms = at_ms // TURN_MS, at_ms - at_ms % TURN_MS
    return Turn(top[number % len(top)], max(from_ms, began_ms), min(until_ms, began_ms + TURN_MS))


def _stretches(notices: Sequence[T]) -> list[tuple[int, int, tuple[T, ...]]]:
    """All of time, cut where a notice begins or ends, with those of the highest level in each part."""
    edges = sorted({instants.to_ms(edge) for one in notices for edge in (one.starts, one.ends)})
    found = []
    for from_ms, until_ms in zip([-MAX_INTEGER, *edges], [*edges, MAX_INTEGER], strict=True):
        running = ranked(notices, instants.from_ms(from_ms)) if edges and from_ms >= edges[0] else ()
        found.append((from_ms, until_ms, tuple(one for one in running if _level(one) == _level(running[0]))))
    return found


def _level(notice: OnAir) -> tuple[bool, int]:
    return not notice.is_drill, notice.level or 0


def _rank(notice: OnAir) -> tuple[bool, int, datetime, str]:
    return (*_level(notice), notice.at, notice.id)
