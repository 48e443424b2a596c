"""The running numbers of papers of a year."""

from datetime import datetime
from typing import Any

from django.db.models import Max

from bangtin.hub.kit.clock import local_date
from bangtin.hub.regulations.models import Instrument


def next_number(model: Any, prefix: str, *, instrument: Instrument, at: datetime) -> str:
    """The next number of the year, such as `ĐH-2026-0001`; locks the instrument, so that no number comes twice."""
    Instrument.objects.select_for_update().get(pk=instrument.pk)
    start = f"{prefix}-{local_date(at).year}-"
    rows = model.objects.filter(instrument=instrument, number__startswith=start)
    last: str | None = rows.aggregate(last=Max("number"))["last"]
    return f"{start}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"
