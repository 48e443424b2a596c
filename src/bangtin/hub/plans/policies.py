"""Who orders and asks, who delivers and answers: posts at the lead agency, and at the agency it turned to."""

from collections.abc import Collection
from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.plans import queries
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.regulations import queries as regulations


def may_lead(actor: User, *, instrument_id: str, on: date) -> bool:
    """Whether the account orders and asks for the lead agency of the instrument; an administrator never does.

    Source: Cao Bằng art. 7.2, Lai Châu art. 10.1.a.4.
    """
    return _holds(actor, queries.LEADING_ROLES, regulations.leads(instrument_id, on=on), on=on)


def may_read(actor: User, *, on: date) -> bool:
    """Whether orders and requests concern the account at all."""
    has = queries.part(actor, on=on)
    return bool(has.own or has.led)


def may_see_order(actor: User, order: ProductionOrder, *, on: date) -> bool:
    """The lead agency, and the producer once it is ordered."""
    if may_lead(actor, instrument_id=order.instrument_id, on=on):
        return True
    return order.ordered_at is not None and order.producer_id in queries.own_agencies(actor, on=on)


def may_deliver(actor: User, order: ProductionOrder, *, on: date) -> bool:
    """The producer's contributors; for a press organisation without an account, the lead agency takes it down."""
    if order.producer_id is None:
        return may_lead(actor, instrument_id=order.instrument_id, on=on)
    return _gives(actor, order.producer_id, on=on)


def may_see_request(actor: User, request: InformationRequest, *, on: date) -> bool:
    """The lead agency and the one that is asked."""
    return may_lead(actor, instrument_id=request.instrument_id, on=on) or request.agency_id in queries.own_agencies(
        actor, on=on
    )


def may_answer(actor: User, request: InformationRequest, *, on: date) -> bool:
    """Contributors and report officers of the agency that is asked, or of the one in its place."""
    return _gives(actor, request.agency_id, on=on)


def _gives(actor: User, agency_id: str, *, on: date) -> bool:
    return _holds(actor, (Role.CONTRIBUTOR, Role.REPORTER), regulations.standing_for(agency_id, on=on), on=on)


def _holds(actor: User, roles: Collection[str], agencies: frozenset[str], *, on: date) -> bool:
    return any(role in roles and agency in agencies for role, agency in queries.held(actor, on=on))
