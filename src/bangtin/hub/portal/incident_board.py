"""An incident's page: where it stands, who was told and how soon, what was done in order, how long screens stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bangtin.hub.agencies.models import Agency, names_on
from bangtin.hub.devices.models import Incident, IncidentStep
from bangtin.hub.devices.queries import telling
from bangtin.hub.devices.states import StepKind
from bangtin.hub.playlog.queries import downtime
from bangtin.hub.portal import formats, places

DAYS_SHOWN = 3
_ICONS = {
    StepKind.TOLD: "send",
    StepKind.NOTE: "notes",
    StepKind.CAUSE: "zoom-check",
    StepKind.CLOSED: "check",
    StepKind.REOPENED: "arrow-back-up",
}


@dataclass(frozen=True)
class Told:
    """An agency that is to be told: by when in the regulation's words, and when it was, how long after the start."""

    name: str
    clause: str
    phrase: str
    at: datetime | None
    delay: str


@dataclass(frozen=True)
class Entry:
    """One line of the history; `is_former`: a cause that another took the place of."""

    at: datetime
    icon: str
    what: str
    who: str
    words: str = ""
    recorded_at: datetime | None = None
    is_former: bool = False


@dataclass(frozen=True)
class Still:
    """How long the screens stood still on a day of the incident, and where the play log shows it."""

    on: date
    length: str
    href: str


def state(row: Incident, steps: Sequence[IncidentStep]) -> str:
    """Its state as the badges know it: closed, passed to the committee, told, or new."""
    if row.closed_at is not None:
        return "closed"
    told = [one.agency_id for one in steps if one.kind == StepKind.TOLD and one.agency_id]
    if any(telling.needs_proposal(row.cluster, one) for one in told):
        return "escalated"
    return "reported" if told else "new"


def told(row: Incident, steps: Sequence[IncidentStep], *, on: date) -> list[Told]:
    """Whom the regulation names, each with when it was first told."""
    wanted = telling.to_tell(row.cluster, on=on)
    names = names_on([one.agency_id for one in wanted], on)
    first: dict[str | None, datetime] = {}
    for step in steps:
        if step.kind == StepKind.TOLD:
            first.setdefault(step.agency_id, step.at)
    return [
        Told(names[one.agency_id], one.clause, one.phrase, first.get(one.agency_id), _delay(row, first, one.agency_id))
        for one in wanted
    ]


def may_be_told(row: Incident, *, on: date) -> Mapping[str, str]:
    """Every agency by its name, those first that the regulation names."""
    wanted = [one.agency_id for one in telling.to_tell(row.cluster, on=on)]
    own = row.cluster_id.partition("/")[0]
    every = [*wanted, *Agency.objects.filter(pk__startswith=f"{own}/").values_list("pk", flat=True)]
    names = names_on(every, on)
    rest = sorted(set(every) - set(wanted), key=lambda one: names[one])
    return {one: names[one] for one in (*wanted, *rest)}


def history(row: Incident, steps: Sequence[IncidentStep]) -> list[Entry]:
    """What happened, from the first to the last."""
    begun = _("It opened by itself, from what the player said")
    who = ""
    if row.opened_by is not None:
        begun, who = _("Reported"), str(row.opened_by.display_name)
    causes = [one.pk for one in steps if one.kind == StepKind.CAUSE]
    found = [Entry(row.opened_at, "alert-triangle", begun, who, row.detail)]
    found += [_entry(one, is_former=one.pk in causes[:-1]) for one in steps]
    if row.closed_at is not None and not any(one.kind == StepKind.CLOSED for one in steps):
        by = row.closed_by.display_name if row.closed_by else ""  # closed before steps were kept
        found.append(Entry(row.closed_at, "check", _("Closed"), by, row.findings))
    return found


def cause(steps: Sequence[IncidentStep]) -> IncidentStep | None:
    """The cause as it stands."""
    return next((one for one in reversed(steps) if one.kind == StepKind.CAUSE), None)


def still(row: Incident, *, at: datetime) -> list[Still]:
    """The first days of the incident with how long the screens stood still in it."""
    days = downtime.of_incident(row, most_days=DAYS_SHOWN, at=at)
    return [Still(on, formats.airtime(ms / 1000), places.play_log(on, row.cluster_id)) for on, ms in days]


def lasted(row: Incident, *, at: datetime) -> str:
    """How long it was open, or has been."""
    span = (row.closed_at or at) - row.opened_at
    return _length(span) if span >= timedelta(minutes=1) else _("less than a minute")


def _entry(step: IncidentStep, *, is_former: bool) -> Entry:
    return Entry(
        at=step.at,
        icon=_ICONS[StepKind(step.kind)],
        what=_what(step),
        who=str(step.recorded_by.display_name),
        words=step.words,
        recorded_at=step.recorded_at if step.recorded_at - step.at > timedelta(minutes=5) else None,
        is_former=is_former,
    )


def _what(step: IncidentStep) -> str:
    if step.kind == StepKind.TOLD:
        names = {"agency": step.agency, "way": step.get_way_display().lower()}
        return _("Told: %(agency)s, %(way)s") % names
    if step.kind == StepKind.CAUSE:
        return _("Cause: %(cause)s") % {"cause": step.get_cause_display()}
    return str(step.get_kind_display())


def _delay(row: Incident, first: Mapping[str | None, datetime], agency: str) -> str:
    return _length(first[agency] - row.opened_at) if agency in first else ""


def _length(span: timedelta) -> str:
    seconds = max(span.total_seconds(), 0)
    if seconds >= 86_400:
        days, rest = divmod(int(seconds), 86_400)
        return _("%(days)d days %(hours)d h") % {"days": days, "hours": rest // 3600}
    return formats.airtime(seconds // 60 * 60) if seconds >= 60 else _("at once")
