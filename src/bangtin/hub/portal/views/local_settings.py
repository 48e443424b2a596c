"""What the regulations leave to the province: each setting with its clause, its value by date and its history."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal import history, places, setting_words
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.agencies import ReasonForm
from bangtin.hub.portal.forms.local_settings import SettingForm
from bangtin.hub.portal.views.administration import administrator
from bangtin.hub.regulations import actions
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument, LocalValue
from bangtin.hub.regulations.queries.settings import Setting


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every setting of the regulations in use, with the value that holds today."""
    _user, _now, today = administrator(request)
    rows = [setting_words.row(one) for one in regulations.settings_of(today)]
    context = {"rows": rows, "open": sum(row.value == "" for row in rows)}
    return render(request, "administration/settings.html", context)


@require_http_methods(["GET", "POST"])
def setting(request: HttpRequest, province: str, instrument: str, parameter: str) -> HttpResponse:
    """One setting: what it is, the clause that leaves it open, its values by date; POST records another."""
    user, now, today = administrator(request)
    paper = get_object_or_404(Instrument, pk=f"{province}/{instrument}")
    one = next(
        (
            each
            for each in regulations.settings_of(today)
            if (each.instrument_id, each.parameter) == (paper.pk, parameter)
        ),
        None,
    )
    if one is None:
        raise Http404
    form = SettingForm(request.POST or None, unit=one.unit)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_local_value(instrument=paper, parameter=parameter, given=form.given(), actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The value is recorded. Duties and hours follow it from its day on."))
            return redirect(request.path)
    clause = regulations.clause(one.clause, paper.pk) if one.clause else None
    context = {
        "row": setting_words.row(one),
        "says": regulations.in_words(clause.says) if clause else "",
        "clause_href": places.clause(one.clause, paper.pk) if clause else "",
        "values": [(row, setting_words.written(one.unit, row.value)) for row in one.rows],
        "form": form,
        "history": history.of_subjects(_subjects(one), say=partial(setting_words.written, one.unit)),
    }
    return render(request, "administration/setting.html", context, status=422 if form.errors else 200)


def _subjects(one: Setting) -> list[tuple[str, str]]:
    return [("regulations.localvalue", str(row.pk)) for row in one.rows]


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, value_id: int) -> HttpResponse:
    """Take back a value with a reason; the one before it holds again."""
    user, now, _today = administrator(request)
    row = LocalValue.objects.filter(pk=value_id).first() if value_id < 1 << 62 else None
    if row is None:
        raise Http404
    back = f"/quan-tri/thong-so/{row.instrument_id}/{row.parameter}/"
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_local_value(row=row, reason=form.cleaned_data["reason"], actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The value is withdrawn; the one before it holds again."))
            return redirect(back)
    known = regulations.regulation(row.instrument_id).parameters[row.parameter]
    context = {
        "title": _("Withdraw “%(value)s” since %(day)s?")
        % {"value": setting_words.written(known.unit, row.value), "day": f"{row.since:%d/%m/%Y}"},
        "text": regulations.in_words(known.label),
        "reach": _("The value before it holds again, as of the same day; duties of the past are computed anew."),
        "action": request.path,
        "back": back,
        "confirm": _("Withdraw the value"),
        "is_danger": True,
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)
