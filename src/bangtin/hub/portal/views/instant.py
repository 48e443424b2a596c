"""Any instant of a screen: what plays then and on which ground; if it is past, what the player recorded."""

from datetime import datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.clusters.models import Face
from bangtin.hub.devices import queries
from bangtin.hub.kit.clock import LOCAL, from_ms, local_date, to_ms
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.portal import asked, day_player, log_board, places, screen_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.schedules import policies
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.queries import Why

STEP = timedelta(minutes=5)
# a player that shows an item later than this beside the instant showed something else at it
LONGEST = timedelta(hours=1)


@require_safe
def instant(request: HttpRequest, face: str, moment: str) -> HttpResponse:
    """What the face shows at a local minute, and why. Raises: Http404 for no such screen or minute."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    found = get_object_or_404(Face.objects.select_related("cluster"), pk=face)
    at = _moment(moment)
    on = local_date(at)
    why = queries.shown(found, at)
    bundle = queries.in_force(found.cluster_id, at)
    slots = list(Slot.objects.filter(pk__in=why.slot_ids).select_related("version", "placed_by", "cluster"))
    recorded = _recorded(found, at) if at <= now else None
    context = {
        "face": found,
        "at": at,
        "is_past": at <= now,
        "why": why,
        "title": _title(why),
        "screen": screen_board.on_face(why, found, at=at, reader=user, now=now),
        "may_see": why.version is None or programmes.may_see(user, why.version, on=today),
        "since": from_ms(why.showing.from_ms),
        "until": from_ms(why.showing.until_ms),
        "bundle": bundle if bundle and bundle.starts_at <= at < bundle.ends_at else None,
        "slots": [one for one in slots if one.version_id == (why.version.pk if why.version else None)] or slots,
        "approvals": appraisal.approvals(why.version) if why.version else [],
        "programme_href": places.programme(why.version.receipt) if why.version else "",
        "clause": why.clause or schedules.hours(found.cluster, on).citation,
        "recorded": recorded,
        "is_same": recorded is not None and recorded.record.version_id == (why.version.pk if why.version else None),
        "before_href": address(found, at - STEP),
        "after_href": address(found, at + STEP),
        "now_href": address(found, now),
        "at_ms": to_ms(at) - to_ms(datetime.combine(on, time(), LOCAL)),
        "on": on,
        "day_href": day_player.address(found, on),
        "marks": day_player.marks(),
        "pick_href": reverse("instant-pick", args=[found.pk]),
        "log_href": places.play_log(on, found.cluster_id) if at <= now else "",
    }
    return render(request, "screens/instant.html", context)


@require_safe
@gzip_page
def day(request: HttpRequest, face: str, on: str) -> HttpResponse:
    """The day of the face for the player of the page, as JSON. Raises: Http404 for no such screen or day."""
    user, now, _today = reader(request)
    require(policies.may_read(user, at=now))
    found = get_object_or_404(Face.objects.select_related("cluster"), pk=face)
    wanted = asked.day(on)
    if wanted is None:
        raise Http404
    told = day_player.day(found, wanted, reader=user, now=now)
    return JsonResponse(told, headers={"Cache-Control": "private, no-store"})


@require_safe
def pick(request: HttpRequest, face: str) -> HttpResponse:
    """To the instant that the form names (`ngay`, `gio`); to now without."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    found = get_object_or_404(Face, pk=face)
    on = asked.day(request.GET.get("ngay", "")) or today
    try:
        at = time.fromisoformat(request.GET.get("gio", ""))
    except ValueError:
        at = now.astimezone(LOCAL).time().replace(second=0, microsecond=0)
    return redirect(address(found, datetime.combine(on, at.replace(tzinfo=None), LOCAL)))


def address(face: Face, at: datetime) -> str:
    """The address of an instant of a screen."""
    return f"/luc/{face.pk}/{at.astimezone(LOCAL):%Y-%m-%dT%H:%M}/"


def _moment(text: str) -> datetime:
    on = asked.day(text[:10])
    try:
        at = time.fromisoformat(text[11:])
    except ValueError as error:
        raise Http404 from error
    if on is None:
        raise Http404
    return datetime.combine(on, at, LOCAL)


def _recorded(face: Face, at: datetime) -> log_board.RecordRow | None:
    """The record that holds the instant."""
    rows = PlayRecord.objects.filter(face_id=face.pk, cluster=face.cluster, at__lte=at, at__gt=at - LONGEST)
    kinds = rows.filter(kind__in=("play", "gap", "alert", "blank")).select_related("version").defer("line")
    for row in log_board.record_rows(kinds.order_by("-at", "-n")[:3]):
        if row.until_at > at:
            return row
    return None


def _title(why: Why) -> str:
    if why.version is not None:
        return why.version.title
    return _("Dark and silent: outside the hours") if why.showing.kind == "standby" else _("The built-in card")
