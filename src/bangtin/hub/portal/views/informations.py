"""Information requests: the list, one request with its answer, a new one, answering, and the lead agency's moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import files, ranges
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.files import StoredFile, TooLarge
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import actions, policies, queries
from bangtin.hub.plans.models import AnswerFile, InformationRequest
from bangtin.hub.plans.states import REQUEST_MOVES, RequestState
from bangtin.hub.portal import history, plan_rows
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.agencies import ReasonForm
from bangtin.hub.portal.forms.plans import InformationAnswerForm, InformationForm, NoteForm, chosen
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes.actions import Answer
from bangtin.hub.programmes.actions import answer as record_answer
from bangtin.hub.schedules.queries import dispatches

LARGEST_KEY = 1 << 62
FILE_MOST_BYTES = 100 << 20


@dataclass(frozen=True)
class Move:
    """A move of the lead agency: to which state, its form, its words, the deed."""

    to: RequestState
    form: type[forms.Form]
    title: str | Promise
    text: str | Promise
    confirm: str | Promise
    done: str | Promise
    deed: Callable[..., InformationRequest]
    icon: str
    is_danger: bool = False


MOVES: Mapping[str, Move] = {
    "da-dung": Move(
        RequestState.USED,
        NoteForm,
        gettext_lazy("Record that the answer is used?"),
        gettext_lazy("Say for what, in a few words."),
        gettext_lazy("Record as used"),
        gettext_lazy("Recorded."),
        actions.note_used,
        "check",
    ),
    "hoi-lai": Move(
        RequestState.SENT,
        ReasonForm,
        gettext_lazy("Give the answer back?"),
        gettext_lazy("The agency reads what is missing and answers again. The day stays."),
        gettext_lazy("Ask again"),
        gettext_lazy("The answer is given back."),
        actions.ask_again,
        "arrow-back-up",
    ),
    "rut": Move(
        RequestState.WITHDRAWN,
        ReasonForm,
        gettext_lazy("Take the request back?"),
        gettext_lazy("The agency owes no answer any more; the request stays in the list with the reason."),
        gettext_lazy("Take the request back"),
        gettext_lazy("The request is taken back."),
        actions.withdraw,
        "x",
        is_danger=True,
    ),
}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What was asked: sent by the lead agency, or for the account's agency to answer; overdue first.

    Raises: NotPermitted for offices that neither ask nor answer.
    """
    user, now, today = reader(request)
    has = queries.part(user, on=today)
    require(bool(has.own or has.led), message=_("Your post neither asks for information nor gives it."))
    rows = list(queries.requests(user, on=today, known=has))
    board = plan_rows.requests(rows, own=has.own, group=request.GET.get("nhom", ""), today=today)
    context = {
        "board": board,
        "may_ask": bool(has.led),
        "tabs": plan_rows.tabs(has, dispatches.part(user, at=now), path=request.path),
    }
    return render(request, "plans/requests.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Ask an agency for information that may be published.

    Raises: NotPermitted outside the lead agency.
    """
    user, now, today = reader(request)
    led = queries.led(user, on=today)
    require(bool(led), message=_("Only officers of the lead agency ask other agencies for information."))
    form = InformationForm(request.POST or None, instruments=led, today=today)
    if request.method == "POST" and form.is_valid():
        agency = get_object_or_404(Agency, pk=form.cleaned_data["agency"])
        try:
            row = actions.ask(instrument=chosen(form, led), agency=agency, asked=form.asked(), actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Request %(number)s is sent.") % {"number": row.number})
            return redirect("information", information_id=row.pk)
    return render(request, "plans/request_add.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def information(request: HttpRequest, information_id: int) -> HttpResponse:
    """One request: what is asked, until when, the answer with its files, the programmes that answer it.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, now, today = reader(request)
    row = _row(user, information_id, today)
    context = {
        "information": row,
        "agency": row.agency.name(today),
        "asker": row.asked_by.name(today),
        "state": plan_rows.request_state(row, today),
        "files": list(row.files.all()),
        "programmes": plan_rows.programmes(row.programmes, today=today, now=now),
        "deeds": _deeds(user, row, today),
        "may_answer": row.state == RequestState.SENT and policies.may_answer(user, row, on=today),
        "changes": history.of_subjects([("plans.informationrequest", str(row.pk))]),
    }
    return render(request, "plans/request.html", context)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, information_id: int) -> HttpResponse:
    """The answer of the agency that is asked: words, files, what it states about both.

    Raises: Http404 for a request that is not this account's to answer.
    """
    user, now, today = reader(request)
    row = _row(user, information_id, today)
    if not policies.may_answer(user, row, on=today):
        raise Http404
    form = InformationAnswerForm(request.POST or None, request.FILES or None, initial={"answer": row.answer})
    if request.method == "POST" and form.is_valid():
        try:
            record_answer(request=row, given=_given(form), actor=user, at=now)
        except TooLarge:
            form.add_error("attached", _("A file is larger than 100 MB."))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The answer is recorded and stands with the lead agency."))
            return redirect("information", information_id=row.pk)
    context = {"form": form, "information": row, "asker": row.asked_by.name(today)}
    return render(request, "plans/answer.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, information_id: int, information_deed: str) -> HttpResponse:
    """A move of the lead agency: what it means, then it is done.

    Raises: Http404 for a move that is not this account's.
    """
    user, now, today = reader(request)
    row = _row(user, information_id, today)
    move = MOVES.get(information_deed)
    if move is None or not policies.may_lead(user, instrument_id=row.instrument_id, on=today):
        raise Http404
    form = move.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            move.deed(row=row, actor=user, at=now, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, str(move.done))
            return redirect("information", information_id=row.pk)
    context = {
        "title": move.title,
        "text": str(row),
        "reach": move.text,
        "confirm": move.confirm,
        "is_danger": move.is_danger,
        "action": request.path,
        "back": reverse("information", args=[row.pk]),
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_safe
def file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """A file of an answer, as a download; nothing from outside is drawn here.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, _now, today = reader(request)
    row = AnswerFile.objects.filter(pk=file_id).first() if file_id < LARGEST_KEY else None
    if row is None or not files.has(row.sha256):
        raise Http404
    _row(user, row.request_id, today)
    found = ranges.answer(request, files.path(row.sha256), etag=f'"{row.sha256}"', mime="application/octet-stream")
    found.headers["Content-Disposition"] = plan_rows.attachment(row.name)
    found.headers["Cache-Control"] = "private, no-cache"
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return found


def _given(form: InformationAnswerForm) -> Answer:
    """What was given, the files in the store.

    Raises: TooLarge.
    """
    typed: dict[str, Any] = form.cleaned_data
    stored: list[tuple[str, StoredFile]] = [
        (one.name, files.put(one.chunks(), max_bytes=FILE_MOST_BYTES)) for one in typed["attached"]
    ]
    return Answer(
        words=typed["answer"],
        is_publishable=typed["is_publishable"],
        is_lawful=typed["is_lawful"],
        files=tuple(stored),
    )


def _deeds(user: User, row: InformationRequest, today: date) -> list[dict[str, object]]:
    if not policies.may_lead(user, instrument_id=row.instrument_id, on=today):
        return []
    return [
        {
            "href": reverse("information-deed", args=[row.pk, word]),
            "label": move.confirm,
            "icon": move.icon,
            "is_danger": move.is_danger,
        }
        for word, move in MOVES.items()
        if move.to in REQUEST_MOVES[RequestState(row.state)]
    ]


def _row(user: User, information_id: int, today: date) -> InformationRequest:
    rows = queries.requests(user, on=today)
    row = rows.filter(pk=information_id).first() if information_id < LARGEST_KEY else None
    if row is None:
        raise Http404
    return row
