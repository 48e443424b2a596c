"""Draws recurrence rules that RFC 5545 allows on whole days and that it gives one meaning."""

from hypothesis import strategies as st

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MONTH_DAYS = (1, 2, 13, 28, 29, 30, 31, -1, -2, -29, -31)
YEAR_DAYS = (1, 59, 60, 61, 200, 365, 366, -1, -365, -366)
WEEKS = (2, 10, 20, 44, 51)
EDGE_WEEKS = (1, 52, 53, -1, -2)


def _listed(draw: st.DrawFn, name: str, values: tuple[object, ...], most: int = 3) -> str:
    chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True))
    return f"{name}={','.join(str(value) for value in chosen)}"


def _days(draw: st.DrawFn, *, has_ordinals: bool) -> str:
    """Days with ordinals or without; of lists that mix them each library has its own opinion."""
    ordinals = ("1", "2", "3", "4", "5", "-1", "-2") if has_ordinals and draw(st.booleans()) else ("",)
    return _listed(draw, "BYDAY", tuple(draw(st.sampled_from(ordinals)) + day for day in WEEKDAYS))


def _narrowing(draw: st.DrawFn, frequency: str, interval: int) -> list[str]:
    """What the rule picks of its period.

    A week that lies in two years is left out of rules of every second year: the RFC does not say whose it is.
    """
    kinds = {"WEEKLY": ("day", ""), "DAILY": ("day", "month_day", "")}
    kind = draw(st.sampled_from(kinds.get(frequency, ("day", "month_day", "both", "set", ""))))
    if frequency == "YEARLY" and kind == "set":
        week = _listed(draw, "BYWEEKNO", WEEKS if interval > 1 else WEEKS + EDGE_WEEKS)
        year_day = _listed(draw, "BYYEARDAY", YEAR_DAYS)
        return draw(st.sampled_from([[week, _days(draw, has_ordinals=False)], [year_day]]))
    found = []
    if kind in {"day", "both", "set"}:
        found.append(_days(draw, has_ordinals=kind == "day" and frequency in {"MONTHLY", "YEARLY"}))
    if kind in {"month_day", "both"}:
        found.append(_listed(draw, "BYMONTHDAY", MONTH_DAYS))
    if kind == "set" or (found and frequency == "MONTHLY" and draw(st.booleans())):
        found.append(draw(st.sampled_from(["BYSETPOS=1", "BYSETPOS=2", "BYSETPOS=-1", "BYSETPOS=1,-1"])))
    return found


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule without UNTIL, in any order that a person might write."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    interval = draw(st.integers(1, 4))
    parts = _narrowing(draw, frequency, interval)
    if interval > 1:
        parts.append(f"INTERVAL={interval}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    if not any(part.startswith("BYWEEKNO") for part in parts) and draw(st.booleans()):
        parts.append(_listed(draw, "BYMONTH", tuple(range(1, 13)), 4))
    return ";".join([f"FREQ={frequency}", *draw(st.permutations(parts))])
