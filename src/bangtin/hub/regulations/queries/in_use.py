"""Which instruments are in use, also where no database stands yet."""

from bangtin.hub.regulations.queries.own_rows import own_rows


def in_use() -> set[str]:
    """The ids of the instruments in use; none where the database does not exist or has no tables yet."""
    return set(own_rows().instruments)
