"""How bright a screen is by the hour: what a bundle tells its players."""

from datetime import datetime, time, timedelta

from bangtin.bundle.manifest import Level
from bangtin.hub.kit.clock import LOCAL, to_ms

# Local hours from which each level in nit holds, in order. By day the sun stands against the LED; at night full light
# dazzles who drives past.
HOURS: tuple[tuple[time, int], ...] = (
    (time(0), 600),
    (time(5, 30), 2_500),
    (time(7), 4_500),
    (time(17, 30), 2_500),
    (time(20), 1_200),
)


def brightness(starts_at: datetime, ends_at: datetime) -> tuple[Level, ...]:
    """The levels over [starts_at, ends_at), without gap or overlap."""
    found = []
    day = starts_at.astimezone(LOCAL).date()
    while datetime.combine(day, time(0), LOCAL) < ends_at:
        edges = [datetime.combine(day, hour, LOCAL) for hour, _nit in HOURS]
        edges.append(datetime.combine(day + timedelta(days=1), time(0), LOCAL))
        for (_hour, nit), from_at, until_at in zip(HOURS, edges[:-1], edges[1:], strict=True):
            first, last = max(from_at, starts_at), min(until_at, ends_at)
            if first < last:
                found.append(Level(to_ms(first), to_ms(last), nit))
        day += timedelta(days=1)
    return tuple(found)
