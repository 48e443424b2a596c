"""Retention: how long what is kept has to stay, and whether it may go. Nothing here ever asks for deletion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bangtin.rulebook.shapes import Regulation, RetentionRule
from bangtin.rulebook.texts import Text, day_label

_NO_TERM = Text(
    "Văn bản không nêu thời hạn: giữ lại, không tự xóa",
    "The text gives no term: it is kept, nothing is deleted by itself",
)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Until which day a thing is kept (the last day counted; None: no term fixed), and the reading used."""

    until: date | None
    reading: Text

    def may_go(self, on: date) -> bool:
        """Return whether the rule lets it go on `on`; never where no term is fixed."""
        return self.until is not None and on > self.until


def keeping(regulation: Regulation, rule: RetentionRule, *, made_on: date) -> Keeping:
    """Return how long what was made on `made_on` is kept under `rule`, by the term then in force.

    The term rolls: each thing has its own last day, the corresponding day of the last month.
    Source: Civil Code 2015, art. 148.3 (corresponding day; a month without it: its last day).
    """
    months = regulation.parameter(rule.months).number(made_on)
    if months is None:
        return Keeping(None, _NO_TERM)
    until = _months_after(made_on, months)
    bound = Text("ít nhất đến hết ngày", "at least until the end of") if rule.is_floor else Text("đến hết", "until")
    return Keeping(
        until,
        Text(
            f"Giữ {bound.vi} {day_label(until)} ({months} tháng kể từ {day_label(made_on)})",
            f"Kept {bound.en} {day_label(until)} ({months} months from {day_label(made_on)})",
        ),
    )


def _months_after(on: date, months: int) -> date:
    month = on.month - 1 + months
    first = date(on.year + month // 12, month % 12 + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=on.day - 1), following - timedelta(days=1))
