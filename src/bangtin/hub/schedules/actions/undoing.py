"""Undoing the last edit that a person made of a cluster's plan, through the same checks as any other deed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.schedules import errors, policies, states
from bangtin.hub.schedules.actions import gates, journal, placements, placing, windows
from bangtin.hub.schedules.models import Placement, PlanEdit, Slot
from bangtin.hub.schedules.states import PlacementState, SlotState
from bangtin.rulebook.texts import Window


def undo(*, cluster: Cluster, actor: User, at: datetime) -> PlanEdit | None:
    """Take back the last edit that the actor made of the cluster's plan; None if there is nothing to take back.

    Raises: NotPermitted; CannotUndo if somebody changed the same since; what the opposite deed raises, such as
    SlotTaken, AlreadyBegun or OutsideHours. Nothing is undone by half.
    """
    require(policies.may_set_hours(actor, cluster, at=at))
    with transaction.atomic(durable=True):
        edit, shared = _held(cluster, actor)
        if edit is None:
            return None
        for one in shared:
            require(edit.verb == "hours.set" or policies.may_place(actor, one.cluster, at=at))
        _take_back(edit, actor=actor, at=at)
        PlanEdit.objects.filter(pk__in=[one.pk for one in shared]).update(undone_at=at)
        audit.record("plan.undone", edit, actor=actor, at=at, cluster=cluster.pk, verb=edit.verb, keys=list(edit.after))
    edit.refresh_from_db()
    return edit


def _held(cluster: Cluster, actor: User) -> tuple[PlanEdit | None, list[PlanEdit]]:
    """The last edit with its rows on other clusters, found anew once all these clusters are locked.

    Raises: StaleState if the actor edited more clusters at once in the meantime.
    """
    first = _last(cluster, actor)
    locked = [one.cluster for one in _shared(first)] if first is not None else [cluster]
    gates.lock_all(locked)
    edit = _last(cluster, actor)
    shared = _shared(edit) if edit is not None else []
    if {one.cluster_id for one in shared} - {one.pk for one in locked}:
        raise StaleState(
            _("This was changed by someone else in the meantime; nothing was recorded."),
            _("Load the page again and look at the present state."),
            subject=cluster.pk,
        )
    return edit, shared


def _last(cluster: Cluster, actor: User) -> PlanEdit | None:
    rows = PlanEdit.objects.filter(cluster=cluster, by=actor, undone_at=None)
    return rows.select_related("cluster").order_by("-at", "-pk").first()


def _shared(edit: PlanEdit) -> list[PlanEdit]:
    """The rows of one edit over every cluster that it changed."""
    rows = PlanEdit.objects.filter(by=edit.by_id, at=edit.at, verb=edit.verb, undone_at=None).select_related("cluster")
    return [one for one in rows.order_by("cluster") if one.after == edit.after]


def _take_back(edit: PlanEdit, *, actor: User, at: datetime) -> None:
    """What was made goes first, so that what it made way for finds its place; hours come back before slots."""
    order = {"hours": 1, "slot": 2, "placement": 2}
    made = [key for key in edit.after if edit.before.get(key) is None]
    others = sorted((key for key in edit.after if key not in made), key=lambda key: order[key.partition(":")[0]])
    for key in [*made, *others]:
        kind = key.partition(":")[0]
        before, after = edit.before.get(key), edit.after[key]
        if kind == "slot":
            _slot(key, before, after, at=at)
        elif kind == "placement":
            _placement(key, before, after, at=at)
        else:
            _hours(edit.cluster, key, before, after, actor=actor, at=at)


def _slot(key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], *, at: datetime) -> None:
    rows = Slot.objects.select_for_update(of=("self",)).select_related("version__programme", "cluster")
    slot = rows.get(pk=int(key.partition(":")[2]))
    if journal.slot_values(slot) != dict(after):
        raise _moved_on(slot.version.title, key)
    if before is None:
        placing.remove(slot, at=at)
        return
    spec = replace(
        placing.spec_of(slot),
        starts_at=datetime.fromisoformat(before["starts_at"]),
        ends_at=datetime.fromisoformat(before["ends_at"]),
        faces=tuple(before["faces"]),
        sound_reason=before["sound_reason"],
    )
    if after["state"] == SlotState.WITHDRAWN:
        placing.restore(slot, spec, at=at)
    else:
        placing.reshape(slot, spec, at=at)


def _placement(key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any], *, at: datetime) -> None:
    rows = Placement.objects.select_for_update(of=("self",)).select_related("version__programme", "playlist")
    row = rows.get(pk=int(key.partition(":")[2]))
    if journal.placement_values(row) != dict(after):
        raise _moved_on(row.version.title, key)
    if before is None:
        workflow.move(row, states.PLACEMENT_MOVES, to=PlacementState.WITHDRAWN, withdrawn_at=at)
        return
    spec = placements.spec_from(before)
    clusters = list(row.playlist.clusters.order_by("pk"))
    placements.stand(clusters, row.version, spec, at=at, since=spec.starts_on)
    if after["state"] == PlacementState.WITHDRAWN:
        workflow.move(row, states.PLACEMENT_MOVES, to=PlacementState.PLACED, withdrawn_at=None)
    placements.rewrite(row, spec)


def _hours(
    cluster: Cluster,
    key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    actor: User,
    at: datetime,
) -> None:
    on = journal.day_of(key)
    if journal.hours_values(windows.set_on(cluster, on)) != dict(after):
        raise _moved_on(_("the hours of %(day)s") % {"day": f"{on:%d/%m/%Y}"}, key)
    found = tuple(Window.parse(text) for text in (before or {}).get("windows", ()))
    windows.put(cluster, on, found, actor=actor, at=at)


def _moved_on(what: str, key: str) -> errors.CannotUndo:
    return errors.CannotUndo(
        _("“%(what)s” was changed again since; nothing was undone.") % {"what": what},
        _("Look at the plan as it is now and change it by hand."),
        subject=key,
    )
