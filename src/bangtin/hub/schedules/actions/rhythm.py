"""How often and when a placement airs: whether its numbers, days and windows hold together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules import errors
from bangtin.hub.schedules.actions import gates
from bangtin.hub.schedules.compiler import recurrence
from bangtin.hub.schedules.models import DayScope
from bangtin.hub.schedules.queries import opening, sounding
from bangtin.rulebook.calendars import DayKind
from bangtin.rulebook.hours import DayHours
from bangtin.rulebook.texts import DAY_S, Window, windows_label

if TYPE_CHECKING:
    from bangtin.hub.schedules.actions.placements import PlacementSpec

LONGEST_DAYS = 1100  # three years
_LOOKED_AT = 100  # days whose hours are compared; a screen holds no longer plan
_HOUR_S = 3600
_WORKED = frozenset({DayKind.WORKING, DayKind.MAKE_UP})


def written(rule: str) -> str:
    """A recurrence as it is kept: without its name, in capitals."""
    return rule.strip().upper().removeprefix("RRULE:")


def require_numbers(
    spec: PlacementSpec,
    version: ProgrammeVersion,
    clusters: Sequence[Cluster],
    *,
    today: date,
    since: date | None,
) -> None:
    """Raises: BadPlacement with the fields that do not hold together."""
    fields = _days(spec, today=today, since=since) | _counts(spec) | _pace(spec, version) | _spans(spec)
    if spec.dayparts and {one.cluster_id for one in spec.dayparts} - {one.pk for one in clusters}:
        fields["dayparts"] = _("Choose parts of the day of these clusters.")
    if fields:
        raise _refused(version, fields)
    try:
        recurrence.check(written(spec.recurrence))
        found = days_of(spec, since=spec.starts_on)
    except recurrence.BadRecurrence as error:
        raise _refused(
            version, {"recurrence": _("This recurrence cannot be read: %(why)s") % {"why": error}}
        ) from error
    if not found:
        raise _refused(version, {"recurrence": _("No day between the first and the last is one of its days.")})


def days_of(spec: PlacementSpec, *, since: date) -> list[date]:
    """The days on which the placement is to air, from `since` on, within its campaign; the first hundred."""
    first, last = max(spec.starts_on, since), spec.ends_on
    if spec.campaign is not None:
        first, last = max(first, spec.campaign.starts_on), min(last, spec.campaign.ends_on)
    if first > last:
        return []
    found = recurrence.days(written(spec.recurrence), first=spec.starts_on, last=spec.ends_on, within=(first, last))
    return sorted(found)[:_LOOKED_AT]


def require_hours(
    clusters: Sequence[Cluster], version: ProgrammeVersion, spec: PlacementSpec, days: Sequence[date]
) -> str:
    """Go on only if each window lies in the hours of one of its days at least; gives the clause of the first day.

    Raises: OutsideHours, NoHoursSet, QuietHours.
    """
    clause = ""
    for cluster in clusters:
        wanted = set(days)
        hours = [one for one in opening.hours_between(cluster, days[0], days[-1]) if one.on in wanted] if days else []
        if hours:
            _require_open(spec, hours)
            clause = clause or hours[0].citation
            _require_quiet(cluster, version, spec, hours)
    return clause


def windows_on(spec: PlacementSpec, day: DayHours) -> list[Window]:
    """The windows that the placement asks for on a day of these hours; its own, or all the operating hours."""
    if not spec.windows and not spec.dayparts:
        return list(day.windows or ())
    return [*spec.windows, *(Window(one.opens_s, one.closes_s) for one in spec.dayparts if _is_for(one.days, day.kind))]


def _require_open(spec: PlacementSpec, hours: Sequence[DayHours]) -> None:
    with_hours = [day for day in hours if day.windows]
    if not with_hours:
        day = hours[0]
        raise errors.NoHoursSet(
            _("No hours are set for %(day)s, nor for any other of its days.") % {"day": f"{day.on:%d/%m/%Y}"},
            _("Set the hours of these days first."),
            day.citation,
        )
    asked = {window for day in with_hours for window in windows_on(spec, day)}
    for window in sorted(asked):
        if any(_is_within(window, day) for day in with_hours if window in windows_on(spec, day)):
            continue
        day = with_hours[0]
        raise errors.OutsideHours(
            _("%(window)s lies outside the operating hours %(hours)s of %(day)s (%(article)s).")
            % {
                "window": windows_label((window,)),
                "hours": windows_label(day.windows or ()),
                "day": f"{day.on:%d/%m/%Y}",
                "article": regulations.cited(day.citation),
            },
            _("Choose times inside the hours; outside them only a slot with an instruction from above may stand."),
            day.citation,
            fields={"windows": _("Choose times inside the hours.")},
        )


def _is_within(window: Window, day: DayHours) -> bool:
    return any(one.opens_s <= window.opens_s and window.closes_s <= one.closes_s for one in day.windows or ())


def _require_quiet(cluster: Cluster, version: ProgrammeVersion, spec: PlacementSpec, hours: Sequence[DayHours]) -> None:
    if gates.has_reason(spec.sound_reason) or not sounding.sounds(version):
        return
    for day in hours:
        found = sounding.quiet_windows(cluster, day.on, _inside(windows_on(spec, day), day))
        if found is not None:
            raise gates.quiet_refusal(version, found)


def _inside(windows: Sequence[Window], day: DayHours) -> list[Window]:
    """What of the windows lies in the hours: only there it can play."""
    return [
        Window(max(one.opens_s, each.opens_s), min(one.closes_s, each.closes_s))
        for one in windows
        for each in day.windows or ()
        if one.opens_s < each.closes_s and each.opens_s < one.closes_s
    ]


def _is_for(scope: str, kind: DayKind) -> bool:
    return scope == DayScope.EVERY or (kind in _WORKED) == (scope == DayScope.WORKING)


def _days(spec: PlacementSpec, *, today: date, since: date | None) -> dict[str, str]:
    fields: dict[str, str] = {}
    if spec.starts_on < today and spec.starts_on != since:
        fields["starts_on"] = _("Choose today or a later day.")
    if spec.ends_on < max(spec.starts_on, today):
        fields["ends_on"] = _("The last day lies before the first one, or is past.")
    elif spec.ends_on - spec.starts_on > timedelta(days=LONGEST_DAYS):
        fields["ends_on"] = _("No placement is longer than three years.")
    campaign = spec.campaign
    if campaign is not None and (spec.starts_on > campaign.ends_on or spec.ends_on < campaign.starts_on):
        fields["campaign"] = _("The campaign is over, or has not begun, on all of these days.")
    return fields


def _counts(spec: PlacementSpec) -> dict[str, str]:
    fields: dict[str, str] = {}
    least, most, target = spec.min_per_day, spec.max_per_day, spec.target_per_day
    if most is not None and (most < 1 or most < least):
        fields["max_per_day"] = _("The most is at least one, and not below the least.")
    if target is not None and (target < max(least, 1) or (most is not None and target > most)):
        fields["target_per_day"] = _("The number wanted lies between the least and the most.")
    if spec.max_per_hour is not None and (spec.max_per_hour < 1 or spec.max_per_hour < spec.min_per_hour):
        fields["max_per_hour"] = _("The most is at least one, and not below the least.")
    if most is not None and spec.min_per_hour > most:
        fields["min_per_hour"] = _("One hour would take more plays than the whole day may have.")
    if min(least, spec.min_per_hour, spec.gap_s) < 0:
        fields["min_per_day"] = _("No number is below zero.")
    return fields


def _pace(spec: PlacementSpec, version: ProgrammeVersion) -> dict[str, str]:
    """Whether the least number of plays fits an hour, and a day, at all."""
    lengths = [one.duration_ms for one in version.renditions.all()]
    if not lengths or spec.gap_s < 0:
        return {}
    length_s = min(lengths) / 1000
    fields: dict[str, str] = {}
    if _needs_s(spec.min_per_hour, length_s, spec.gap_s) > _HOUR_S:
        fields["min_per_hour"] = _("So many plays, with the gap between them, do not fit an hour.")
    if _needs_s(spec.min_per_day, length_s, spec.gap_s) > DAY_S:
        fields["min_per_day"] = _("So many plays, with the gap between them, do not fit a day.")
    if spec.gap_s >= DAY_S:
        fields["gap_s"] = _("The gap is shorter than a day.")
    return fields


def _needs_s(plays: int, length_s: float, gap_s: int) -> float:
    return plays * length_s + max(plays - 1, 0) * gap_s


def _spans(spec: PlacementSpec) -> dict[str, str]:
    ordered = sorted(spec.windows)
    if any(not 0 <= one.opens_s < one.closes_s <= DAY_S for one in ordered):
        return {"windows": _("A window opens before it closes, within one day.")}
    if any(second.opens_s < first.closes_s for first, second in pairwise(ordered)):
        return {"windows": _("Two windows overlap; join them.")}
    return {}


def _refused(version: ProgrammeVersion, fields: dict[str, str]) -> errors.BadPlacement:
    return errors.BadPlacement(
        _("“%(title)s” (%(receipt)s) was not placed: %(why)s")
        % {"title": version.title, "receipt": version.receipt, "why": next(iter(fields.values()))},
        _("Correct what is marked."),
        subject=version.receipt,
        fields=fields,
    )
