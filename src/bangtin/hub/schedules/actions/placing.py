"""Placing approved programmes on a cluster's plan by hand: new slots, moved ones, withdrawn ones."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules import errors, policies, states
from bangtin.hub.schedules.actions import gates, journal
from bangtin.hub.schedules.actions.gates import Instruction, SlotSpec, said
from bangtin.hub.schedules.models import BulletinClass, Slot
from bangtin.hub.schedules.states import SlotState


def place(
    *,
    cluster: Cluster,
    version: ProgrammeVersion,
    starts_at: datetime,
    ends_at: datetime,
    actor: User,
    at: datetime,
    bulletin_class: str = BulletinClass.ORDINARY,
    instruction: Instruction | None = None,
    faces: tuple[str, ...] = (),
    sound_reason: str = "",
) -> Slot:
    """Put an approved version on the cluster's plan over [starts_at, ends_at); its item loops.

    Outside the hours it stands only with an instruction from above, and is then counted apart. `faces` are screen ids;
    empty: every face. `sound_reason`: why it sounds outside the hours for sound.
    Raises: NotPermitted, InThePast, TooFarAhead, FacesUnknown, NotReady, NoRendition, NotForThisCluster, NotUrgent,
    OutsideHours, NoHoursSet, RightsEnd, QuietHours, SlotTaken, BadInstruction, LanguageMissing.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1.a, 8.1.b, 7.1.
    """
    require(policies.may_place(actor, cluster, at=at))
    spec = SlotSpec(
        version, starts_at, ends_at, BulletinClass(bulletin_class).value, instruction, tuple(faces), sound_reason
    )
    with transaction.atomic(durable=True):
        gates.lock(cluster)
        slot = put(cluster, spec, actor=actor, at=at)
        key = journal.slot_key(slot)
        after = {key: journal.slot_values(slot)}
        journal.write([cluster], "slot.placed", before={key: None}, after=after, actor=actor, at=at)
    return slot


def put(cluster: Cluster, spec: SlotSpec, *, actor: User, at: datetime) -> Slot:
    """Write the slot if it may stand; opens no transaction, and writes nothing where it refuses."""
    standing = gates.stand(cluster, spec, at=at)
    slot = Slot.objects.create(
        cluster=cluster,
        version=spec.version,
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
        bulletin_class=spec.bulletin_class,
        is_outside_hours=standing.is_outside,
        instruction_number=spec.instruction.number.strip() if spec.instruction else "",
        instruction_issuer=spec.instruction.issuer.strip() if spec.instruction else "",
        faces=sorted(set(spec.faces)),
        sound_reason=gates.reason_of(spec.sound_reason),
        clause=standing.clause,
        placed_by=actor,
        placed_at=at,
    )
    audit.record(
        "slot.placed",
        slot,
        actor=actor,
        at=at,
        cluster=cluster.id,
        version=spec.version.receipt,
        starts_at=spec.starts_at.isoformat(),
        ends_at=spec.ends_at.isoformat(),
        instruction=slot.instruction_number,
        **({"instead_of": list(standing.instead_of)} if standing.instead_of else {}),
        **({"faces": slot.faces} if slot.faces else {}),
        **({"sound_reason": slot.sound_reason} if slot.sound_reason else {}),
    )
    return slot


def move(
    *,
    slot: Slot,
    starts_at: datetime,
    ends_at: datetime,
    actor: User,
    at: datetime,
    faces: tuple[str, ...] | None = None,
    sound_reason: str | None = None,
) -> Slot:
    """Move or resize a slot that has not begun; of one that runs only its end, and not to before now.

    `faces` and `sound_reason` None: as they were. Raises: NotPermitted, StaleState, AlreadyBegun, and what `place`
    raises.
    """
    require(policies.may_place(actor, slot.cluster, at=at))
    with transaction.atomic(durable=True):
        gates.lock(slot.cluster)
        held = fresh(slot)
        before = journal.slot_values(held)
        spec = replace(
            spec_of(held),
            starts_at=starts_at,
            ends_at=ends_at,
            faces=tuple(held.faces if faces is None else faces),
            sound_reason=held.sound_reason if sound_reason is None else sound_reason,
        )
        reshape(held, spec, at=at)
        after = journal.slot_values(held)
        key = journal.slot_key(held)
        journal.write([held.cluster], "slot.moved", before={key: before}, after={key: after}, actor=actor, at=at)
        audit.record(
            "slot.moved",
            held,
            actor=actor,
            at=at,
            cluster=held.cluster_id,
            version=held.version.receipt,
            before=before,
            after=after,
        )
    slot.refresh_from_db()
    return slot


def withdraw_slot(*, slot: Slot, actor: User, at: datetime) -> Slot:
    """Take a slot that has not begun off the plan; one that runs is cut short or taken down.

    Raises: NotPermitted, StaleState, AlreadyBegun.
    """
    require(policies.may_place(actor, slot.cluster, at=at))
    with transaction.atomic(durable=True):
        gates.lock(slot.cluster)
        held = fresh(slot)
        before = journal.slot_values(held)
        remove(held, at=at)
        key = journal.slot_key(held)
        journal.write(
            [held.cluster],
            "slot.withdrawn",
            before={key: before},
            after={key: journal.slot_values(held)},
            actor=actor,
            at=at,
        )
        audit.record("slot.withdrawn", held, actor=actor, at=at, cluster=held.cluster_id, version=held.version.receipt)
    slot.refresh_from_db()
    return slot


def check_now(cluster: Cluster, spec: SlotSpec, *, at: datetime) -> Refusal | None:
    """What placing would be refused with; None if it would be done. Writes nothing."""
    try:
        gates.stand(cluster, spec, at=at)
    except Refusal as refusal:
        return refusal
    return None


def check_move(
    slot: Slot, starts_at: datetime, ends_at: datetime, *, at: datetime, faces: tuple[str, ...] | None = None
) -> Refusal | None:
    """What moving would be refused with; None if it would be done. Writes nothing."""
    kept = tuple(slot.faces) if faces is None else faces
    spec = replace(spec_of(slot), starts_at=starts_at, ends_at=ends_at, faces=kept)
    try:
        if slot.starts_at <= at:
            _require_only_end(slot, spec, at=at)
        else:
            gates.stand(slot.cluster, spec, at=at, ignoring=[slot.pk])
    except Refusal as refusal:
        return refusal
    return None


def fresh(slot: Slot) -> Slot:
    """The row as it is under the lock.

    Raises: StaleState if it is not what the caller looked at.
    """
    held = Slot.objects.select_for_update(of=("self",)).select_related("version__programme", "cluster").get(pk=slot.pk)
    if journal.slot_values(held) != journal.slot_values(slot) or held.state != SlotState.PLACED:
        raise StaleState(
            _("This slot was changed by someone else in the meantime; nothing was recorded."),
            _("Load the page again and look at the present state."),
            subject=str(slot.pk),
        )
    return held


def spec_of(slot: Slot) -> SlotSpec:
    """The slot as it would be asked for."""
    paper = Instruction(slot.instruction_number, slot.instruction_issuer) if slot.instruction_number else None
    return SlotSpec(
        version=slot.version,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        bulletin_class=slot.bulletin_class,
        instruction=paper,
        faces=tuple(slot.faces),
        sound_reason=slot.sound_reason,
    )


def reshape(slot: Slot, spec: SlotSpec, *, at: datetime) -> None:
    """Write the slot's new times if they may stand; opens no transaction."""
    if slot.starts_at <= at:
        _require_only_end(slot, spec, at=at)
        slot.ends_at = spec.ends_at
        slot.save(update_fields=["ends_at"])
        return
    standing = gates.stand(slot.cluster, spec, at=at, ignoring=[slot.pk])
    slot.starts_at, slot.ends_at = spec.starts_at, spec.ends_at
    slot.faces, slot.sound_reason = sorted(set(spec.faces)), gates.reason_of(spec.sound_reason)
    slot.clause, slot.is_outside_hours = standing.clause, standing.is_outside
    slot.save(update_fields=["starts_at", "ends_at", "faces", "sound_reason", "clause", "is_outside_hours"])


