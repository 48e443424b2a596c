"""The leader's page: the whole province on one sheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations.queries import Duty, duties
from bangtin.hub.portal import duty_board, province_board, report_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.states import ReportState


def overview(request: HttpRequest) -> HttpResponse:
    """What a leader asks in the morning: do the screens run, for long enough, and who is behind."""
    user, now, today = reader(request)
    require(
        has_role(user, Role.LEADER, on=today),
        message=_("This page is for the leaders of the province."),
        next_step=_("Your own work stands on your first page."),
    )
    found = duties(year=today.year, as_of=now)
    screens = province_board.screens(user, now)
    weeks = province_board.airtime(today, now)
    context = {
        "heading": province_board.headline(screens, weeks, found),
        "screens": screens,
        "fine": sum(one.state in province_board.FINE for one in screens),
        "weeks": weeks,
        "agencies": province_board.agencies(found, today.year)[:10],
        "hot": duty_board.by_urgency(found)[:6],
        "programmes": province_board.programmes(),
        "year": today.year,
        "reports": _reports(today.year, found),
    }
    return render(request, "province/overview.html", context)


def _reports(year: int, found: list[Duty]) -> dict[str, object]:
    """How the yearly reports stand: how many are owed, begun and sent, and the nearest last day."""
    owed: set[str] = set()
    for row in regulations.instruments():
        owed |= {obligation for _kind, _title, obligation in report_board.kinds(regulations.regulation(row.pk))}
    some = [one for one in found if one.obligation_id in owed and not one.is_before_use]
    clauses = {
        rule.clauses[0]: None
        for row in regulations.instruments()
        for rule in regulations.regulation(row.pk).obligations
        if rule.id in owed
    }
    states = list(Report.objects.filter(year=year).values_list("state", flat=True))
    due_on = min((one.due_on for one in some if one.due_on and not one.is_done), default=None)
    return {
        "owed": len(some),
        "begun": len(states),
        "sent": states.count(ReportState.SENT),
        "due_on": due_on,
        "clauses": list(clauses),
    }
