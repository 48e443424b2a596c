"""Playlists of a cluster and their placements: what plays by rule, how often and when."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import asked, playlist_rows
from bangtin.hub.portal.forms.playlists import PlacementForm, PlaylistForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.portal.views.week_page import address
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import Placement, Playlist
from bangtin.hub.schedules.states import PlacementState

FIELDS = {"opens_s": "opens", "closes_s": "closes", "gap_s": "gap_min", "windows": "tu-0"}


def tabs(cluster: Cluster, current: str) -> list[dict[str, Any]]:
    """The four pages of what a week is made of."""
    pages = (
        ("playlists", _("Playlists")),
        ("dayparts", _("Parts of the day")),
        ("mix", _("Shares")),
        ("campaigns", _("Campaigns and events")),
    )
    return [
        {"label": label, "href": reverse(name, args=[cluster.slug]), "is_current": name == current}
        for name, label in pages
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def listing(request: HttpRequest, cluster: str) -> HttpResponse:
    """The playlists of a cluster; a post makes one."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_read(user, at=now))
    is_writer = policies.may_place(user, found, at=now)
    own = [one for one in _neighbours(found) if is_writer and policies.may_place(user, one, at=now)]
    form = PlaylistForm(request.POST or None, clusters=own, initial={"clusters": [found.pk]})
    refusal: Refusal | None = None
    if request.method == "POST":
        require(is_writer)
        if form.is_valid():
            chosen = [one for one in own if one.pk in form.cleaned_data["clusters"]] or [found]
            try:
                made = actions.make_playlist(name=form.cleaned_data["name"], clusters=chosen, actor=user, at=now)
            except Refusal as refused:
                refusal = refused
                form.take(refused)
            else:
                messages.success(request, _("Playlist “%(name)s” is made. Add programmes to it.") % {"name": made.name})
                return redirect("playlist", found.slug, made.pk)
    placed = Count("placements", filter=Q(placements__state=PlacementState.PLACED))
    context = {
        "cluster": found,
        "rows": Playlist.objects.filter(clusters=found).annotate(placed=placed).prefetch_related("clusters"),
        "form": form,
        "refusal": refusal,
        "is_writer": is_writer,
        "tabs": tabs(found, "playlists"),
        "week_href": address(found, today),
    }
    return render(request, "schedule/playlists.html", context, status=_status(refusal, form))


@require_http_methods(["GET", "HEAD", "POST"])
def playlist(request: HttpRequest, cluster: str, playlist_id: int) -> HttpResponse:
    """One playlist: its placements; a post adds a programme by rule."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_read(user, at=now))
    row = get_object_or_404(Playlist.objects.prefetch_related("clusters"), pk=playlist_id, clusters=found)
    is_writer = all(policies.may_place(user, one, at=now) for one in row.clusters.all())
    monday = asked.day(request.GET.get("ngay", "")) or today
    form = PlacementForm(request.POST or None, cluster=found, initial={"starts_on": monday, "ends_on": monday})
    refusal: Refusal | None = None
    if request.method == "POST":
        require(is_writer)
        if form.is_valid():
            version = ProgrammeVersion.objects.select_related("programme").get(pk=form.cleaned_data["version"])
            try:
                actions.schedule_placement(playlist=row, version=version, spec=form.spec, actor=user, at=now)
            except Refusal as refused:
                refusal = refused
                form.take(refused, FIELDS)
            else:
                _done(request, found, _("“%(title)s” is in the playlist.") % {"title": version.title})
                return redirect(request.path)
    placed = row.placements.filter(state=PlacementState.PLACED).select_related("version", "campaign")
    context = {
        "cluster": found,
        "playlist": row,
        "rows": playlist_rows.rows(list(placed.prefetch_related("dayparts"))),
        "form": form,
        "refusal": refusal,
        "is_writer": is_writer,
        "tabs": tabs(found, "playlists"),
        "week_href": address(found, today),
    }
    return render(request, "schedule/playlist.html", context, status=_status(refusal, form))


@require_http_methods(["GET", "HEAD", "POST"])
def placement(request: HttpRequest, cluster: str, placement_id: int) -> HttpResponse:
    """How often and when one programme of a playlist plays; a post writes it anew."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    row = _placement(found, placement_id)
    require(policies.may_place(user, found, at=now))
    form = PlacementForm(request.POST or None, cluster=found, placement=row)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_placement(placement=row, spec=form.spec, actor=user, at=now)
        except Refusal as refused:
            refusal = refused
            form.take(refused, FIELDS)
        else:
            _done(request, found, _("“%(title)s” is changed.") % {"title": row.version.title})
            return redirect("playlist", found.slug, row.playlist_id)
    context = {
        "cluster": found,
        "playlist": row.playlist,
        "placement": row,
        "form": form,
        "refusal": refusal,
        "week_href": address(found, today),
    }
    return render(request, "schedule/placement.html", context, status=_status(refusal, form))


@require_POST
def withdraw(request: HttpRequest, cluster: str, placement_id: int) -> HttpResponse:
    """Take a programme out of its playlist; it can be undone."""
    user, now, _today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_place(user, found, at=now))
    row = _placement(found, placement_id)
    actions.withdraw(placement=row, actor=user, at=now)
    words = {"title": row.version.title}
    _done(request, found, _("“%(title)s” is no longer in the playlist.") % words)
    return redirect("playlist", found.slug, row.playlist_id)


def _placement(cluster: Cluster, placement_id: int) -> Placement:
    rows = Placement.objects.filter(state=PlacementState.PLACED, playlist__clusters=cluster)
    return get_object_or_404(rows.select_related("playlist", "version__programme"), pk=placement_id)


def _neighbours(cluster: Cluster) -> list[Cluster]:
    return list(Cluster.objects.filter(instrument_id=cluster.instrument_id).order_by("pk"))


def _done(request: HttpRequest, cluster: Cluster, text: str) -> None:
    messages.success(request, text, extra_tags=f"undo:{reverse('plan-undo', args=[cluster.slug])}")


def _status(refusal: Refusal | None, form: PlaylistForm | PlacementForm) -> int:
    return refusal.http_status if refusal else 422 if form.errors else 200
