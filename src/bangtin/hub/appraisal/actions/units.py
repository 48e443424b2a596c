"""The recorded fact that a unit has one person who decides on its content: by its leader, dated, with its basis."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import policies
from bangtin.hub.appraisal.actions.refusals import FactNotInOrder
from bangtin.hub.appraisal.lanes import OnePersonUnit
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.actions import wording

BASIS_LEAST, BASIS_MOST = 10, 300


def record_one_person(
    *, agency: Agency, starts_on: date, basis: str, actor: User, at: datetime, ends_on: date | None = None
) -> OnePersonUnit:
    """Record that from a day on one person alone decides at the unit; `basis` is the paper it rests on.

    Raises: NotPermitted, FactNotInOrder.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.2.
    """
    on = clock.local_date(at)
    _require_leader(actor, agency, on=on)
    words = _basis(basis)
    if starts_on < on:
        raise _refused("starts_on", _("The fact holds from today at the earliest; what is past was decided by two."))
    if ends_on is not None and ends_on < starts_on:
        raise _refused("ends_on", _("The last day lies before the first one."))
    with transaction.atomic(durable=True):
        Agency.objects.select_for_update().get(pk=agency.pk)
        standing = OnePersonUnit.objects.filter(agency=agency).exclude(ends_on__lt=starts_on)
        if standing.exists():
            raise _refused("starts_on", _("This is recorded already; end the record first."))
        row = OnePersonUnit.objects.create(
            agency=agency, starts_on=starts_on, ends_on=ends_on, basis=words, recorded_by=actor, recorded_at=at
        )
        audit.record("unit.one_person", row, actor=actor, at=at, agency=agency.pk, basis=words)
    return row


def end_one_person(*, row: OnePersonUnit, ends_on: date, actor: User, at: datetime) -> OnePersonUnit:
    """Write down the last day on which the fact holds: today or later; what was decided by then stands.

    Raises: NotPermitted, FactNotInOrder, StaleState.
    """
    on = clock.local_date(at)
    _require_leader(actor, row.agency, on=on)
    if ends_on < max(row.starts_on, on):
        raise _refused("ends_on", _("The last day is today or later."))
    with transaction.atomic(durable=True):
        changed = OnePersonUnit.objects.filter(pk=row.pk, ends_on=row.ends_on).update(ends_on=ends_on)
        if changed != 1:
            raise StaleState(
                _("This was changed by someone else in the meantime; nothing was recorded."),
                _("Load the page again and look at the present state."),
            )
        row.refresh_from_db()
        audit.record("unit.one_person_ended", row, actor=actor, at=at, agency=row.agency_id, ends_on=str(ends_on))
    return row


def _require_leader(actor: User, agency: Agency, *, on: date) -> None:
    require(
        policies.may_record_one_person(actor, agency.pk, on=on),
        message=_("Only the leader of a unit that decides on its own content records that it has one person."),
    )


def _basis(basis: str) -> str:
    try:
        return wording.clean(basis, longest=BASIS_MOST, least=BASIS_LEAST)
    except wording.BadWords as error:
        raise _refused("basis", str(error)) from error


def _refused(field: str, words: str) -> FactNotInOrder:
    return FactNotInOrder(_("The fact was not recorded."), words, fields={field: words})
