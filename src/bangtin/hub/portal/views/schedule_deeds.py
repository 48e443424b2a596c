"""Deeds on a cluster's plan: taking a slot down, the filler, the hours of days off, publishing."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.devices import actions as devices
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import asked, formats, plan_changes, week_board
from bangtin.hub.portal.forms.air import FillerForm, HoursForm, ReasonForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views import removals
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.portal.views.slots import slot_of
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Filler, Slot
from bangtin.rulebook.hours import DayHours


@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest, cluster: str, slot_id: int) -> HttpResponse:
    """Take a slot off the plan and publish at once, so that the screens drop it."""
    user, now, _today = reader(request)
    found = slot_of(cluster, slot_id)
    require(policies.may_operate(user, found.cluster, at=now))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.take_down(slot=found, reason=form.cleaned_data["reason"], actor=user, at=now)
        removals.tell(request, found.take_down, user=user, now=now)
        return redirect(_week_href(found))
    count = found.cluster.faces.count()
    words = {"title": found.version.title, "n": count}
    context = {
        "form": form,
        "title": ngettext("Take “%(title)s” off %(n)d screen?", "Take “%(title)s” off %(n)d screens?", count) % words,
        "text": _("%(day)s, %(span)s. It takes effect at once: a new bundle is published without it.")
        % {"day": formats.weekday_day(found.starts_at), "span": formats.span(found.starts_at, found.ends_at)},
        "reach": _("It can be placed again. What has aired stays in the play log."),
        "action": request.path,
        "back": reverse("slot", args=[found.cluster.slug, found.pk]),
        "confirm": _("Take down"),
        "is_danger": True,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_POST
def add_filler(request: HttpRequest, cluster: str) -> HttpResponse:
    """One more version that plays where no slot is."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_place(user, found, at=now))
    form = FillerForm(request.POST, cluster=found, prefix="nen")
    if form.is_valid():
        version = ProgrammeVersion.objects.select_related("programme").get(pk=form.cleaned_data["version"])
        actions.add_filler(cluster=found, version=version, actor=user, at=now)
        messages.success(
            request,
            _("“%(title)s” is among the filler. Publish so that the screens take it.") % {"title": version.title},
        )
    else:
        messages.error(request, _("Choose a programme for the filler."))
    return redirect("week", found.slug, week_board.slug_of(today))


@require_http_methods(["GET", "HEAD", "POST"])
def remove_filler(request: HttpRequest, cluster: str, filler_id: int) -> HttpResponse:
    """Take a version out of the filler."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_operate(user, found, at=now))
    filler = get_object_or_404(Filler.objects.select_related("version", "cluster"), pk=filler_id, cluster=found)
    back = reverse("week", args=[found.slug, week_board.slug_of(today)])
    words = {"title": filler.version.title}
    if request.method == "POST":
        actions.remove_filler(filler=filler, actor=user, at=now)
        messages.success(request, _("“%(title)s” is no longer filler. Publish so that the screens drop it.") % words)
        return redirect(back)
    context = {
        "title": _("Take “%(title)s” out of the filler?") % words,
        "text": _("The screens drop it with the next bundle. It can be added again."),
        "action": request.path,
        "back": back,
        "confirm": _("Take out"),
        "is_danger": True,
    }
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, cluster: str, on: str) -> HttpResponse:
    """The hours of a holiday, Saturday or Sunday; advice of the text is shown, never a refusal."""
    user, now, _today = reader(request)
    found, day = cluster_of(cluster), _day(on)
    require(policies.may_set_hours(user, found, at=now))
    current = schedules.hours(found, day)
    form = HoursForm(request.POST or None, hours=current)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            advice = actions.set_day_windows(cluster=found, on=day, windows=form.windows, actor=user, at=now)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _hours_said(day, schedules.hours(found, day)))
            for one in advice:
                messages.warning(request, _in_words(one.reason))
            return redirect("week", found.slug, week_board.slug_of(day))
    rows = [(form[f"tu-{number}"], form[f"den-{number}"]) for number in range(len(form.fields) // 2)]
    context = {
        "cluster": found,
        "day": day,
        "hours": current,
        "reason": _in_words(current.reason),
        "low_h": (current.advisory_min_s or 0) // 3600,
        "high_h": (current.advisory_max_s or 0) // 3600,
        "form": form,
        "rows": rows,
        "refusal": refusal,
        "back_href": reverse("week", args=[found.slug, week_board.slug_of(day)]),
    }
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "schedule/hours.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, cluster: str) -> HttpResponse:
    """What publishing would change on the screens; the post signs the plan as the next bundle."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_operate(user, found, at=now))
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            bundle = devices.publish_bundle(cluster=found, actor=user, at=now, reason=request.POST.get("reason", ""))
        except Refusal as refused:
            refusal = refused
        else:
            words = {"number": bundle.number, "cluster": str(found)}
            messages.success(
                request, _("Bundle %(number)d of %(cluster)s is published; the screens fetch it now.") % words
            )
            return redirect("week", found.slug, week_board.slug_of(today))
    changes = plan_changes.since_last(found, at=now)
    context = {
        "cluster": found,
        "changes": changes,
        "faces": found.faces.count(),
        "refusal": refusal,
        "back_href": reverse("week", args=[found.slug, week_board.slug_of(today)]),
    }
    return render(request, "schedule/publish.html", context, status=refusal.http_status if refusal else 200)


def _hours_said(day: date, hours: DayHours) -> str:
    words = {"day": formats.weekday_day(day), "windows": ", ".join(str(one) for one in hours.windows or ())}
    if not hours.windows:
        return _("%(day)s has no hours: the screens stay dark.") % words
    return _("The hours of %(day)s: %(windows)s. Publish so that the screens take them.") % words


def _in_words(text: Any) -> str:
    return str(text.vi if formats.is_vietnamese() else text.en)


def _week_href(found: Slot) -> str:
    return reverse("week", args=[found.cluster.slug, week_board.slug_of(local_date(found.starts_at))])


def _day(text: str) -> date:
    found = asked.day(text)
    if found is None:
        raise Http404
    return found
