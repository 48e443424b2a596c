"""The schedule: choose a cluster, read its week, place programmes on it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import queries as devices
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import asked, formats, places, plan_changes, week_board
from bangtin.hub.portal.forms.air import FillerForm, PlaceForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.errors import PlacementRefusal
from bangtin.hub.schedules.queries import DayPlan


def cluster_of(slug: str) -> Cluster:
    """The cluster with this name in addresses. Raises: Http404."""
    found = Cluster.objects.prefetch_related("faces").filter(id__endswith=f"/{slug}").first()
    if found is None:
        raise Http404
    return found


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Choose a cluster; whoever runs exactly one goes straight to its week."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    clusters = list(Cluster.objects.prefetch_related("faces"))
    own = [one for one in clusters if policies.may_operate(user, one, at=now)]
    if len(own) == 1 and "chon" not in request.GET:
        return redirect("week", own[0].slug, week_board.slug_of(_monday(today)))
    monday = _monday(today)
    rows = [
        {
            "cluster": one,
            "faces": one.faces.all(),
            "href": reverse("week", args=[one.slug, week_board.slug_of(monday)]),
            "empty_s": week_board.empty_s(schedules.week(one, monday)),
            "bundle": devices.in_force(one.id, now),
            "is_own": one in own,
        }
        for one in clusters
    ]
    return render(request, "schedule/start.html", {"rows": rows})


@require_safe
def this_week(request: HttpRequest, cluster: str) -> HttpResponse:
    """The present week of a cluster."""
    _user, _now, today = reader(request)
    return redirect("week", cluster_of(cluster).slug, week_board.slug_of(_monday(today)))


@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest, cluster: str, week: str) -> HttpResponse:
    """A cluster's week; a post places a programme, and a refusal stays on the page with what would go instead."""
    user, now, _today = reader(request)
    require(policies.may_read(user, at=now))
    found, monday = cluster_of(cluster), _monday_of(week)
    if request.method != "POST":
        form = PlaceForm(cluster=found, initial=_asked(request))
        return _page(request, user, found, monday, now=now, form=form)
    require(policies.may_place(user, found, at=now))
    form = PlaceForm(request.POST, cluster=found)
    if not form.is_valid():
        return _page(request, user, found, monday, now=now, form=form, status=422)
    version = ProgrammeVersion.objects.select_related("programme").get(pk=form.cleaned_data["version"])
    try:
        slot = actions.place(
            cluster=found,
            version=version,
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            bulletin_class=form.cleaned_data["bulletin_class"],
            instruction=form.instruction,
            actor=user,
            at=now,
        )
    except Refusal as refusal:
        form.take(refusal, {"starts_at": "starts", "ends_at": "ends"})
        refused = week_board.Refused(form.starts_at, form.ends_at, version.title)
        extra = {"refusal": refusal, "refused": refused, "suggestions": _suggestions(refusal, form)}
        on = _monday(local_date(form.starts_at))
        return _page(request, user, found, on, now=now, form=form, status=refusal.http_status, extra=extra)
    words = {"title": version.title, "span": formats.span(slot.starts_at, slot.ends_at)}
    day = {"day": formats.weekday_day(slot.starts_at)}
    messages.success(
        request, _("“%(title)s” is placed on %(day)s %(span)s. Publish so that the screens take it.") % {**words, **day}
    )
    return redirect("week", found.slug, week_board.slug_of(local_date(slot.starts_at)))


