"""The schedule: choose a cluster, read its week, place programmes on it."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import queries as devices
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import asked, formats, week_board
from bangtin.hub.portal.forms.air import PlaceForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views import week_page
from bangtin.hub.portal.views.week_page import Shown
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules import queries as schedules

KEPT = ("version", "bulletin_class", "instruction_number", "instruction_issuer", "faces", "sound_reason", "tu")


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
        return week_page.page(request, found, monday, Shown(week_page.blank_form(request, found)))
    require(policies.may_place(user, found, at=now))
    form = PlaceForm(request.POST, cluster=found)
    if not form.is_valid():
        return week_page.page(request, found, monday, Shown(form, 422))
    version = ProgrammeVersion.objects.select_related("programme").get(pk=form.cleaned_data["version"])
    try:
        slot = actions.place(
            cluster=found,
            version=version,
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            bulletin_class=form.cleaned_data["bulletin_class"],
            instruction=form.instruction,
            faces=form.on_faces,
            sound_reason=form.cleaned_data["sound_reason"],
            actor=user,
            at=now,
        )
    except Refusal as refusal:
        form.take(refusal, {"starts_at": "starts", "ends_at": "ends"})
        return week_page.refused(
            request,
            found,
            refusal,
            where=week_board.Refused(form.starts_at, form.ends_at, version.title),
            form=form,
            deed=week_page.Deed(week_page.address(found, monday), week_page.typed(request, KEPT)),
        )
    words = {"title": version.title, "span": formats.span(slot.starts_at, slot.ends_at)}
    messages.success(
        request,
        _("“%(title)s” is placed on %(day)s %(span)s.") % {**words, "day": formats.weekday_day(slot.starts_at)},
        extra_tags=f"undo:{reverse('plan-undo', args=[found.slug])}",
    )
    return week_page.back(request, found, local_date(slot.starts_at))


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _monday_of(week: str) -> date:
    found = asked.monday(week)
    if found is None:
        raise Http404
    return found
