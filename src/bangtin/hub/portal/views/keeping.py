"""What the archive keeps and until when, legal holds, and the removal of files by two persons with its record."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.accounts.queries import is_same_person
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog import policies
from bangtin.hub.playlog.actions import removing
from bangtin.hub.playlog.queries import keeping
from bangtin.hub.portal import receipts
from bangtin.hub.portal.forms.exchange import DecisionForm, GroundsForm, ReasonForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.programmes.keeping import Disposal, LegalHold, Tombstone
from bangtin.hub.programmes.models import Programme
from bangtin.hub.programmes.queries import mandates
from bangtin.hub.programmes.states import DisposalState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

ROWS = 20
PARTS: Mapping[str, str | Promise] = {
    "source": gettext_lazy("file as it came"),
    "subtitles": gettext_lazy("subtitles"),
    "poster": gettext_lazy("small picture"),
    "rendition": gettext_lazy("form for a screen"),
    "reviewcopy": gettext_lazy("copy for looking at"),
    "finding": gettext_lazy("picture of a finding"),
}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The retention rules in use, legal holds, proposals and removals, and which old programmes may go by now.

    Raises: NotPermitted for offices that keep no content.
    """
    user, now, today = reader(request)
    own = policies.may_read_keeping(user, on=today)
    require(bool(own), message=_("Only the agency that keeps the content, and leaders, see this page."))
    if code := request.GET.get("ma", "").strip():
        found = Programme.objects.filter(code__iexact=code, instrument_id__in=own).first()
        if found is not None:
            return redirect("kept", code=found.code)
        messages.error(request, _("There is no programme %(code)s.") % {"code": code[:40]})
    holds = list(keeping.open_holds())
    removals = keeping.disposals().filter(programme__instrument_id__in=own)
    page = Paginator(removals.exclude(state=DisposalState.PROPOSED), ROWS).get_page(request.GET.get("trang"))
    context = {
        "rules": [(regulations.pack(one).instrument.number, _rules(one, today)) for one in own],
        "holds": [one for one in holds if _of(one).instrument_id in own],
        "waiting": list(removals.filter(state=DisposalState.PROPOSED)[:50]),
        "page": page,
        "candidates": keeping.candidates(own, at=now, holding=holds),
    }
    return render(request, "archive/keeping.html", context)


