"""Which instruments are in use, also where no database stands yet."""

from bangtin.hub.kit import reading
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.queries.own_rows import own_rows


def in_use() -> set[str]:
    """The ids of the instruments in use; none where the database does not exist or has no tables yet."""
    return set(own_rows().instruments)


def instruments() -> tuple[Instrument, ...]:
    """The rows of the instruments in use, by id; read once a page."""
    return reading.once("instruments", lambda: tuple(Instrument.objects.order_by("pk")))
