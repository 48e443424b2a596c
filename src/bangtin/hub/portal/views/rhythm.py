"""What placements go by: parts of the day, shares of the mix, campaigns and events."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import playlist_rows
from bangtin.hub.portal.forms.air import AirForm
from bangtin.hub.portal.forms.playlists import CampaignForm, DaypartForm, MixForm, clock, daypart_words
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.playlists import FIELDS, tabs
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.portal.views.week_page import address
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import Campaign, Daypart, MixRule


@require_http_methods(["GET", "HEAD", "POST"])
def dayparts(request: HttpRequest, cluster: str, daypart_id: int | None = None) -> HttpResponse:
    """The named parts of a cluster's day; a post adds one, or changes the one that the address names."""
    user, now, _today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_read(user, at=now))
    is_writer = policies.may_place(user, found, at=now)
    chosen = get_object_or_404(Daypart, pk=daypart_id, cluster=found) if daypart_id is not None else None
    form = DaypartForm(request.POST or None, initial=_initial(chosen))
    refusal: Refusal | None = None
    if request.method == "POST":
        require(is_writer)
        if form.is_valid():
            data = form.cleaned_data
            given: dict[str, Any] = {
                "name": data["name"],
                "opens_s": form.opens_s,
                "closes_s": form.closes_s,
                "days": data["days"],
            }
            try:
                if chosen is None:
                    actions.add_daypart(cluster=found, actor=user, at=now, **given)
                else:
                    actions.change_daypart(daypart=chosen, actor=user, at=now, **given)
            except Refusal as refused:
                refusal = refused
                form.take(refused, FIELDS)
            else:
                messages.success(request, _("“%(name)s” is recorded.") % {"name": data["name"]})
                return redirect("dayparts", found.slug)
    rows = [(one, daypart_words(one)) for one in Daypart.objects.filter(cluster=found)]
    extra = {"rows": rows, "chosen": chosen}
    return _page(request, found, "dayparts", form=form, refusal=refusal, is_writer=is_writer, extra=extra)


@require_POST
def remove_daypart(request: HttpRequest, cluster: str, daypart_id: int) -> HttpResponse:
    """Forget a part of the day that nothing names."""
    user, now, _today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_place(user, found, at=now))
    part = get_object_or_404(Daypart, pk=daypart_id, cluster=found)
    try:
        actions.remove_daypart(daypart=part, actor=user, at=now)
    except Refusal as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
    else:
        messages.success(request, _("“%(name)s” is removed.") % {"name": part.name})
    return redirect("dayparts", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def mix(request: HttpRequest, cluster: str) -> HttpResponse:
    """The shares that a cluster's mix keeps, each with its basis; a post sets one."""
    user, now, _today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_read(user, at=now))
    is_writer = policies.may_place(user, found, at=now)
    form = MixForm(request.POST or None, cluster=found)
    refusal: Refusal | None = None
    if request.method == "POST":
        require(is_writer)
        if form.is_valid():
            try:
                actions.set_mix_rule(cluster=found, spec=form.spec, actor=user, at=now)
            except Refusal as refused:
                refusal = refused
                form.take(refused, {"least_permille": "least", "most_permille": "most", "key": "what", "kind": "what"})
            else:
                messages.success(request, _("The share is set; the findings of the week go by it."))
                return redirect("mix", found.slug)
    rules = MixRule.objects.filter(cluster=found).select_related("cluster", "set_by")
    rows = [(one, playlist_rows.share_words(one)) for one in rules]
    return _page(request, found, "mix", form=form, refusal=refusal, is_writer=is_writer, extra={"rows": rows})


@require_POST
def remove_mix(request: HttpRequest, cluster: str, mix_id: int) -> HttpResponse:
    """Set a share free again."""
    user, now, _today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_place(user, found, at=now))
    rule = get_object_or_404(MixRule.objects.select_related("cluster"), pk=mix_id, cluster=found)
    actions.remove_mix_rule(rule=rule, actor=user, at=now)
    messages.success(request, _("The share is free again."))
    return redirect("mix", found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def campaigns(request: HttpRequest, cluster: str) -> HttpResponse:
    """Campaigns and events, the newest first; a post makes one."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_read(user, at=now))
    is_writer = policies.may_place(user, found, at=now)
    form = CampaignForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST":
        require(is_writer)
        if form.is_valid():
            try:
                made = actions.make_campaign(**form.cleaned_data, actor=user, at=now)
            except Refusal as refused:
                refusal = refused
                form.take(refused)
            else:
                messages.success(request, _("“%(name)s” is recorded.") % {"name": made.name})
                return redirect("campaigns", found.slug)
    extra = {"rows": Campaign.objects.all()[:50], "today": today}
    return _page(request, found, "campaigns", form=form, refusal=refusal, is_writer=is_writer, extra=extra)


def _page(
    request: HttpRequest,
    cluster: Cluster,
    name: str,
    *,
    form: AirForm,
    refusal: Refusal | None,
    is_writer: bool,
    extra: dict[str, Any],
) -> HttpResponse:
    context = {
        "cluster": cluster,
        "form": form,
        "refusal": refusal,
        "is_writer": is_writer,
        "tabs": tabs(cluster, name),
        "week_href": address(cluster, reader(request)[2]),
        **extra,
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, f"schedule/{name}.html", context, status=status)


def _initial(part: Daypart | None) -> dict[str, Any]:
    if part is None:
        return {}
    return {"name": part.name, "opens": clock(part.opens_s), "closes": clock(part.closes_s), "days": part.days}
