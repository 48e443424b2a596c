"""The screens: the fleet, one screen, the end of a key."""

from collections import Counter
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Face
from bangtin.hub.devices import actions, policies, queries
from bangtin.hub.devices.models import Bundle, Device, Enrolment
from bangtin.hub.devices.queries import commanding, evidence
from bangtin.hub.devices.states import DeviceState, EnrolmentState
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.models import Grade, PlayRecord
from bangtin.hub.playlog.queries import day_proof, watching
from bangtin.hub.portal import badges, fleet_map, log_board, places, screen_board, screen_states, screen_words
from bangtin.hub.portal.forms.air import RevokeForm
from bangtin.hub.portal.screen_states import Told
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.schedules import policies as schedules
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.states import SlotState

NEWEST = 5
SCREENS = 50  # a page
BUNDLES = 6
INCIDENTS = 5


@require_safe
def fleet(request: HttpRequest) -> HttpResponse:
    """Every screen in one's charge, those that need a hand first; by state, by cluster, fifty a page."""
    user, now, _today = reader(request)
    require(schedules.may_read(user, at=now) or policies.may_enrol(user, at=now))
    every = screen_states.told(queries.fleet(user, now), reader=user, at=now)
    state, cluster = request.GET.get("trang-thai", ""), request.GET.get("cum", "")
    here = [one for one in every if cluster in ("", one.screen.face.cluster.slug)]
    shown = [one for one in here if state in ("", one.state)]
    page = Paginator(shown, SCREENS).get_page(request.GET.get("trang"))
    may_enrol = policies.may_enrol(user, at=now)
    waiting = Enrolment.objects.filter(state=EnrolmentState.PENDING, expires_at__gt=now).count() if may_enrol else 0
    context = {
        "heading": screen_states.headline(every),
        "map": _map(every),
        "incidents": list(evidence.incidents({one.screen.face.cluster_id for one in every})[:INCIDENTS]),
        "total": len(every),
        "seen_at": max(filter(None, (_heard_at(one) for one in every)), default=None),
        "filters": _filters(here, state, cluster),
        "cluster": here[0].screen.face.cluster if cluster and here else None,
        "sections": _sections(page, screen_board.rows_of(page, reader=user, at=now), shown),
        "causes": screen_states.shared_causes(here, at=now),
        "page": page,
        "query": urlencode({name: given for name, given in (("trang-thai", state), ("cum", cluster)) if given}),
        "may_enrol": may_enrol,
        "waiting": waiting,
        "may_see_removals": schedules.may_read(user, at=now),
    }
    return render(request, "screens/fleet.html", context)


@require_safe
def screen(request: HttpRequest, face: str) -> HttpResponse:
    """One screen: its state, what it shows, its records of today, its bundles, its player."""
    user, now, today = reader(request)
    found = _face(request, face)
    row = screen_board.rows([queries.screen_state(found, now)], reader=user, at=now)[0]
    records = PlayRecord.objects.filter(face_id=found.pk, cluster=found.cluster).defer("line")
    start, end = log_board.bounds(today)
    of_today = records.filter(at__gte=start, at__lt=end)
    graded = of_today.filter(kind="play").order_by().values("grade").annotate(n=Count("pk"), shown=Sum("shown_ms"))
    gaps = [gap for gap in day_proof(found.cluster, today, at=now).gaps if gap.face_id == found.pk]
    context = {
        "row": row,
        "face": found,
        "tabs": screen_board.face_tabs(found, screen_board.address),
        "picture": screen_board.planned_picture(row.screen, reader=user, at=now),
        "said": _said(found, row.screen.device, now),
        "gate_href": screen_board.gate_address(found.pk),
        "device": row.screen.device,
        "former": Device.objects.filter(face=found, state=DeviceState.REVOKED).first(),
        "grades": [(one["grade"], one["n"], (one["shown"] or 0) / 1000) for one in graded],
        "records": log_board.record_rows(of_today.defer(None).select_related("version").order_by("-at", "-n")[:NEWEST]),
        "refused": log_board.record_rows(_refused(found, start, end)),
        "gaps": log_board.gap_rows(log_board.known(gaps, at=now)[:NEWEST]),
        "bundles": _bundles(found, row.screen.device),
        "rows_href": places.records(today, found.cluster_id, found.pk) if schedules.may_read(user, at=now) else "",
        "log_href": places.play_log(today, found.cluster_id) if schedules.may_read(user, at=now) else "",
        "may_read_log": schedules.may_read(user, at=now),
        "now": now,
        "take_down": _on_air(found, user, now),
        "may_revoke": row.screen.device is not None and policies.may_enrol(user, at=now),
    }
    return render(request, "screens/screen.html", context)


def _refused(face: Face, start: datetime, end: datetime) -> list[PlayRecord]:
    """The newest that its player refused, or that is not believed; what an officer had covered is neither."""
    doubted = Q(kind="refusal") | Q(kind="play", grade__in=(Grade.CONTRADICTED, Grade.QUARANTINED))
    found = PlayRecord.objects.filter(doubted, device__face=face, at__gte=start, at__lt=end)
    rows = found.select_related("version").order_by("-at")[: NEWEST * 4]
    return [one for one in rows if watching.refusal_code(one) != watching.BY_ORDER][:NEWEST]


