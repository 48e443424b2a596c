"""What a bundle calls what was planned: a slot by its number, a placement by its number after a `p`."""


def slot_name(slot_id: int) -> str:
    """The name of a slot in loops and play records."""
    return str(slot_id)


def placement_name(placement_id: int) -> str:
    """The name of a placement in loops and play records: `p12`."""
    return f"p{placement_id}"


def slot_id(name: str) -> int | None:
    """The slot behind a name of a loop or record; None for another's name."""
    return int(name) if _is_number(name) else None


def placement_id(name: str) -> int | None:
    """The placement behind a name of a loop or record; None for another's name."""
    return int(name[1:]) if name[:1] == "p" and _is_number(name[1:]) else None


def _is_number(text: str) -> bool:
    # a column holds no more digits than this
    return text.isascii() and text.isdecimal() and len(text) < 19
