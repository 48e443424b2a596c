"""The phone page at the gate: what is on, and what its operator tells the screen to do (ui 7)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Face, every_face, faces_of
from bangtin.hub.devices import policies, queries
from bangtin.hub.devices.actions.commands import Order, order
from bangtin.hub.devices.actions.incidents import report_incident
from bangtin.hub.devices.actions.reports import picture_of
from bangtin.hub.devices.models import Device, Screenshot
from bangtin.hub.devices.queries import commanding, evidence, telling
from bangtin.hub.devices.queries.standing import LATE
from bangtin.hub.devices.states import CommandKind, DeviceState, IncidentKind
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import formats, screen_board, screen_words
from bangtin.hub.portal.forms import gate as forms
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.media import picture_file

COMMANDS_SHOWN = 4


@require_safe
def gate(request: HttpRequest, face: str) -> HttpResponse:
    """One face for whoever stands before it: picture, state, what is next, and the acts.

    Raises: Http404 for a face of another's cluster.
    """
    user, now, _today = reader(request)
    found = face_seen(user, face, now)
    row = screen_board.rows([queries.screen_state(found, now)], reader=user, at=now)[0]
    context = {
        "row": row,
        "face": found,
        "tabs": screen_board.face_tabs(found, screen_board.gate_address),
        "picture": screen_board.planned_picture(row.screen, reader=user, at=now),
        "post": policies.commanding_post(user, found.cluster, at=now),
        "may_command": row.screen.device is not None and policies.may_command(user, found.cluster, at=now),
        "may_report": policies.may_report(user, found.cluster, at=now),
        "seen": evidence.last_gate_checks([found.pk]).get(found.pk),
        "incidents": _incidents(found),
        **_commands(found, now),
    }
    return render(request, "screens/gate.html", context)


@require_safe
def answers(request: HttpRequest, face: str) -> HttpResponse:
    """What became of the last commands: the part of the gate page that is asked for anew."""
    user, now, _today = reader(request)
    found = face_seen(user, face, now)
    told = _commands(found, now)
    answer = render(request, "screens/commands.html", {"face": found, **told})
    if not told["is_waiting"]:
        answer.headers["HX-Refresh"] = "true"  # the last one is answered: state, picture and acts are others now
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def cover(request: HttpRequest, face: str) -> HttpResponse:
    """Take the content off the screens at once; suspected tampering opens the incident by itself."""
    return _ordered(request, face, CommandKind.BLANK, forms.CoverForm)


@require_http_methods(["GET", "HEAD", "POST"])
def uncover(request: HttpRequest, face: str) -> HttpResponse:
    """Let the screens show their plan again."""
    return _ordered(request, face, CommandKind.RESTORE, forms.UncoverForm)


@require_http_methods(["GET", "HEAD", "POST"])
def restart(request: HttpRequest, face: str) -> HttpResponse:
    """Restart the players."""
    return _ordered(request, face, CommandKind.RESTART, forms.RestartForm)


@require_http_methods(["GET", "HEAD", "POST"])
def volume(request: HttpRequest, face: str) -> HttpResponse:
    """Set how loud the screens are."""
    return _ordered(request, face, CommandKind.VOLUME, forms.VolumeForm)


@require_POST
def ask(request: HttpRequest, face: str) -> HttpResponse:
    """Ask one screen for a picture, or for its gate code: harmless, so nothing is confirmed."""
    user, now, _today = reader(request)
    found = face_seen(user, face, now)
    kinds = {"anh": CommandKind.SCREENSHOT, "ma": CommandKind.PROVE}
    kind = kinds.get(request.POST.get("deed", ""))
    if kind is None:
        raise Http404
    try:
        order(devices=_devices(found, is_whole=False), wanted=Order(kind), actor=user, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = {
            CommandKind.SCREENSHOT: _("The screen was asked for a picture; it comes within a minute."),
            CommandKind.PROVE: _("The screen shows its code for five seconds: scan it off the LED with this phone."),
        }
        messages.success(request, said[kind])
    return redirect(screen_board.gate_address(found.pk))


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, face: str) -> HttpResponse:
    """Say what is wrong with a screen."""
    user, now, _today = reader(request)
    found = face_seen(user, face, now)
    require(policies.may_report(user, found.cluster, at=now))
    form = forms.IncidentForm(request.POST or None, faces=len(faces_of(found.cluster)), initial={"where": forms.ONE})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            report_incident(
                cluster=found.cluster,
                face=None if form.is_whole else found,
                kind=IncidentKind(given["kind"]),
                detail=given["detail"],
                actor=user,
                at=now,
            )
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            messages.success(request, _("The incident is recorded; whoever keeps the screens sees it now."))
            return redirect(screen_board.gate_address(found.pk))
    words = {
        "heading": _("What is wrong with %(face)s?") % {"face": _named(found)},
        "text": _("Say what you see, not why. “Dark” is only ever recorded from a person at the place."),
        "clause": _clause(found, now),
        "confirm": _("Record the incident"),
        "icon": "alert-triangle",
    }
    return _asked(request, found, form, refusal, words)


@require_safe
def picture(request: HttpRequest, face: str, shot_id: int) -> HttpResponseBase:
    """A screenshot as the hub drew it again; `?co=nho` for the thumbnail.

    Raises: Http404 for what is not there, cannot be decoded, or is not for this account.
    """
    user, now, _today = reader(request)
    found = face_seen(user, face, now)
    row = get_object_or_404(Screenshot.objects.select_related("face"), pk=shot_id, face=found)
    is_small = request.GET.get("co") == "nho"
    return picture_file(request, picture_of(row, is_small=is_small), "image/webp" if is_small else "image/jpeg")


def face_seen(user: User, face: str, now: datetime) -> Face:
    """The face, for those who watch its cluster or work there. Raises: Http404."""
    found = next((one for one in every_face() if one.pk == face), None)  # its neighbours are on the page as well
    if found is None or not policies.may_report(user, found.cluster, at=now):
        raise Http404
    return found


def _ordered(request: HttpRequest, face: str, kind: CommandKind, make: Callable[..., Any]) -> HttpResponse:
    """Ask what the command needs, then give it."""
    user, now, _today = reader(request)
    found = face_seen(user, face, now)
    require(policies.may_command(user, found.cluster, at=now))
    form = make(request.POST if request.method == "POST" else None, faces=len(faces_of(found.cluster)))
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = order(
                devices=_devices(found, is_whole=form.is_whole), wanted=_wanted(kind, form), actor=user, at=now
            )
            if kind == CommandKind.BLANK and form.cleaned_data["why"] == forms.TAMPERING:
                _suspect(found, form, user, now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            messages.success(request, _sent(kind, len(made)))
            return redirect(screen_board.gate_address(found.pk))
    silent = _silent_since(_devices(found, is_whole=False), now)
    return _asked(request, found, form, refusal, {**_WORDS[kind](found, now), "silent_since": silent})


def _wanted(kind: CommandKind, form: Any) -> Order:
    if kind == CommandKind.VOLUME:
        return Order(kind, percent=int(form.cleaned_data["percent"]))
    return Order(kind, getattr(form, "reason", "") or form.cleaned_data.get("reason", ""))


def _suspect(face: Face, form: forms.CoverForm, user: User, now: datetime) -> None:
    """ui 7: suspected tampering opens the security incident by itself."""
    report_incident(
        cluster=face.cluster,
        face=None if form.is_whole else face,
        kind=IncidentKind.TAMPERING,
        detail=form.reason,
        actor=user,
        at=now,
    )


def _sent(kind: CommandKind, count: int) -> str:
    done = {
        CommandKind.BLANK: _("The content goes off at once."),
        CommandKind.RESTORE: _("The plan comes back at once."),
        CommandKind.RESTART: _("It restarts and goes on by the plan."),
        CommandKind.VOLUME: _("The volume changes at once."),
    }[kind]
    sent = ngettext("Sent to %(count)d screen.", "Sent to %(count)d screens.", count) % {"count": count}
    return f"{sent} {done}"


def _named(face: Face) -> str:
    return face.full_name


def _cover_words(face: Face, now: datetime) -> Mapping[str, object]:
    count = len(faces_of(face.cluster))
    many = _("Cover all %(count)d faces of %(cluster)s?") % {"count": count, "cluster": face.cluster.short_name}
    return {
        "heading": many if count > 1 else _("Cover the screen of %(cluster)s?") % {"cluster": face.cluster.short_name},
        "text": _(
            "The content goes off at once and stays off until an officer uncovers the screen; only emergency notices "
            "go over it. It is kept in the trail."
        ),
        "note": _("Tampering suspected: an incident opens by itself, and the player keeps its records."),
        "clause": _clause(face, now),
        "confirm": _("Cover the screen now"),
        "icon": "eye-off",
        "is_danger": True,
    }


def _clause(face: Face, now: datetime) -> str:
    """The clause by which the cluster's incidents are told to another agency; empty where the text says nothing."""
    return next((one.clause for one in telling.to_tell(face.cluster, on=local_date(now))), "")