def _on_air(face: Face, user: User, now: datetime) -> Slot | None:
    """The slot that runs now, for who may take it down."""
    if not schedules.may_operate(user, face.cluster, at=now):
        return None
    running = Slot.objects.filter(cluster=face.cluster, state=SlotState.PLACED, starts_at__lte=now, ends_at__gt=now)
    return running.select_related("cluster").order_by("-bulletin_class", "starts_at").first()


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, face: str) -> HttpResponse:
    """Trust a player's key no more; the screen's name is typed to confirm."""
    user, now, _today = reader(request)
    require(policies.may_enrol(user, at=now))
    found = _face(request, face)
    device = get_object_or_404(Device.objects.select_related("face__cluster"), face=found, state=DeviceState.ACTIVE)
    form = RevokeForm(request.POST or None, phrase=found.pk)
    if request.method == "POST" and form.is_valid():
        actions.revoke(device=device, reason=form.cleaned_data["reason"], actor=user, at=now)
        said = _("The key of %(face)s is revoked. To bring the screen back, enrol it anew.")
        messages.success(request, said % {"face": str(found)})
        return redirect("screen", found.pk)
    context = {
        "form": form,
        "title": _("Revoke the key of the player of %(cluster)s, %(face)s?")
        % {"cluster": str(found.cluster), "face": str(found)},
        "text": _("Its next request is refused and it takes no new schedule. What it recorded until now stays."),
        "reach": _("The same player comes back only by a new enrolment, with a new code."),
        "action": request.path,
        "back": screen_board.address(found.pk),
        "confirm": _("Revoke the key"),
        "is_danger": True,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


def _face(request: HttpRequest, face: str) -> Face:
    """The face, for those who watch its cluster. Raises: Http404."""
    user, now, _today = reader(request)
    found = get_object_or_404(Face.objects.select_related("cluster"), pk=face)
    if not policies.may_watch(user, found.cluster, at=now):
        raise Http404
    return found


def _said(face: Face, device: Device | None, now: datetime) -> dict[str, Any]:
    """What is known of the screen beside its records: pictures, the gate, incidents, health, events, commands."""
    return {
        "shots": [(one, screen_board.shot_address(one, is_small=True)) for one in evidence.shots(face)],
        "seen": evidence.last_gate_checks([face.pk]).get(face.pk),
        "incidents": [one for one in evidence.incidents([face.cluster_id])[:10] if one.face_id in (None, face.pk)],
        "health": screen_words.health(device) if device else [],
        "health_at": screen_words.reported_at(device) if device else None,
        "events": evidence.events(device) if device else [],
        "commands": [screen_words.answered(one, at=now) for one in commanding.newest([face.pk], at=now)],
    }


def _heard_at(one: Told) -> datetime | None:
    return one.screen.device.last_seen_at if one.screen.device is not None else None


def _sections(page: Page[Told], rows: list[screen_board.Row], shown: list[Told]) -> list[dict[str, Any]]:
    """The rows of this page part by part; each part says how many it has on all pages."""
    titles = {
        "hand": _("To look at first"),
        "notice": _("Emergency notice on the screen"),
        "shared": _("One cause for many screens"),
        "carried": _("Served by stick"),
        "fine": _("On schedule"),
    }
    counts = Counter(one.section for one in shown)
    parts = [
        {
            "title": title,
            "count": counts[name],
            "rows": [row for one, row in zip(page, rows, strict=True) if one.section == name],
        }
        for name, title in titles.items()
    ]
    return [part for part in parts if part["rows"]]


def _map(every: list[Told]) -> fleet_map.Map | None:
    """The clusters of the list on the province's outline; one of a single screen leads to it, others to their list."""
    by_cluster: dict[str, list[Told]] = {}
    for one in every:
        by_cluster.setdefault(one.screen.face.cluster_id, []).append(one)
    found = []
    for _name, some in sorted(by_cluster.items()):
        face = some[0].screen.face
        one_alone = screen_board.address(face.pk)
        href = one_alone if len(some) == 1 else places.with_query("/man-hinh/", cum=face.cluster.slug)
        found.append((face.cluster, [one.state for one in some], href))
    return fleet_map.draw(settings.PROVINCE, found)


def _filters(every: list[Told], state: str, cluster: str) -> list[dict[str, Any]]:
    def address(wanted: str) -> str:
        return places.with_query("/man-hinh/", **{"trang-thai": wanted, "cum": cluster})

    found: list[dict[str, Any]] = [
        {"label": _("All"), "href": address(""), "is_current": not state, "icon": "", "count": len(every)}
    ]
    for one, count in Counter(told.state for told in every).items():
        badge = badges.badge("screen", one)
        found.append(
            {
                "label": badge.word,
                "href": address(one),
                "is_current": state == one,
                "icon": badge.icon,
                "count": count,
            }
        )
    return found


def _bundles(face: Face, device: Device | None) -> list[dict[str, Any]]:
    """The newest bundles of the cluster, each with the time from which the player went by it."""
    taken = {}
    if device:
        taken = {one.manifest.number: one.from_at for one in queries.accepted_manifests(device)}
    rows = Bundle.objects.filter(cluster=face.cluster).select_related("published_by").defer("manifest", "approvals")
    return [{"bundle": row, "taken_at": taken.get(row.number)} for row in rows.order_by("-number")[:BUNDLES]]
