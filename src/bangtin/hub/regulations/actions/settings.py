"""Numbers that a regulation leaves to the province: set from a day on, with the paper that decides them."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.accounts.policies import may_administer
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.regulations import queries
from bangtin.hub.regulations.models import Instrument, LocalValue
from bangtin.hub.regulations.queries.settings import faults
from bangtin.rulebook.shapes import DatedValue, Regulation


class SettingRefused(Refusal):
    """A local value is not recorded as asked; the former one holds on."""

    code = "BT-SETTING-001"


def set_local_value(
    *, instrument: Instrument, parameter: str, given: DatedValue, actor: User | None, at: datetime
) -> LocalValue:
    """Set what a regulation leaves open from `given.since` on; `given.reference` is the paper that decides it.

    The value is written as it would stand in the pack; None: not fixed from then on. It must pass all that the
    loader asks of a pack.
    Raises: NotPermitted, SettingRefused.
    """
    _require_administrator(actor, at)
    pack, basis = queries.regulation(instrument.pk), (given.reference or "").strip()
    label = _label(pack, parameter)
    if not basis:
        raise SettingRefused(
            _("“%(what)s” is not set: the legal basis is missing.") % {"what": label},
            _("Name the paper that decides it: number, date, issuer."),
            subject=parameter,
            fields={"basis": _("Name the paper.")},
        )
    found = faults(pack, parameter, given)
    if found:
        raise SettingRefused(
            _("“%(what)s” is not set: the value cannot be used.") % {"what": label},
            found[0],
            citation=pack.parameter(parameter).clause or "",
            subject=parameter,
            fields={"value": found[0]},
        )
    with transaction.atomic(durable=True):
        Instrument.objects.select_for_update().get(pk=instrument.pk)
        _refuse_day(instrument, parameter, given.since, label=label)
        value = list(given.value) if isinstance(given.value, tuple) else given.value
        row = LocalValue.objects.create(
            instrument=instrument, parameter=parameter, since=given.since, value=value, basis=basis, recorded_at=at
        )
        queries.forget()
        audit.record(
            "setting.set",
            row,
            actor=actor,
            at=at,
            instrument=instrument.pk,
            parameter=parameter,
            since=given.since.isoformat(),
            value=value,
            basis=basis,
        )
    return row


def withdraw_local_value(*, row: LocalValue, reason: str, actor: User | None, at: datetime) -> LocalValue:
    """Take back a value that was set wrongly; the one before it holds again, the row stays in the history.

    Raises: NotPermitted; SettingRefused without a reason; StaleState if it was withdrawn before.
    """
    _require_administrator(actor, at)
    if not reason.strip():
        raise SettingRefused(
            _("The value is not withdrawn: the reason is missing."),
            _("Say why it is withdrawn; the reason stays in the history."),
            subject=row.parameter,
            fields={"reason": _("Say why.")},
        )
    with transaction.atomic(durable=True):
        locked = LocalValue.objects.select_for_update().get(pk=row.pk)
        if locked.withdrawn_at is not None:
            raise StaleState(_("This value was withdrawn before."), _("Load the page again."), subject=str(locked))
        locked.withdrawn_at = at
        locked.save(update_fields=["withdrawn_at"])
        queries.forget()
        audit.record(
            "setting.withdrawn",
            locked,
            actor=actor,
            at=at,
            instrument=locked.instrument_id,
            parameter=locked.parameter,
            since=locked.since.isoformat(),
            value=locked.value,
            reason=reason.strip(),
        )
    return locked


def _label(pack: Regulation, parameter: str) -> str:
    known = pack.parameters.get(parameter)
    if known is None or not known.is_local:
        raise SettingRefused(
            _("Regulation %(number)s leaves no “%(what)s” to the province.")
            % {"number": pack.instrument.number, "what": parameter},
            _("Choose one of the settings on the page; what the regulation fixes is changed by amending it."),
            subject=parameter,
        )
    return queries.in_words(known.label)


def _refuse_day(instrument: Instrument, parameter: str, since: date, *, label: str) -> None:
    first = queries.pack(instrument.pk).instrument.effective_on
    if since < first:
        raise SettingRefused(
            _("“%(what)s” cannot hold before %(day)s, the day the regulation takes effect.")
            % {"what": label, "day": f"{first:%d/%m/%Y}"},
            _("Choose that day or a later one."),
            subject=parameter,
            fields={"since": _("Choose that day or a later one.")},
        )
    rows = LocalValue.objects.filter(instrument=instrument, parameter=parameter, since=since, withdrawn_at=None)
    if rows.exists():
        raise SettingRefused(
            _("“%(what)s” has a value from %(day)s on already.") % {"what": label, "day": f"{since:%d/%m/%Y}"},
            _("Withdraw that value first, or choose another day."),
            subject=parameter,
            fields={"since": _("A value begins on this day already.")},
        )


def _require_administrator(actor: User | None, at: datetime) -> None:
    require(
        actor is None or may_administer(actor, on=clock.local_date(at)),
        message=_("Only an administrator sets what the regulation leaves to the province."),
        next_step=_("Ask the administrator."),
    )
