"""The page of a cluster's week: every deed on the plan ends here, done or refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import queries as devices
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.portal import asked, formats, places, week_board, week_data, week_findings, week_release
from bangtin.hub.portal.forms.air import FillerForm, PlaceForm
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.schedules import policies
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.errors import PlacementRefusal
from bangtin.hub.schedules.queries import DayPlan, checks, meters


@dataclass(frozen=True)
class Shown:
    """What a page of the week shows beside the plan: the form as typed, and what was refused and where."""

    form: PlaceForm
    status: int = 200
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Deed:
    """What was refused: where its form goes, and the fields that a form which does it otherwise keeps."""

    action: str
    kept: tuple[tuple[str, str], ...] = ()


def page(request: HttpRequest, cluster: Cluster, monday: date, shown: Shown) -> HttpResponse:
    """The week as its reader may see and change it."""
    user, now, _today = reader(request)
    is_writer = policies.may_place(user, cluster, at=now)
    may_operate = policies.may_operate(user, cluster, at=now)
    days = schedules.week(cluster, monday)
    of_view, on = _of_view(request, days)
    fillers = schedules.fillers(cluster)
    shares = meters.summed(meters.of_days(cluster, [found.layout for found in of_view]))
    ahead = [found for found in of_view if found.on >= local_date(now)]
    findings = week_findings.rows(cluster, checks.findings_of(cluster, [found.layout for found in ahead]))
    drawn = week_board.draw(cluster, of_view, now=now, is_writer=is_writer, refused=shown.extra.get("refused"))
    undo = week_release.to_undo(cluster, user) if is_writer else None
    undo_href = reverse("plan-undo", args=[cluster.slug]) if undo else ""
    context = {
        "cluster": cluster,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "day": on,
        "days": of_view,
        "week": drawn,
        "data": week_data.of(drawn, now=now, is_writer=is_writer, undo_href=undo_href),
        "empty_s": week_board.empty_s(of_view),
        "is_list": request.GET.get("xem") == "danh-sach",
        "is_empty": not any(found.slots or found.layout.groups for found in days),
        "segments": _segments(request, cluster, monday, on),
        "before_href": _beside(cluster, monday, on, -1),
        "after_href": _beside(cluster, monday, on, 1),
        "face": next(iter(cluster.faces.all()), None),
        "play_day": on or max(monday, min(local_date(now), monday + timedelta(days=6))),
        "before": monday - timedelta(days=7),
        "parts": week_findings.parts(cluster, shares),
        "planned_s": shares.total_ms / 1000,
        "languages": week_findings.by_language(shares),
        "findings": findings,
        "errors": week_findings.count_errors(findings),
        "standing": week_release.standing(cluster, monday, user, now=now),
        "fillers": fillers,
        "filler_form": FillerForm(cluster=cluster, prefix="nen"),
        "days_off": [one for one in days if not one.hours.is_fixed and one.on >= local_date(now)],
        "bundle": devices.in_force(cluster.id, now),
        "form": shown.form,
        "shelf": _shelf(shown.form),
        "is_writer": is_writer,
        "may_operate": may_operate,
        "may_set_hours": policies.may_set_hours(user, cluster, at=now),
        "has_past": monday + timedelta(days=6) < local_date(now),
        "log_href": places.play_log(on or monday, cluster.id),
        "week_slug": week_board.slug_of(monday),
        "post_href": address(cluster, monday),
        "here": request.get_full_path() if request.method == "GET" else asked_from(request, address(cluster, monday)),
        "hours_clause": days[0].hours.citation,
        "undo": undo,
        **shown.extra,
    }
    return render(request, "schedule/week.html", context, status=shown.status)


def refused(
    request: HttpRequest,
    cluster: Cluster,
    refusal: Refusal,
    *,
    where: week_board.Refused,
    form: PlaceForm,
    deed: Deed,
) -> HttpResponse:
    """The week with a refused placement dashed red where it was dropped."""
    on = local_date(where.starts_at)
    extra = {
        "refusal": refusal,
        "refused": where,
        "suggestions": suggestions(refusal, deed, wanted_on=on),
        "reason": _reason(refusal, deed, where),
    }
    return page(request, cluster, on - timedelta(days=on.weekday()), Shown(form, refusal.http_status, extra))


def typed(request: HttpRequest, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What a form sent in these fields, each value of a field with several."""
    return tuple((name, value) for name in names for value in request.POST.getlist(name))


