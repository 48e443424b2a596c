"""Production orders: the list, one order, a new one, and each move of its life."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from bangtin.hub.accounts.models import User
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import actions, policies, queries
from bangtin.hub.plans.models import ProductionOrder
from bangtin.hub.plans.states import ORDER_MOVES, OrderState
from bangtin.hub.portal import history, plan_rows
from bangtin.hub.portal.forms.administration import show_refusal
from bangtin.hub.portal.forms.agencies import ReasonForm
from bangtin.hub.portal.forms.plans import LetterForm, NoteForm, OrderForm, PaymentForm, chosen
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.schedules.queries import dispatches

LARGEST_KEY = 1 << 62
Deed = Callable[..., ProductionOrder]


@dataclass(frozen=True)
class Move:
    """A move an officer makes: to which state, its form, its words, the deed; `is_producers`: the producer's."""

    to: OrderState
    form: type[forms.Form]
    title: str | Promise
    text: str | Promise
    confirm: str | Promise
    done: str | Promise
    deed: Deed
    icon: str
    is_danger: bool = False
    is_producers: bool = False


# the word in the address -> the move
MOVES: Mapping[str, Move] = {
    "dat": Move(
        OrderState.ORDERED,
        LetterForm,
        gettext_lazy("Send the order to its producer?"),
        gettext_lazy("From now on the producer sees it and may send programmes for it."),
        gettext_lazy("Send the order"),
        gettext_lazy("The order is sent."),
        actions.order,
        "send",
    ),
    "da-giao": Move(
        OrderState.DELIVERED,
        forms.Form,
        gettext_lazy("Record that the product was delivered?"),
        gettext_lazy("A programme that is sent for the order records it by itself."),
        gettext_lazy("Record the delivery"),
        gettext_lazy("The delivery is recorded."),
        actions.deliver,
        "inbox",
        is_producers=True,
    ),
    "nghiem-thu": Move(
        OrderState.ACCEPTED,
        NoteForm,
        gettext_lazy("Accept the product?"),
        gettext_lazy("It may be paid from then on. Whether its programmes go on air the appraisal decides."),
        gettext_lazy("Accept"),
        gettext_lazy("The product is accepted."),
        actions.accept,
        "circle-check",
    ),
    "khong-dat": Move(
        OrderState.REJECTED,
        ReasonForm,
        gettext_lazy("Not accept the product?"),
        gettext_lazy("The producer reads the reason and may deliver again."),
        gettext_lazy("Do not accept"),
        gettext_lazy("The product is not accepted; its producer may deliver again."),
        actions.refuse,
        "arrow-back-up",
        is_danger=True,
    ),
    "thanh-toan": Move(
        OrderState.PAID,
        PaymentForm,
        gettext_lazy("Record the payment"),
        gettext_lazy("The sum in whole đồng, as on the paper."),
        gettext_lazy("Record the payment"),
        gettext_lazy("The payment is recorded."),
        actions.pay,
        "coins",
    ),
    "huy": Move(
        OrderState.CANCELLED,
        ReasonForm,
        gettext_lazy("Cancel the order?"),
        gettext_lazy("It stays in the list with the reason."),
        gettext_lazy("Cancel the order"),
        gettext_lazy("The order is cancelled."),
        actions.cancel,
        "x",
        is_danger=True,
    ),
}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The orders this account sees: what is late first, then by day.

    Raises: NotPermitted for offices that neither order nor produce.
    """
    user, now, today = reader(request)
    has = queries.part(user, on=today)
    require(bool(has.own or has.led), message=_("Your post neither orders products nor makes them."))
    rows = list(queries.orders(user, on=today, known=has))
    board = plan_rows.orders(rows, group=request.GET.get("nhom", ""), today=today)
    context = {
        "board": board,
        "may_order": bool(has.led),
        "tabs": plan_rows.tabs(has, dispatches.part(user, at=now), path=request.path),
    }
    return render(request, "plans/orders.html", context)


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new order; it is planned until it is sent.

    Raises: NotPermitted outside the lead agency.
    """
    user, now, today = reader(request)
    led = queries.led(user, on=today)
    require(bool(led), message=_("Only officers of the lead agency order products."))
    form = OrderForm(request.POST or None, instruments=led, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.plan(instrument=chosen(form, led), wanted=form.wanted(), actor=user, at=now)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, _("Order %(number)s is planned. Send it when it is agreed.") % {"number": row.number}
            )
            return redirect("order", order_id=row.pk)
    clause = queries.ordering_clause(led[0].pk)
    return render(request, "plans/order_add.html", {"form": form, "clause": clause}, status=422 if form.errors else 200)


@require_GET
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order: what is to be made, by whom, until when, its programmes, what may be done now.

    Raises: Http404 for what is not there, or not for this account.
    """
    user, now, today = reader(request)
    row = _row(user, order_id, today)
    context = {
        "order": row,
        "producer": row.producer_words(today),
        "lead": row.ordered_by.name(today),
        "kinds": plan_rows.kinds(row),
        "clause": queries.ordering_clause(row.instrument_id),
        "steps": plan_rows.order_steps(row),
        "deeds": _deeds(user, row, today),
        "programmes": plan_rows.programmes(row.programmes, today=today, now=now),
        "may_send": plan_rows.may_send_for(user, row, on=today),
        "is_open": row.state in plan_rows.AWAITED_ORDERS,
        "changes": history.of_subjects([("plans.productionorder", str(row.pk))]),
    }
    return render(request, "plans/order.html", context)


@require_http_methods(["GET", "POST"])
def deed(request: HttpRequest, order_id: int, order_deed: str) -> HttpResponse:
    """A move of an order: what it means, then it is done.

    Raises: Http404 for a move that is not this account's.
    """
    user, now, today = reader(request)
    row = _row(user, order_id, today)
    move = MOVES.get(order_deed)
    if move is None or not _may(user, row, move, today):
        raise Http404
    initial = {"letter_number": row.letter_number, "cost_vnd": row.cost_vnd, "paid_on": today}
    form = move.form(request.POST or None, initial=initial)
    if request.method == "POST" and (form.is_valid() or not form.fields):
        try:
            move.deed(row=row, actor=user, at=now, **_given(form))
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, str(move.done))
            return redirect("order", order_id=row.pk)
    context = {
        "title": move.title,
        "text": str(row),
        "reach": move.text,
        "confirm": move.confirm,
        "is_danger": move.is_danger,
        "action": request.path,
        "back": reverse("order", args=[row.pk]),
        "form": form,
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


def _given(form: forms.Form) -> dict[str, Any]:
    return dict(form.cleaned_data) if form.fields else {}


def _deeds(user: User, row: ProductionOrder, today: date) -> list[dict[str, object]]:
    return [
        {
            "href": reverse("order-deed", args=[row.pk, word]),
            "label": move.confirm,
            "icon": move.icon,
            "is_danger": move.is_danger,
        }
        for word, move in MOVES.items()
        if move.to in ORDER_MOVES[OrderState(row.state)] and _may(user, row, move, today)
    ]


def _may(user: User, row: ProductionOrder, move: Move, today: date) -> bool:
    if move.is_producers:
        return policies.may_deliver(user, row, on=today)
    return policies.may_lead(user, instrument_id=row.instrument_id, on=today)


def _row(user: User, order_id: int, today: date) -> ProductionOrder:
    rows = queries.orders(user, on=today)
    row = rows.filter(pk=order_id).first() if order_id < LARGEST_KEY else None
    if row is None:
        raise Http404
    return row
