"""What is done with a report: begin it, count anew, freeze, send, download."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import files
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import report_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.reports import YEARS, readable
from bangtin.hub.reports import actions, policies
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.queries import scopes
from bangtin.hub.reports.states import ReportState

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_POST
def compile_new(request: HttpRequest) -> HttpResponse:
    """Begin a report (POST kind, agency, year), or count it anew if it is begun."""
    user, now, today = reader(request)
    year, agency = request.POST.get("year", ""), Agency.objects.filter(pk=request.POST.get("agency", "")).first()
    if agency is None or not (year.isdecimal() and len(year) == 4 and int(year) in YEARS):
        raise Http404
    require(policies.may_report(user, agency, on=today))
    report = actions.compile_report(
        kind=request.POST.get("kind", ""), agency=agency, year=int(year), actor=user, at=now
    )
    messages.success(request, _("The figures are filled in. Now write the sections that only you can write."))
    return redirect("report", report_id=report.pk)


@require_POST
def recount(request: HttpRequest, report_id: int) -> HttpResponse:
    """Count the figures of an open report anew; the officers' words stay."""
    user, now, today = reader(request)
    report = readable(user, report_id, on=today)
    actions.compile_report(kind=report.kind, agency=report.agency, year=report.year, actor=user, at=now)
    messages.success(request, _("Figures counted anew. Your words are as they were."))
    return redirect("report", report_id=report.pk)


@require_http_methods(["GET", "POST"])
def freeze(request: HttpRequest, report_id: int) -> HttpResponse:
    """Freeze the figures, after a page that says what this means."""
    user, now, today = reader(request)
    report = _writable(request, report_id)
    if request.method == "POST":
        actions.freeze(report=report, actor=user, at=now)
        messages.success(request, _("The figures are frozen. Next: send the report."))
        return redirect("report", report_id=report.pk)
    early = _("The period runs to %(day)s: what happens until then will not be in it.") % {
        "day": f"{report.period_to:%d/%m/%Y}"
    }
    context = {
        "title": _("Freeze the figures of this report?"),
        "text": _("All figures are counted a last time and kept. Figures and words no longer change after that."),
        "reach": early if today <= report.period_to else "",
        "confirm": _("Freeze the figures"),
    }
    return render(request, "confirm.html", context | _back(request, report))


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, report_id: int) -> HttpResponse:
    """Note that the report was sent, after a page that says what this means."""
    user, now, _today = reader(request)
    report = _writable(request, report_id)
    if request.method == "POST":
        actions.send(report=report, actor=user, at=now)
        messages.success(request, _("Recorded as sent; the duty is met by this."))
        return redirect("report", report_id=report.pk)
    context = {
        "title": _("Record this report as sent?"),
        "text": _(
            "The signed paper goes out by the office's own way of sending. Here the day is recorded as evidence."
        ),
        "reach": _("This cannot be taken back."),
        "confirm": _("Record as sent"),
    }
    return render(request, "confirm.html", context | _back(request, report))


@require_GET
def download(request: HttpRequest, report_id: int) -> HttpResponseBase:
    """The paper as a .docx; that of a sent report is the file that was sent, byte for byte."""
    user, _now, today = reader(request)
    report = readable(user, report_id, on=today)
    is_kept = report.state == ReportState.SENT and report.docx_sha256 and files.has(report.docx_sha256)
    sha256 = report.docx_sha256 if is_kept else actions.write_docx(report=report).sha256
    name = f"bao-cao-{report.agency_id.rpartition('/')[2]}-{report.year}.docx"
    return FileResponse(files.path(sha256).open("rb"), as_attachment=True, filename=name, content_type=DOCX)


def _writable(request: HttpRequest, report_id: int) -> Report:
    user, _now, today = reader(request)
    report = readable(user, report_id, on=today)
    require(policies.may_report(user, report.agency, on=today), citation=scopes.clause(report))
    return report


def _back(request: HttpRequest, report: Report) -> dict[str, object]:
    return {"action": request.path, "back": f"/bao-cao/{report.pk}/", "report_title": report_board.title(report)}
