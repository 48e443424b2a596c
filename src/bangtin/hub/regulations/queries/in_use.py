"""Which instruments are in use, also where no database stands yet."""

from pathlib import Path

from django.db import OperationalError, ProgrammingError, connection

from bangtin.hub.regulations.models import Instrument


def in_use() -> set[str]:
    """The ids of the instruments in use; none where the database does not exist or has no tables yet."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and connection.connection is None and not Path(name).exists():
        return set()  # asking would leave an empty file behind
    try:
        return set(Instrument.objects.values_list("id", flat=True))
    except (OperationalError, ProgrammingError):
        return set()
