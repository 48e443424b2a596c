"""Airtime of a day against its rule: least hours of propaganda by day and half-day, or outage of a 24-hour cluster.

Advertising never counts towards a least number of hours (Lai Châu 20/2024, art. 8.1: "phục vụ công tác tuyên
truyền"; 8.3 leaves advertising to its own law). Where the text fixes no boundary between morning and afternoon, the
province's own is used and said to be local; without one the halves are not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from bangtin.rulebook.texts import DAY_S, Text

Span = tuple[int, int]


class Bounds(Protocol):
    """What a day asks for, in seconds (`hours.DayHours` has it)."""

    @property
    def mode(self) -> str:
        """fixed, operator_sets, minimum or round_the_clock."""

    @property
    def minimum_s(self) -> int | None:
        """Least airtime of the day."""

    @property
    def morning_s(self) -> int | None:
        """Least airtime before noon."""

    @property
    def afternoon_s(self) -> int | None:
        """Least airtime after noon."""

    @property
    def noon_s(self) -> int | None:
        """The local boundary of the halves."""

    @property
    def tolerance_s(self) -> int | None:
        """Outage that the province lets pass."""


@dataclass(frozen=True, slots=True)
class Airtime:
    """A day's airtime judged. `verdict`: met, short, or not_fixed (the text asks for no number).

    `morning_s` None: no boundary is set, the halves are not judged. `outage_s`: of a 24-hour cluster. `displaced_s`:
    time that emergency notices took and nothing else aired in; it is in no other figure, and is not owed.
    """

    verdict: str
    total_s: int
    morning_s: int | None
    afternoon_s: int | None
    outage_s: int | None
    is_morning_short: bool
    is_afternoon_short: bool
    reading: Text
    displaced_s: int = 0


def judge(
    day: Bounds, aired: Iterable[Span], *, advertising: Iterable[Span] = (), displaced: Iterable[Span] = ()
) -> Airtime:
    """Return how a day's airtime stands: all spans in seconds from local midnight.

    Spans may overlap (several faces, several items); time counts once, and time that is advertising alone does not.
    `displaced`: what an emergency notice took from the plan. It is counted apart: as no propaganda and no outage, and
    the day owes so much less (Lai Châu 20/2024, art. 8.2: then the time follows the competent body's request).
    Raises: ValueError if a span is empty or leaves the day.
    """
    spans, adverts = _joined(aired), _joined(advertising)
    taken = _joined(displaced)
    if day.mode == "round_the_clock":
        return _uninterrupted(day, _joined([*spans, *adverts]), taken)
    total = _length(spans)
    excused = _joined([*spans, *taken])
    noon = day.noon_s
    morning = None if noon is None else _within(spans, 0, noon)
    afternoon = None if morning is None else total - morning
    is_morning_short = noon is not None and _within(excused, 0, noon) < (day.morning_s or 0)
    is_afternoon_short = noon is not None and _within(excused, noon, DAY_S) < (day.afternoon_s or 0)
    is_short = is_morning_short or is_afternoon_short or _length(excused) < (day.minimum_s or 0)
    verdict = ("short" if is_short else "met") if day.minimum_s is not None else "not_fixed"
    return Airtime(
        verdict=verdict,
        total_s=total,
        morning_s=morning,
        afternoon_s=afternoon,
        outage_s=None,
        is_morning_short=is_morning_short,
        is_afternoon_short=is_afternoon_short,
        reading=_halves(day),
        displaced_s=_length(excused) - total,
    )


def _uninterrupted(day: Bounds, spans: Sequence[Span], displaced: Sequence[Span]) -> Airtime:
    total = _length(spans)
    lit = _length(_joined([*spans, *displaced]))
    outage = DAY_S - lit
    allowed = day.tolerance_s or 0
    if day.tolerance_s is None:
        reading = Text(
            "Chạy liên tục 24 giờ; chưa có mức dung sai nào được đặt nên mọi lúc dừng đều tính",
            "Round the clock; no tolerance is set, so every stop counts",
        )
    else:
        reading = Text(
            f"Chạy liên tục 24 giờ; tỉnh cho phép dừng đến {allowed // 60} phút/ngày",
            f"Round the clock; the province lets {allowed // 60} minutes a day pass",
        )
    verdict = "short" if outage > allowed else "met"
    return Airtime(verdict, total, None, None, outage, False, False, reading, displaced_s=lit - total)


def _halves(day: Bounds) -> Text:
    if day.morning_s is None and day.afternoon_s is None:
        return Text("Tính cả ngày, không kể quảng cáo", "The whole day, without advertising")
    if day.noon_s is None:
        return Text(
            "Văn bản không ấn định mốc giữa buổi sáng và buổi chiều; chưa đặt mốc nên không tính từng buổi",
            "The text fixes no boundary between morning and afternoon; none is set, so the halves are not judged",
        )
    return _halves_at(day.noon_s)


@cache
def _halves_at(noon_s: int) -> Text:
    at = f"{noon_s // 3600:02d}:{noon_s % 3600 // 60:02d}"
    return Text(
        f"Văn bản không ấn định mốc giữa hai buổi; mốc do tỉnh đặt: {at}. Không kể quảng cáo",
        f"The text fixes no boundary between the halves; the province's own is {at}. Without advertising",
    )


def _joined(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if not 0 <= start < end <= DAY_S:
            raise ValueError(f"Expected a span within the day, got {start}-{end} s.")
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _within(spans: Iterable[Span], low: int, high: int) -> int:
    return sum(min(end, high) - max(start, low) for start, end in spans if start < high and end > low)


def _length(spans: Iterable[Span]) -> int:
    return sum(end - start for start, end in spans)