def remove(slot: Slot, *, at: datetime) -> None:
    """Move the slot to WITHDRAWN if it has not begun; opens no transaction."""
    if slot.starts_at <= at:
        raise _begun(slot, _("Cut its end short, or take it down and say why."))
    workflow.move(slot, states.MOVES, to=SlotState.WITHDRAWN)


def restore(slot: Slot, spec: SlotSpec, *, at: datetime) -> None:
    """Put a withdrawn slot back if it may stand; opens no transaction."""
    standing = gates.stand(slot.cluster, spec, at=at, ignoring=[slot.pk])
    workflow.move(
        slot,
        states.MOVES,
        to=SlotState.PLACED,
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
        clause=standing.clause,
        is_outside_hours=standing.is_outside,
    )


def _require_only_end(slot: Slot, spec: SlotSpec, *, at: datetime) -> None:
    """Of a slot that runs only the end changes; what is added passes every check, with its own start left alone."""
    if slot.ends_at <= at:
        raise _begun(slot, _("What was shown stays as it was; place it anew."))
    is_same = (spec.starts_at, set(spec.faces)) == (slot.starts_at, set(slot.faces))
    if not is_same or spec.ends_at < at or spec.ends_at <= slot.starts_at:
        raise _begun(slot, _("Move only its end, and not to before now."))
    gates.require_free(slot.cluster, spec, ignoring=[slot.pk], at=at)
    if spec.ends_at > slot.ends_at:
        gates.stand(slot.cluster, replace(spec, starts_at=slot.ends_at), at=at, ignoring=[slot.pk])


def _begun(slot: Slot, next_step: str) -> errors.AlreadyBegun:
    return errors.AlreadyBegun(
        _("The slot %(span)s of “%(title)s” has begun.")
        % {"span": said(slot.starts_at, slot.ends_at), "title": slot.version.title},
        next_step,
        subject=str(slot.pk),
    )