def suggestions(refusal: Refusal, deed: Deed, *, wanted_on: date) -> list[dict[str, Any]]:
    """Each span that would go, as the fields of a form that does it there in one press."""
    if not isinstance(refusal, PlacementRefusal):
        return []
    found = []
    for one in refusal.suggestions:
        starts = one.starts_at.astimezone(LOCAL)
        words = {"time": f"{starts:%H:%M}", "day": formats.weekday_day(starts)}
        is_same_day = starts.date() == wanted_on
        label = _("Move to %(time)s") % words if is_same_day else _("Move to %(day)s, %(time)s") % words
        fields = [*deed.kept, *_times(one.starts_at, one.ends_at)]
        span = formats.span(one.starts_at, one.ends_at)
        found.append({"label": label, "fields": fields, "span": span, "action": deed.action})
    return found


def _reason(refusal: Refusal, deed: Deed, where: week_board.Refused) -> dict[str, Any] | None:
    """The fields of a form that does the same with a reason for its sound; None where none is asked for."""
    if "sound_reason" not in refusal.fields:
        return None
    kept = [pair for pair in deed.kept if pair[0] != "sound_reason"]
    given = dict(deed.kept).get("sound_reason", "")
    return {"action": deed.action, "fields": [*kept, *_times(where.starts_at, where.ends_at)], "typed": given}


def _times(starts_at: datetime, ends_at: datetime) -> list[tuple[str, str]]:
    starts, ends = starts_at.astimezone(LOCAL), ends_at.astimezone(LOCAL)
    return [("on", f"{starts:%Y-%m-%d}"), ("starts", f"{starts:%H:%M}"), ("ends", f"{ends:%H:%M}")]


def back(request: HttpRequest, cluster: Cluster, on: date) -> HttpResponse:
    """To the view of the week that the deed came from, or to the week of `on`."""
    return redirect(asked_from(request, address(cluster, on)))


def asked_from(request: HttpRequest, otherwise: str) -> str:
    """The address of this site that a form came from; `otherwise` where it names none."""
    found = request.POST.get("tu", "")
    is_ours = url_has_allowed_host_and_scheme(found, allowed_hosts=None) and found.startswith("/lich/")
    return found if is_ours else otherwise


def address(cluster: Cluster, on: date) -> str:
    """The address of the week that holds a day."""
    return reverse("week", args=[cluster.slug, week_board.slug_of(on)])


def blank_form(request: HttpRequest, cluster: Cluster) -> PlaceForm:
    """The form to place with, filled with what an empty stretch or another page asked to place."""
    words = {"on": "xep", "starts": "tu", "ends": "den", "version": "chuong-trinh"}
    found = {name: request.GET.get(word, "") for name, word in words.items()}
    return PlaceForm(cluster=cluster, initial={name: value for name, value in found.items() if value})


def may_change(user: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account changes the plan of the cluster."""
    return policies.may_place(user, cluster, at=at)


def _shelf(form: PlaceForm) -> list[tuple[str, str, str]]:
    """What may be dragged onto the week: its id, title, and title with receipt."""
    ready = [(str(value), str(label)) for value, label in form.fields["version"].choices if value]  # type: ignore[attr-defined]  # a ChoiceField
    return [(value, label.rpartition(" (")[0], label) for value, label in ready]


def _of_view(request: HttpRequest, days: list[DayPlan]) -> tuple[list[DayPlan], date | None]:
    """The whole week, or the day that the address asks for."""
    on = asked.day(request.GET.get("ngay", ""))
    one = [found for found in days if found.on == on]
    return (one, on) if one else (days, None)


def _beside(cluster: Cluster, monday: date, on: date | None, step: int) -> str:
    """The day before or after in the view of a day; the week in that of a week."""
    if on is None:
        return address(cluster, monday + timedelta(days=7 * step))
    day = on + timedelta(days=step)
    return places.with_query(address(cluster, day), ngay=day)


def _segments(request: HttpRequest, cluster: Cluster, monday: date, chosen: date | None) -> list[dict[str, Any]]:
    here = address(cluster, monday)
    today = reader(request)[2]
    on = chosen or (today if monday <= today <= monday + timedelta(days=6) else monday)
    is_list = request.GET.get("xem") == "danh-sach"
    return [
        {"label": _("Week"), "href": here, "is_current": not is_list and not chosen},
        {"label": _("Day"), "href": places.with_query(here, ngay=on), "is_current": bool(chosen) and not is_list},
        {"label": _("List"), "href": places.with_query(here, xem="danh-sach"), "is_current": is_list},
    ]
