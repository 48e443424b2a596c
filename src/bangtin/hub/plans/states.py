"""The life of a production order, and of an information request."""

from django.db import models
from django.utils.translation import pgettext_lazy

from bangtin.hub.kit.workflow import Moves


class OrderState(models.TextChoices):
    """Where a production order stands."""

    PLANNED = "planned", pgettext_lazy("order", "Planned")
    ORDERED = "ordered", pgettext_lazy("order", "Ordered")
    DELIVERED = "delivered", pgettext_lazy("order", "Delivered")
    ACCEPTED = "accepted", pgettext_lazy("order", "Accepted")
    REJECTED = "rejected", pgettext_lazy("order", "Not accepted")
    PAID = "paid", pgettext_lazy("order", "Paid")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")


# what was not accepted may be delivered again; only what was accepted is paid
ORDER_MOVES: Moves = {
    OrderState.PLANNED: frozenset({OrderState.ORDERED, OrderState.CANCELLED}),
    OrderState.ORDERED: frozenset({OrderState.DELIVERED, OrderState.CANCELLED}),
    OrderState.DELIVERED: frozenset({OrderState.ACCEPTED, OrderState.REJECTED}),
    OrderState.REJECTED: frozenset({OrderState.DELIVERED, OrderState.CANCELLED}),
    OrderState.ACCEPTED: frozenset({OrderState.PAID}),
    OrderState.PAID: frozenset(),
    OrderState.CANCELLED: frozenset(),
}
# a producer may send programmes for an order in one of these
OPEN_ORDERS = (OrderState.ORDERED, OrderState.DELIVERED, OrderState.REJECTED)


class RequestState(models.TextChoices):
    """Where an information request stands; whether it is overdue follows from its day."""

    SENT = "sent", pgettext_lazy("information request", "Sent")
    ANSWERED = "answered", pgettext_lazy("information request", "Answered")
    USED = "used", pgettext_lazy("information request", "Used")
    WITHDRAWN = "withdrawn", pgettext_lazy("information request", "Withdrawn")


# an answer that is not full goes back: "in full, correctly and in time" (Cao Bằng art. 14.2)
REQUEST_MOVES: Moves = {
    RequestState.SENT: frozenset({RequestState.ANSWERED, RequestState.WITHDRAWN}),
    RequestState.ANSWERED: frozenset({RequestState.USED, RequestState.SENT}),
    RequestState.USED: frozenset(),
    RequestState.WITHDRAWN: frozenset(),
}
OPEN_REQUESTS = (RequestState.SENT, RequestState.ANSWERED)
