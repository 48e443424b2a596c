"""Dispatches: the list, one with its lines, a new one; acknowledging; selection; the common library."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import queries as plans
from bangtin.hub.portal import dispatch_papers, dispatch_rows, history, places, plan_rows
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.dispatches import (
    NO,
    SHARED,
    SUPPLY,
    DispatchForm,
    OutcomeForm,
    ReceiverForm,
    SelectionForm,
)
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import Dispatch, DispatchLine
from bangtin.hub.schedules.queries import dispatches as found
from bangtin.hub.schedules.queries import quarters
from bangtin.hub.schedules.states import DispatchState

LARGEST_KEY = 1 << 62
MOST_ROWS = 200


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What was sent and what came: not acknowledged first; for the lead agency the month's supply by operator.

    Raises: NotPermitted for offices that neither send nor receive.
    """
    user, now, today = reader(request)
    has = found.part(user, at=now)
    led, own = has.led, has.own
    require(bool(led or own), message=_("Your post neither sends programmes to operators nor receives them."))
    rows = list(found.dispatches(user, at=now, known=has)[:MOST_ROWS])
    rows.sort(key=lambda one: one.state != DispatchState.SENT)
    context = {
        "heading": dispatch_rows.heading(rows, own),
        "rows": [dispatch_rows.row(one, own=own, today=today) for one in rows],
        "supplies": [(one, dispatch_rows.supplies(one, today=today)) for one in led],
        "may_send": bool(led),
        "may_compile": any(quarters.clause(one.pk) for one in led),
        "may_follow": bool(own),
        "may_take": bool(found.taking(user, at=now, known=has)),
        "clause": found.clause(led[0].pk) if led else "",
        "tabs": plan_rows.tabs(plans.part(user, on=today), has, path=request.path),
    }
    return render(request, "dispatches/listing.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new dispatch: to whom, the month's supply or one in between, which ready programmes.

    Raises: NotPermitted outside the lead agency; Http404 for a regulation it does not lead under.
    """
    user, now, today = reader(request)
    instrument = _led(request, user, now)
    everyone = found.receivers(instrument.pk, on=today)
    receiver = next((one for one in everyone if one.pk == request.GET.get("cho")), everyone[0] if everyone else None)
    ready = list(found.ready_for(instrument.pk, receiver.pk)[:MOST_ROWS]) if receiver else []
    form = DispatchForm(request.POST or None, ready=ready, today=today)
    if receiver and request.method == "POST" and form.is_valid():
        contents = actions.Contents(
            form.chosen(),
            month=today if form.cleaned_data["kind"] == SUPPLY else None,
            letter_number=form.cleaned_data["letter_number"],
            note=form.cleaned_data["note"],
        )
        try:
            row = actions.dispatch(instrument=instrument, receiver=receiver, contents=contents, actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Dispatch %(number)s is sent.") % {"number": row.number})
            return redirect("dispatch", dispatch_id=row.pk)
    context = {
        "form": form,
        "receiver": receiver,
        "receiver_name": receiver.name(today) if receiver else "",
        "receiver_form": ReceiverForm(
            receivers=everyone, today=today, initial={"cho": receiver.pk if receiver else ""}
        ),
        "instrument": instrument,
        "rows": dispatch_rows.ready(ready, today=today),
        "chosen": request.POST.getlist("versions") if request.method == "POST" else [str(one.pk) for one in ready],
        "clause": found.clause(instrument.pk),
    }
    return render(request, "dispatches/add.html", context, status=422 if form.errors else 200)


@require_GET
def dispatch(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """One dispatch: its contents list, who acknowledged it, what became of each line.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, now, today = reader(request)
    has = found.part(user, at=now)
    row = _row(user, dispatch_id, now, known=has)
    lines = found.lines(row)
    is_receiver = row.receiver_id in has.own
    is_lead = row.instrument_id in {one.pk for one in has.led}
    is_acknowledged = row.state == DispatchState.ACKNOWLEDGED
    clusters = [] if is_lead else found.clusters_of(row.receiver_id, on=today)
    context = {
        "dispatch": row,
        "sender": row.sender.name(today),
        "receiver": row.receiver.name(today),
        "lines": dispatch_rows.lines(
            lines,
            may_tell=is_receiver and is_acknowledged,
            is_linked=is_lead or bool(clusters),
            today=today,
        ),
        "open_count": found.open_lines(lines),
        "may_tell": is_receiver and is_acknowledged,
        "may_acknowledge": is_receiver and not is_acknowledged,
        "week_href": places.week(clusters[0].pk, today) if is_receiver and clusters else "",
        "changes": history.of_subjects([("schedules.dispatch", str(row.pk))]),
    }
    return render(request, "dispatches/dispatch.html", context)


@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """The receiver's focal point acknowledges.

    Raises: Http404 for another's; StaleState if somebody did before.
    """
    user, now, today = reader(request)
    row = _row(user, dispatch_id, now)
    if not policies.may_receive(user, row.receiver_id, at=now):
        raise Http404
    if request.method == "POST":
        actions.acknowledge(dispatch=row, actor=user, at=now)
        messages.success(request, _("Dispatch %(number)s is acknowledged.") % {"number": row.number})
        return redirect("dispatch", dispatch_id=row.pk)
    context = {
        "title": _("Acknowledge dispatch %(number)s?") % {"number": row.number},
        "text": row.sender.name(today),
        "reach": _("The sender sees who acknowledged it and when."),
        "confirm": _("Acknowledge"),
        "action": request.path,
        "back": reverse("dispatch", args=[row.pk]),
    }
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, dispatch_id: int, line_id: int) -> HttpResponse:
    """What became of a line that was not placed, with the reason.

    Raises: Http404 for another's.
    """
    user, now, _today = reader(request)
    row = _row(user, dispatch_id, now)
    lines = DispatchLine.objects.select_related("version", "version__programme", "dispatch")
    line = lines.filter(dispatch=row, pk=line_id).first() if line_id < LARGEST_KEY else None
    if line is None or not policies.may_receive(user, row.receiver_id, at=now):
        raise Http404
    form = OutcomeForm(request.POST or None, initial={"outcome": line.outcome, "reason": line.reason})
    if request.method == "POST" and form.is_valid():
        try:
            actions.tell(line=line, actor=user, at=now, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Recorded; the department reads it."))
            return redirect("dispatch", dispatch_id=row.pk)
    context = {
        "title": _("What became of “%(title)s”?") % {"title": line.version.title},
        "text": _("That a programme is placed follows from the schedule by itself."),
        "confirm": _("Record it"),
        "action": request.path,
        "back": reverse("dispatch", args=[row.pk]),
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_GET
def contents(request: HttpRequest, dispatch_id: int) -> HttpResponse:
    """The contents list as PDF, to sign and to file.

    Raises: Http404 for what is not there, or not for this account; NoPaper.
    """
    user, now, _today = reader(request)
    row = _row(user, dispatch_id, now)
    answer = HttpResponse(dispatch_papers.pdf(row), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="danh-muc-{row.number}.pdf"'
    return answer


@require_GET
def selections(request: HttpRequest) -> HttpResponse:
    """Every ready programme and what the lead agency decided on it.

    Raises: NotPermitted outside the lead agency.
    """
    user, now, today = reader(request)
    instrument = _led(request, user, now)
    rows = list(found.ready(instrument.pk).order_by("-submitted_at", "-pk")[:MOST_ROWS])
    context = {"rows": dispatch_rows.ready(rows, today=today), "clause": found.clause(instrument.pk)}
    return render(request, "dispatches/selections.html", context)


@require_http_methods(["GET", "POST"])
def select(request: HttpRequest, version_id: int) -> HttpResponse:
    """Whether one ready programme is fit for operators, and stands in the common library.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, now, _today = reader(request)
    rows = ProgrammeVersion.objects.select_related("programme")
    version = rows.filter(pk=version_id).first() if version_id < LARGEST_KEY else None
    if version is None or not policies.may_dispatch(user, version.programme.instrument_id, at=now):
        raise Http404
    form = SelectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verdict = form.cleaned_data["verdict"]
        try:
            actions.select(
                version=version,
                is_accepted=verdict != NO,
                is_shared=verdict == SHARED,
                reason=form.cleaned_data["reason"],
                actor=user,
                at=now,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The selection is recorded."))
            return redirect("dispatch-selections")
    context = {
        "title": _("Is “%(title)s” suitable for operators?") % {"title": version.title},
        "text": version.receipt,
        "reach": _("What is not suitable is not offered for dispatch any more; the decision can be changed."),
        "confirm": _("Record the selection"),
        "action": request.path,
        "back": reverse("dispatch-selections"),
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_GET
def library(request: HttpRequest) -> HttpResponse:
    """The common library: what the account's locality may take by itself.

    Raises: NotPermitted for offices that receive nothing.
    """
    user, now, today = reader(request)
    takers = found.taking(user, at=now)
    require(bool(takers), message=_("Only operators and localities take from the common library."))
    shelves = [
        {
            "receiver": agency,
            "name": agency.name(today),
            "rows": dispatch_rows.ready(list(found.library(instrument.pk, agency.pk)[:MOST_ROWS]), today=today),
        }
        for instrument, agency in takers
    ]
    return render(request, "dispatches/library.html", {"shelves": shelves})


@require_POST
def take(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take a programme from the common library for one's locality.

    Raises: Http404 for what is not there; NotPermitted, NotShared, NotForDispatch.
    """
    user, now, _today = reader(request)
    version = ProgrammeVersion.objects.filter(pk=version_id).first() if version_id < LARGEST_KEY else None
    if version is None:
        raise Http404
    receiver = get_object_or_404(Agency, pk=request.POST.get("receiver", ""))
    row = actions.take(version=version, receiver=receiver, actor=user, at=now)
    messages.success(request, _("“%(title)s” is taken; you may place it now.") % {"title": version.title})
    return redirect("dispatch", dispatch_id=row.pk)


def _led(request: HttpRequest, user: User, now: datetime) -> Instrument:
    led = found.sending(user, at=now)
    require(bool(led), message=_("Only officers of the lead agency send programmes to operators."))
    asked = request.GET.get("van-ban", "")
    if not asked:
        return led[0]
    row = next((one for one in led if one.pk == asked), None)
    if row is None:
        raise Http404
    return row


def _row(user: User, dispatch_id: int, now: datetime, known: found.Part | None = None) -> Dispatch:
    rows = found.dispatches(user, at=now, known=known)
    row = rows.filter(pk=dispatch_id).first() if dispatch_id < LARGEST_KEY else None
    if row is None:
        raise Http404
    return row
