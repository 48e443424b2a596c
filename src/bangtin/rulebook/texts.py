"""Bilingual texts and the small literal values that regulation data are written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Vietnamese and in English."""

    vi: str
    en: str

    def pick(self, language: str) -> str:
        """Return the text in `language` ("vi" or "en…"); Vietnamese for any other."""
        return self.en if language.startswith("en") else self.vi


@dataclass(frozen=True, slots=True, order=True)
class MonthDay:
    """A day of any year, written "12-15" for 15 December."""

    month: int
    day: int

    @classmethod
    def parse(cls, text: str) -> MonthDay:
        """Read "MM-DD".

        Raises: ValueError if it is no day of a leap year.
        """
        match = re.fullmatch(r"(\d{2})-(\d{2})", text)
        if match is None:
            raise ValueError("a day of the year as MM-DD, such as 12-15")
        month, day = int(match[1]), int(match[2])
        try:
            date(2024, month, day)  # a leap year, so that 02-29 can be written
        except ValueError:
            raise ValueError("a day that the year has, as MM-DD") from None
        return cls(month, day)

    def __str__(self) -> str:
        """Return the form it is written in."""
        return f"{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A span of one local day, in seconds from its midnight; written "07:30-11:00"."""

    opens_s: int
    closes_s: int

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read "HH:MM-HH:MM"; the end may be 24:00.

        Raises: ValueError if the span is malformed or empty.
        """
        match = re.fullmatch(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})", text)
        if match is None:
            raise ValueError("a window as HH:MM-HH:MM, such as 07:30-11:00")
        hours = [int(part) for part in match.groups()]
        opens, closes = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if hours[1] > 59 or hours[3] > 59 or not 0 <= opens < closes <= 1440:
            raise ValueError("a window that opens before it closes, within 00:00-24:00")
        return cls(opens * 60, closes * 60)

    @property
    def seconds(self) -> int:
        """Return its length."""
        return self.closes_s - self.opens_s

    def __str__(self) -> str:
        """Return the form it is written in."""
        return f"{clock(self.opens_s)}-{clock(self.closes_s)}"


def clock(seconds: int) -> str:
    """Return seconds from midnight as "HH:MM"."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def clock_s(text: str) -> int:
    """Return "HH:MM" as seconds from midnight.

    Raises: ValueError if it is no time of day.
    """
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    if match is None:
        raise ValueError("a time of day as HH:MM, such as 12:00")
    return int(match[1]) * 3600 + int(match[2]) * 60


def windows_label(windows: tuple[Window, ...]) -> str:
    """Return windows as people read them: "07:30–11:00, 13:30–18:00"."""
    return ", ".join(f"{clock(w.opens_s)}–{clock(w.closes_s)}" for w in windows)


def day_label(on: date) -> str:
    """Return a date as officers write it: "14/12/2026"."""
    return f"{on.day:02d}/{on.month:02d}/{on.year}"


def days(count: int) -> timedelta:
    """Return `count` days as a span."""
    return timedelta(days=count)
