"""Appraisal: what waits, and the bench where one version is looked at and decided on."""

from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.appraisal import actions, policies, queries
from bangtin.hub.appraisal.models import Decision, Outcome
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import content_rows, previews
from bangtin.hub.portal.forms.content import DecisionForm, first_choices, second_choices
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import newest_seen
from bangtin.hub.programmes import policies as programmes_policies
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.media.ffmpeg import frame_rate
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for this officer: to decide on, then to confirm; urgent first, then the oldest.

    Raises: NotPermitted for who appraises for no mandated agency.
    """
    user, now, today = reader(request)
    _require_appraiser(user, today)
    first = list(queries.inbox(user, today))
    second = list(queries.awaiting_confirmation(user, today))
    request.waiting = {"appraisal": len(first) + len(second)}  # type: ignore[attr-defined]  # read by the menu
    context = {
        "heading": _headline(len(first), len(second)),
        "first": [content_rows.to_appraise(one, today=today, now=now) for one in first],
        "second": [content_rows.to_appraise(one, today=today, now=now) for one in second],
    }
    return render(request, "appraisal/queue.html", context)


@require_http_methods(["GET", "POST"])
def bench(request: HttpRequest, code: str) -> HttpResponse:
    """One version on the bench; a decision names the version and the digest that were looked at.

    Raises: Http404 for what this account does not see; NotPermitted for who does not appraise.
    """
    user, now, today = reader(request)
    _require_appraiser(user, today)
    version = newest_seen(user, code, today)
    proposal = queries.proposal(version) if version.state == VersionState.PROPOSED else None
    form = _form(request, version, proposal)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            decision = _decide(form, version, user=user, at=now)
        except Refusal as caught:
            refusal = caught
            version = newest_seen(user, code, today)
            proposal = queries.proposal(version) if version.state == VersionState.PROPOSED else None
            form = _again(form, version, proposal, caught)
        else:
            messages.success(request, _recorded(decision))
            return _next(user, today)
    status = refusal.http_status if refusal else 422 if form.errors else 200
    context = _context(request, version, proposal, user=user, now=now, today=today)
    return render(request, "appraisal/bench.html", {**context, "form": form, "refusal": refusal}, status=status)


def _require_appraiser(user: User, today: date) -> None:
    held = agency_ids(user, on=today, role=Role.APPRAISER)
    require(
        programmes_policies.has_editorial_right(user, on=today)
        and bool(held & regulations.mandated(Task.APPRAISE, on=today)),
        message=_("Only an appraisal officer of the agency that appraises content opens this page."),
    )


def _form(request: HttpRequest, version: ProgrammeVersion, proposal: Decision | None) -> DecisionForm:
    choices = second_choices(proposal.outcome) if proposal else first_choices()
    if request.method == "POST":
        # a choice that the version no longer offers is the action's to refuse, with its reason
        every = dict([*first_choices(), *choices])
        return DecisionForm(request.POST, choices=list(every.items()))
    return DecisionForm(choices=choices, initial={"version": version.pk, "digest": version.content_digest})


def _decide(form: DecisionForm, newest: ProgrammeVersion, *, user: User, at: datetime) -> Decision:
    given = form.cleaned_data
    found = programmes.with_rows().filter(programme=newest.programme, pk=given["version"]).first()
    if found is None:
        raise Http404
    deed = actions.confirm if found.state == VersionState.PROPOSED else actions.decide
    return deed(
        version=found,
        outcome=given["outcome"],
        grounds=given["grounds"],
        actor=user,
        at=at,
        seen_digest=given["digest"],
    )


def _again(form: DecisionForm, version: ProgrammeVersion, proposal: Decision | None, refusal: Refusal) -> DecisionForm:
    """The form as it was typed, bound to the version as it is now; a stale choice is not kept."""
    typed = {"version": version.pk, "digest": version.content_digest, "grounds": form.cleaned_data["grounds"]}
    if not isinstance(refusal, StaleState):
        typed["outcome"] = form.cleaned_data["outcome"]
    choices = second_choices(proposal.outcome) if proposal else first_choices()
    if not refusal.fields:
        return DecisionForm(choices=choices, initial=typed)
    found = DecisionForm(typed, choices=choices)
    for name in refusal.fields.keys() & found.fields.keys():
        found.add_error(name, refusal.fields[name])
    return found


def _context(
    request: HttpRequest,
    version: ProgrammeVersion,
    proposal: Decision | None,
    *,
    user: User,
    now: datetime,
    today: date,
) -> dict[str, object]:
    shown = previews.of(version)
    asked = request.GET.get("man-hinh", "")
    chosen = next((one for one in shown if one.geometry == asked), shown[0] if shown else None)
    first = [one.programme.code for one in queries.inbox(user, today)]
    line = [*first, *(one.programme.code for one in queries.awaiting_confirmation(user, today))]
    place = line.index(version.programme.code) if version.programme.code in line else None
    words, clause, clause_href = content_rows.category(version.programme)
    request.waiting = {"appraisal": len(line)}  # type: ignore[attr-defined]  # read by the menu
    earlier = list(programmes.versions_of(version.programme).exclude(pk=version.pk))
    before = next((one for one in earlier if one.number < version.number), None)
    return {
        **_compared(before, chosen),
        "frames_a_second": frame_rate(int((version.probe or {}).get("fps_milli", 0))),
        "version": version,
        "programme": version.programme,
        "agency": version.programme.agency.name(today),
        "kind": content_rows.kind_and_length(version),
        "category": words,
        "clause": clause,
        "clause_href": clause_href,
        "preview": chosen,
        "previews": shown,
        "findings": content_rows.findings(version),
        "findings_count": content_rows.findings_count(version),
        "decisions": content_rows.decisions(version),
        "proposal": proposal,
        "is_own": policies.is_own(user, version),
        "is_proposer": proposal is not None and proposal.officer_id == user.pk,
        "is_open": version.state in {VersionState.RECEIVED, VersionState.PROPOSED},
        "place": None if place is None else place + 1,
        "line": len(line),
        "before": line[place - 1] if place else "",
        "after": line[place + 1] if place is not None and place + 1 < len(line) else "",
        "earlier": earlier,
    }


def _compared(before: ProgrammeVersion | None, shown: previews.Preview | None) -> dict[str, object]:
    """The version before, in the geometry that is looked at; nothing where it had no form for it."""
    if before is None or shown is None:
        return {}
    found = next((one for one in previews.of(before) if one.geometry == shown.geometry), None)
    return {"compared": found, "compared_number": before.number, "compared_title": before.title} if found else {}


def _next(user: User, today: date) -> HttpResponse:
    """On to what waits next, so that a morning's work needs no way back."""
    waiting = queries.inbox(user, today).first() or queries.awaiting_confirmation(user, today).first()
    if waiting is None:
        return redirect("appraisals")
    return redirect("appraise", code=waiting.programme.code)


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
