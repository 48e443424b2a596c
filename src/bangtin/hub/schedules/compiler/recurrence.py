"""The days on which a placement recurs, from an RRULE of RFC 5545 on whole local days.

The text has no DTSTART: that is the first day of the placement. An empty text is every day.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import takewhile
from typing import Literal

from dateutil import rrule

TEXT_LENGTH = 300
MOST_COUNT = 5000
MOST_INTERVAL = 1000
MOST_YEARS = 50
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {"YEARLY": 0, "MONTHLY": 1, "WEEKLY": 2, "DAILY": 3}
_FINER = frozenset({"SECONDLY", "MINUTELY", "HOURLY", "BYHOUR", "BYMINUTE", "BYSECOND"})
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)
# RFC 5545, 3.3.10: what each list of numbers goes up to, and whether it counts from the end too.
_LISTS = {
    "BYMONTH": (12, False),
    "BYMONTHDAY": (31, True),
    "BYYEARDAY": (366, True),
    "BYWEEKNO": (53, True),
    "BYSETPOS": (366, True),
}
_KNOWN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_LISTS})


class Why(StrEnum):
    """Why a rule is refused."""

    TOO_LONG = "too_long"
    NOT_A_RULE = "not_a_rule"
    HAS_START = "has_start"
    UNKNOWN_PART = "unknown_part"
    TWICE = "twice"
    NO_FREQUENCY = "no_frequency"
    FINER_THAN_A_DAY = "finer_than_a_day"
    BAD_VALUE = "bad_value"
    COUNT_AND_UNTIL = "count_and_until"
    COUNT_TOO_LARGE = "count_too_large"
    NOT_TOGETHER = "not_together"
    TOO_FAR = "too_far"


@dataclass(eq=False)
class BadRecurrence(Exception):
    """A rule that cannot be: `reason`, and the `part` of the text it is about."""

    reason: Why
    part: str = ""

    def __str__(self) -> str:
        return f"{self.reason.value}: {self.part}" if self.part else self.reason.value


def check(rule: str) -> None:
    """Raises: BadRecurrence for a rule that is none, makes no sense for whole days or asks for too much."""
    if rule:
        _parts(rule)


def days(rule: str, *, first: date, last: date, within: tuple[date, date]) -> list[date]:
    """The days from `first` to `last` on which it recurs and that are `within`, both ends included; in order.

    `first` is DTSTART: intervals, counts and what the rule leaves open are reckoned from it, but it is a day of its own
    only if the rule names it.
    Raises: BadRecurrence.
    """
    parts = _parts(rule) if rule else {"FREQ": "DAILY"}
    until = min(last, within[1], _until(parts) or date.max)
    if until < first:
        return []
    if until.year - first.year > MOST_YEARS:
        raise BadRecurrence(Why.TOO_FAR)
    shift = _shift(first.year, until.year)
    start, end = _moved(first, shift), _moved(until, shift)
    back = start.date() - first
    recurring = (day.date() - back for day in takewhile(lambda day: day <= end, _rule(parts, start, end)))
    return [day for day in recurring if within[0] <= day]


def _parts(rule: str) -> dict[str, str]:
    """The parts of a rule by name, all of them checked."""
    if len(rule) > TEXT_LENGTH:
        raise BadRecurrence(Why.TOO_LONG)
    parts: dict[str, str] = {}
    for text in rule.upper().removeprefix("RRULE:").split(";"):
        name, equals, value = text.partition("=")
        if name.startswith("DTSTART"):
            raise BadRecurrence(Why.HAS_START, text)
        if not equals or not value:
            raise BadRecurrence(Why.NOT_A_RULE, text)
        if name in _FINER or (name == "FREQ" and value in _FINER):
            raise BadRecurrence(Why.FINER_THAN_A_DAY, text)
        if name not in _KNOWN:
            raise BadRecurrence(Why.UNKNOWN_PART, text)
        if name in parts:
            raise BadRecurrence(Why.TWICE, text)
        parts[name] = value
    _check_values(parts)
    _check_together(parts)
    return parts


def _check_values(parts: Mapping[str, str]) -> None:
    if "FREQ" not in parts:
        raise BadRecurrence(Why.NO_FREQUENCY)
    if parts["FREQ"] not in _FREQUENCIES:
        raise BadRecurrence(Why.BAD_VALUE, f"FREQ={parts['FREQ']}")
    for name, most in (("INTERVAL", MOST_INTERVAL), ("COUNT", 10**9)):
        text = parts.get(name, "1")
        if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
            raise BadRecurrence(Why.BAD_VALUE, f"{name}={text}")
    if parts.get("WKST", "MO") not in _DAYS:
        raise BadRecurrence(Why.BAD_VALUE, f"WKST={parts['WKST']}")
    for name, (most, has_negative) in _LISTS.items():
        for text in parts[name].split(",") if name in parts else ():
            value = int(text) if _NUMBER.fullmatch(text) else 0
            if not 1 <= abs(value) <= most or (value < 0 and not has_negative):
                raise BadRecurrence(Why.BAD_VALUE, f"{name}={parts[name]}")
    for text in parts["BYDAY"].split(",") if "BYDAY" in parts else ():
        match = _DAY.fullmatch(text)
        if match is None or (match[1] and not 1 <= abs(int(match[1])) <= 53):
            raise BadRecurrence(Why.BAD_VALUE, f"BYDAY={parts['BYDAY']}")
    _until(parts)


def _check_together(parts: Mapping[str, str]) -> None:
    """RFC 5545, 3.3.10: which parts do not go with which frequency or with each other."""
    frequency = parts["FREQ"]
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRecurrence(Why.COUNT_AND_UNTIL)
    if int(parts.get("COUNT", "1")) > MOST_COUNT:
        raise BadRecurrence(Why.COUNT_TOO_LARGE, f"COUNT={parts['COUNT']}")
    has_ordinal = any(char.isdigit() for char in parts.get("BYDAY", ""))
    together = {
        "BYDAY": not has_ordinal or frequency == "MONTHLY" or (frequency == "YEARLY" and "BYWEEKNO" not in parts),
        "BYMONTHDAY": frequency != "WEEKLY",
        "BYYEARDAY": frequency == "YEARLY",
        "BYWEEKNO": frequency == "YEARLY",
        "BYSETPOS": any(name in parts for name in ("BYDAY", *_LISTS) if name != "BYSETPOS"),
    }
    for name, is_fine in together.items():
        if name in parts and not is_fine:
            raise BadRecurrence(Why.NOT_TOGETHER, f"{name}={parts[name]}")


def _until(parts: Mapping[str, str]) -> date | None:
    """The last day that UNTIL allows; as DTSTART is a date, so is UNTIL."""
    text = parts.get("UNTIL")
    if text is None:
        return None
    try:
        if not re.fullmatch(r"\d{8}", text, re.ASCII):
            raise ValueError(text)
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise BadRecurrence(Why.BAD_VALUE, f"UNTIL={text}") from error


def _rule(parts: Mapping[str, str], start: datetime, end: datetime) -> rrule.rrule:
    """The rule as the library takes it."""
    return rrule.rrule(
        _FREQUENCIES[parts["FREQ"]],
        dtstart=start,
        until=None if "COUNT" in parts else end,
        interval=int(parts.get("INTERVAL", "1")),
        wkst=_DAYS.index(parts.get("WKST", "MO")),
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        bysetpos=_numbers(parts, "BYSETPOS"),
        bymonth=_numbers(parts, "BYMONTH"),
        bymonthday=_numbers(parts, "BYMONTHDAY"),
        byyearday=_numbers(parts, "BYYEARDAY"),
        byweekno=_numbers(parts, "BYWEEKNO"),
        byweekday=_weekdays(parts, start),
    )


def _numbers(parts: Mapping[str, str], name: str) -> list[int] | None:
    return sorted({int(text) for text in parts[name].split(",")}) if name in parts else None


def _weekdays(parts: Mapping[str, str], start: datetime) -> list[rrule.weekday] | None:
    if "BYDAY" in parts:
        return [day for text in parts["BYDAY"].split(",") for day in _weekday(text, _ordinals(parts))]
    if "BYWEEKNO" in parts and not {"BYMONTHDAY", "BYYEARDAY"} & set(parts):
        # RFC 5545, 3.3.10: what the rule leaves open comes from DTSTART; the library takes the whole week.
        return [rrule.weekday(start.weekday())]
    return None


def _ordinals(parts: Mapping[str, str]) -> range:
    """What a day without an ordinal stands for beside days that have one: the library takes such lists wrongly."""
    if not any(char.isdigit() for char in parts["BYDAY"]):
        return range(0)
    return range(1, 6) if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts else range(1, 54)


def _weekday(text: str, ordinals: range) -> list[rrule.weekday]:
    day = rrule.weekday(_DAYS.index(text[-2:]))
    if len(text) > 2:
        return [day(int(text[:-2]))]
    return [day(ordinal) for ordinal in ordinals] or [day]


def _shift(first: int, last: int) -> int:
    """By how many years to move the days so that calendars stay the same and the last year comes near 9999.

    The library looks for the next match up to the year 9999, even for a rule that never matches; so it has not far.
    """
    for shift in range(9997 - last, -1, -1):
        if all(_calendar(year) == _calendar(year + shift) for year in range(first - 1, last + 2)):
            return shift
    return 0


def _calendar(year: int) -> tuple[int, int]:
    new_year = date(year, 1, 1)
    return new_year.weekday(), (date(year + 1, 1, 1) - new_year).days


def _moved(day: date, years: int) -> datetime:
    return datetime(day.year + years, day.month, day.day)  # noqa: DTZ001 (a local day, no instant)
