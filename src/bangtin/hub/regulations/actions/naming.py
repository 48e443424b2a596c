"""Agencies and their names as the province keeps them: each name dated and with the paper that gave it."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.accounts.policies import may_administer
from bangtin.hub.agencies import actions as agencies
from bangtin.hub.agencies.actions import NameGiven
from bangtin.hub.agencies.models import Agency, AgencyName
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.regulations import queries

AGENCY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 80


class AgencyRefused(Refusal):
    """An agency or a name of one is not recorded as asked."""

    code = "BT-AGENCY-001"


def record_agency_made(*, agency_id: str, name: NameGiven, actor: User | None, at: datetime) -> Agency:
    """Make an agency that no regulation names, from `name.since` on; it has no mandate until a succession gives one.

    Raises: NotPermitted; AgencyRefused if the id is taken or malformed, or day, name or legal basis are missing.
    """
    _require_administrator(actor, at)
    if not AGENCY_ID.fullmatch(agency_id) or len(agency_id) > LONGEST_ID:
        raise _refused(
            agency_id,
            _("“%(id)s” cannot be an agency's id.") % {"id": agency_id},
            _("Write the province and a short name in small letters without marks, such as cao-bang/ubnd-xa-phuc-hoa."),
            "agency_id",
        )
    if Agency.objects.filter(pk=agency_id).exists():
        raise _refused(
            agency_id,
            _("There is an agency “%(id)s” already.") % {"id": agency_id},
            _("Open that agency, or choose another id."),
            "agency_id",
        )
    _check_name(agency_id, name)
    with transaction.atomic(durable=True):
        agency = agencies.record_agency_made(agency_id=agency_id, name=name, at=at)
        queries.forget()
        audit.record("agency.made", agency, actor=actor, at=at, **_details(name))
    return agency


def record_name(*, agency: Agency, name: NameGiven, actor: User | None, at: datetime) -> AgencyName:
    """Give an agency a new name from a day on; the former ones stay with their days, and so do papers under them.

    Raises: NotPermitted; AgencyRefused if day, name or legal basis are missing, or a name begins on that day already.
    """
    _require_administrator(actor, at)
    _check_name(agency.pk, name)
    if agency.names.filter(starts_on=name.since).exists():
        raise _refused(
            agency.pk,
            _("%(name)s has a name since %(day)s already.") % {"name": agency, "day": f"{name.since:%d/%m/%Y}"},
            _("Take that name back first, or choose another day."),
            "since",
        )
    with transaction.atomic(durable=True):
        row = agencies.record_name(agency=agency, name=name, at=at)
        queries.forget()
        audit.record("agency.named", agency, actor=actor, at=at, **_details(name))
    return row


def remove_name(*, name: AgencyName, actor: User | None, at: datetime) -> None:
    """Take back a name that the province entered wrongly; it stays in the history.

    Raises: NotPermitted; AgencyRefused for a name that came with the regulation, or the only one.
    """
    _require_administrator(actor, at)
    agency = name.agency
    if name.recorded_at is None or agency.names.count() == 1:
        raise _refused(
            agency.pk,
            _("“%(name)s” came with the regulation or is the agency's only name.") % {"name": name},
            _("Record the new name with the day it begins; the former one stays in its days."),
            "",
        )
    with transaction.atomic(durable=True):
        given = NameGiven(name.name_vi, name.name_en, name.short_vi, name.starts_on, name.basis)
        agencies.remove_name(name=name)
        queries.forget()
        audit.record("agency.name_removed", agency, actor=actor, at=at, **_details(given))


def _check_name(agency_id: str, name: NameGiven) -> None:
    missing = {
        "name_vi": (name.name_vi, _("Write the name as the paper has it.")),
        "since": (name.since, _("Give the day from which the name is borne.")),
        "basis": (name.basis.strip(), _("Name the paper that orders it: number, date, issuer.")),
    }
    for field, (value, words) in missing.items():
        if not value:
            raise _refused(
                agency_id, _("The name of an agency needs its words, its first day and its paper."), words, field
            )


def _refused(agency_id: str, message: str, next_step: str, field: str) -> AgencyRefused:
    return AgencyRefused(message, next_step, subject=agency_id, fields={field: next_step} if field else {})


def _details(name: NameGiven) -> dict[str, str]:
    since = name.since.isoformat() if name.since else ""
    return {"name": name.name_vi, "since": since, "basis": name.basis}


def _require_administrator(actor: User | None, at: datetime) -> None:
    require(
        actor is None or may_administer(actor, on=clock.local_date(at)),
        message=_("Only an administrator keeps agencies and their names."),
        next_step=_("Ask the administrator."),
    )
