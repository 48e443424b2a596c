"""How days, hours, lengths, numbers, money and sizes are written for people.

One place for the formats of the interface (ui 9, "Formats"): 24-hour clock, `23/11/2026` in both
languages, spaced en dash in spans, a non-breaking space between a number and its unit, Vietnamese
separators (`1.868`, `61,4%`) in Vietnamese and English ones in English. Time is always an argument.
"""

from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
NBSP = "\N{NO-BREAK SPACE}"
DASH = f"{NBSP}\N{EN DASH} "

_SIZE_UNITS = ("B", "kB", "MB", "GB", "TB")


def is_vietnamese() -> bool:
    """Whether the active language is Vietnamese (the default of the product)."""
    return (get_language() or "vi").startswith("vi")


def unknown() -> str:
    """The word for a value that nobody has measured: never 0 (ui 1.4)."""
    return _("not known")


def number(value: int | float | Decimal | None, places: int = 0) -> str:
    """`1868` as `1.868` (Vietnamese) or `1,868` (English), with `places` decimals."""
    if value is None:
        return unknown()
    step = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(step, ROUND_HALF_UP) + 0  # never minus nothing
    text = f"{rounded:,f}".replace("-", "\N{MINUS SIGN}")
    if not is_vietnamese():
        return text
    return text.translate(str.maketrans(",.", ".,"))


def percent(value: float | Decimal | None, places: int = 1) -> str:
    """A share already in percent: `61.4` as `61,4%`."""
    return unknown() if value is None else f"{number(value, places)}%"


def vnd(value: int | None) -> str:
    """Exact money for papers and rows: `412.000.000 đồng`."""
    if value is None:
        return unknown()
    return f"{number(value)}{NBSP}" + pgettext("money", "đồng")


def vnd_short(value: int | None) -> str:
    """Rounded money for overviews: `1,18 tỷ đồng`, `412 triệu đồng`; the row keeps the exact sum."""
    if value is None:
        return unknown()
    if abs(value) >= 1_000_000_000:
        amount = number(Decimal(value) / 1_000_000_000, 2)
        return _("%(amount)s billion đồng") % {"amount": amount}
    if abs(value) >= 1_000_000:
        return _("%(amount)s million đồng") % {"amount": number(Decimal(value) / 1_000_000)}
    return vnd(value)


def size(size_bytes: int | None) -> str:
    """A file's size in decimal units: `1,84 GB`, `6,2 MB`, `4 kB`."""
    if size_bytes is None:
        return unknown()
    amount, unit = Decimal(size_bytes), 0
    while amount >= 1000 and unit < len(_SIZE_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    places = 0 if unit < 2 else 2 if unit == 3 else 1
    return f"{number(amount, places)}{NBSP}{_SIZE_UNITS[unit]}"


def media_length(duration_ms: int | None) -> str:
    """Length of a clip: `3:24`, `1:02:07`; below a minute `0:08`."""
    if duration_ms is None:
        return unknown()
    minutes, seconds = divmod(round(duration_ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def airtime(duration_s: float | None) -> str:
    """Time on air: `8 giờ 00`; below an hour `42 phút`, below ten minutes `3 phút 20 giây`."""
    if duration_s is None:
        return unknown()
    total = round(duration_s)
    hours, rest = divmod(total, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return _("%(hours)s h %(minutes)02d") % {"hours": number(hours), "minutes": minutes}
    if minutes >= 10 or (minutes and not seconds):
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
    return _("%(seconds)d s") % {"seconds": seconds}


def difference(duration_s: float) -> str:
    """Aired against planned: `−1,2 giây`, from a minute on `−5 phút 4 giây`; nothing is `0,0 giây`."""
    if abs(duration_s) < 60:
        return f"{number(duration_s, 1)}{NBSP}" + _("s")
    sign = "\N{MINUS SIGN}" if duration_s < 0 else "+"
    return f"{sign}{airtime(abs(duration_s))}"


def local(moment: datetime, zone: tzinfo = LOCAL) -> datetime:
    """An aware instant at the province's clock.

    Raises: ValueError for a naive datetime.
    """
    if moment.tzinfo is None:
        raise ValueError(f"expected an aware datetime, got {moment!r}")
    return moment.astimezone(zone)


def clock(moment: datetime) -> str:
    """Hour and minute of an instant at the province's clock: `09:41`."""
    return f"{local(moment):%H:%M}"


def day(value: date | datetime) -> str:
    """`23/11/2026`; an instant is read at the province's clock."""
    value = local(value).date() if isinstance(value, datetime) else value
    return f"{value:%d/%m/%Y}"


def day_clock(moment: datetime) -> str:
    """`09:41 23/11/2026`: an instant with its day."""
    return f"{clock(moment)}{NBSP}{day(moment)}"


def weekday(value: date | datetime) -> str:
    """`thứ Hai`, `Chủ nhật`: the weekday as written inside a sentence."""
    value = local(value).date() if isinstance(value, datetime) else value
    names = (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )
    return names[value.weekday()]


def weekday_day(value: date | datetime) -> str:
    """`thứ Hai 23/11`: a day inside running text, without its year."""
    on = local(value).date() if isinstance(value, datetime) else value
    return f"{weekday(on)}{NBSP}{on:%d/%m}"


def weekday_long(value: date | datetime) -> str:
    """`Thứ Hai, 23/11/2026`: a day that stands alone, as in the top bar."""
    text = weekday(value)
    return f"{text[:1].upper()}{text[1:]}, {day(value)}"


def span(start: datetime, end: datetime) -> str:
    """`07:30 – 11:00`; 00:00 of the next day is written 24:00, as the law does."""
    first, last = local(start), local(end)
    until = "24:00" if f"{last:%H:%M}" == "00:00" and last > first else f"{last:%H:%M}"
    return f"{first:%H:%M}{DASH}{until}"


def week(value: date | datetime) -> str:
    """`tuần 48`: the ISO week of a day."""
    on = local(value).date() if isinstance(value, datetime) else value
    return _("week %(number)d") % {"number": on.isocalendar().week}


def since(moment: datetime, *, at: datetime) -> str:
    """`38 phút trước` up to one hour, then the clock time, with the day once it is another day."""
    gone = at - moment
    if timedelta(0) <= gone < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= gone <= timedelta(hours=1):
        minutes = int(gone.total_seconds() // 60)
        return ngettext("%(minutes)d minute ago", "%(minutes)d minutes ago", minutes) % {"minutes": minutes}
    same_day = local(moment).date() == local(at).date()
    return clock(moment) if same_day else day_clock(moment)


_LANGUAGES = {
    "vi": pgettext_lazy("language of content", "Vietnamese"),
    "en": pgettext_lazy("language of content", "English"),
    "zh": pgettext_lazy("language of content", "Chinese"),
    "zh-hans": pgettext_lazy("language of content", "Chinese"),
    "tyz": pgettext_lazy("language of content", "Tày"),
    "nut": pgettext_lazy("language of content", "Nùng"),
    "hmn": pgettext_lazy("language of content", "Mông"),
    "ium": pgettext_lazy("language of content", "Dao"),
    "blt": pgettext_lazy("language of content", "Thái"),
}


def language(code: str) -> str:
    """Name of a content language as officers write it: `Việt`, `Anh`, `Trung`, `Tày`…"""
    name = _LANGUAGES.get(code.lower())
    return code if name is None else str(name)


def languages(codes: list[str] | tuple[str, ...]) -> str:
    """`Việt, Anh`: content languages in the given order."""
    return ", ".join(language(code) for code in codes)
