"""How much of each share's cap is left, in the day and in each clock hour."""

from collections.abc import Sequence

from bangtin.hub.schedules.compiler import spans
from bangtin.hub.schedules.compiler.shapes import HOUR_MS, Day, Share, Span

OPEN_ENDED = 1 << 60


def bases(day: Day) -> tuple[int, dict[int, int]]:
    """What shares are shares of: ms of the day, and of each clock hour, that are open or taken."""
    whole = spans.joined([*day.open, *((taken.from_ms, taken.until_ms) for taken in day.taken)])
    return spans.length(whole), spans.by_bin(whole)


def taken_by(day: Day, share: Share) -> tuple[int, dict[int, int]]:
    """The airtime of `share` that is taken already, in the day and in each clock hour."""
    covered = [(taken.from_ms, taken.until_ms) for taken in day.taken if share.covers(taken)]
    hours: dict[int, int] = {}
    for span in covered:
        for hour, ms in spans.by_bin([span]).items():
            hours[hour] = hours.get(hour, 0) + ms
    return spans.length(covered), hours


class Ledger:
    """The room left under the caps of a day; `book` takes from it, a refused span takes nothing."""

    def __init__(self, day: Day) -> None:
        self.caps: tuple[Share, ...] = tuple(share for share in day.shares if share.most_permille is not None)
        self.day_left: list[int] = []
        self.hour_left: list[dict[int, int]] = []
        base, base_by_hour = bases(day)
        for share in self.caps:
            used, used_by_hour = taken_by(day, share)
            most = share.most_permille or 0
            self.day_left.append(OPEN_ENDED if share.is_hourly else most * base // 1000 - used)
            hours = base_by_hour if share.is_hourly else {}
            self.hour_left.append({hour: most * ms // 1000 - used_by_hour.get(hour, 0) for hour, ms in hours.items()})

    def wake(self, caps: Sequence[int], start: int, end: int) -> int:
        """0 if [start, end) fits under the `caps` (numbers of `self.caps`), else when asking again makes sense."""
        for number in caps:
            if self.day_left[number] < end - start:
                return OPEN_ENDED
            hours = self.hour_left[number]
            if not hours:
                continue
            first, last = start // HOUR_MS, (end - 1) // HOUR_MS
            for hour in range(first, last + 1):
                inside = min(end, (hour + 1) * HOUR_MS) - max(start, hour * HOUR_MS)
                if hours.get(hour, 0) < inside:
                    return (first + 1) * HOUR_MS
        return 0

    def day_room(self, caps: Sequence[int]) -> int:
        """What the tightest of the `caps` on the whole day leaves, in ms."""
        return min((self.day_left[number] for number in caps), default=OPEN_ENDED)

    def book(self, caps: Sequence[int], span: Span, *, sign: int = 1) -> None:
        """Take a play's span from what is left; with `sign` -1 give it back."""
        start, end = span
        for number in caps:
            self.day_left[number] -= sign * (end - start)
            hours = self.hour_left[number]
            if not hours:
                continue
            hour = start // HOUR_MS
            if end <= (hour + 1) * HOUR_MS:
                hours[hour] = hours.get(hour, 0) - sign * (end - start)
            else:
                for hour, ms in spans.by_bin([span]).items():
                    hours[hour] = hours.get(hour, 0) - sign * ms
