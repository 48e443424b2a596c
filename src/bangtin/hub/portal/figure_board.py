"""The page of content figures: bars by kind of content, a table by agency, the same as a spreadsheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.agencies.models import Agency
from bangtin.hub.portal import charts, formats
from bangtin.hub.programmes import asked
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.queries.content_figures import Figures, Line

WAITING = (VersionState.SUBMITTED, VersionState.RECEIVED, VersionState.PROPOSED)
BACK = (VersionState.RETURNED, VersionState.UNUSABLE, VersionState.REJECTED)


@dataclass(frozen=True)
class KindRow:
    """One kind of content with its clause; `wait` from receipt to the first play, `forms` the other ways it took."""

    name: str
    clause: str
    is_tag: bool
    line: Line
    bar: charts.Bar
    wait: str
    forms: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class AgencyRow:
    """One agency: what it sent and where that stands."""

    name: str
    line: Line
    waiting: int
    ready: int
    back: int
    aired: str


def kinds(figures: Figures, instrument_id: str) -> list[KindRow]:
    """Every kind of content of the instrument, also those of which nothing came: that is what the reader looks for."""
    asks = asked.of(instrument_id)
    forms = {one.id: regulations.in_words(one.name) for one in asks.forms}
    lines = [(one, figures.kinds.get(one.id, Line(one.id))) for one in asks.categories]
    drawn = charts.bars([charts.Bar(regulations.in_words(one.name), line.aired_ms, words(line)) for one, line in lines])
    return [
        KindRow(
            name=bar.label,
            clause=one.clause,
            is_tag=one.kind == "tag",
            line=line,
            bar=bar,
            wait=length(line.usual_wait),
            forms=tuple((forms.get(name, name), count) for name, count in line.forms.most_common()),
        )
        for (one, line), bar in zip(lines, drawn, strict=True)
    ]


def agencies(figures: Figures, names: Mapping[str, str]) -> list[AgencyRow]:
    """The agencies that sent something or aired, those that sent most first."""
    found = sorted(figures.agencies.values(), key=lambda line: (-line.sent, line.key))
    return [
        AgencyRow(
            name=names.get(line.key, line.key),
            line=line,
            waiting=sum(line.states[state] for state in WAITING),
            ready=line.states[VersionState.READY],
            back=sum(line.states[state] for state in BACK),
            aired=formats.airtime(line.aired_ms / 1000),
        )
        for line in found
    ]


def names_of(figures: Figures, on: date) -> dict[str, str]:
    """The agencies' names that day, by id."""
    found = Agency.objects.filter(pk__in=list(figures.agencies)).prefetch_related("names")
    return {one.pk: one.name(on) for one in found}


def words(line: Line) -> str:
    """How a kind of content stands: sent, plays, airtime."""
    sent = ngettext("%(n)s sent", "%(n)s sent", line.sent) % {"n": formats.number(line.sent)}
    plays = ngettext("%(n)s play", "%(n)s plays", line.plays) % {"n": formats.number(line.plays)}
    return f"{sent} · {plays} · {formats.airtime(line.aired_ms / 1000)}"


def length(wait: timedelta | None) -> str:
    """How long from receipt to the first play, in words; empty where nothing has aired."""
    if wait is None:
        return ""
    hours = wait.total_seconds() / 3600
    if hours < 1:
        return formats.airtime(wait.total_seconds())
    if hours < 48:
        return _("%(n)s hours") % {"n": formats.number(hours, 1)}
    return _("%(n)s days") % {"n": formats.number(hours / 24, 1)}


def sheet(figures: Figures, instrument_id: str, names: Mapping[str, str]) -> list[list[object]]:
    """The same as rows of a spreadsheet, numbers as numbers."""
    counted = (_("Sent"), _("Programmes aired"), _("Plays"), _("Airtime, seconds"), _("Hours to air"))
    found: list[list[object]] = [[_("Group"), _("Name"), *counted]]
    for kind in kinds(figures, instrument_id):
        found.append([_("Kind of content"), kind.name, *_numbers(kind.line)])
    for row in agencies(figures, names):
        found.append([_("Agency"), row.name, *_numbers(row.line)])
    return found


def _numbers(line: Line) -> list[object]:
    wait = line.usual_wait
    hours = round(wait.total_seconds() / 3600, 1) if wait else ""
    return [line.sent, line.aired_count, line.plays, line.aired_ms // 1000, hours]
