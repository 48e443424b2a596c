"""Reports: what is due, the editor, a figure with its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations.queries import Duty, duties
from bangtin.hub.portal import duty_board, report_board, traced_rows
from bangtin.hub.portal.forms.duties import SectionsForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.reports import actions, policies
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.queries import trace
from bangtin.hub.reports.states import ReportState

YEARS = range(2020, 2101)
ROWS_A_PAGE = 100


@dataclass(frozen=True)
class DueRow:
    """A report that an agency owes this year, with the paper if it is begun."""

    duty: Duty
    kind: str
    report: Report | None
    badge: str
    may_write: bool


def listing(request: HttpRequest) -> HttpResponse:
    """The reports of a year: who owes which by when, and how far each is."""
    user, now, today = reader(request)
    require(policies.may_list(user, on=today))
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in YEARS else today.year
    rows = _due_rows(user, year=year, now=now, today=today)
    overdue = [one for one in rows if one.duty.status == "overdue" and not one.duty.is_before_use]
    context = {
        "year": year,
        "years": [one for one in (year - 1, year, year + 1) if one in YEARS],
        "heading": _heading(rows, overdue),
        "rows": sorted(rows, key=_place),
        "close_calls": _close_calls(rows),
        "paper_badges": report_board.BADGES,
    }
    return render(request, "reports/listing.html", context)


def editor(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report: read by its agency and those above, written by its agency's report officer while figures run.

    Raises: Http404 for a report that the account does not read.
    """
    user, now, today = reader(request)
    report = readable(user, report_id, on=today)
    may_write = policies.may_report(user, report.agency, on=today)
    board = report_board.Board(report, chosen=request.GET.get("so", ""))
    is_open = may_write and report.state == ReportState.WRITING
    form = SectionsForm(board.written())
    if request.method == "POST":
        form = SectionsForm(board.written(), request.POST)
        if form.is_valid() and _save(form, board, report, user, now):
            messages.success(request, _("Saved."))
            return redirect("report", report_id=report.pk)
    due = report_board.due(report, found=duties(year=report.year, as_of=now, agency_ids={report.agency_id}))
    written, sections = board.progress
    context = {
        "report": report,
        "title": report_board.title(report),
        "badge": report_board.BADGES[ReportState(report.state)],
        "parts": [
            (one, form[f"muc-{one.number}"] if one.is_written else None, _mark(form, one)) for one in board.parts
        ],
        "form": form,
        "is_open": is_open,
        "may_write": may_write,
        "panel": board.panel(),
        "calendar": report_board.calendar_used(report),
        "due": due,
        "due_badge": duty_board.badge_state(due) if due else "",
        "written": written,
        "sections": sections,
        "last_edit": max((one.edited_at for one in board.parts if one.edited_at), default=None),
        "figure_count": len(board.figures),
        "is_early": today <= report.period_to,
    }
    return render(request, "reports/editor.html", context, status=422 if form.errors else 200)


def figure(request: HttpRequest, report_id: int, name: str) -> HttpResponse:
    """One figure of a report and the rows it was counted from, down to the submissions.

    Raises: Http404 for a report that the account does not read; NoSuchFigure.
    """
    user, _now, today = reader(request)
    report = readable(user, report_id, on=today)
    found = trace(report, name)
    page = Paginator(found.rows, ROWS_A_PAGE).get_page(request.GET.get("trang"))
    board = report_board.Board(report, chosen=name)
    context = {
        "report": report,
        "title": report_board.title(report),
        "panel": board.panel(),
        "is_part": "/" in name,
        "part": _part_words(report, name),
        "whole_href": report_board.figure_href(report, name.partition("/")[0]),
        "tables": traced_rows.tables(list(page)),
        "total": len(found.rows),
        "page": page,
        "figure": found.figure,
        "calendar": report_board.calendar_used(report),
    }
    return render(request, "reports/figure.html", context)


def readable(user: User, report_id: int, *, on: date) -> Report:
    """The report, if the account reads it.

    Raises: Http404 otherwise, the same whether it exists or not.
    """
    report = _with_agency().filter(pk=report_id).first()
    if report is None or not policies.may_read(user, report.agency_id, on=on):
        raise Http404
    return report


def _with_agency() -> QuerySet[Report]:
    return Report.objects.select_related("agency", "compiled_by").prefetch_related("agency__names")


def _due_rows(user: User, *, year: int, now: datetime, today: date) -> list[DueRow]:
    agencies = policies.readable_agencies(user, on=today)
    writes = regulations.continued(agency_ids(user, on=today, role=Role.REPORTER), on=today)
    kinds: dict[str, str] = {}
    for pk in Instrument.objects.values_list("pk", flat=True):
        kinds |= {obligation: kind for kind, _title, obligation in report_board.kinds(regulations.regulation(pk))}
    kept = {(one.kind, one.agency_id): one for one in _with_agency().filter(year=year)}
    found = duties(year=year, as_of=now, agency_ids=agencies)
    return [
        DueRow(
            one,
            kinds[one.obligation_id],
            kept.get((kinds[one.obligation_id], one.agency_id)),
            duty_board.badge_state(one),
            one.agency_id in writes,
        )
        for one in found
        if one.obligation_id in kinds
    ]


def _place(row: DueRow) -> tuple[bool, bool, date]:
    """Own and hot ones first, then by day; those without a day last."""
    return not row.may_write, not duty_board.is_hot(row.duty), row.duty.due_on or date.max


def _close_calls(rows: Sequence[DueRow]) -> list[Duty]:
    """One duty of each kind whose figures run to the very day that it is due, or past it."""
    found = {
        one.duty.obligation_id: one.duty for one in rows if one.duty.due_on and one.duty.due_on <= one.duty.period.end
    }
    return list(found.values())


def _heading(rows: Sequence[DueRow], overdue: Sequence[DueRow]) -> str:
    if not rows:
        return _("No report is owed in this year")
    sent = sum(one.report is not None and one.report.state == ReportState.SENT for one in rows)
    words = _("%(sent)d of %(all)d reports sent") % {"sent": sent, "all": len(rows)}
    if not overdue:
        return words
    late = ngettext("%(n)d report overdue", "%(n)d reports overdue", len(overdue)) % {"n": len(overdue)}
    return f"{late}; {words}"


def _save(form: SectionsForm, board: report_board.Board, report: Report, user: User, now: datetime) -> bool:
    """Write the sections that were changed; what another officer wrote in between is not overwritten."""
    for part in board.parts:
        if not part.is_written:
            continue
        words, seen = form.cleaned_data[f"muc-{part.number}"], form.cleaned_data[f"dau-{part.number}"]
        if words.replace("\r\n", "\n").strip() == part.body:
            continue
        if seen and seen != report_board.mark(part.body):
            form.add_error(
                f"muc-{part.number}",
                _("Another officer changed this section meanwhile; yours is not saved. Theirs reads: “%(words)s”")
                % {"words": part.body[:300]},
            )
            continue
        try:
            actions.edit_section(report=report, number=part.number, body=words, actor=user, at=now)
        except Refusal as refusal:
            form.add_error(f"muc-{part.number}", f"{refusal.message} {refusal.next_step} ({refusal.code})")
    return not form.errors


def _mark(form: SectionsForm, part: report_board.Part) -> object:
    return form[f"dau-{part.number}"] if part.is_written else None


def _part_words(report: Report, name: str) -> str:
    if name.count("/") < 2:
        return ""
    _name, kind, value = name.split("/", 2)
    return report_board.mark_words(regulations.regulation(report.instrument_id), kind, value)