def _page(
    request: HttpRequest,
    user: User,
    cluster: Cluster,
    monday: date,
    *,
    now: datetime,
    form: PlaceForm,
    status: int = 200,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    is_writer = policies.may_place(user, cluster, at=now)
    may_operate = policies.may_operate(user, cluster, at=now)
    days = schedules.week(cluster, monday)
    shown, on = _shown(request, days)
    fillers = schedules.fillers(cluster)
    parts, planned_s = week_board.by_category(shown)
    drawn = week_board.draw(cluster, shown, now=now, is_writer=is_writer, refused=(extra or {}).get("refused"))
    context = {
        "cluster": cluster,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "day": on,
        "days": shown,
        "week": drawn,
        "empty_s": week_board.empty_s(shown),
        "is_list": request.GET.get("xem") == "danh-sach",
        "segments": _segments(request, cluster, monday, on),
        "before_href": _week_href(cluster, monday - timedelta(days=7)),
        "after_href": _week_href(cluster, monday + timedelta(days=7)),
        "parts": parts,
        "planned_s": planned_s,
        "languages": week_board.by_language(shown),
        "checks": week_board.checks(cluster, shown, now=now, has_filler=bool(fillers), is_writer=may_operate),
        "fillers": fillers,
        "filler_form": FillerForm(cluster=cluster, prefix="nen"),
        "days_off": [one for one in days if not one.hours.is_fixed and one.on >= local_date(now)],
        "changes": plan_changes.since_last(cluster, at=now),
        "form": form,
        "is_writer": is_writer,
        "may_operate": may_operate,
        "has_past": monday + timedelta(days=6) < local_date(now),
        "log_href": places.play_log(on or monday, cluster.id),
        "post_href": _week_href(cluster, monday),
        "hours_clause": _hours_clause(days),
        **(extra or {}),
    }
    return render(request, "schedule/week.html", context, status=status)


def _hours_clause(days: Sequence[DayPlan]) -> str:
    return days[0].hours.citation


def _suggestions(refusal: Refusal, form: PlaceForm) -> list[dict[str, Any]]:
    """Each span that would go, as the fields of a form that places it there in one press."""
    if not isinstance(refusal, PlacementRefusal):
        return []
    kept = {
        name: form.data.get(name, "")
        for name in ("version", "bulletin_class", "instruction_number", "instruction_issuer")
    }
    found = []
    for one in refusal.suggestions:
        starts, ends = one.starts_at.astimezone(LOCAL), one.ends_at.astimezone(LOCAL)
        fields = {**kept, "on": f"{starts:%Y-%m-%d}", "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
        is_same_day = starts.date() == form.cleaned_data["on"]
        words = {"time": f"{starts:%H:%M}", "day": formats.weekday_day(starts)}
        label = _("Move to %(time)s") % words if is_same_day else _("Move to %(day)s, %(time)s") % words
        found.append({"label": label, "fields": list(fields.items()), "span": formats.span(starts, ends)})
    return found


def _shown(request: HttpRequest, days: list[DayPlan]) -> tuple[list[DayPlan], date | None]:
    """The whole week, or the day that the address asks for."""
    on = asked.day(request.GET.get("ngay", ""))
    one = [found for found in days if found.on == on]
    return (one, on) if one else (days, None)


def _segments(request: HttpRequest, cluster: Cluster, monday: date, chosen: date | None) -> list[dict[str, Any]]:
    address = _week_href(cluster, monday)
    today = reader(request)[2]
    on = chosen or (today if monday <= today <= monday + timedelta(days=6) else monday)
    is_list = request.GET.get("xem") == "danh-sach"
    return [
        {"label": _("Week"), "href": address, "is_current": not is_list and not chosen},
        {"label": _("Day"), "href": places.with_query(address, ngay=on), "is_current": bool(chosen) and not is_list},
        {"label": _("List"), "href": places.with_query(address, xem="danh-sach"), "is_current": is_list},
    ]


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The day and times that an empty stretch of the week asked to fill; the programme that a page asked to place."""
    words = {"on": "xep", "starts": "tu", "ends": "den", "version": "chuong-trinh"}
    found = {name: request.GET.get(word, "") for name, word in words.items()}
    return {name: value for name, value in found.items() if value}


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _monday_of(week: str) -> date:
    found = asked.monday(week)
    if found is None:
        raise Http404
    return found


def _week_href(cluster: Cluster, monday: date) -> str:
    return reverse("week", args=[cluster.slug, week_board.slug_of(monday)])
