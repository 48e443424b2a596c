"""How much airtime a day asks for, on every page the same: what the text fixes, or its least."""

from datetime import datetime

from bangtin.rulebook.hours import DayHours


def need_s(hours: DayHours) -> float | None:
    """The airtime that the text asks for: its fixed hours, or its least; None where it leaves both to the operator."""
    if hours.is_fixed:
        return float(hours.total_s)
    return None if hours.minimum_s is None else float(hours.minimum_s)


def so_far_s(hours: DayHours, at: datetime) -> float:
    """What is due by `at`: never more than the need."""
    spans = ((start, min(end, at)) for start, end in hours.intervals())
    gone = sum(max((end - start).total_seconds(), 0.0) for start, end in spans)
    return min(gone, need_s(hours) or gone)


def of_day(hours: DayHours, *, at: datetime) -> tuple[float, float]:
    """Seconds due over the day, and by `at`; the operator's own windows where the text asks for nothing."""
    need = need_s(hours)
    return float(hours.total_s) if need is None else need, so_far_s(hours, at)