def _uncover_words(face: Face, now: datetime) -> Mapping[str, object]:
    return {
        "heading": _("Uncover %(face)s?") % {"face": _named(face)},
        "text": _("The screen shows at once what its plan says for this moment."),
        "confirm": _("Uncover the screen"),
        "icon": "eye",
        "covered": commanding.last_cover(face),
    }


def _silent_since(devices: Sequence[Device], now: datetime) -> datetime | None:
    """Since when a player that is to do it was not heard, if that is longer than usual; the longest silence."""
    heard = [one.last_seen_at for one in devices if one.last_seen_at is not None]
    return min((one for one in heard if now - one > LATE), default=None)


def _loud(face: Face, now: datetime) -> str:
    """How loud it is before anything is changed."""
    found = commanding.volume(face, at=now)
    if found is None:
        return ""
    if found.ordered is None:
        return _("It stands at %(percent)d%% by its plan.") % {"percent": found.percent}
    words = {
        "percent": found.percent,
        "at": formats.since(found.ordered.made_at, at=now),
        "name": found.ordered.ordered_by.display_name,
    }
    return _("It stands at %(percent)d%% (%(at)s, %(name)s).") % words


def _volume_words(face: Face, now: datetime) -> Mapping[str, object]:
    holds = _("It holds until it is set again. Quiet hours and emergency notices keep their own volume.")
    return {
        "heading": _("How loud is %(face)s to be?") % {"face": _named(face)},
        "text": f"{_loud(face, now)} {holds}".strip(),
        "confirm": _("Set the volume"),
        "icon": "volume",
    }


