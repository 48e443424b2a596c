"""Taking down: one officer, with a reason, at once; another person looks at it afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import Programme
from bangtin.hub.schedules import errors, policies, states
from bangtin.hub.schedules.models import (
    Filler,
    Placement,
    ProvinceFiller,
    RemovalOrder,
    ReviewOutcome,
    Slot,
    TakeDown,
)
from bangtin.hub.schedules.queries import removals
from bangtin.hub.schedules.states import PlacementState, SlotState

REASON_LEAST = 5


@dataclass(frozen=True)
class Ordered:
    """What an authority asked for: the paper's number, who issued it, when the request came, whether advertising."""

    number: str
    issuer: str
    received_at: datetime
    is_advertising: bool


def take_down(*, slot: Slot, reason: str, actor: User, at: datetime) -> Slot:
    """Remove a slot from the plan; the next bundle of its cluster omits it, and another person reviews it.

    Raises: NotPermitted, StaleState.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.6 (the operator answers for safe use).
    """
    require(policies.may_operate(actor, slot.cluster, at=at))
    reason = reason.strip()[:300]
    with transaction.atomic(durable=True):
        workflow.move(slot, states.MOVES, to=SlotState.TAKEN_DOWN, taken_down_at=at, taken_down_reason=reason)
        TakeDown.objects.create(
            programme=slot.version.programme,
            slot=slot,
            clusters=[slot.cluster_id],
            slot_count=1,
            reason=reason,
            by=actor,
            at=at,
        )
        _settle(slot.version.programme, at=at)
        audit.record("slot.taken_down", slot, actor=actor, at=at, reason=reason)
    return slot


def take_down_placement(*, placement: Placement, reason: str, actor: User, at: datetime) -> Placement:
    """Remove a placement from its playlist, on every cluster that shares it; another person reviews it.

    Who operates one of these clusters may: what is wrong on one is wrong on all.
    Raises: NotPermitted, NoReason, StaleState.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.6 (the operator answers for safe use).
    """
    clusters = list(placement.playlist.clusters.order_by("pk"))
    require(any(policies.may_operate(actor, one, at=at) for one in clusters))
    words = _reason(reason)
    with transaction.atomic(durable=True):
        workflow.move(placement, states.PLACEMENT_MOVES, to=PlacementState.TAKEN_DOWN, withdrawn_at=at)
        TakeDown.objects.create(
            programme=placement.version.programme,
            placement=placement,
            clusters=[one.pk for one in clusters],
            placement_count=1,
            reason=words,
            by=actor,
            at=at,
        )
        _settle(placement.version.programme, at=at)
        audit.record("placement.taken_down", placement, actor=actor, at=at, reason=words)
    return placement


def take_down_everywhere(
    *, programme: Programme, reason: str, actor: User, at: datetime, order: RemovalOrder | None = None
) -> TakeDown:
    """Take a programme and its language editions off every cluster within the officer's reach: slots, placements
    and filler.

    It is not placed there again until a review reverses this. `order`: the authority's order that it carries out.
    Raises: NotPermitted, NoReason.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7.1 (who appraises answers for what it passed), 8.6.
    """
    reach = policies.reach(actor, programme, at=at)
    require(bool(reach), message=_("Only who appraises the programme or operates its screens takes it down."))
    reason = _reason(reason)
    if order is not None and order.programme_id != programme.pk:
        raise ValueError(f"an order on {order.programme_id}, the programme is {programme.pk}")
    with transaction.atomic(durable=True):
        slots = removals.placed(programme, at=at).filter(cluster__in=reach).select_for_update(of=("self",))
        count = _take_down_slots(slots, reason, at=at)
        by_rule = removals.placements(programme, at=at).filter(playlist__clusters__in=reach)
        rule_count = _take_down_placements(by_rule, at=at)
        fillers = Filler.objects.filter(version__programme__in=removals.with_editions(programme), cluster__in=reach)
        filler_count, _rows = fillers.delete()
        filler_count += _take_out_of_province_filler(programme, [one.pk for one in reach])
        made = TakeDown.objects.create(
            programme=programme,
            order=order,
            is_whole=True,
            clusters=sorted(one.pk for one in reach),
            slot_count=count,
            placement_count=rule_count,
            filler_count=filler_count,
            reason=reason,
            by=actor,
            at=at,
        )
        _settle(programme, at=at)
        audit.record(
            "programme.taken_down",
            programme,
            actor=actor,
            at=at,
            reason=reason,
            clusters=made.clusters,
            slots=count,
            placements=rule_count,
        )
    return made


