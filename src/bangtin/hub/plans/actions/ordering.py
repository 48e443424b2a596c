"""Production orders: planned, ordered, delivered, accepted or not, paid."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import policies, queries
from bangtin.hub.plans.actions.numbering import next_number
from bangtin.hub.plans.errors import BadOrder
from bangtin.hub.plans.models import ProductionOrder
from bangtin.hub.plans.states import ORDER_MOVES, OrderState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

PREFIX = "ĐH"
COST_MOST_VND = 10**12


@dataclass(frozen=True)
class Wanted:
    """What is to be made: by an agency or a press organisation by name, until when, for how many đồng (None: open)."""

    title: str
    brief: str
    due_on: date
    producer: Agency | None = None
    producer_name: str = ""
    categories: tuple[str, ...] = field(default=())
    cost_vnd: int | None = None
    letter_number: str = ""


def plan(*, instrument: Instrument, wanted: Wanted, actor: User, at: datetime) -> ProductionOrder:
    """Write an order down; the producer sees it once it is ordered.

    Raises: NotPermitted, BadOrder.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.2; Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.4.
    """
    on = local_date(at)
    _require_lead(actor, instrument.pk, on=on)
    _check(wanted, instrument.pk, on=on)
    lead = _lead(actor, instrument.pk, on=on)
    with transaction.atomic(durable=True):
        row = ProductionOrder.objects.create(
            instrument=instrument,
            number=next_number(ProductionOrder, PREFIX, instrument=instrument, at=at),
            title=wanted.title.strip(),
            brief=wanted.brief.strip(),
            categories=list(wanted.categories),
            ordered_by=lead,
            producer=wanted.producer,
            producer_name="" if wanted.producer else wanted.producer_name.strip(),
            due_on=wanted.due_on,
            cost_vnd=wanted.cost_vnd,
            letter_number=wanted.letter_number.strip(),
            planned_by=actor,
            planned_at=at,
        )
        audit.record("order.planned", row, actor=actor, at=at, number=row.number, cost_vnd=row.cost_vnd)
    return row


def order(*, row: ProductionOrder, letter_number: str, actor: User, at: datetime) -> ProductionOrder:
    """Send the order to its producer, under the number of the letter if there is one.

    Raises: NotPermitted, StaleState.
    """
    _require_lead(actor, row.instrument_id, on=local_date(at))
    letter = letter_number.strip()[:80] or row.letter_number
    return _move(row, OrderState.ORDERED, "order.ordered", actor, at, ordered_at=at, letter_number=letter)


def deliver(*, row: ProductionOrder, actor: User, at: datetime) -> ProductionOrder:
    """Take down that the product came, otherwise than by a programme sent for the order.

    Raises: NotPermitted, StaleState.
    """
    require(policies.may_deliver(actor, row, on=local_date(at)))
    return _move(row, OrderState.DELIVERED, "order.delivered", actor, at, delivered_at=at)


def take_delivery(*, row: ProductionOrder, actor: User, at: datetime) -> None:
    """A programme was sent for the order: it is delivered, if it was not before. A step of that deed's transaction."""
    if row.state in (OrderState.ORDERED, OrderState.REJECTED):
        workflow.move(row, ORDER_MOVES, to=OrderState.DELIVERED, delivered_at=at)
        audit.record("order.delivered", row, actor=actor, at=at, number=row.number)


def accept(*, row: ProductionOrder, note: str, actor: User, at: datetime) -> ProductionOrder:
    """Accept what was delivered; it may be paid.

    Raises: NotPermitted, StaleState.
    """
    _require_lead(actor, row.instrument_id, on=local_date(at))
    fields = {"judged_at": at, "judged_by": actor, "judged_note": note.strip()[:300]}
    return _move(row, OrderState.ACCEPTED, "order.accepted", actor, at, **fields)


def refuse(*, row: ProductionOrder, reason: str, actor: User, at: datetime) -> ProductionOrder:
    """Not accept what was delivered, with the reason; the producer may deliver again.

    Raises: NotPermitted, BadOrder without a reason, StaleState.
    """
    _require_lead(actor, row.instrument_id, on=local_date(at))
    _require_reason(reason)
    fields = {"judged_at": at, "judged_by": actor, "judged_note": reason.strip()[:300]}
    return _move(row, OrderState.REJECTED, "order.refused", actor, at, **fields)


