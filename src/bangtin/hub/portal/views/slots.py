"""One slot: what, when, where, on which ground, who approved it, what aired of it; whoever plans changes it here."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.queries import proof_of_play
from bangtin.hub.portal import formats, places, translation_board, week_board
from bangtin.hub.portal.forms.week import SlotForm, is_of_one_day
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views import week_page
from bangtin.hub.portal.views.schedule import cluster_of
from bangtin.hub.schedules import actions, policies
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.states import SlotState

FIELDS = {"starts_at": "starts", "ends_at": "ends"}


@dataclass(frozen=True)
class _Typed:
    """The form as it was sent, and what its deed was refused with."""

    form: SlotForm
    refusal: Refusal | None = None
    suggestions: tuple[dict[str, object], ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def slot(request: HttpRequest, cluster: str, slot_id: int) -> HttpResponse:
    """One slot; a post gives it another day, other hours, faces, or the reason for its sound."""
    user, now, _today = reader(request)
    require(policies.may_read(user, at=now))
    found = slot_of(cluster, slot_id)
    if request.method != "POST":
        return _page(request, found, None)
    require(policies.may_place(user, found.cluster, at=now))
    form = SlotForm(request.POST, slot=found, has_begun=found.starts_at <= now)
    if not form.is_valid():
        return _page(request, found, _Typed(form))
    try:
        moved = actions.move(
            slot=found,
            starts_at=form.starts_at,
            ends_at=form.ends_at,
            faces=form.on_faces,
            sound_reason=form.cleaned_data["sound_reason"],
            actor=user,
            at=now,
        )
    except Refusal as refusal:
        form.take(refusal, FIELDS)
        deed = week_page.Deed(request.path, week_page.typed(request, ("faces", "sound_reason")))
        offered = week_page.suggestions(refusal, deed, wanted_on=form.cleaned_data["on"])
        return _page(request, found, _Typed(form, refusal, tuple(offered)))
    words = {
        "title": moved.version.title,
        "day": formats.weekday_day(moved.starts_at),
        "span": formats.span(moved.starts_at, moved.ends_at),
    }
    messages.success(
        request,
        _("“%(title)s” is now on %(day)s %(span)s.") % words,
        extra_tags=f"undo:{reverse('plan-undo', args=[found.cluster.slug])}",
    )
    return redirect("slot", found.cluster.slug, found.pk)


def slot_of(cluster: str, slot_id: int) -> Slot:
    """The slot under its cluster's name in addresses. Raises: Http404."""
    rows = Slot.objects.select_related("cluster", "version__programme__agency", "placed_by")
    return get_object_or_404(rows, pk=slot_id, cluster=cluster_of(cluster))


def _page(request: HttpRequest, found: Slot, typed: _Typed | None) -> HttpResponse:
    user, now, _today = reader(request)
    has_begun = found.starts_at <= now
    if typed is None and _may_change(user, found, now):
        typed = _Typed(SlotForm(None, slot=found, has_begun=has_begun))
    refusal = typed.refusal if typed else None
    context = {
        "slot": found,
        "approvals": appraisal.approvals(found.version),
        "proof": proof_of_play(found, at=now) if has_begun else None,
        "is_live": found.starts_at <= now < found.ends_at and found.state == SlotState.PLACED,
        "week_href": reverse("week", args=[found.cluster.slug, week_board.slug_of(local_date(found.starts_at))]),
        "programme_href": places.programme(found.version.receipt),
        "may_take_down": _is_open(found, now) and policies.may_operate(user, found.cluster, at=now),
        "category": week_board.category_name(found.version.programme),
        "stand_ins": translation_board.stand_ins(found.version, found.cluster),
        "faces": week_board.only_on(found.cluster, found.faces),
        "form": typed.form if typed else None,
        "has_begun": has_begun,
        "refusal": refusal,
        "suggestions": typed.suggestions if typed else (),
    }
    is_wrong = typed is not None and bool(typed.form.errors)
    status = refusal.http_status if refusal else 422 if is_wrong else 200
    return render(request, "schedule/slot.html", context, status=status)


def _is_open(found: Slot, now: datetime) -> bool:
    return found.state == SlotState.PLACED and found.ends_at > now


def _may_change(user: User, found: Slot, now: datetime) -> bool:
    is_open = _is_open(found, now) and is_of_one_day(found)
    return is_open and policies.may_place(user, found.cluster, at=now)
