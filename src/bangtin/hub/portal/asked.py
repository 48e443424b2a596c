"""Days as they stand in addresses: read within the years that the system can hold, or not at all."""

from datetime import date

YEARS = range(2000, 2101)


def day(text: str) -> date | None:
    """The day in `2026-11-23`; None for anything else, and for years out of reach of clock and calendar."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def monday(week: str) -> date | None:
    """The Monday of `2026-w48`; None for a week that no year has."""
    year, _w, number = week.partition("-w")
    try:
        found = date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        return None
    return found if found.year in YEARS else None
