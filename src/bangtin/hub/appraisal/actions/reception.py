"""What happens to a version when the technical check took it: its route is fixed and it comes to its first desk."""

from datetime import datetime

from bangtin.hub.appraisal import routes
from bangtin.hub.appraisal.actions import common
from bangtin.hub.appraisal.lanes import EditNote
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit import audit, clock, workflow
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import MOVES, VersionState


def receive(sender: object, *, version: ProgrammeVersion, at: datetime, **_rest: object) -> None:
    """Signal: the version was received. An editor's goes on to the confirmation with the editor's word on it."""
    on = clock.local_date(at)
    note = EditNote.objects.filter(version=version).select_related("agency", "acting_for").first()
    if version.edited_from is not None and note is not None:
        _go_on(version, version.edited_from, note, at=at)
        return
    route = routes.choose(version.programme, on)
    version.route_id = route.id if route else ""
    first = routes.plan(version, on)[0]
    version.awaits, version.desk_id = routes.first_step(first), common.desk_of(version, first.agency_ids)
    version.save(update_fields=["route_id", "awaits", "desk"])


def stay_with_editor(sender: object, *, version: ProgrammeVersion, at: datetime, **_rest: object) -> None:
    """Signal: the version cannot be aired. An editor's lies at the editor's desk, to be done again."""
    parent = version.edited_from
    if parent is None:
        return
    version.route_id, version.awaits = parent.route_id, str(Step.EDIT)
    turns = [one for one in routes.plan(version, clock.local_date(at)) if one.step == Step.EDIT]
    version.desk_id = common.desk_of(version, turns[0].agency_ids) if turns else None
    version.save(update_fields=["route_id", "awaits", "desk"])


def _go_on(version: ProgrammeVersion, parent: ProgrammeVersion, note: EditNote, *, at: datetime) -> None:
    on = clock.local_date(at)
    version.route_id = parent.route_id
    turns = routes.plan(version, on)
    steps = [one.step for one in turns]
    following = turns[steps.index(Step.EDIT) + 1]
    workflow.move(
        version,
        {VersionState.RECEIVED: MOVES[VersionState.RECEIVED] & {VersionState.PROPOSED}},
        to=VersionState.PROPOSED,
        route_id=parent.route_id,
        awaits=str(following.step),
        desk_id=common.desk_of(version, following.agency_ids),
    )
    Decision.objects.create(
        version=version,
        step=Step.EDIT,
        outcome=Outcome.APPROVED,
        grounds=note.words,
        content_digest=version.content_digest,
        clause=common.clause_of(version, Step.EDIT, on),
        officer=version.submitted_by,
        agency=note.agency,
        acting_for=note.acting_for,
        decided_at=at,
    )
    audit.record(
        "appraisal.edit.approved",
        version,
        actor=version.submitted_by,
        at=at,
        digest=version.content_digest,
        receipt=version.receipt,
    )
