"""Taking a programme off every screen at once, the orders whose clock runs, and the review by another person."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.devices import actions as devices
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal.forms.removals import ReviewForm, WholeForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import newest_seen
from bangtin.hub.programmes.models import Programme
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import RemovalOrder, TakeDown
from bangtin.hub.schedules.queries import removals

MOST_SHOWN = 50


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Orders of authorities with their clock, take-downs that wait for a review, and what was reviewed."""
    user, now, _today = reader(request)
    require(policies.may_read(user, at=now))
    orders = removals.orders(at=now)
    waiting = list(removals.to_review()[:MOST_SHOWN])
    context = {
        "orders": orders,
        "overdue": sum(one.state == "overdue" for one in orders),
        "open": sum(one.state in ("due", "open") for one in orders),
        "waiting": [(one, one.by.person == user.person) for one in waiting],
        "reviewed": removals.reviewed()[:MOST_SHOWN],
    }
    return render(request, "schedule/removals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def whole(request: HttpRequest, code: str) -> HttpResponse:
    """Take a programme off every cluster within reach, or record an order to do so.

    Raises: Http404 for a programme that the account does not see; NotPermitted without a cluster within reach.
    """
    user, now, today = reader(request)
    version = newest_seen(user, code, today)
    programme = version.programme
    reach = policies.reach(user, programme, at=now)
    require(bool(reach), message=_("Only who appraises the programme or operates its screens takes it down."))
    facts = getattr(version, "facts", None)
    form = WholeForm(
        request.POST or None, initial={"is_advertising": facts is not None and facts.nature == "advertising"}
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return _done(request, programme, form, user=user, now=now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
    context = {
        "programme": programme,
        "version": version,
        "form": form,
        "refusal": refusal,
        "reach": reach,
        "slots": [one for one in removals.placed(programme, at=now).select_related("cluster") if one.cluster in reach],
        "remaining": removals.remaining(programme, at=now),
        "open_orders": [removals.clock(one, at=now) for one in programme.removal_orders.filter(done_at=None)],
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "schedule/take_down_whole.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, take_down_id: int) -> HttpResponse:
    """One take-down, and what another person says of it.

    Raises: Http404 for one that is none of the account's business.
    """
    user, now, _today = reader(request)
    row = get_object_or_404(TakeDown.objects.select_related("programme", "by", "order"), pk=take_down_id)
    if not policies.may_review(user, row, at=now):
        raise Http404
    form = ReviewForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.review_take_down(
                take_down=row, outcome=given["outcome"], findings=given["findings"], actor=user, at=now
            )
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            messages.success(request, _("The review is recorded."))
            return redirect("removals")
    context = {"row": row, "form": form, "refusal": refusal, "is_own": row.by.person == user.person}
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "schedule/removal.html", context, status=status)


def tell(request: HttpRequest, made: TakeDown, *, user: User, now: datetime) -> None:
    """Publish without it, and say so; if that is refused, say that the screens still have it."""
    try:
        bundles = devices.publish_removal(take_down=made, actor=user, at=now)
    except Refusal as refusal:
        said = _("It is off the plan, but no bundle could be published: %(why)s")
        messages.error(request, said % {"why": str(refusal)})
        return
    count = len(bundles)
    said = ngettext(
        "Taken down; %(n)d cluster has a new bundle without it.",
        "Taken down; %(n)d clusters have new bundles without it.",
        count,
    )
    messages.success(request, said % {"n": count})


def _done(request: HttpRequest, programme: Programme, form: WholeForm, *, user: User, now: datetime) -> HttpResponse:
    """Record the order, then take down unless only the order is to be recorded."""
    ordered = form.ordered(at=now)
    is_only_recorded = request.POST.get("deed") == "record"
    if not is_only_recorded and len(form.cleaned_data["reason"].strip()) < actions.REASON_LEAST:
        raise actions.no_reason()
    order: RemovalOrder | None = None
    if ordered is not None:
        order = actions.record_order(programme=programme, ordered=ordered, actor=user, at=now)
    elif is_only_recorded:
        ordered_nothing = actions.Ordered("", "", now, is_advertising=False)
        actions.record_order(programme=programme, ordered=ordered_nothing, actor=user, at=now)  # refuses
    if is_only_recorded:
        messages.success(request, _("The order is recorded."))
        return redirect("removals")
    made = actions.take_down_everywhere(
        programme=programme, reason=form.cleaned_data["reason"], actor=user, at=now, order=order
    )
    tell(request, made, user=user, now=now)
    return redirect("removals")
