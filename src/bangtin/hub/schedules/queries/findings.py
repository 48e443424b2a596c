"""What a rule says of a plan: the shape of a finding, and the words that all of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bangtin.hub.regulations import queries as regulations

ERROR, WARNING, NOTE = "error", "warning", "note"
_WEIGHT = {ERROR: 0, WARNING: 1, NOTE: 2}


@dataclass(frozen=True)
class Finding:
    """One thing that a plan breaks or should look at.

    `code` is stable; `severity` error, warning or note. `on`: the local day, None: the whole span. `subject` names
    what it is about (`slot:12`, `placement:3`, a category). `clause` is of the cluster's own instrument; empty where
    no text fixes it, which `message` then says. `numbers` are whole seconds, counts or thousandths, by name.
    """

    code: str
    severity: str
    on: date | None
    subject: str
    clause: str
    message: str
    next_step: str
    numbers: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The same for summaries and commands."""
        return {
            "code": self.code,
            "severity": self.severity,
            "on": self.on.isoformat() if self.on else None,
            "subject": self.subject,
            "clause": self.clause,
            "message": self.message,
            "next_step": self.next_step,
            "numbers": dict(self.numbers),
        }


def in_order(found: list[Finding]) -> list[Finding]:
    """By day, the gravest first."""
    return sorted(found, key=lambda one: (one.on or date.min, _WEIGHT[one.severity], one.code, one.subject))


def by_article(clause: str) -> str:
    """The article in brackets, or that the number is a local one: the end of a sentence."""
    return f"({regulations.cited(clause)})" if clause else _("(local setting; no regulation fixes it)")


def hours(seconds: float) -> str:
    """Airtime as people read it: `2 giờ 30`, `2 h 30`."""
    minutes = round(seconds / 60)
    return _("%(hours)s h %(minutes)s") % {"hours": minutes // 60, "minutes": f"{minutes % 60:02d}"}


def percent(permille: int) -> str:
    """A share as people read it: `61,4%`."""
    return number_format(Decimal(permille) / 10, decimal_pos=1 if permille % 10 else 0) + "%"
