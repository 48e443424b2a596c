"""Any instant of a screen: what plays then and on which ground; if it is past, what the player recorded."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from bangtin.hub.appraisal.models import Step
from bangtin.hub.clusters.models import Face
from bangtin.hub.kit.clock import LOCAL, from_ms, local_date, to_ms
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.queries import Displaced, Explanation, explain_at
from bangtin.hub.portal import asked, day_player, log_board, places, screen_board
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.schedules import policies

STEP = timedelta(minutes=5)


@require_safe
def instant(request: HttpRequest, face: str, moment: str) -> HttpResponse:
    """What the face shows at a local minute, and why. Raises: Http404 for no such screen or minute."""
    user, now, today = reader(request)
    require(policies.may_read(user, at=now))
    found = get_object_or_404(Face.objects.select_related("cluster"), pk=face)
    at = _moment(moment)
    on = local_date(at)
    told = explain_at(found, at, now=now)
    why, recorded = told.why, _recorded(told)
    context = {
        "face": found,
        "at": at,
        "told": told,
        "is_past": told.is_past,
        "why": why,
        "title": _title(told),
        "screen": screen_board.on_face(why, found, at=at, reader=user, now=now),
        "may_see": why.version is None or programmes.may_see(user, why.version, on=today),
        "since": from_ms(why.showing.from_ms),
        "until": from_ms(why.showing.until_ms),
        "slot_href": reverse("slot", args=[found.cluster.slug, told.slot.pk]) if told.slot else "",
        "placement_href": places.placement(found.cluster.slug, told.placement.pk) if told.placement else "",
        "approvals": [(one, _step(one.step), _short(one.keys)) for one in told.approvals],
        "keys": _short(told.keys),
        "displaced": [(_displaced_words(one), one) for one in told.displaced],
        "alert_href": places.link(f"/khan-cap/{told.alert.number}/") if told.alert else "",
        "programme_href": places.programme(why.version.receipt) if why.version else "",
        "clause": why.clause or told.hours.citation,
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
        "log_href": places.play_log(on, found.cluster_id) if told.is_past else "",
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


def _recorded(told: Explanation) -> log_board.RecordRow | None:
    """The record that holds the instant."""
    return log_board.record_rows([told.record])[0] if told.record else None


def _title(told: Explanation) -> str:
    if told.alert is not None:
        return _("Emergency notice: %(hazard)s") % {"hazard": told.alert.hazard}
    if told.why.version is not None:
        return told.why.version.title
    return _("Dark and silent: outside the hours") if told.kind == "standby" else _("The built-in card")


def _step(step: str) -> str:
    """A step of appraisal in words; one that is not known stays as it is."""
    words = str(dict(Step.choices).get(step, step))
    return words[:1].upper() + words[1:]


def _short(keys: Sequence[str]) -> str:
    """Keys by the first digits of their ids, which tell them apart on a page."""
    return ", ".join(one[:12] for one in keys)


def _displaced_words(one: Displaced) -> str:
    title = one.version.title if one.version else _("what was planned")
    words = {
        "priority": _("“%(title)s”, which the urgent bulletin covers"),
        "alert": _("“%(title)s”, which the emergency notice covers"),
        "take_down": _("“%(title)s”, which was taken down"),
        "not_showable": _("“%(title)s”, of which this screen has no form"),
        "player": _("“%(title)s”: the player showed filler or its card instead"),
    }
    return words.get(one.by, "“%(title)s”") % {"title": title}