@require_http_methods(["GET", "POST"])
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Why one programme is kept; a legal hold is placed and a removal proposed here.

    Raises: Http404 for what is not there or not kept by this account's agency.
    """
    user, now, today = reader(request)
    found = get_object_or_404(Programme.objects.select_related("agency"), code=code)
    if not policies.may_hold(user, instrument_id=found.instrument_id, on=today):
        raise Http404
    deed = request.POST.get("deed", "")
    forms = {name: GroundsForm(request.POST if deed == name else None, prefix=name) for name in ("hold", "remove")}
    refusal = None
    if request.method == "POST" and deed in forms and forms[deed].is_valid():
        given = forms[deed].cleaned_data
        try:
            if deed == "hold":
                removing.hold(what=found, **given, actor=user, at=now)
                messages.success(request, _("Held. Nothing of it may be removed until another person lifts the hold."))
                return redirect("kept", code=found.code)
            row = removing.propose(programme=found, **given, actor=user, at=now)
            messages.success(request, _("Proposed. Nothing is removed before a second person agrees."))
            return redirect("disposal", disposal_id=row.pk)
        except Refusal as caught:
            refusal = caught
    removals = list(keeping.disposals(found))
    kept = keeping.keeping(found, at=now)
    context = {
        "programme": found,
        "version": max(found.versions.all(), key=lambda one: one.number, default=None),
        "kept": kept,
        "parts": _part_rows(keeping.parts(found)),
        "disposals": removals,
        "has_open": any(one.state == DisposalState.PROPOSED for one in removals),
        "is_removed": any(one.state == DisposalState.DONE for one in removals),
        "may_propose": policies.may_propose_removal(user, instrument_id=found.instrument_id, on=today),
        "forms": forms,
        "refusal": refusal,
    }
    is_wrong = refusal or any(form.errors for form in forms.values())
    return render(request, "archive/kept.html", context, status=422 if is_wrong else 200)


@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Let a legal hold end.

    Raises: Http404 for what is not there or not this account's agency's.
    """
    user, now, today = reader(request)
    row = get_object_or_404(LegalHold.objects.select_related("programme", "cluster"), pk=hold_id, lifted_at=None)
    what = _of(row)
    if not policies.may_hold(user, instrument_id=what.instrument_id, on=today):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            removing.lift(row=row, reason=form.cleaned_data["reason"], actor=user, at=now)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The hold is lifted."))
            return redirect("keeping")
    context = {
        "form": form,
        "title": _("Lift the legal hold on %(what)s?") % {"what": what},
        "text": f"{row.reason} ({row.basis})",
        "action": request.path,
        "back": reverse("keeping"),
        "confirm": _("Lift the hold"),
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def disposal(request: HttpRequest, disposal_id: int) -> HttpResponse:
    """A proposal with its record; the second person decides here, the first may take it back.

    Raises: Http404 for what is not there or not this account's agency's.
    """
    user, now, today = reader(request)
    row = _seen(request, disposal_id)
    form = DecisionForm(request.POST if request.POST.get("deed") == "decide" else None)
    refusal = None
    is_own = is_same_person(user, row.proposed_by)
    deeds: dict[str, Callable[[], Disposal]] = {
        "withdraw": lambda: removing.withdraw(row=row, actor=user, at=now),
        "decide": lambda: removing.decide_removal(
            row=row,
            is_agreed=form.cleaned_data["verdict"] == "agree",
            reason=form.cleaned_data["reason"],
            actor=user,
            at=now,
        ),
    }
    deed = request.POST.get("deed", "")
    if request.method == "POST" and deed in deeds and (deed == "withdraw" or form.is_valid()):
        try:
            deeds[deed]()
        except Refusal as caught:
            refusal = caught
        else:
            messages.success(request, _("Recorded."))
            return redirect("disposal", disposal_id=row.pk)
    context = {
        **_record(row),
        "form": form,
        "refusal": refusal,
        "is_own": is_own,
        "is_open": row.state == DisposalState.PROPOSED,
        "may_decide": not is_own
        and policies.may_decide_removal(user, instrument_id=row.programme.instrument_id, on=today),
    }
    return render(request, "archive/disposal.html", context, status=422 if refusal or form.errors else 200)


@require_GET
def protocol(request: HttpRequest, disposal_id: int) -> HttpResponse:
    """The record of a removal as PDF.

    Raises: Http404; NoPaper where the part that writes PDF is not installed.
    """
    row = _seen(request, disposal_id)
    data = receipts.paper("archive/disposal_paper.html", _record(row), name=f"{row.programme.code}-{row.pk}")
    answer = HttpResponse(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="bien-ban-xoa-{row.programme.code}-{row.pk}.pdf"'
    return answer


def _of(row: LegalHold) -> Programme | Cluster:
    what = row.programme or row.cluster
    assert what is not None  # the database holds one of them filled in
    return what


def _seen(request: HttpRequest, disposal_id: int) -> Disposal:
    user, _now, today = reader(request)
    row = get_object_or_404(keeping.disposals().prefetch_related("tombstones__version"), pk=disposal_id)
    if not policies.may_hold(user, instrument_id=row.programme.instrument_id, on=today):
        raise Http404
    return row


def _record(row: Disposal) -> dict[str, Any]:
    parts: Sequence[Tombstone | keeping.Part] = list(row.tombstones.all()) or keeping.parts(row.programme)
    return {
        "row": row,
        "terms": [{**one, "cited": regulations.cited(one["clause"])} for one in row.terms],
        "keeper": _keeper(row),
        "programme": row.programme,
        "version": row.programme.versions.order_by("-number").first(),
        "parts": _part_rows(parts),
        "total": sum(one.size_bytes for one in parts),
    }


def _keeper(row: Disposal) -> str:
    """The agency that keeps the content, under the name it bore on the day of the proposal."""
    on = clock.local_date(row.proposed_at)
    found = mandates(Task.APPRAISE, on=on, instrument_id=row.programme.instrument_id).first()
    return found.agency.name(on) if found else ""


def _part_rows(parts: Sequence[Tombstone | keeping.Part]) -> list[dict[str, object]]:
    return [
        {
            "receipt": one.version.receipt,
            "word": PARTS.get(one.part, one.part),
            "size_bytes": one.size_bytes,
            "sha256": one.sha256,
            "is_shared": isinstance(one, Tombstone) and one.is_shared,
        }
        for one in parts
    ]


def _rules(instrument_id: str, today: date) -> list[dict[str, object]]:
    pack = regulations.regulation(instrument_id)
    return [
        {
            "name": regulations.in_words(one.name),
            "clause": one.clause,
            "months": pack.parameter(one.months).number(today),
            "note": regulations.in_words(one.note) if one.note else "",
        }
        for one in pack.retention
    ]
