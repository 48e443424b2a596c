"""Content figures: what came in a period, what of it aired, for how long and how soon."""

import calendar
import csv
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bangtin.hub.accounts.models import Role
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.appraisal import policies as appraisal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import figure_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.reports import policies
from bangtin.hub.reports.queries.content_figures import content_figures

MONTH, QUARTER, YEAR = "thang", "quy", "nam"
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The figures of a month, quarter or year; an office that oversees the province sees all agencies, others own.

    Raises: NotPermitted for offices that read no reports.
    """
    user, _now, today = reader(request)
    require(policies.may_list(user, on=today), message=_("Your post reads no figures of content."))
    readable = policies.readable_agencies(user, on=today)
    span = request.GET.get("ky", MONTH) if request.GET.get("ky") in MONTHS else MONTH
    from_on, until_on = _period(request.GET.get("tu", ""), span, today)
    instruments = list(Instrument.objects.order_by("pk"))
    wanted = [one for one in instruments if one.pk == request.GET.get("quy-dinh")]
    chosen = next(iter(wanted or instruments), None)
    context: dict[str, object] = {
        "from_on": from_on,
        "until_on": until_on,
        "heading": _heading(span, from_on),
        "is_all": readable is None,
        "instrument": chosen,
        "spans": [
            {"label": label, "href": _href(name, from_on, chosen), "is_current": name == span}
            for name, label in ((MONTH, _("Month")), (QUARTER, _("Quarter")), (YEAR, _("Year")))
        ],
        "instruments": [
            {"label": one.number, "href": _href(span, from_on, one), "is_current": one == chosen} for one in instruments
        ],
        "before": _href(span, _moved(from_on, -MONTHS[span]), chosen),
        "after": _href(span, _moved(from_on, MONTHS[span]), chosen) if until_on < today else "",
        "sheet_href": _href(span, from_on, chosen, tep="csv"),
        "oversees": chosen is not None and appraisal.may_oversee(user, chosen.pk, on=today),
        "leads": has_role(user, Role.LEADER, on=today),
    }
    if chosen:
        found = content_figures(instrument_id=chosen.pk, from_on=from_on, until_on=until_on, agency_ids=readable)
        names = figure_board.names_of(found, min(until_on, today))
        if request.GET.get("tep") == "csv":
            return _sheet(figure_board.sheet(found, chosen.pk, names), from_on, until_on)
        rows = figure_board.kinds(found, chosen.pk)
        context |= {
            "kinds": [row for row in rows if not row.is_tag],
            "tags": [row for row in rows if row.is_tag],
            "agencies": figure_board.agencies(found, names),
            "sent": sum(line.sent for line in found.agencies.values()),
            "aired": sum(line.aired_count for line in found.agencies.values()),
        }
    return render(request, "reports/figures.html", context)


def _period(text: str, span: str, today: date) -> tuple[date, date]:
    """The first and last day of the month, quarter or year that holds a day; today's where the text is none."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        on = today
    on = max(min(on, today), date(2000, 1, 1))
    months = MONTHS[span]
    first = date(on.year, (on.month - 1) // months * months + 1, 1)
    last = first.month + months - 1
    return first, date(first.year, last, calendar.monthrange(first.year, last)[1])


def _moved(on: date, months: int) -> date:
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _heading(span: str, first: date) -> str:
    if span == MONTH:
        return _("Content in %(month)s") % {"month": f"{first:%m/%Y}"}
    if span == QUARTER:
        return _("Content in quarter %(n)s of %(year)s") % {"n": (first.month + 2) // 3, "year": first.year}
    return _("Content in %(year)s") % {"year": first.year}


def _href(span: str, on: date, instrument: Instrument | None, **more: str) -> str:
    asked = {"ky": span, "tu": on.isoformat(), **({"quy-dinh": instrument.pk} if instrument else {}), **more}
    return f"{reverse('content-figures')}?{urlencode(asked)}"


def _sheet(rows: list[list[object]], from_on: date, until_on: date) -> HttpResponse:
    name = f"noi-dung-{from_on:%Y%m%d}-{until_on:%Y%m%d}.csv"
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")  # the mark lets spreadsheets read the marks
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    csv.writer(answer).writerows([[_plain(value) for value in row] for row in rows])
    return answer


def _plain(value: object) -> object:
    """A name that begins like a formula is text to a spreadsheet too."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@" else value
