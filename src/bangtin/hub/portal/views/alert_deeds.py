"""What an officer does at the emergency desk: compose and issue, update, cancel, extend, review, import, keep feeds."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import actions, policies, queries
from bangtin.hub.alerts.models import Alert, CapFeed
from bangtin.hub.alerts.specs import LANGUAGES, Reading
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.kit import reading
from bangtin.hub.kit.errors import NotPermitted, Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.portal import alert_board
from bangtin.hub.portal.forms import alerts as forms
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.alerts import find, page


@require_http_methods(["GET", "HEAD", "POST"])
@reading.one_page()  # an order changes none of the rows that rights are read from, and seconds count
def compose(request: HttpRequest) -> HttpResponse:
    """A new notice, real or an exercise (`?dien-tap=1`): keep it, or issue it with the number of screens typed."""
    user, now, _today = reader(request)
    require(policies.may_order_somewhere(user, at=now))
    return _composer(request, None, user=user, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
@reading.one_page()  # an order changes none of the rows that rights are read from, and seconds count
def rewrite(request: HttpRequest, alert_number: str) -> HttpResponse:
    """A notice that waits, to be changed and issued; of a running one the update that takes its place."""
    user, now, _today = reader(request)
    row = find(user, alert_number)
    require(policies.may_order(user, row.clusters.all(), at=now))
    if row.state not in (AlertState.WAITING, AlertState.ISSUED):
        return redirect("alert", row.number)
    return _composer(request, row, user=user, now=now)


def _composer(request: HttpRequest, row: Alert | None, *, user: User, now: datetime) -> HttpResponse:
    clusters = alert_board.orderable(user, list(Cluster.objects.order_by("pk")), at=now)
    is_drill = row.is_drill if row else "dien-tap" in request.GET
    initial = forms.of_alert(row, now) if row else forms.fresh(now, issuer="")
    form = forms.AlertForm(request.POST or None, request.FILES or None, clusters=clusters, initial=initial)
    chosen = request.POST.getlist("clusters") if request.method == "POST" else initial.get("clusters", [])
    effect = alert_board.effect(_own(chosen, clusters), at=now, ends_at=None, is_drill=is_drill)
    confirm = forms.ConfirmForm(request.POST if request.POST.get("act") == "issue" else None, count=effect.count)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        is_order = request.POST.get("act") == "issue"
        if not is_order or confirm.is_valid():
            try:
                made = _deed(request, form, row, is_drill=is_drill, user=user, now=now)
            except Refusal as refused:
                refusal = refused
                form.take(refused)
            else:
                return redirect("alert", made.number)
    faces = list(Face.objects.filter(cluster__in=clusters).select_related("cluster").order_by("cluster_id", "id"))
    context = {
        "form": form,
        "confirm": confirm,
        "refusal": refusal,
        "alert": row,
        "is_update": row is not None and row.state == AlertState.ISSUED,
        "is_drill": is_drill,
        "effect": effect,
        "levels": alert_board.LEVEL_ROWS,
        "hazards": forms.hazards(),
        "issuers": _issuers(),
        "sheets": alert_board.sheets(faces, alert_board.blank(now, is_drill=is_drill)),
        "voices": [tag for tag in LANGUAGES if actions.has_voice(tag)],
        "clause": queries.clause_of(clusters[0].instrument_id, at=now) if clusters else "",
    }
    is_wrong = bool(form.errors or (confirm.is_bound and confirm.errors))
    status = refusal.http_status if refusal else 422 if is_wrong else 200
    return render(request, "alerts/compose.html", context, status=status)


def _deed(
    request: HttpRequest, form: forms.AlertForm, row: Alert | None, *, is_drill: bool, user: User, now: datetime
) -> Alert:
    """Keep, issue or update; says what was done. Raises: Refusal."""
    spec = form.spec(is_drill=is_drill, audio=_readings(request, row))
    if form.cleaned_data["reads"]:
        silent = [tag for tag in spec.texts if tag not in spec.audio]
        audio = {**spec.audio, **actions.read_aloud(spec, silent)}
        spec = form.spec(is_drill=is_drill, audio=audio)
    if request.POST.get("act") != "issue":
        if row is None:
            made = actions.compose(spec=spec, actor=user, at=now)
        else:
            made = actions.amend(alert=row, spec=spec, actor=user, at=now)
        messages.success(request, _("%(number)s is kept. It waits for an order; nothing is on air.") % _named(made))
        return made
    if row is not None and row.state == AlertState.ISSUED:
        made = actions.update(alert=row, spec=spec, actor=user, at=now)
    else:
        made = actions.order(spec=spec, waiting=row, actor=user, at=now)
    said = _("Exercise %(number)s runs.") if made.is_drill else _("%(number)s is issued and goes to the screens.")
    messages.success(request, said % _named(made))
    return made


def _readings(request: HttpRequest, row: Alert | None) -> dict[str, Reading]:
    """Recorded files by language; what the notice had already stays. Raises: BadSound."""
    found = {tag: Reading(**one) for tag, one in (row.audio if row else {}).items() if one["kind"] == "recorded"}
    for tag in LANGUAGES:
        upload = request.FILES.get(f"audio_{tag}")
        if upload is not None:
            found[tag] = actions.recorded(upload.read(8 * 1024 * 1024 + 1))
    return found


def _own(asked: list[str], clusters: list[Cluster]) -> list[str]:
    known = {one.pk for one in clusters}
    return [one for one in asked if one in known]


def _issuers() -> list[str]:
    rows = Alert.objects.order_by("issuer_name").values_list("issuer_name", flat=True).distinct()[:20]
    usual = ("Đài Khí tượng Thủy văn tỉnh", "Ban Chỉ huy Phòng thủ dân sự tỉnh", "Ủy ban nhân dân tỉnh")
    return list(dict.fromkeys([*usual, *rows]))


def _named(alert: Alert) -> dict[str, str]:
    return {"number": alert.number}


@require_POST
def effect(request: HttpRequest) -> HttpResponse:
    """The part of the composer that says what the order will do, for the clusters ticked now."""
    user, now, _today = reader(request)
    require(policies.may_order_somewhere(user, at=now))
    clusters = alert_board.orderable(user, list(Cluster.objects.order_by("pk")), at=now)
    chosen = _own(request.POST.getlist("clusters"), clusters)
    is_drill = request.POST.get("kind") == "drill"
    found = alert_board.effect(chosen, at=now, ends_at=None, is_drill=is_drill)
    context = {"effect": found, "confirm": forms.ConfirmForm(count=found.count), "is_drill": is_drill}
    return render(request, "alerts/effect.html", context)


@require_POST
def listen(request: HttpRequest) -> HttpResponse:
    """What a voice here makes of the texts, to be listened to before the order; nothing is sent."""
    user, now, _today = reader(request)
    require(policies.may_order_somewhere(user, at=now))
    clusters = alert_board.orderable(user, list(Cluster.objects.order_by("pk")), at=now)
    form = forms.AlertForm(request.POST, clusters=clusters)
    form.is_valid()
    blank: dict[str, Any] = dict.fromkeys(form.fields, "")
    given = {**blank, "clusters": [], "ends_at": None, "starts_at": None}
    form.cleaned_data = {**given, **form.cleaned_data}
    spec = form.spec(is_drill=request.POST.get("kind") == "drill", audio={})
    refusal: Refusal | None = None
    made: dict[str, Reading] = {}
    try:
        made = actions.read_aloud(spec, list(spec.texts))
    except Refusal as refused:
        refusal = refused
    kept = [*request.session.get("readings", []), *(one.sha256 for one in made.values())]
    request.session["readings"] = kept[-20:]
    return render(request, "alerts/readings.html", {"readings": made, "refusal": refusal})


@reading.one_page()
def _on_alert(
    request: HttpRequest, number: str, form: Any, name: str, deed: Callable[[Alert, User, datetime], str]
) -> HttpResponse:
    """One deed on a notice: done and told, or refused on its page with what was typed."""
    user, now, _today = reader(request)
    row = find(user, number)
    if not form.is_valid():
        return page(request, row, user=user, status=422, **{name: form})
    try:
        said = deed(row, user, now)
    except NotPermitted:
        raise
    except Refusal as refused:
        form.take(refused)
        row.refresh_from_db()
        return page(request, row, user=user, status=refused.http_status, refusal=refused, **{name: form})
    messages.success(request, said)
    return redirect("alert", row.number)


@require_POST
def cancel(request: HttpRequest, alert_number: str) -> HttpResponse:
    """End a running notice now."""
    form = forms.CancelForm(request.POST)

    def deed(row: Alert, user: User, now: datetime) -> str:
        actions.cancel(alert=row, reason=form.cleaned_data["reason"], actor=user, at=now)
        return _("%(number)s is ended. The screens go back to their schedule.") % _named(row)

    return _on_alert(request, alert_number, form, "cancel_form", deed)


@require_POST
def dismiss(request: HttpRequest, alert_number: str) -> HttpResponse:
    """Lay a waiting notice aside."""
    form = forms.CancelForm(request.POST)

    def deed(row: Alert, user: User, now: datetime) -> str:
        actions.dismiss(alert=row, reason=form.cleaned_data["reason"], actor=user, at=now)
        return _("%(number)s is laid aside; it was never on air.") % _named(row)

    return _on_alert(request, alert_number, form, "dismiss_form", deed)


@require_POST
def extend(request: HttpRequest, alert_number: str) -> HttpResponse:
    """Let a running notice go on: an update with the same words and another end."""
    user, now, _today = reader(request)
    row = find(user, alert_number)
    form = forms.ExtendForm(request.POST)
    if not form.is_valid():
        return page(request, row, user=user, status=422, extend_form=form)
    try:
        made = actions.extend(alert=row, ends_at=form.cleaned_data["ends_at"], actor=user, at=now)
    except NotPermitted:
        raise
    except Refusal as refused:
        form.take(refused)
        row.refresh_from_db()
        return page(request, row, user=user, status=refused.http_status, refusal=refused, extend_form=form)
    messages.success(request, _("%(number)s goes on in its place until the new end.") % _named(made))
    return redirect("alert", made.number)


@require_POST
def review(request: HttpRequest, alert_number: str) -> HttpResponse:
    """Record the review of an order."""
    form = forms.ReviewForm(request.POST)

    def deed(row: Alert, user: User, now: datetime) -> str:
        given = form.cleaned_data
        actions.review(alert=row, outcome=given["outcome"], findings=given["findings"], actor=user, at=now)
        return _("The review of %(number)s is recorded.") % _named(row)

    return _on_alert(request, alert_number, form, "review_form", deed)


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """A CAP message as file or text; at most it becomes a draft that waits for an order."""
    user, now, _today = reader(request)
    require(policies.may_order_somewhere(user, at=now))
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    refusal: Refusal | None = None
    found = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        source = str(upload.name)[:200] if upload else _("pasted text")
        try:
            found = actions.take_in(body=form.body(), source=source, actor=user, at=now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            if found.alert is not None:
                messages.success(request, found.reason)
                return redirect("alert", found.alert.number)
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "alerts/import.html", {"form": form, "refusal": refusal, "found": found}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """The feeds of messages that are polled while they are on."""
    user, now, _today = reader(request)
    require(policies.may_keep_feeds(user, at=now))
    asked = request.POST.get("feed") or request.GET.get("nguon")
    row = get_object_or_404(CapFeed, pk=int(asked)) if asked and re.fullmatch(r"[0-9]{1,9}", asked) else None
    initial = {"name": row.name, "url": row.url, "every_s": row.every_s, "is_on": row.is_on} if row else {}
    form = forms.FeedForm(request.POST or None, initial=initial)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.set_feed(**form.cleaned_data, feed=row, actor=user, at=now)
        except Refusal as refused:
            refusal = refused
            form.take(refused)
        else:
            said = _("“%(name)s” is read from now on.") if made.is_on else _("“%(name)s” is not read.")
            messages.success(request, said % {"name": made.name})
            return redirect("alert-feeds")
    context = {"form": form, "refusal": refusal, "feed": row, "feeds": list(CapFeed.objects.all())}
    status = refusal.http_status if refusal else 422 if form.errors else 200
    return render(request, "alerts/feeds.html", context, status=status)
