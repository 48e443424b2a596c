"""Airtime of a stretch of days under one mark: the page's rows in words, and the same as .csv and .xlsx."""

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
from bangtin.hub.portal import formats, log_sheet, places
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
        return [ms / 1000 for ms in _lengths(self.found)]


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
    return {str(day): (formats.weekday_day(day), f"{day:%d/%m/%Y}", places.play_log(day)) for day in days}


def _heads(mark: str) -> list[str]:
    return [
        mark_words()[mark],
        _("Note"),
        _("Plays"),
        _("Airtime"),
        _("of it corroborated"),
        _("of it claimed"),
        _("of it filler"),
        _("of it outside the hours"),
        _("In doubt, not counted"),
    ]


def _lengths(one: Airtime) -> list[int]:
    return [one.aired_ms, one.sure_ms, one.claimed_ms, one.filler_ms, one.outside_ms, one.doubted_ms]


def as_csv(mark: str, found: Sequence[Row]) -> bytes:
    """The rows and their sum, lengths in seconds; with the mark by which a spreadsheet knows UTF-8."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    name, note, plays, *lengths = _heads(mark)
    writer.writerow([name, note, plays, *(_("%(what)s, seconds") % {"what": one} for one in lengths)])
    for name, note, one in _with_total(found):
        cells = [_plain(name), _plain(note), one.plays, *(f"{ms / 1000:.3f}" for ms in _lengths(one))]
        writer.writerow(cells)
    return (BOM + sheet.getvalue()).encode()


def as_xlsx(mark: str, found: Sequence[Row], *, title: str) -> bytes:
    """The rows and their sum, lengths as hours."""
    lines: list[list[object]] = [
        [name, note, one.plays, *(timedelta(milliseconds=ms) for ms in _lengths(one))]
        for name, note, one in _with_total(found)
    ]
    return log_sheet.plain(title, _heads(mark), lines)


def _with_total(found: Sequence[Row]) -> list[tuple[str, str, Airtime]]:
    total = airtimes.total([row.found for row in found])
    return [*((row.name, row.note, row.found) for row in found), (_("Total"), "", total)]


def _plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
