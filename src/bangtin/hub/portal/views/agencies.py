"""Agencies as the province keeps them: names by date, new ones, what became of one; each with its paper and history."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency, AgencyName, Succession
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal import agency_board
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.agencies import AgencyForm, NameForm, ReasonForm, SuccessionForm
from bangtin.hub.portal.views.administration import administrator
from bangtin.hub.regulations import actions
from bangtin.hub.regulations.actions import Handing
from bangtin.hub.regulations.queries import successions


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every agency with its present and former names, its tasks, and what became of it."""
    _user, _now, today = administrator(request)
    rows = agency_board.rows(today)
    over = sum(agency_board.is_over(row.agency, today) for row in rows)
    return render(request, "administration/agencies.html", {"rows": rows, "over": over, "today": today})


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A body that began after the regulation."""
    user, now, _today = administrator(request)
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            agency = actions.record_agency_made(
                agency_id=form.cleaned_data["agency_id"], name=form.given(), actor=user, at=now
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The agency is recorded. A succession gives it tasks and people."))
            return redirect(_page(agency))
    return render(request, "administration/agency_add.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def agency(request: HttpRequest, province: str, agency: str) -> HttpResponse:
    """One agency: names, what became of it, what it does, its history; POST gives it a new name."""
    user, now, today = administrator(request)
    one = _agency(province, agency)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_name(agency=one, name=form.given(), actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The name is recorded. Papers of the days before keep the former one."))
            return redirect(_page(one))
    became, took_over = agency_board.changes(one)
    context = {
        "agency": one,
        "name": one.name(today),
        "names": agency_board.names_of(one),
        "form": form,
        "became": became,
        "took_over": took_over,
        "is_over": agency_board.is_over(one, today),
        "tasks": successions.tasks_of(one, today),
        "duties": successions.duties_of(one, today),
        "posts": len(successions.posts_to_carry(one, today)),
        "history": agency_board.history_of(one, [*became, *took_over]),
        "change_href": f"{_page(one)}ke-thua/",
    }
    return render(request, "administration/agency.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def remove_name(request: HttpRequest, name_id: int) -> HttpResponse:
    """Take back a name that the province entered, after a page that says what this means."""
    user, now, _today = administrator(request)
    row = _row(AgencyName, name_id)
    back = _page(row.agency)
    if request.method == "POST":
        actions.remove_name(name=row, actor=user, at=now)
        messages.success(request, _("The name is taken back; it stays in the history."))
        return redirect(back)
    context = {
        "title": _("Take back the name “%(name)s”?") % {"name": row.name_vi},
        "text": row.basis,
        "reach": _("The name before it is borne again, as of the same day."),
        "action": request.path,
        "back": back,
        "confirm": _("Take the name back"),
        "is_danger": True,
    }
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, province: str, agency: str) -> HttpResponse:
    """What becomes of an agency: the form, then what would be carried over, then the deed (POST `step`)."""
    user, now, today = administrator(request)
    one = _agency(province, agency)
    choices = agency_board.choices(one, today)
    first = {"posts": [value for value, _words in choices.posts]}
    form = SuccessionForm(request.POST or None, choices=choices, initial=first)
    step = request.POST.get("step", "")
    if request.method == "POST" and form.is_valid():
        handing = _handing(one, form.cleaned_data)
        try:
            actions.check_handing(handing)
            if step == "record":
                return _record(request, handing, user, now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            if step == "preview":
                return _preview(request, handing, form)
    context = {"agency": one, "name": one.name(today), "form": form, "back": _page(one)}
    return render(request, "administration/succession.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, succession_id: int) -> HttpResponse:
    """Take back a succession with a reason; posts and mandates stand as before."""
    user, now, _today = administrator(request)
    row = _row(Succession, succession_id)
    back = _page(row.predecessor)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_succession(succession=row, reason=form.cleaned_data["reason"], actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The succession is withdrawn. Posts and mandates stand as before it."))
            return redirect(back)
    context = {
        "title": _("Withdraw “%(row)s”?") % {"row": _sentence(row)},
        "text": row.basis,
        "reach": _(
            "Posts and mandates stand as before it. What was done meanwhile stays; the entry stays in the history."
        ),
        "action": request.path,
        "back": back,
        "confirm": _("Withdraw the succession"),
        "is_danger": True,
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


def _record(request: HttpRequest, handing: Handing, user: User, now: datetime) -> HttpResponse:
    actions.record_succession(handing=handing, actor=user, at=now)
    words = _("Recorded. Rights, duties and the cluster follow from %(day)s.")
    messages.success(request, words % {"day": f"{handing.effective_on:%d/%m/%Y}"})
    return redirect(_page(handing.predecessor))


def _preview(request: HttpRequest, handing: Handing, form: SuccessionForm) -> HttpResponse:
    kept = [(name, value) for name in form.fields for value in request.POST.getlist(name)]
    heir = handing.successors[0] if handing.successors else None
    context: dict[str, Any] = {
        "handing": handing,
        "kind": Succession.Kind(handing.kind).label,
        "before": handing.predecessor.name(handing.effective_on),
        "after": heir.name(handing.effective_on) if heir else "",
        "carried": agency_board.carried(handing),
        "clusters": agency_board.cluster_names(handing.clusters),
        "kept": kept,
        "back": _page(handing.predecessor),
    }
    return render(request, "administration/succession_preview.html", context)


def _handing(one: Agency, typed: dict[str, Any]) -> Handing:
    heir = Agency.objects.filter(pk=typed["successor"]).first() if typed["successor"] else None
    return Handing(
        kind=typed["kind"],
        predecessor=one,
        successors=[heir] if heir else [],
        effective_on=typed["effective_on"],
        basis=typed["basis"],
        duties=tuple(typed.get("duties", ())),
        clusters=tuple(typed.get("clusters", ())),
        posts=tuple(int(value) for value in typed.get("posts", ())),
    )


def _agency(province: str, slug: str) -> Agency:
    return get_object_or_404(Agency.objects.prefetch_related("names"), pk=f"{province}/{slug}")


def _row(model: Any, pk: int) -> Any:
    found = model.objects.filter(pk=pk).first() if pk < 1 << 62 else None
    if found is None:
        raise Http404
    return found


def _page(one: Agency) -> str:
    return f"/quan-tri/co-quan/{one.pk}/"


def _sentence(row: Succession) -> str:
    heir = str(row.successor) if row.successor else _("no successor recorded")
    on: date = row.effective_on
    return f"{row.predecessor} → {heir}, {on:%d/%m/%Y}"
