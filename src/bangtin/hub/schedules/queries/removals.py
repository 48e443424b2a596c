"""What was taken down, what waits for review by another person, and the orders whose clock runs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.programmes.models import Programme
from bangtin.hub.schedules.models import Filler, Placement, RemovalOrder, ReviewOutcome, Slot, TakeDown
from bangtin.hub.schedules.states import PlacementState, SlotState


@dataclass(frozen=True)
class OrderClock:
    """An order and how it stands: "due", "overdue", "open" (no clock runs), "done" or "done_late"."""

    order: RemovalOrder
    state: str
    due_at: datetime | None
    clusters: tuple[str, ...]


def with_editions(programme: Programme) -> QuerySet[Programme]:
    """A programme and what says its words in other languages."""
    return Programme.objects.filter(Q(pk=programme.pk) | Q(original=programme.pk))


def placed(programme: Programme, *, at: datetime) -> QuerySet[Slot]:
    """The slots of a programme and its editions that are on a plan now or later."""
    found = Slot.objects.filter(state=SlotState.PLACED, ends_at__gt=at)
    return found.filter(version__programme__in=with_editions(programme)).order_by("starts_at", "id")


def placements(programme: Programme, *, at: datetime) -> QuerySet[Placement]:
    """The placements of a programme and its editions that may still air."""
    found = Placement.objects.filter(state=PlacementState.PLACED, ends_on__gte=local_date(at))
    return found.filter(version__programme__in=with_editions(programme)).order_by("pk")


def remaining(programme: Programme, *, at: datetime) -> list[Cluster]:
    """The clusters whose plan still has the programme or an edition of it."""
    fillers = Filler.objects.filter(version__programme__in=with_editions(programme)).values("cluster")
    slots = placed(programme, at=at).order_by().values("cluster")
    by_rule = placements(programme, at=at).order_by().values("playlist__clusters")
    return list(Cluster.objects.filter(Q(pk__in=slots) | Q(pk__in=by_rule) | Q(pk__in=fillers)).order_by("pk"))


def barred_by(programme: Programme, cluster: Cluster) -> TakeDown | None:
    """The take-down that keeps a programme off a cluster: of the whole programme or its original, not reversed."""
    whole = (
        Q(programme=programme.pk) | Q(programme=programme.original_id)
        if programme.original_id
        else Q(programme=programme.pk)
    )
    rows = TakeDown.objects.filter(whole, is_whole=True).exclude(outcome=ReviewOutcome.REVERSED)
    return next((one for one in rows if cluster.pk in one.clusters), None)


def to_review() -> QuerySet[TakeDown]:
    """Take-downs that nobody has reviewed yet, the oldest first."""
    return _with_rows().filter(reviewed_at=None).order_by("at", "id")


def reviewed() -> QuerySet[TakeDown]:
    """Take-downs with their review, the newest first."""
    return _with_rows().filter(reviewed_at__isnull=False)


def orders(*, at: datetime) -> list[OrderClock]:
    """Orders of authorities: those still open first, by their clock; then the fifty last done."""
    rows = RemovalOrder.objects.select_related("programme__agency", "recorded_by")
    still = sorted(rows.filter(done_at=None), key=lambda one: (one.due_at is None, one.due_at or one.received_at))
    return [clock(one, at=at) for one in (*still, *rows.filter(done_at__isnull=False)[:50])]


def clock(order: RemovalOrder, *, at: datetime) -> OrderClock:
    """How an order stands: from the request to the take-down."""
    due_at = order.due_at
    if order.done_at is not None:
        state = "done_late" if due_at is not None and order.done_at > due_at else "done"
        return OrderClock(order, state, due_at, ())
    clusters = tuple(str(one) for one in remaining(order.programme, at=at))
    return OrderClock(order, "open" if due_at is None else "overdue" if at > due_at else "due", due_at, clusters)


def _with_rows() -> QuerySet[TakeDown]:
    return TakeDown.objects.select_related(
        "programme", "slot__cluster", "slot__version", "placement__version", "by", "reviewed_by", "order"
    )
