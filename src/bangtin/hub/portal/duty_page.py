"""What stands on a duty's page beside its day and evidence: the paper that asks, decisions that lift it, reminders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.obligations import policies
from bangtin.hub.obligations.models import DutyRequest, Reminder, Waiver
from bangtin.hub.obligations.queries import Duty


@dataclass(frozen=True)
class Asked:
    """The paper that asks, and what this account may do about it."""

    row: DutyRequest
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Lifted:
    """The decisions on this occurrence, the newest first, and whether this account lifts it or takes that back."""

    rows: tuple[Waiver, ...]
    may_waive: bool
    may_withdraw: bool


@dataclass(frozen=True)
class Reminded:
    """One step at which accounts were reminded: in words, how many of them, when."""

    step: str
    accounts: int
    at: datetime


# deeds that a desk here takes down by itself, and what an officer does for it
REPORTS = frozenset(
    {"yearly_report", "consolidated_report", "half_year_report", "consolidated_half_year_report", "quarterly_report"}
)
SUPPLY = "product_supply"
AIRTIME = frozenset({"airtime_day_met", "airtime_outage"})
SENDINGS = frozenset({"programme", "finished_report", "published_item"})


def todo(duty: Duty, *, fact: str) -> str:
    """Who has to do what so that the duty is met, and how that is noticed here; empty where nothing is open."""
    if duty.is_done or duty.status == "waived" or duty.is_before_use:
        return ""
    who = {"agency": duty.agency_name}
    if duty.nature == "request":
        return _("%(agency)s was asked and owes nothing by a day. Record its answer when it comes.") % who
    if duty.period.kind == "event":
        return _("%(agency)s answers by a paper; record its number here, and the duty is met.") % who
    if fact in SENDINGS:
        return _("%(agency)s sends a programme here. It counts by itself from the day it is sent.") % who
    if fact == SUPPLY:
        return _("%(agency)s sends each operator its month's supply here. It counts once every operator has one.") % who
    if fact in AIRTIME:
        return _("Counted from what the screens report. %(agency)s looks after the hours on air in the schedule.") % who
    if fact in REPORTS:
        return _("%(agency)s writes and sends the report here. It counts by itself from the day it is sent.") % who
    return _("%(agency)s does this outside these pages so far; its desk will hand the evidence down.") % who


def asked(duty: Duty, user: User, *, on: date) -> Asked | None:
    """The request behind a duty "on request"; None for every other duty."""
    if duty.period.kind != "event":
        return None
    agency = duty.assigned_id or duty.agency_id
    row = DutyRequest.objects.filter(
        obligation_id=duty.obligation_id, agency=agency, key=duty.period.key, withdrawn_at=None
    ).first()
    if row is None:
        return None
    return Asked(
        row,
        may_answer=not duty.is_done and policies.may_record_answer(user, agency, on=on),
        may_withdraw=not duty.is_done and policies.may_record_request(user, agency, on=on),
    )


def lifted(duty: Duty, user: User, *, on: date) -> Lifted:
    """What was decided on this occurrence."""
    rows = tuple(Waiver.objects.filter(occurrence_id=duty.id))
    stands = any(row.withdrawn_at is None for row in rows)
    may = policies.may_waive(user, on=on)
    is_open = not duty.is_done and not duty.is_before_use and duty.nature != "request"
    return Lifted(rows, may_waive=may and is_open and not stands, may_withdraw=may and stands)


def reminded(duty: Duty) -> Sequence[Reminded]:
    """The steps at which accounts were reminded of this occurrence by mail, the newest first."""
    steps = Reminder.objects.filter(occurrence_id=duty.id).order_by().values("step")
    found = steps.annotate(accounts=Count("user", distinct=True), at=Max("reminded_at")).order_by("-at")
    return [Reminded(_step(one["step"]), one["accounts"], one["at"]) for one in found]


def _step(step: int) -> str:
    if step == 0:
        return _("on the last day")
    if step > 0:
        return ngettext("%(n)d day before", "%(n)d days before", step) % {"n": step}
    return ngettext("%(n)d day overdue", "%(n)d days overdue", -step) % {"n": -step}
