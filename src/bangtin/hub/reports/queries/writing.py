"""How figures are written in a Vietnamese paper."""


def number(value: int) -> str:
    """`1868` as `1.868`; below ten with a zero before it, as offices write (`05`); nought is `0`."""
    if 0 < value < 10:
        return f"0{value}"
    return f"{value:,}".replace(",", ".")


def length(seconds: int) -> str:
    """Airtime: `1.868 giờ 58 phút`, `3 phút 20 giây`, `45 giây`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{number(hours)} giờ {minutes:02} phút" if minutes else f"{number(hours)} giờ"
    if minutes:
        return f"{minutes} phút {left:02} giây" if left else f"{minutes} phút"
    return f"{left} giây"


def value(amount: int, unit: str) -> str:
    """A figure's value with its unit where the unit belongs to the number."""
    return length(amount) if unit == "second" else number(amount)


def day(on: object) -> str:
    """`14/12/2026`."""
    return f"{on:%d/%m/%Y}"
