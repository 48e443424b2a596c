"""Sending a programme, and a new version of one that came back."""

from datetime import date, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations.queries import SENDINGS, Duty, duties
from bangtin.hub.portal import previews
from bangtin.hub.portal.forms.content import SubmissionForm, version_initial
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import newest_seen
from bangtin.hub.programmes import actions, policies
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.regulations import queries as regulations


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """A new programme: file or text notice, what it is and where it is wanted; then its receipt.

    Raises: NotPermitted for who contributes for no agency.
    """
    user, now, today = reader(request)
    require(
        policies.has_editorial_right(user, on=today) and has_role(user, Role.CONTRIBUTOR, on=today),
        message=_("Only contributors of an agency send programmes."),
    )
    form = SubmissionForm(
        request.POST or None,
        request.FILES or None,
        user=user,
        today=today,
        initial={"made_for": request.GET.get("cho", "")},
    )
    return _answer(request, form, user=user, now=now, today=today)


@require_http_methods(["GET", "POST"])
def submit_again(request: HttpRequest, code: str) -> HttpResponse:
    """A new version of a programme; its number, clusters and month stay.

    Raises: Http404 for a programme that this account does not see; NotPermitted.
    """
    user, now, today = reader(request)
    last = newest_seen(user, code, today)
    require(
        policies.may_send_again(user, last, on=today),
        message=_("A new version of %(code)s is not awaited from you now.") % {"code": code},
        next_step=_("Wait until it is returned."),
    )
    form = SubmissionForm(
        request.POST or None,
        request.FILES or None,
        user=user,
        today=today,
        programme=last.programme,
        initial=version_initial(last),
    )
    return _answer(request, form, user=user, now=now, today=today, last=last)


def _answer(
    request: HttpRequest,
    form: SubmissionForm,
    *,
    user: User,
    now: datetime,
    today: date,
    last: ProgrammeVersion | None = None,
) -> HttpResponse:
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.submit(submission=form.submission(), source=form.stored(), actor=user, at=now)
        except forms.ValidationError as error:
            form.add_error("file", error)
        except Refusal as caught:
            refusal = None if form.show(caught) else caught
        else:
            messages.success(
                request,
                _("The programme has been received. Receipt number %(receipt)s.") % {"receipt": version.receipt},
            )
            return redirect("programme", code=version.programme.code)
    programme = last.programme if last else None
    context = {
        "form": form,
        "steps": steps(),
        "refusal": refusal,
        "last": last,
        "programme": programme,
        "previews": previews.empty(clusters_of(programme)),
        "duty": None if last else _duty(user, now, today),
    }
    return render(request, "programmes/submit.html", context, status=422 if form.errors else 200)


def steps() -> list[dict[str, object]]:
    """The parts of the one form, for the bar above it; the page marks those that are complete as they are filled in."""
    labels = (_("File or notice"), _("About the programme"), _("Where and when"), _("Declaration"))
    return [{"label": label, "href": f"#buoc-{number}", "detail": ""} for number, label in enumerate(labels, start=1)]


def clusters_of(programme: Programme | None) -> list[Cluster]:
    """The clusters of a programme; all of them for a new one."""
    rows = programme.clusters.all() if programme else Cluster.objects.all()
    return list(rows.prefetch_related("faces"))


def _duty(user: User, now: datetime, today: date) -> dict[str, object] | None:
    """The duty of this month that a programme would meet, if one of the account's agencies has it."""
    agencies = [post.agency_id for post in user.posts.filter(role=Role.CONTRIBUTOR)]
    for one in duties(year=today.year, as_of=now, agency_ids=agencies):
        if _asks_for_programmes(one) and one.period.start <= today <= one.period.end:
            return {"duty": one, "is_done": one.is_done}
    return None


def _asks_for_programmes(duty: Duty) -> bool:
    rule = regulations.regulation(duty.instrument_id).obligation(duty.obligation_id)
    return rule.evidence.fact in SENDINGS
