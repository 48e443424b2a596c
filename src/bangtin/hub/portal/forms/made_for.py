"""What a new programme may name as its occasion: an open order or request that is turned to its agency."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bangtin.hub.plans import queries
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.regulations import queries as regulations

Occasion = ProductionOrder | InformationRequest


def choices_of(agencies: Collection[str], *, on: date) -> Mapping[str, Occasion]:
    """The open orders and requests of these agencies, or of what they carry on, by the key that forms send."""
    own = regulations.continued({one for one in agencies if one}, on=on)
    found: dict[str, Occasion] = {f"don-{row.pk}": row for row in queries.open_orders(own)}
    return found | {f"yeu-cau-{row.pk}": row for row in queries.open_requests(own)}


def named(found: Mapping[str, Occasion]) -> list[tuple[str, str]]:
    """The choices of a field, "nothing of these" first."""
    return [("", _("Neither an order nor a request")), *((key, _words(row)) for key, row in found.items())]


def chosen(found: Mapping[str, Occasion], key: str) -> dict[str, Any]:
    """The fields of a submission that the chosen key fills."""
    row = found.get(key)
    if isinstance(row, ProductionOrder):
        return {"production_order": row}
    return {"information_request": row} if row is not None else {}


def _words(row: Occasion) -> str:
    words = _("For order %(what)s") if isinstance(row, ProductionOrder) else _("Answers request %(what)s")
    return words % {"what": str(row)}
