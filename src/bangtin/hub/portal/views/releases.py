"""The release of a plan: its author asks, another person looks at what changed and answers, then it is published."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import asked, plan_changes, week_findings
from bangtin.hub.portal.forms.releases import AnswerForm, AskForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.portal.views.week_page import address
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import PlanRelease
from bangtin.hub.schedules.queries import checks, meters, releasing
from bangtin.hub.schedules.states import ReleaseState


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, cluster: str, week: str) -> HttpResponse:
    """Ask that the rest of a week be released: what is found in it first, then a note."""
    user, now, today = reader(request)
    found, monday = cluster_of(cluster), asked.monday(week)
    if monday is None:
        raise Http404
    require(policies.may_place(user, found, at=now))
    sunday = monday + timedelta(days=6)
    first = max(monday, today)
    form = AskForm(request.POST or None, initial={"from_on": first, "until_on": max(sunday, first)})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            release = actions.ask_release(cluster=found, **form.cleaned_data, actor=user, at=now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            messages.success(request, _("Asked. Another person approves the plan; until then nothing is published."))
            return redirect("release", found.slug, release.pk)
    context = {
        "cluster": found,
        "form": form,
        "refusal": refusal,
        "findings": week_findings.rows(found, checks.findings(found, first, max(sunday, first))),
        "week_href": address(found, monday),
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "schedule/release_ask.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, cluster: str, release_id: int) -> HttpResponse:
    """The approver's page: what changed, what is found, minutes by kind, and the answer."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_read(user, at=now))
    release = get_object_or_404(releasing.releases_of(found), pk=release_id)
    release.cluster = found  # its faces are read already
    form = AnswerForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["reason"]
        try:
            if form.cleaned_data["outcome"] == "approve":
                actions.approve_release(release=release, answer=words, actor=user, at=now)
                messages.success(request, _("The plan is approved; it can be published."))
            else:
                actions.return_release(release=release, reason=words, actor=user, at=now)
                messages.success(request, _("The plan is returned to its author with your reason."))
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            return redirect("release", found.slug, release.pk)
    is_open = release.state == ReleaseState.ASKED
    context = {
        "cluster": found,
        "release": release,
        "form": form,
        "refusal": refusal,
        "is_open": is_open,
        "may_answer": is_open and actions.may_answer(release, user, at=now),
        "may_take_back": is_open and release.asked_by_id == user.pk,
        "may_publish": release.state == ReleaseState.APPROVED and policies.may_operate(user, found, at=now),
        "edited": releasing.changes_since(release) if is_open or release.state == ReleaseState.APPROVED else [],
        "changes": plan_changes.since_last(found, at=now),
        "findings": week_findings.rows(found, checks.findings(found, *_days_left(release, today))) if is_open else [],
        "minutes": _minutes(release) if is_open else [],
        "face": min(found.faces.all(), key=lambda one: one.pk, default=None),
        "week_href": address(found, release.from_on),
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "schedule/release.html", context, status=status)


@require_POST
def take_back(request: HttpRequest, cluster: str, release_id: int) -> HttpResponse:
    """Its author takes the question back."""
    user, now, _today = reader(request)
    found = cluster_of(cluster)
    release = get_object_or_404(releasing.releases_of(found), pk=release_id)
    actions.take_back_release(release=release, actor=user, at=now)
    messages.success(request, _("The question is taken back; change the plan and ask anew."))
    return redirect(address(found, max(release.from_on, local_date(now))))


def _days_left(release: PlanRelease, today: date) -> tuple[date, date]:
    first = max(release.from_on, today)
    return first, max(release.until_on, first)


def _minutes(release: PlanRelease) -> list[dict[str, Any]]:
    found = meters.summed(meters.planned(release.cluster, release.from_on, release.until_on))
    return week_findings.by_category(release.cluster, found)
