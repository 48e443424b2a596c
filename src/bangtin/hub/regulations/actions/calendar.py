"""The province's own rows of the working calendar: set and removed, each with its basis."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import NotFound
from bangtin.hub.kit.policies import require
from bangtin.hub.regulations import queries
from bangtin.hub.regulations.models import CalendarDay, DayKind


def set_calendar_day(*, on: date, kind: DayKind, name_vi: str, basis: str, actor: User, at: datetime) -> CalendarDay:
    """Record a holiday, a day in lieu or a make-up working day, with the paper that orders it.

    Raises: NotPermitted unless the actor is an administrator.
    """
    require(has_role(actor, Role.ADMINISTRATOR, on=clock.local_date(at)))
    require(bool(basis.strip()), message=_("A calendar day needs its legal basis."), next_step=_("Name the paper."))
    with transaction.atomic(durable=True):
        row, _made = CalendarDay.objects.update_or_create(
            on=on, defaults={"kind": kind, "name_vi": name_vi, "basis": basis}
        )
        audit.record(
            "calendar.day_set", row, actor=actor, at=at, on=on.isoformat(), kind=str(kind), name=name_vi, basis=basis
        )
        queries.forget()
    return row


def remove_calendar_day(*, on: date, actor: User, at: datetime) -> None:
    """Take back a row of the province's own; the computed calendar holds for that day again.

    Raises: NotPermitted unless the actor is an administrator; NotFound if there is no such row.
    """
    require(has_role(actor, Role.ADMINISTRATOR, on=clock.local_date(at)))
    with transaction.atomic(durable=True):
        row = CalendarDay.objects.filter(on=on).first()
        if row is None:
            raise NotFound(_("There is no row for this day."), _("Load the page again."), subject=on.isoformat())
        kept = {"on": on.isoformat(), "kind": row.kind, "name": row.name_vi, "basis": row.basis}
        audit.record("calendar.day_removed", row, actor=actor, at=at, **kept)
        row.delete()
        queries.forget()
