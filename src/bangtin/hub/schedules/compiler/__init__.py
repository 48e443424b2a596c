"""Lays out a day from playlists: pure, deterministic, no database (ADR 10)."""

from bangtin.hub.schedules.compiler.laying import lay_out
from bangtin.hub.schedules.compiler.shapes import (
    DAY_MS,
    HOUR_MS,
    Day,
    Entry,
    Lack,
    Layout,
    Reason,
    Share,
    ShareKind,
    Span,
    Taken,
    Turn,
    Unmet,
)

__all__ = [
    "DAY_MS",
    "HOUR_MS",
    "Day",
    "Entry",
    "Lack",
    "Layout",
    "Reason",
    "Share",
    "ShareKind",
    "Span",
    "Taken",
    "Turn",
    "Unmet",
    "lay_out",
]