_WORDS: Mapping[CommandKind, Callable[[Face, datetime], Mapping[str, object]]] = {
    CommandKind.BLANK: _cover_words,
    CommandKind.RESTORE: _uncover_words,
    CommandKind.RESTART: lambda face, now: {
        "heading": _("Restart the player of %(face)s?") % {"face": _named(face)},
        "text": _("The screen is without picture for some seconds, then goes on by the plan. What it recorded stays."),
        "confirm": _("Restart the player"),
        "icon": "reload",
    },
    CommandKind.VOLUME: _volume_words,
}


def _asked(
    request: HttpRequest, face: Face, form: Any, refusal: Refusal | None, words: Mapping[str, object]
) -> HttpResponse:
    context = {**words, "face": face, "form": form, "refusal": refusal, "back": screen_board.gate_address(face.pk)}
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "screens/command.html", context, status=status)


def _devices(face: Face, *, is_whole: bool) -> list[Device]:
    rows = Device.objects.filter(state=DeviceState.ACTIVE).select_related("face__cluster")
    return list(rows.filter(face__cluster=face.cluster_id) if is_whole else rows.filter(face=face))


def _commands(face: Face, now: datetime) -> dict[str, object]:
    found = [screen_words.answered(one, at=now) for one in commanding.newest([face.pk], at=now, most=COMMANDS_SHOWN)]
    return {"commands": found, "is_waiting": any(one.state == "waiting" for one in found)}


def _incidents(face: Face) -> list[Any]:
    """What is open on this face, or on its whole cluster."""
    rows = evidence.incidents([face.cluster_id])
    return [one for one in rows[:20] if one.face_id in (None, face.pk)][:3]
