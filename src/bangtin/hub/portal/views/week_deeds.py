"""Deeds on the plan of a week: move and withdraw a slot, undo, copy a week."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import formats, week_board, week_release
from bangtin.hub.portal.forms.week import CopyForm, MoveForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views import week_page
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.portal.views.week_page import Shown
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import Slot


@require_POST
def move(request: HttpRequest, cluster: str, slot_id: int) -> HttpResponse:
    """Give a slot another day, other hours or another length; a refusal is shown where it was dropped."""
    user, now, _today = reader(request)
    found = _slot(cluster, slot_id)
    require(policies.may_place(user, found.cluster, at=now))
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the day, the start and the end."))
        return week_page.back(request, found.cluster, local_date(found.starts_at))
    try:
        moved = actions.move(
            slot=found,
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            sound_reason=request.POST.get("sound_reason"),  # a slot that is dragged keeps the one it has
            actor=user,
            at=now,
        )
    except Refusal as refusal:
        where = week_board.Refused(form.starts_at, form.ends_at, found.version.title)
        deed = week_page.Deed(request.path, week_page.typed(request, ("sound_reason", "tu")))
        blank = week_page.blank_form(request, found.cluster)
        return week_page.refused(request, found.cluster, refusal, where=where, form=blank, deed=deed)
    words = {
        "title": found.version.title,
        "day": formats.weekday_day(moved.starts_at),
        "span": formats.span(moved.starts_at, moved.ends_at),
    }
    _done(request, found.cluster.slug, _("“%(title)s” is now on %(day)s %(span)s.") % words)
    return week_page.back(request, found.cluster, local_date(moved.starts_at))


@require_POST
def withdraw(request: HttpRequest, cluster: str, slot_id: int) -> HttpResponse:
    """Take a slot that has not begun off the plan; it can be undone."""
    user, now, _today = reader(request)
    found = _slot(cluster, slot_id)
    require(policies.may_place(user, found.cluster, at=now))
    try:
        actions.withdraw(slot=found, actor=user, at=now)
    except Refusal as refusal:
        return _refused(request, found, refusal)
    words = {"title": found.version.title, "day": formats.weekday_day(found.starts_at)}
    _done(request, found.cluster.slug, _("“%(title)s” is withdrawn from %(day)s.") % words)
    return week_page.back(request, found.cluster, local_date(found.starts_at))


@require_POST
def undo(request: HttpRequest, cluster: str) -> HttpResponse:
    """Take back the newest change that this account made to the plan."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_place(user, found, at=now))
    try:
        edit = actions.undo(cluster=found, actor=user, at=now)
    except Refusal as refusal:
        messages.error(request, f"{refusal.message} {refusal.next_step}")
    else:
        if edit is None:
            messages.info(request, _("There is nothing of yours to undo."))
        else:
            messages.success(request, _("Undone: %(what)s.") % {"what": week_release.said(edit)})
    return week_page.back(request, found, today)


@require_POST
def copy(request: HttpRequest, cluster: str) -> HttpResponse:
    """Copy the slots of one week to another; what cannot stand there is named with its reason."""
    user, now, today = reader(request)
    found = cluster_of(cluster)
    require(policies.may_place(user, found, at=now))
    form = CopyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say which week to copy."))
        return week_page.back(request, found, today)
    to_monday = form.cleaned_data["to_monday"]
    try:
        copied = actions.copy_week(
            cluster=found, from_monday=form.cleaned_data["from_monday"], to_monday=to_monday, actor=user, at=now
        )
    except Refusal as refusal:
        shown = Shown(week_page.blank_form(request, found), refusal.http_status, {"refusal": refusal})
        return week_page.page(request, found, to_monday, shown)
    made = len(copied.made)
    said = ngettext("%(n)d slot was copied.", "%(n)d slots were copied.", made) % {"n": made}
    if made:
        _done(request, found.slug, said)
    for one in copied.refused[:6]:
        words = {"what": one.what, "reason": f"{one.reason} {one.refusal.next_step}".strip()}
        messages.warning(request, _("“%(what)s” was not copied: %(reason)s") % words)
    if not made and not copied.refused:
        messages.info(request, _("The week before has no slots to copy."))
    return week_page.back(request, found, to_monday)


def _refused(request: HttpRequest, found: Slot, refusal: Refusal) -> HttpResponse:
    on = local_date(found.starts_at)
    shown = Shown(week_page.blank_form(request, found.cluster), refusal.http_status, {"refusal": refusal})
    return week_page.page(request, found.cluster, on - timedelta(days=on.weekday()), shown)


def _done(request: HttpRequest, slug: str, text: str) -> None:
    messages.success(request, text, extra_tags=f"undo:{reverse('plan-undo', args=[slug])}")


def _slot(cluster: str, slot_id: int) -> Slot:
    rows = Slot.objects.select_related("cluster", "version__programme")
    return get_object_or_404(rows, pk=slot_id, cluster=cluster_of(cluster))
