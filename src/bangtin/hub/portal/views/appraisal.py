"""Appraisal: what waits, and the bench where one version is looked at and decided on."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import actions, checklists, policies, queries
from bangtin.hub.appraisal.models import Decision, Outcome
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import bench_board, queue_board, route_board
from bangtin.hub.portal.forms.appraisal import DecisionForm, RemarkForm, first_choices, second_choices
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import newest_seen
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.rulebook.shapes import Criterion


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this officer: to decide on, then to confirm; by class, then by the day it is wanted on air.

    Raises: NotPermitted for who appraises for no mandated agency.
    """
    user, now, today = reader(request)
    _require_appraiser(user, today)
    first, second = list(queries.inbox(user, today)), list(queries.awaiting_confirmation(user, today))
    request.waiting = {"appraisal": len(first) + len(second)}  # type: ignore[attr-defined]  # read by the menu
    board = queue_board.board(first, second, asked=request.GET, today=today, now=now)
    return render(request, "appraisal/queue.html", {**board, "heading": _headline(len(first), len(second))})


@require_http_methods(["GET", "POST"])
def bench(request: HttpRequest, code: str) -> HttpResponse:
    """One version on the bench; a decision names the version and the digest that were looked at.

    Raises: Http404 for what this account does not see; NotPermitted for who does not appraise.
    """
    user, now, today = reader(request)
    _require_appraiser(user, today)
    version = newest_seen(user, code, today)
    proposal = queries.to_confirm(version, today)
    form = _form(request, version, proposal, today)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            decision = _decide(form, version, user=user, at=now)
        except Refusal as caught:
            refusal = caught
            version = newest_seen(user, code, today)
            proposal = queries.to_confirm(version, today)
            form = _again(form, version, proposal, caught, today)
        else:
            messages.success(request, _recorded(decision))
            return _next(user, today)
    status = refusal.http_status if refusal else 422 if form.errors else 200
    context = bench_board.context(request, version, proposal, user=user, now=now, today=today)
    context |= {
        "form": form,
        "points": form.points(version.programme.instrument_id),
        "remark_form": RemarkForm(),
        "refusal": refusal,
        **route_board.acts(version, user=user, today=today),
    }
    return render(request, "appraisal/bench.html", context, status=status)


def _require_appraiser(user: User, today: date) -> None:
    require(
        policies.opens_bench(user, on=today),
        message=_("Only an appraisal officer of the agency that appraises content opens this page."),
    )


def _asked(version: ProgrammeVersion, proposal: Decision | None, today: date) -> tuple[Criterion, ...]:
    """The points are the first officer's to answer; the second one reads the answers."""
    is_first = proposal is None and version.state == VersionState.RECEIVED
    return checklists.asked(version, on=today) if is_first else ()


def _form(request: HttpRequest, version: ProgrammeVersion, proposal: Decision | None, today: date) -> DecisionForm:
    choices = second_choices(proposal.outcome) if proposal else first_choices()
    asked = _asked(version, proposal, today)
    if request.method == "POST":
        # a choice that the version no longer offers is the action's to refuse, with its reason
        every = dict([*first_choices(), *choices])
        return DecisionForm(request.POST, choices=list(every.items()), asked=asked)
    return DecisionForm(choices=choices, asked=asked, initial={"version": version.pk, "digest": version.content_digest})


def _decide(form: DecisionForm, newest: ProgrammeVersion, *, user: User, at: datetime) -> Decision:
    given = form.cleaned_data
    found = programmes.with_rows().filter(programme=newest.programme, pk=given["version"]).first()
    if found is None:
        raise Http404
    said = {"outcome": given["outcome"], "grounds": given["grounds"], "seen_digest": given["digest"]}
    return actions.act(version=found, actor=user, at=at, answers=form.answers(), **said)


def _again(
    form: DecisionForm, version: ProgrammeVersion, proposal: Decision | None, refusal: Refusal, today: date
) -> DecisionForm:
    """The form as it was typed, bound to the version as it is now; a stale choice is not kept."""
    typed = {**form.cleaned_data, "version": version.pk, "digest": version.content_digest}
    if isinstance(refusal, StaleState):
        typed = {name: value for name, value in typed.items() if name in {"version", "digest", "grounds"}}
    choices = second_choices(proposal.outcome) if proposal else first_choices()
    asked = _asked(version, proposal, today)
    if not refusal.fields:
        return DecisionForm(choices=choices, asked=asked, initial=typed)
    found = DecisionForm(typed, choices=choices, asked=asked)
    for name in refusal.fields.keys() & found.fields.keys():
        found.add_error(name, refusal.fields[name])
    return found


def _next(user: User, today: date) -> HttpResponse:
    """On to what waits next, so that a morning's work needs no way back."""
    line = bench_board.queue_codes(user, today)
    return redirect("appraise", code=line[0]) if line else redirect("appraisals")


def _recorded(decision: Decision) -> str:
    code = decision.version.receipt
    words = {
        Outcome.APPROVED: _("%(code)s: approval recorded. A second officer confirms it."),
        Outcome.REJECTED: _("%(code)s: rejection recorded. A second officer confirms it."),
        Outcome.RETURNED: _("%(code)s: returned for revision. The agency has been told."),
    }
    if decision.step == "appraisal.confirm":
        words |= {
            Outcome.APPROVED: _("%(code)s: confirmed. The programme is ready for air."),
            Outcome.REJECTED: _("%(code)s: rejection confirmed."),
        }
    return words[Outcome(decision.outcome)] % {"code": code}


def _headline(first: int, second: int) -> str:
    if not first and not second:
        return _("Nothing waits for appraisal")
    words = []
    if first:
        words.append(ngettext("%(n)d programme to appraise", "%(n)d programmes to appraise", first) % {"n": first})
    if second:
        words.append(ngettext("%(n)d decision to confirm", "%(n)d decisions to confirm", second) % {"n": second})
    return ", ".join(words)
