"""Orders and requests as pages show them: words, groups, steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.plans import queries
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.plans.states import OPEN_ORDERS, OrderState, RequestState
from bangtin.hub.portal import content_rows, formats, places
from bangtin.hub.portal.content_rows import Row
from bangtin.hub.programmes import policies as programmes_policies
from bangtin.hub.programmes import queries as programme_queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.queries import dispatches as dispatch_queries

# the day counts while the product or the answer is awaited
AWAITED_ORDERS = (OrderState.PLANNED, OrderState.ORDERED, OrderState.REJECTED)
ORDER_GROUPS: dict[str, tuple[str, ...]] = {
    "dang-lam": AWAITED_ORDERS,
    "nghiem-thu": (OrderState.DELIVERED,),
    "thanh-toan": (OrderState.ACCEPTED,),
    "xong": (OrderState.PAID, OrderState.CANCELLED),
}
REQUEST_GROUPS: dict[str, tuple[str, ...]] = {
    "cho-tra-loi": (RequestState.SENT,),
    "da-tra-loi": (RequestState.ANSWERED,),
    "xong": (RequestState.USED, RequestState.WITHDRAWN),
}


@dataclass(frozen=True)
class PlanRow:
    """One order or request in a list; `due_on` None once its day no longer counts."""

    href: str
    title: str
    detail: str
    state: str
    due_on: date | None


@dataclass(frozen=True)
class Board:
    """A list with its heading and filters; `is_narrowed`: a filter leaves something out."""

    heading: str
    rows: tuple[PlanRow, ...]
    filters: tuple[dict[str, object], ...]
    is_narrowed: bool


def orders(found: Sequence[ProductionOrder], *, group: str, today: date) -> Board:
    """The orders: what is awaited by its day, then the rest, the newest first."""
    wanted = ORDER_GROUPS.get(group)
    shown = [one for one in found if wanted is None or one.state in wanted]
    shown.sort(
        key=lambda one: (one.state not in AWAITED_ORDERS, one.due_on if one.state in AWAITED_ORDERS else date.max)
    )
    late = sum(one.state in AWAITED_ORDERS and one.due_on < today for one in found)
    open_count = sum(one.state not in ORDER_GROUPS["xong"] for one in found)
    labels = {
        "": _("All"),
        "dang-lam": _("Being made"),
        "nghiem-thu": _("To accept"),
        "thanh-toan": _("To pay"),
        "xong": _("Done"),
    }
    return Board(
        heading=_orders_heading(len(found), open_count, late),
        rows=tuple(order_row(one, today) for one in shown),
        filters=_chips("/dat-hang/", labels, ORDER_GROUPS, [one.state for one in found], group),
        is_narrowed=wanted is not None,
    )


def order_row(one: ProductionOrder, today: date) -> PlanRow:
    """An order in a list."""
    parts = [one.number, one.producer_words(today)]
    if one.cost_vnd is not None:
        parts.append(formats.vnd(one.cost_vnd))
    return PlanRow(
        reverse("order", args=[one.pk]),
        one.title,
        " · ".join(parts),
        one.state,
        one.due_on if one.state in AWAITED_ORDERS else None,
    )


def requests(found: Sequence[InformationRequest], *, own: frozenset[str], group: str, today: date) -> Board:
    """The requests: what waits for an answer by its day, then what was answered, then the rest."""
    wanted = REQUEST_GROUPS.get(group)
    order = [*REQUEST_GROUPS["cho-tra-loi"], *REQUEST_GROUPS["da-tra-loi"], *REQUEST_GROUPS["xong"]]
    shown = [one for one in found if wanted is None or one.state in wanted]
    shown.sort(key=lambda one: (order.index(RequestState(one.state)), one.due_on, one.pk))
    labels = {"": _("All"), "cho-tra-loi": _("To answer"), "da-tra-loi": _("Answered"), "xong": _("Done")}
    return Board(
        heading=_requests_heading(found, today),
        rows=tuple(request_row(one, own=own, today=today) for one in shown),
        filters=_chips("/yeu-cau/", labels, REQUEST_GROUPS, [one.state for one in found], group),
        is_narrowed=wanted is not None,
    )


def request_row(one: InformationRequest, *, own: frozenset[str], today: date) -> PlanRow:
    """A request in a list, from the side of who reads it."""
    if one.agency_id in own:
        whom = _("asked by %(agency)s") % {"agency": one.asked_by.name(today)}
    else:
        whom = _("asked of %(agency)s") % {"agency": one.agency.name(today)}
    return PlanRow(
        reverse("information", args=[one.pk]),
        one.subject,
        f"{one.number} · {whom}",
        # that it is overdue stands in the chip of its day
        one.state if one.state == RequestState.SENT else request_state(one, today),
        one.due_on if one.state == RequestState.SENT else None,
    )


def request_state(one: InformationRequest, today: date) -> str:
    """The state for its badge; an answer after the day, and one that is overdue, have badges of their own."""
    if one.is_overdue(today):
        return "overdue"
    return "answered_late" if one.state == RequestState.ANSWERED and one.was_late() else one.state


def kinds(order: ProductionOrder) -> list[tuple[str, str, str]]:
    """What the order is about: words, clause, the register's page."""
    known = {one.id: one for one in queries.categories(order.instrument_id)}
    return [
        (
            regulations.in_words(known[one].name),
            known[one].clause,
            places.clause(known[one].clause, order.instrument_id),
        )
        for one in order.categories
        if one in known
    ]


