"""An empty week is begun from a template that goes by the cluster's own instrument."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import asked
from bangtin.hub.portal.forms.starting import StartForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.portal.views.week_page import address
from bangtin.hub.schedules import policies
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.actions import starting


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, cluster: str, week: str) -> HttpResponse:
    """The template of the week with its lawful hours; a post makes the playlist and fills them."""
    user, now, _today = reader(request)
    found, monday = cluster_of(cluster), asked.monday(week)
    if monday is None:
        raise Http404
    require(policies.may_place(user, found, at=now))
    name = _("Week %(number)d of %(year)d") % {"number": monday.isocalendar().week, "year": monday.isocalendar().year}
    form = StartForm(
        request.POST or None, cluster=found, windows=starting.propose(found, monday), initial={"name": name}
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = starting.start_week(cluster=found, monday=monday, start=form.start, actor=user, at=now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            _tell(request, made)
            return redirect(address(found, monday))
    hours = schedules.hours_between(found, monday, monday + timedelta(days=6))
    context = {
        "cluster": found,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "form": form,
        "hours": hours[0],
        "fixed": next((day for day in hours if day.is_fixed), None),
        "free": next((day for day in hours if not day.is_fixed), None),
        "refusal": refusal,
        "week_href": address(found, monday),
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "schedule/begin.html", context, status=status)


def _tell(request: HttpRequest, made: starting.Started) -> None:
    count = len(made.placements)
    words = {"n": count, "name": made.playlist.name}
    messages.success(
        request,
        ngettext(
            "“%(name)s” is made with %(n)d programme; the week is laid out from it.",
            "“%(name)s” is made with %(n)d programmes; the week is laid out from it.",
            count,
        )
        % words,
    )
    for version, refusal in made.refused[:6]:
        said = {"title": version.title, "reason": f"{refusal.message} {refusal.next_step}"}
        messages.warning(request, _("“%(title)s” was left out: %(reason)s") % said)