def record_order(*, programme: Programme, ordered: Ordered, actor: User, at: datetime) -> RemovalOrder:
    """Record that an authority asked for a take-down; for advertising its 24 hours run from the request.

    Raises: NotPermitted, BadOrder.
    """
    require(policies.may_record_order(actor, programme, at=at))
    number, issuer = ordered.number.strip(), ordered.issuer.strip()
    if not number or not issuer or ordered.received_at > at:
        raise errors.BadOrder(
            _("The order was not recorded: it needs its number, who issued it, and a time that is not to come."),
            _("Fill them in as the paper says."),
            fields={"order_number": _("As on the paper.")} if not number else {},
        )
    with transaction.atomic(durable=True):
        order = RemovalOrder.objects.create(
            programme=programme,
            number=number[:80],
            issuer=issuer[:200],
            received_at=ordered.received_at,
            is_advertising=ordered.is_advertising,
            recorded_by=actor,
            recorded_at=at,
        )
        _settle(programme, at=at)
        audit.record(
            "programme.removal_ordered",
            programme,
            actor=actor,
            at=at,
            number=order.number,
            issuer=order.issuer,
            received_at=order.received_at.isoformat(),
            is_advertising=order.is_advertising,
        )
    order.refresh_from_db()
    return order


def review_take_down(*, take_down: TakeDown, outcome: str, findings: str, actor: User, at: datetime) -> TakeDown:
    """Say afterwards whether a take-down was right; reversed, the programme may be placed again, by a new deed.

    Raises: NotPermitted, OwnTakeDown, NoReason, StaleState if somebody reviewed it already.
    """
    require(policies.may_review(actor, take_down, at=at))
    if take_down.by.person == actor.person:
        raise errors.OwnTakeDown(
            _("You took it down yourself; another person reviews it."),
            _("Ask a colleague, or the agency that appraises."),
            subject=str(take_down.programme),
        )
    findings = _reason(findings, most=1000)
    with transaction.atomic(durable=True):
        changed = TakeDown.objects.filter(pk=take_down.pk, reviewed_at=None).update(
            outcome=ReviewOutcome(outcome), findings=findings, reviewed_by=actor, reviewed_at=at
        )
        if changed != 1:
            raise StaleState(_("This take-down has been reviewed already."), _("Load the page again."))
        audit.record("take_down.reviewed", take_down, actor=actor, at=at, outcome=outcome, findings=findings)
    take_down.refresh_from_db()
    return take_down


def _take_down_slots(slots: Iterable[Slot], reason: str, *, at: datetime) -> int:
    count = 0
    for slot in slots:
        workflow.move(slot, states.MOVES, to=SlotState.TAKEN_DOWN, taken_down_at=at, taken_down_reason=reason)
        count += 1
    return count


def _take_down_placements(rows: QuerySet[Placement], *, at: datetime) -> int:
    """Those of playlists on these clusters: a playlist is laid out once, so a placement goes from all that share it."""
    found = Placement.objects.select_for_update(of=("self",)).filter(pk__in=rows.values("pk")).order_by("pk")
    count = 0
    for placement in found:
        workflow.move(placement, states.PLACEMENT_MOVES, to=PlacementState.TAKEN_DOWN, withdrawn_at=at)
        count += 1
    return count


def _take_out_of_province_filler(programme: Programme, reached: list[str]) -> int:
    """Of the province's filler, if every cluster that could show it is reached; elsewhere the bar keeps it off."""
    others = programme.clusters.exclude(pk__in=reached)
    if others.exists():
        return 0
    rows = ProvinceFiller.objects.filter(version__programme__in=removals.with_editions(programme))
    return rows.delete()[0]


def _settle(programme: Programme, *, at: datetime) -> None:
    """The orders on this programme, or on its original, are carried out once nothing of it is on any plan."""
    for one in (programme, programme.original):
        orders = RemovalOrder.objects.filter(programme=one, done_at=None) if one else RemovalOrder.objects.none()
        if one and orders.exists() and not removals.remaining(one, at=at):
            orders.update(done_at=at)


def no_reason() -> errors.NoReason:
    """The refusal of a deed without a reason."""
    words = _("Say why, in a few words.")
    return errors.NoReason(_("Nothing was recorded: the reason is missing."), words, fields={"reason": words})


def _reason(text: str, *, most: int = 300) -> str:
    reason = " ".join(text.split())[:most]
    if len(reason) < REASON_LEAST:
        raise no_reason()
    return reason
