"""What desks and pages read of orders and requests."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import held_on
from bangtin.hub.agencies.models import Agency
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.plans.states import OPEN_ORDERS, OPEN_REQUESTS, OrderState, RequestState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook.shapes import CategorySeed

KINDS = ("category", "tag")
LEADING_ROLES = (Role.APPRAISER, Role.REPORTER, Role.LEADER)
GIVING_ROLES = (Role.CONTRIBUTOR, Role.REPORTER, Role.LEADER)


@dataclass(frozen=True)
class Part:
    """What an account has to do with orders and requests: the instruments it leads under, the agencies it gives for."""

    led: tuple[Instrument, ...]
    own: frozenset[str]


def part(actor: User, *, on: date) -> Part:
    """The account's part on that day: it leads with the lead agency, gives for its own and those that ended into it."""
    posts = held(actor, on=on)
    leading = {agency for role, agency in posts if role in LEADING_ROLES}
    rows = regulations.instruments() if leading else ()
    return Part(
        tuple(row for row in rows if leading & regulations.leads(row.pk, on=on)),
        regulations.continued({agency for role, agency in posts if role in GIVING_ROLES}, on=on),
    )


def led(actor: User, *, on: date) -> list[Instrument]:
    """The instruments for whose lead agency the account orders and asks."""
    return list(part(actor, on=on).led)


def own_agencies(actor: User, *, on: date) -> frozenset[str]:
    """The agencies for which the account delivers and answers, with those that ended into them."""
    return part(actor, on=on).own


def held(actor: User, *, on: date) -> list[tuple[str, str]]:
    """The account's posts as (role, agency); none where it administers the system that day."""
    found = list(held_on(actor, on))
    return [] if any(role == Role.ADMINISTRATOR for role, _agency in found) else found


def orders(actor: User, *, on: date, known: Part | None = None) -> QuerySet[ProductionOrder]:
    """The orders that the account sees: of the lead agency all, of a producer those that were ordered from it."""
    has = known or part(actor, on=on)
    own = Q(producer_id__in=has.own, ordered_at__isnull=False)
    return _orders().filter(Q(instrument_id__in=[row.pk for row in has.led]) | own)


def requests(actor: User, *, on: date, known: Part | None = None) -> QuerySet[InformationRequest]:
    """The requests that the account sees: those it sent, and those its agencies are to answer; overdue first."""
    has = known or part(actor, on=on)
    return _requests().filter(Q(instrument_id__in=[row.pk for row in has.led]) | Q(agency_id__in=has.own))


def to_answer(actor: User, *, on: date) -> QuerySet[InformationRequest]:
    """What the account's agencies are asked for and have not answered, the earliest day first."""
    return _requests().filter(agency_id__in=own_agencies(actor, on=on), state=RequestState.SENT)


def to_produce(actor: User, *, on: date) -> QuerySet[ProductionOrder]:
    """What is ordered from the account's agencies and not delivered, the earliest day first."""
    awaited = (OrderState.ORDERED, OrderState.REJECTED)
    rows = _orders().filter(producer_id__in=own_agencies(actor, on=on), state__in=awaited)
    return rows.order_by("due_on", "id")


def open_orders(agency_ids: frozenset[str]) -> QuerySet[ProductionOrder]:
    """The orders for which these agencies may send programmes."""
    return ProductionOrder.objects.filter(producer__in=agency_ids, state__in=OPEN_ORDERS).order_by("due_on", "id")


def open_requests(agency_ids: frozenset[str]) -> QuerySet[InformationRequest]:
    """The requests that these agencies may answer with programmes."""
    return InformationRequest.objects.filter(agency__in=agency_ids, state__in=OPEN_REQUESTS)


def categories(instrument_id: str) -> tuple[CategorySeed, ...]:
    """The kinds of content and tags of the instrument that an order may name.

    Source: Cao Bằng art. 7.2, Lai Châu art. 10.1.a.4: distinctive culture, scenery, events, potential to cooperate.
    """
    return tuple(one for one in regulations.regulation(instrument_id).categories if one.kind in KINDS)


def may_be_turned_to(instrument_id: str, *, on: date) -> list[Agency]:
    """The agencies that may be asked or given an order: all that the instrument binds, but the lead."""
    known = {one.id for one in regulations.regulation(instrument_id).agencies} - regulations.leads(instrument_id, on=on)
    rows = Agency.objects.filter(pk__in=known).filter(Q(ends_on=None) | Q(ends_on__gte=on)).prefetch_related("names")
    return sorted(rows, key=lambda row: row.name(on))


def ordering_clause(instrument_id: str) -> str:
    """The clause by which products are ordered: that of the tags an order names; empty where the text has none."""
    tags = [one.clause for one in categories(instrument_id) if one.id in PRODUCT_TAGS]
    return tags[0] if tags else ""


# Cao Bằng 7.2-3 and Lai Châu 10.1.a.4-3 name the same four
PRODUCT_TAGS = ("culture", "distinctive_culture", "scenic_places", "notable_events", "cooperation_potential")


def _orders() -> QuerySet[ProductionOrder]:
    return ProductionOrder.objects.select_related("producer", "ordered_by").prefetch_related(
        "producer__names", "ordered_by__names"
    )


def _requests() -> QuerySet[InformationRequest]:
    return InformationRequest.objects.select_related("agency", "asked_by").prefetch_related(
        "agency__names", "asked_by__names"
    )
