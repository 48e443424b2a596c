"""Incidents of screens: what is open, what was closed, and the page that closes one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import policies
from bangtin.hub.devices.actions.incidents import close_incident
from bangtin.hub.devices.models import Incident
from bangtin.hub.devices.queries import evidence
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import screen_board
from bangtin.hub.portal.forms.gate import CloseForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.schedules import policies as schedules

CLOSED_SHOWN = 30


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
    """One incident; who keeps the screens closes it with what was found.

    Raises: Http404 for one of another's cluster.
    """
    user, now, _today = reader(request)
    row = get_object_or_404(
        Incident.objects.select_related("cluster", "face", "opened_by", "closed_by"), pk=incident_id
    )
    if not policies.may_report(user, row.cluster, at=now):
        raise Http404
    form = CloseForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            close_incident(incident=row, findings=form.cleaned_data["findings"], actor=user, at=now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            messages.success(request, _("The incident is closed."))
            return redirect("incidents")
    context = {
        "row": row,
        "form": form,
        "refusal": refusal,
        "may_close": row.closed_at is None and policies.may_close(user, row.cluster, at=now),
        "gate_href": screen_board.gate_address(row.face_id) if row.face_id else "",
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "screens/incident.html", context, status=status)
