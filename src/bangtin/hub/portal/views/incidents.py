"""Incidents of screens: what is open, what was closed, and the page on which officers handle one."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import policies
from bangtin.hub.devices.actions import incident_steps
from bangtin.hub.devices.actions.incidents import close_incident
from bangtin.hub.devices.models import Incident
from bangtin.hub.devices.queries import evidence
from bangtin.hub.devices.states import IncidentCause, Way
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import incident_board, screen_board
from bangtin.hub.portal.forms import incidents as forms
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.schedules import policies as schedules

CLOSED_SHOWN = 30
TELL, NOTE, CAUSE, CLOSE, REOPEN = "bao", "ghi", "nguyen-nhan", "dong", "mo-lai"
Deed = Callable[[Incident, Mapping[str, Any], User, datetime], object]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Open incidents of the screens in one's charge, and the last that were closed."""
    user, now, _today = reader(request)
    require(schedules.may_read(user, at=now) or policies.may_enrol(user, at=now))
    clusters = [one.pk for one in Cluster.objects.order_by("pk") if policies.may_report(user, one, at=now)]
    context = {
        "open": list(evidence.incidents(clusters)),
        "closed": list(evidence.incidents(clusters, is_open=False).order_by("-closed_at")[:CLOSED_SHOWN]),
    }
    return render(request, "screens/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident: what it is, who was told, its cause and history; officers tell, note, close and open it again.

    Raises: Http404 for one of another's cluster.
    """
    user, now, _today = reader(request)
    row = get_object_or_404(
        Incident.objects.select_related("cluster", "face", "opened_by", "closed_by"), pk=incident_id
    )
    if not policies.may_report(user, row.cluster, at=now):
        raise Http404
    posted = request.POST.get("deed", CLOSE) if request.method == "POST" else ""
    made = _forms(request, row, user, posted, now)
    form = made.get(posted)
    refusal: Refusal | None = None
    if posted and form is None:
        raise Http404
    if form is not None and form.is_valid():
        try:
            _DEEDS[posted](row, form.cleaned_data, user, now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            messages.success(request, _done(posted))
            return redirect("incidents") if posted == CLOSE else redirect("incident", row.pk)
    status = refusal.http_status if refusal else 422 if form is not None and form.errors else 200
    context = {**_shown(row, now), "forms": _cards(made), "posted": posted, "refusal": refusal}
    return render(request, "screens/incident.html", context, status=status)


def _shown(row: Incident, now: datetime) -> dict[str, object]:
    steps = evidence.steps(row)
    return {
        "row": row,
        "state": incident_board.state(row, steps),
        "told": incident_board.told(row, steps, on=local_date(now)),
        "cause": incident_board.cause(steps),
        "history": incident_board.history(row, steps),
        "still": incident_board.still(row, at=now),
        "lasted": incident_board.lasted(row, at=now),
        "gate_href": screen_board.gate_address(row.face_id) if row.face_id else "",
    }


def _forms(request: HttpRequest, row: Incident, user: User, posted: str, now: datetime) -> dict[str, Any]:
    """The forms of what this account may do here now, by deed; the one that was sent holds what was typed."""

    def typed(deed: str) -> Any:
        return request.POST if deed == posted else None

    may_close = policies.may_close(user, row.cluster, at=now)
    agencies = incident_board.may_be_told(row, on=local_date(now))
    found: dict[str, Any] = {
        TELL: forms.ToldForm(typed(TELL), agencies=agencies, at=now, prefix=TELL),
        NOTE: forms.NoteForm(typed(NOTE), prefix=NOTE),
    }
    if may_close:
        found[CAUSE] = forms.CauseForm(typed(CAUSE), prefix=CAUSE)
        if row.closed_at is None:
            found[CLOSE] = forms.CloseForm(typed(CLOSE))
        elif now - row.closed_at <= incident_steps.REOPENED_WITHIN:
            found[REOPEN] = forms.ReopenForm(typed(REOPEN))
    return found


def _cards(made: Mapping[str, Any]) -> list[dict[str, object]]:
    words = {
        TELL: (_("Record who was told"), "send"),
        NOTE: (_("Add a note"), "notes"),
        CAUSE: (_("Name the cause, or set it right"), "zoom-check"),
        CLOSE: (_("Close the incident"), "check"),
        REOPEN: (_("Open it again"), "arrow-back-up"),
    }
    return [
        {"deed": deed, "form": form, "title": words[deed][0], "icon": words[deed][1]} for deed, form in made.items()
    ]


def _tell(row: Incident, given: Mapping[str, Any], user: User, now: datetime) -> object:
    agency = Agency.objects.get(pk=given["agency"])
    told = incident_steps.Telling(agency, Way(given["way"]), given["told_at"], given["words"])
    return incident_steps.tell(incident=row, told=told, actor=user, at=now)


_DEEDS: Mapping[str, Deed] = {
    TELL: _tell,
    NOTE: lambda row, given, user, now: incident_steps.note(incident=row, words=given["words"], actor=user, at=now),
    CAUSE: lambda row, given, user, now: incident_steps.name_cause(
        incident=row, cause=IncidentCause(given["cause"]), words=given["words"], actor=user, at=now
    ),
    CLOSE: lambda row, given, user, now: close_incident(incident=row, findings=given["findings"], actor=user, at=now),
    REOPEN: lambda row, given, user, now: incident_steps.reopen(
        incident=row, reason=given["reason"], actor=user, at=now
    ),
}


def _done(deed: str) -> str:
    return {
        TELL: _("It is recorded who was told."),
        NOTE: _("The note is kept."),
        CAUSE: _("The cause is recorded; what was said before stays in the history."),
        CLOSE: _("The incident is closed."),
        REOPEN: _("The incident is open again."),
    }[deed]