def pay(
    *, row: ProductionOrder, cost_vnd: int, paid_on: date, payment_number: str, actor: User, at: datetime
) -> ProductionOrder:
    """Take down the payment: the sum in whole đồng, its day, the number of its paper.

    Raises: NotPermitted, BadOrder, StaleState.
    """
    on = local_date(at)
    _require_lead(actor, row.instrument_id, on=on)
    errors = {}
    if not 0 < cost_vnd <= COST_MOST_VND:
        errors["cost_vnd"] = _("Write the sum in whole đồng.")
    if not row.planned_at.date() <= paid_on <= on:
        errors["paid_on"] = _("Between the day of the order and today.")
    if not payment_number.strip():
        errors["payment_number"] = _("Write the number of the paper.")
    if errors:
        raise BadOrder(
            _("The payment was not recorded: %(reasons)s") % {"reasons": " ".join(errors.values())}, fields=errors
        )
    fields = {"cost_vnd": cost_vnd, "paid_on": paid_on, "payment_number": payment_number.strip()[:80]}
    return _move(row, OrderState.PAID, "order.paid", actor, at, **fields)


def cancel(*, row: ProductionOrder, reason: str, actor: User, at: datetime) -> ProductionOrder:
    """Give an order up that was not accepted yet, with the reason.

    Raises: NotPermitted, BadOrder without a reason, StaleState.
    """
    _require_lead(actor, row.instrument_id, on=local_date(at))
    _require_reason(reason)
    fields = {"judged_at": at, "judged_by": actor, "judged_note": reason.strip()[:300]}
    return _move(row, OrderState.CANCELLED, "order.cancelled", actor, at, **fields)


def _move(
    row: ProductionOrder, to: OrderState, deed: str, actor: User, at: datetime, **fields: object
) -> ProductionOrder:
    with transaction.atomic(durable=True):
        workflow.move(row, ORDER_MOVES, to=to, **fields)
        note = {"note": row.judged_note} if "judged_note" in fields else {}
        audit.record(deed, row, actor=actor, at=at, number=row.number, **note)
    return row


def _require_lead(actor: User, instrument_id: str, *, on: date) -> None:
    require(
        policies.may_lead(actor, instrument_id=instrument_id, on=on),
        message=_("Only officers of the lead agency order products."),
        citation=queries.ordering_clause(instrument_id),
    )


def _lead(actor: User, instrument_id: str, *, on: date) -> Agency:
    own = regulations.leads(instrument_id, on=on) & set(actor.posts.values_list("agency_id", flat=True))
    return Agency.objects.get(pk=min(own))


def _require_reason(reason: str) -> None:
    if len(reason.strip()) < 5:
        words = _("Write the reason; the producer reads it.")
        raise BadOrder(_("Nothing was recorded: the reason is missing."), words, fields={"reason": words})


def _check(wanted: Wanted, instrument_id: str, *, on: date) -> None:
    errors: dict[str, str] = {}
    if not 3 <= len(wanted.title.strip()) <= 200:
        errors["title"] = _("Name the product in 3 to 200 characters.")
    if len(wanted.brief.strip()) < 10:
        errors["brief"] = _("Say what is to be made: what it shows, how long, in which languages.")
    if wanted.producer is None and not wanted.producer_name.strip():
        errors["producer"] = _("Choose an agency, or name the press organisation.")
    if wanted.producer is not None and wanted.producer not in queries.may_be_turned_to(instrument_id, on=on):
        errors["producer"] = _("Choose an agency that the regulation binds.")
    if wanted.due_on < on:
        errors["due_on"] = _("This day is over.")
    if wanted.cost_vnd is not None and not 0 <= wanted.cost_vnd <= COST_MOST_VND:
        errors["cost_vnd"] = _("Write the sum in whole đồng.")
    if not set(wanted.categories) <= {one.id for one in queries.categories(instrument_id)}:
        errors["categories"] = _("Choose kinds of content of the regulation.")
    if errors:
        raise BadOrder(
            _("The order was not recorded: %(reasons)s") % {"reasons": " ".join(errors.values())},
            _("Correct the marked fields and send again."),
            citation=queries.ordering_clause(instrument_id),
            fields=errors,
        )
