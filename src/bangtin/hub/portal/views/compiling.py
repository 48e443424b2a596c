"""The quarter's compilation for every cluster; the focal point's list; an agency's own programmes on the screens."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.accounts.queries import posts_on
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import queries as plans
from bangtin.hub.playlog import queries as playlog
from bangtin.hub.portal import asked, own_rows, plan_rows
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes.policies import OWN_ROLES
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.queries import dispatches, focal, quarters


@require_http_methods(["GET", "HEAD", "POST"])
def compile_quarter(request: HttpRequest) -> HttpResponse:
    """The finished products of a quarter, and who runs which cluster; a post hands the chosen ones to all of them.

    Raises: NotPermitted where no text that the account leads under asks for it.
    """
    user, now, today = reader(request)
    led = [one for one in dispatches.sending(user, at=now) if quarters.clause(one.pk)]
    instrument = next((one for one in led if one.pk == request.GET.get("van-ban")), led[0] if led else None)
    require(bool(led), message=_("No text under which your post leads asks for a quarter's compilation."))
    assert instrument is not None
    on = asked.day(request.GET.get("ngay", "")) or today
    period = quarters.quarter(on)
    versions = list(quarters.products(instrument.pk, period)[: own_rows.MOST])
    refusal: Refusal | None = None
    chosen = request.POST.getlist("versions")
    if request.method == "POST":
        picked = [one for one in versions if str(one.pk) in chosen]
        try:
            made = actions.compile_quarter(instrument=instrument, on=on, versions=picked, actor=user, at=now)
        except Refusal as refused:
            refusal = refused
        else:
            said = ngettext("%(n)d dispatch is sent.", "%(n)d dispatches are sent.", len(made)) % {"n": len(made)}
            messages.success(request, said)
            return redirect("dispatches")
    receivers = quarters.receivers(instrument.pk, period, on=today)
    context = {
        "instrument": instrument,
        "period": regulations.in_words(period.label),
        "on": on,
        "rows": own_rows.products(versions, quarters.had(receivers), today=today),
        "receivers": own_rows.receivers(receivers, today=today),
        "chosen": chosen if request.method == "POST" else [str(one.pk) for one in versions],
        "clause": quarters.clause(instrument.pk),
        "refusal": refusal,
        "others": [own_rows.quarter_link(period, step) for step in (-1, 1)],
    }
    return render(request, "dispatches/quarter.html", context, status=refusal.http_status if refusal else 200)


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What came for the account's agencies: received, stored, on air, with the days of each.

    Raises: NotPermitted for offices that receive nothing.
    """
    user, now, today = reader(request)
    has = dispatches.part(user, at=now)
    require(bool(has.own), message=_("Your post receives no programmes for an agency that runs a cluster."))
    found = focal.progress(user, at=now, own=has.own)
    aired = own_rows.first_days(found)
    context = {
        "heading": own_rows.focal_heading(found),
        "rows": [own_rows.focal_row(one, aired=aired, today=today) for one in found],
        "clause": own_rows.carried_clause("bangtin.hub.schedules.queries.focal.progress", has.own),
        "tabs": plan_rows.tabs(plans.part(user, on=today), has, path=request.path),
    }
    return render(request, "dispatches/tasks.html", context)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The ready programmes of the account's own agencies: where they are scheduled, what aired of them.

    Raises: NotPermitted for offices that hand in nothing.
    """
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    agencies = _own_agencies(user, today)
    require(bool(agencies), message=_("Your post hands in no programmes of an agency."))
    rows = playlog.of_agency(agencies, at=now)
    clusters = {one.pk: one.short_name for one in Cluster.objects.all()}
    names = [row.name(today) for row in Agency.objects.filter(pk__in=agencies).prefetch_related("names")]
    context = {
        "heading": own_rows.own_heading(rows),
        "agencies": ", ".join(sorted(names)),
        "rows": [own_rows.own_row(one, clusters=clusters) for one in rows],
        "clause": own_rows.carried_clause("bangtin.hub.playlog.queries.of_agency", agencies),
    }
    return render(request, "programmes/own.html", context)


def _own_agencies(user: User, today: date) -> frozenset[str]:
    """The agencies for which the account hands in, leads or reports, with those that ended into them."""
    held = list(posts_on(user, today).order_by().values_list("role", "agency_id"))
    return regulations.continued({agency for role, agency in held if role in OWN_ROLES}, on=today)
