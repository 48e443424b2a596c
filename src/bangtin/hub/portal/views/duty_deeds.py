"""Deeds on duties: what an agency is asked for, its answer, a decision that lifts a duty; each can be taken back."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations import actions, policies
from bangtin.hub.obligations.models import DutyRequest, Waiver
from bangtin.hub.obligations.queries.requests import may_be_asked
from bangtin.hub.portal import places
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.agencies import ReasonForm
from bangtin.hub.portal.forms.duty_deeds import AnswerForm, RequestForm, WaiverForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.duties import find
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import citations

LARGEST_KEY = 1 << 62


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Record a paper that asks an agency for something under a duty "on request"."""
    user, now, today = reader(request)
    require(policies.may_request_anything(user, on=today))
    rules = _rules()
    chosen = {"duty": request.GET.get("nghia-vu", "")}
    form = RequestForm(
        request.POST or None, initial=chosen, duties=_named(rules), agencies=_agencies(rules, user, on=today)
    )
    if request.method == "POST" and form.is_valid():
        duty = form.cleaned_data["duty"]
        try:
            row = actions.record_request(
                instrument_id=rules[duty],
                obligation_id=duty,
                agency=get_object_or_404(Agency, pk=form.cleaned_data["agency"]),
                asked=form.asked(),
                actor=user,
                at=now,
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The request is recorded. It stands among the agency's duties from now on."))
            return redirect(_page(row))
    return render(request, "duties/ask.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """Record the paper that answered a request."""
    user, now, today = reader(request)
    row = _row(request_id)
    _visible(policies.may_record_answer(user, row.agency_id, on=today))
    form = AnswerForm(request.POST or None, initial={"answered_on": today})

    def deed() -> None:
        actions.record_answer(request=row, actor=user, at=now, **form.cleaned_data)

    return _confirmed(
        request,
        form,
        deed,
        back=_page(row),
        done=_("The answer is recorded."),
        context={
            "title": _("Record the answer to “%(subject)s”") % {"subject": row.subject},
            "text": _said(row),
            "reach": _("The duty is met on the day of the paper, on time or late."),
            "confirm": _("Record the answer"),
        },
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take back a request that was recorded by mistake."""
    user, now, today = reader(request)
    row = _row(request_id)
    _visible(policies.may_record_request(user, row.agency_id, on=today))
    form = ReasonForm(request.POST or None)

    def deed() -> None:
        actions.withdraw_request(request=row, actor=user, at=now, **form.cleaned_data)

    return _confirmed(
        request,
        form,
        deed,
        back=places.duties(nam=row.requested_on.year),
        done=_("The request is taken back."),
        context={
            "title": _("Take back the request “%(subject)s”?") % {"subject": row.subject},
            "text": _said(row),
            "reach": _("The agency owes nothing under it any more; the row stays in the audit trail."),
            "confirm": _("Take the request back"),
            "is_danger": True,
        },
    )


@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, duty_id: str) -> HttpResponse:
    """Lift one occurrence by a decision with its legal basis."""
    user, now, today = reader(request)
    _visible(policies.may_waive(user, on=today))
    duty = find(duty_id, now=now, readable=policies.readable_agencies(user, on=today))
    form = WaiverForm(request.POST or None)

    def deed() -> None:
        actions.waive(duty=duty, actor=user, at=now, **form.cleaned_data)

    return _confirmed(
        request,
        form,
        deed,
        back=places.duty(duty.id),
        done=_("The duty is lifted."),
        context={
            "title": _("Lift “%(duty)s” of %(period)s?") % {"duty": duty.title, "period": duty.period_label},
            "text": f"{duty.agency_name}. {duty.reading}",
            "reach": _("It counts as lifted from now on, for this agency and this period alone. It can be taken back."),
            "confirm": _("Lift the duty"),
        },
    )


@require_http_methods(["GET", "POST"])
def unwaive(request: HttpRequest, waiver_id: int) -> HttpResponse:
    """Let a duty hold again that was lifted."""
    user, now, today = reader(request)
    _visible(policies.may_waive(user, on=today))
    row = Waiver.objects.filter(pk=waiver_id).first() if waiver_id < LARGEST_KEY else None
    if row is None:
        raise Http404
    form = ReasonForm(request.POST or None)

    def deed() -> None:
        actions.withdraw_waiver(waiver=row, actor=user, at=now, **form.cleaned_data)

    return _confirmed(
        request,
        form,
        deed,
        back=places.duty(row.occurrence_id),
        done=_("The duty holds again."),
        context={
            "title": _("Let the duty hold again?"),
            "text": row.basis,
            "reach": _("It is judged by its last day on time again, as if it had never been lifted."),
            "confirm": _("Let it hold again"),
            "is_danger": True,
        },
    )


def _confirmed(
    request: HttpRequest,
    form: Form,
    deed: Callable[[], None],
    *,
    back: str,
    done: str,
    context: dict[str, object],
) -> HttpResponse:
    """The page that says what a deed means; on POST the deed, its refusal in the form."""
    if request.method == "POST" and form.is_valid():
        try:
            deed()
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(back)
    context |= {"action": request.path, "back": back, "form": form}
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


def _row(request_id: int) -> DutyRequest:
    row = DutyRequest.objects.filter(pk=request_id).first() if request_id < LARGEST_KEY else None
    if row is None:
        raise Http404
    return row


def _visible(is_allowed: bool) -> None:
    """What is not for this account is not there for it."""
    if not is_allowed:
        raise Http404


def _page(row: DutyRequest) -> str:
    return places.duty(f"{row.obligation_id}@{row.agency_id}@{row.key}")


def _said(row: DutyRequest) -> str:
    number = f" ({row.document_number})" if row.document_number else ""
    return _("%(who)s%(number)s, %(day)s") % {
        "who": row.asked_by,
        "number": number,
        "day": f"{row.requested_on:%d/%m/%Y}",
    }


def _rules() -> dict[str, str]:
    """The duties "on request" of the regulations in use, with their regulation."""
    return {
        rule.id: instrument
        for instrument in sorted(regulations.in_use())
        for rule in regulations.regulation(instrument).obligations
        if rule.period.kind == "event"
    }


def _named(rules: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for duty, instrument in rules.items():
        rule = regulations.regulation(instrument).obligation(duty)
        place = citations.parse(rule.clauses[0]).place
        found.append((duty, f"{regulations.in_words(rule.title)} (§ {place})"))
    return found


def _agencies(rules: dict[str, str], user: User, *, on: date) -> list[tuple[str, str]]:
    """The agencies that some of the duties may fall to and whose requests the account records."""
    names = {name for duty, instrument in rules.items() for name in may_be_asked(instrument, duty, on=on)}
    recordable = policies.recordable_agencies(user, on=on)
    mine = names if recordable is None else names & recordable
    rows = Agency.objects.filter(pk__in=mine).prefetch_related("names")
    return sorted(((row.pk, row.name(on)) for row in rows), key=lambda pair: pair[1])
