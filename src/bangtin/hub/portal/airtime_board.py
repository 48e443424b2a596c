"""Airtime of a stretch of days under one mark: the page's rows in words, their picture, the same as .csv and .xlsx."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from bangtin.hub.agencies.models import names_on
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.playlog.queries import airtimes
from bangtin.hub.playlog.queries.airtimes import Airtime
from bangtin.hub.portal import charts, formats, log_sheet, places
from bangtin.hub.portal.log_board import BOM
from bangtin.hub.programmes import asked
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

# the word in the address: the mark
MARKS = {
    "muc": "item",
    "loai": "category",
    "ngon-ngu": "language",
    "co-quan": "agency",
    "cum": "cluster",
    "ngay": "day",
}


BARS = 12
# grid lines of the days' columns: a whole number of hours or minutes, five of them at most
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class Row:
    """One key in words; `note` stands small beside it, `href` leads on."""

    name: str
    note: str
    href: str
    found: Airtime

    @property
    def lengths_s(self) -> list[float]:
        """Seconds aired, corroborated, claimed, of filler, outside the hours, in doubt."""
        return lengths_s(self.found)


@dataclass(frozen=True)
class Picture:
    """The rows as bars, or days as columns, under a sentence that says what they show."""

    title: str
    bars: tuple[charts.Bar, ...] = ()
    columns: charts.ColumnChart | None = None
    unit: str = ""


def lengths_s(found: Airtime) -> list[float]:
    """Seconds aired, corroborated, claimed, of filler, outside the hours, in doubt."""
    return [ms / 1000 for ms in _lengths(found)]


def mark_words() -> dict[str, str]:
    """The marks by their word in the address."""
    return {
        "muc": _("Programme"),
        "loai": _("Kind of content"),
        "ngon-ngu": _("Language"),
        "co-quan": _("Agency"),
        "cum": _("Cluster"),
        "ngay": _("Day"),
    }


def rows(mark: str, *, from_on: date, until_on: date, cluster_ids: Sequence[str] | None) -> list[Row]:
    """The airtime under each key of the mark (a word of the address), with its name."""
    found = airtimes.airtimes(by=MARKS[mark], from_on=from_on, until_on=until_on, cluster_ids=cluster_ids)
    named = {
        "muc": _items,
        "loai": _categories,
        "ngon-ngu": _languages,
        "co-quan": _agencies,
        "cum": _clusters,
        "ngay": _days,
    }[mark](found, until_on)
    return [Row(*named.get(str(one.key), (str(one.key), "", "")), one) for one in found]


def picture(mark: str, found: Sequence[Row]) -> Picture | None:
    """What tells the rows of a mark at a glance; None for programmes, and where there is nothing to hold together."""
    aired = [row for row in found if row.found.aired_ms]
    if mark == "muc" or len(aired) < 2:
        return None
    most = max(aired, key=lambda row: row.found.aired_ms)
    if mark == "ngay":
        return _by_day(found, most)
    whole = airtimes.total([row.found for row in aired]).aired_ms
    words = {"name": most.name, "percent": formats.percent(most.found.aired_ms * 100 / whole)}
    rows = [
        charts.Bar(row.name, row.found.aired_ms, formats.airtime(row.found.aired_ms / 1000), href=row.href)
        for row in aired[:BARS]
    ]
    return Picture(_("Most airtime: %(name)s, %(percent)s") % words, bars=charts.bars(rows))


def _by_day(found: Sequence[Row], most: Row) -> Picture:
    is_long = most.found.aired_ms >= 2 * 3_600_000
    unit_ms = 3_600_000 if is_long else 60_000
    step = next((one for one in STEPS if most.found.aired_ms / unit_ms <= 5 * one), STEPS[-1])
    aired = {str(row.found.key): row.found.aired_ms for row in found}
    first, last = (date.fromisoformat(one) for one in (min(aired), max(aired)))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    columns = [_column(day, aired.get(str(day), 0), unit_ms) for day in days]
    words = {"day": most.name, "aired": formats.airtime(most.found.aired_ms / 1000)}
    title = _("Most airtime: %(day)s, %(aired)s") % words
    unit = _("Hours aired each day") if is_long else _("Minutes aired each day")
    return Picture(title, columns=charts.column_chart(columns, step=step), unit=unit)


def _column(day: date, ms: int, unit_ms: int) -> charts.Column:
    return charts.Column(f"{day:%d/%m}", ms / unit_ms, f"{formats.day(day)}: {formats.airtime(ms / 1000)}")


Names = dict[str, tuple[str, str, str]]


def _items(found: Sequence[Airtime], on: date) -> Names:
    versions = ProgrammeVersion.objects.filter(pk__in=[one.key for one in found]).only("title", "receipt")
    return {str(row.pk): (row.title, row.receipt, places.programme(row.receipt)) for row in versions}


def _categories(found: Sequence[Airtime], on: date) -> Names:
    kinds = [one for pk in Instrument.objects.values_list("pk", flat=True) for one in asked.of(pk).categories]
    names = {one.id: (regulations.in_words(one.name), "", "") for one in kinds}
    return {**names, "": (_("Without a kind"), "", "")}


def _languages(found: Sequence[Airtime], on: date) -> Names:
    return {str(one.key): (formats.language(str(one.key)), "", "") for one in found}


def _agencies(found: Sequence[Airtime], on: date) -> Names:
    return {key: (name, "", "") for key, name in names_on([str(one.key) for one in found], on).items()}


def _clusters(found: Sequence[Airtime], on: date) -> Names:
    return {row.pk: (str(row), "", places.play_log(on, row.pk)) for row in Cluster.objects.all()}


def _days(found: Sequence[Airtime], on: date) -> Names:
    days = [one.key for one in found if isinstance(one.key, date)]
    return {str(day): (formats.weekday_long(day), "", places.play_log(day)) for day in days}


def _heads(mark: str) -> list[str]:
    return [
        mark_words()[mark],
        *_notes(mark),
        _("Plays"),
        _("Airtime"),
        _("of it corroborated"),
        _("of it claimed"),
        _("of it filler"),
        _("of it outside the hours"),
        _("In doubt, not counted"),
    ]


def _notes(mark: str) -> list[str]:
    """The head of the column beside the name, where the mark has one."""
    return [_("Receipt")] if mark == "muc" else []


def _lengths(one: Airtime) -> list[int]:
    return [one.aired_ms, one.sure_ms, one.claimed_ms, one.filler_ms, one.outside_ms, one.doubted_ms]


def as_csv(mark: str, found: Sequence[Row]) -> bytes:
    """The rows and their sum, with the mark by which a spreadsheet knows UTF-8.

    Lengths are whole milliseconds, as in `log_board.as_csv`.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    notes = len(_notes(mark))
    heads, lengths = _heads(mark)[: notes + 2], _heads(mark)[notes + 2 :]
    writer.writerow([*heads, *(_("%(what)s, milliseconds") % {"what": one} for one in lengths)])
    for name, note, one in _with_total(found):
        names = [_plain(name), _plain(note)][: notes + 1]
        writer.writerow([*names, one.plays, *_lengths(one)])
    return (BOM + sheet.getvalue()).encode()


def as_xlsx(mark: str, found: Sequence[Row], *, title: str) -> bytes:
    """The rows and their sum, lengths as hours."""
    lines: list[list[object]] = [
        [*[name, note][: len(_notes(mark)) + 1], one.plays, *(timedelta(milliseconds=ms) for ms in _lengths(one))]
        for name, note, one in _with_total(found)
    ]
    return log_sheet.plain(title, _heads(mark), lines, texts=len(_notes(mark)) + 1)


def _with_total(found: Sequence[Row]) -> list[tuple[str, str, Airtime]]:
    total = airtimes.total([row.found for row in found])
    return [*((row.name, row.note, row.found) for row in found), (_("Total"), "", total)]


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