def order_steps(order: ProductionOrder) -> list[dict[str, object]]:
    """The life of the order, the present step marked."""
    judged = order.judged_at
    if order.state == OrderState.CANCELLED:
        rows: list[tuple[Any, datetime | date | None]] = [
            (OrderState.PLANNED, order.planned_at),
            (OrderState.CANCELLED, judged),
        ]
    else:
        verdict = OrderState.REJECTED if order.state == OrderState.REJECTED else OrderState.ACCEPTED
        rows = [
            (OrderState.PLANNED, order.planned_at),
            (OrderState.ORDERED, order.ordered_at),
            (OrderState.DELIVERED, order.delivered_at),
            (verdict, judged),
            (OrderState.PAID, order.paid_on),
        ]
    present = next(number for number, (state, _at) in enumerate(rows) if state == order.state)
    return [
        {
            "label": str(state.label),
            "detail": formats.day(at) if at and number <= present else "",
            "href": "",
            "is_current": number == present,
            "is_done": number < present,
        }
        for number, (state, at) in enumerate(rows)
    ]


def programmes(found: Any, *, today: date, now: datetime) -> list[Row]:
    """The newest version of each of these programmes, for a list."""
    newer = ProgrammeVersion.objects.filter(programme=OuterRef("programme"), number__gt=OuterRef("number"))
    rows = programme_queries.with_rows().filter(programme__in=found.all()).filter(~Exists(newer))
    return [content_rows.row(one, today=today, now=now) for one in rows.order_by("-submitted_at")]


def may_send_for(user: User, order: ProductionOrder, *, on: date) -> bool:
    """Whether the account may send a programme for the order now."""
    if order.producer_id is None or order.state not in OPEN_ORDERS:
        return False
    standing = regulations.standing_for(order.producer_id, on=on)
    return any(programmes_policies.may_submit(user, agency_id=one, on=on) for one in standing)


def waiting(user: User, *, on: date) -> list[tuple[str, PlanRow]]:
    """What waits for the account: (badge kind, row); requests to answer, orders to deliver."""
    own = queries.own_agencies(user, on=on)
    if not own:
        return []
    asked = [("request", request_row(one, own=own, today=on)) for one in queries.to_answer(user, on=on)]
    ordered = [("order", order_row(one, on)) for one in queries.to_produce(user, on=on)]
    return sorted([*asked, *ordered], key=lambda pair: (pair[1].due_on or date.max, pair[1].title))


def attachment(name: str) -> str:
    """The header that has a browser keep a file under its own name (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def _orders_heading(count: int, open_count: int, late: int) -> str:
    if not count:
        return _("No production order yet")
    if not open_count:
        return _("All production orders are settled")
    words = ngettext("%(n)d open order", "%(n)d open orders", open_count) % {"n": open_count}
    if late:
        words += ", " + ngettext("%(n)d past its day", "%(n)d past their day", late) % {"n": late}
    return words


def _requests_heading(found: Sequence[InformationRequest], today: date) -> str:
    if not found:
        return _("No information request yet")
    waiting_count = sum(one.state == RequestState.SENT for one in found)
    overdue = sum(one.is_overdue(today) for one in found)
    if not waiting_count:
        return _("All information requests are answered")
    words = ngettext("%(n)d request waits for an answer", "%(n)d requests wait for an answer", waiting_count)
    text = words % {"n": waiting_count}
    if overdue:
        text += ", " + ngettext("%(n)d overdue", "%(n)d overdue", overdue) % {"n": overdue}
    return text


def _chips(
    address: str, labels: dict[str, str], groups: dict[str, tuple[str, ...]], states: Sequence[str], group: str
) -> tuple[dict[str, object], ...]:
    current = group if group in groups else ""
    return tuple(
        {
            "label": label,
            "href": places.with_query(address, nhom=key),
            "is_current": key == current,
            "count": sum(one in groups[key] for one in states) if key else len(states),
        }
        for key, label in labels.items()
    )


def tabs(has: queries.Part, dispatching: dispatch_queries.Part, *, path: str) -> list[dict[str, object]]:
    """Orders, requests and dispatches, of which the account opens; none where there is one alone."""
    found = []
    if has.own or has.led:
        found += [("/dat-hang/", _("Production orders")), ("/yeu-cau/", _("Information requests"))]
    if dispatching.led or dispatching.own:
        found.append(("/cap-phat/", _("Dispatches")))
    return [
        {"label": label, "href": address, "is_current": path.startswith(address), "count": ""}
        for address, label in found
        if len(found) > 1
    ]
