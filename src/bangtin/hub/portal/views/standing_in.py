"""While something is mended: how long the screens stood still today, and filler in place of the plan."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.actions.standing_in import standing_in_until
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.queries import downtime
from bangtin.hub.portal import formats, log_board, log_words, places
from bangtin.hub.portal.forms.standing_in import StandInForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules import policies

FEATURE = "bangtin.hub.devices.actions.stand_in"


@require_http_methods(["GET", "HEAD", "POST"])
def stand_in(request: HttpRequest, cluster: str) -> HttpResponse:
    """Today's standstills of a cluster; a post lets filler stand in, or brings the plan back (`deed=back`).

    Raises: Http404, NotPermitted for whoever does not run the cluster.
    """
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_operate(user, found, at=now))
    form = StandInForm(request.POST if request.POST.get("deed") == "stand_in" else None, now=now)
    refusal: Refusal | None = None
    try:
        if request.POST.get("deed") == "back":
            made = actions.publish_bundle(cluster=found, actor=user, at=now)
            messages.success(request, _("The plan is back: bundle %(number)d is published.") % {"number": made.number})
            return redirect("stand-in", found.slug)
        if form.is_bound and form.is_valid():
            until_at, reason = form.until_at, form.cleaned_data["reason"]
            actions.stand_in(cluster=found, until_at=until_at, reason=reason, actor=user, at=now)
            words = {"until": formats.day_clock(until_at)}
            messages.success(request, _("Filler stands in until %(until)s; the screens fetch it now.") % words)
            return redirect("stand-in", found.slug)
    except Refusal as refused:
        refusal = refused
        if form.is_bound:
            form.take(refused)
    bundle = queries.in_force(found.pk, now)
    context = {
        "cluster": found,
        "form": form,
        "refusal": refusal,
        "bundle": bundle,
        "until": standing_in_until(Bundle.objects.get(pk=bundle.pk), at=now) if bundle else None,
        "rows": [_row(name, one) for name, one in log_board.by_face_name(downtime.of_day(found, today, at=now))],
        "log_href": places.play_log(today, found.pk),
        "week_href": places.week(found.pk, today),
        "clause": _clause(found),
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "schedule/standing_in.html", context, status=status)


def _clause(cluster: Cluster) -> str:
    """The clause of the cluster's own instrument that this carries; empty where its text has none."""
    clauses = regulations.of_cluster(cluster).clauses.values()
    return next((one.id for one in clauses if one.carried_by and one.carried_by.feature == FEATURE), "")


def _row(name: str, one: downtime.Downtime) -> dict[str, object]:
    reasons = [(log_words.gap(reason), ms / 1000) for reason, ms in one.by_reason.items()]
    return {"face": name, "minutes": one.minutes, "stops": one.stops, "reasons": reasons}
