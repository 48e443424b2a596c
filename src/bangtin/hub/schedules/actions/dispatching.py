"""Selecting ready programmes, handing them to operators and localities, acknowledging, saying what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.plans.actions.numbering import next_number
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules import policies
from bangtin.hub.schedules.actions import dispatch_mails
from bangtin.hub.schedules.errors import BadDispatch, NotForDispatch, NotShared
from bangtin.hub.schedules.models import Dispatch, DispatchLine, LineOutcome, Selection
from bangtin.hub.schedules.queries import dispatches as found
from bangtin.hub.schedules.queries import removals
from bangtin.hub.schedules.states import DISPATCH_MOVES, DispatchState

PREFIX = "CP"
LINES_MOST = 200


@dataclass(frozen=True)
class Contents:
    """What a dispatch holds; `month` any day of the month whose supply it is, None for one in between."""

    versions: Sequence[ProgrammeVersion]
    month: date | None = None
    letter_number: str = ""
    note: str = ""


def select(
    *, version: ProgrammeVersion, is_accepted: bool, reason: str, is_shared: bool, actor: User, at: datetime
) -> Selection:
    """Decide whether a ready version is fit to be sent to operators; not suitable needs a reason.

    Raises: NotPermitted, NotForDispatch, BadDispatch without a reason.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.2.
    """
    instrument_id, on = version.programme.instrument_id, local_date(at)
    require_lead(actor, instrument_id, at=at)
    require_ready(version)
    if not is_accepted and len(reason.strip()) < 5:
        words = _("Write why it is not suitable.")
        raise BadDispatch(_("Nothing was recorded: the reason is missing."), words, fields={"reason": words})
    with transaction.atomic(durable=True):
        return _select(
            version,
            is_accepted,
            reason=reason,
            is_shared=is_shared and is_accepted,
            by=(actor, _lead(actor, instrument_id, on=on)),
            at=at,
        )


def dispatch(*, instrument: Instrument, receiver: Agency, contents: Contents, actor: User, at: datetime) -> Dispatch:
    """Hand ready programmes to an operator or locality; what is chosen so is thereby found suitable.

    A programme that its agency did not hand in for a cluster of the operator is opened for it, where it was made ready
    for the cluster's screens.
    Raises: NotPermitted, BadDispatch, NotForDispatch.
    Source: Cao Bằng art. 7.2; Lai Châu art. 10.1.a.2, 10.1.a.4; Hà Tĩnh art. 4.3.a.
    """
    on = local_date(at)
    require_lead(actor, instrument.pk, at=at)
    _check(instrument.pk, receiver, contents, on=on)
    clusters = found.clusters_of(receiver.pk, on=on)
    for version in contents.versions:
        require_fit(version, instrument.pk, receiver, clusters, on=on)
    with transaction.atomic(durable=True):
        return send(instrument, receiver, contents, clusters=clusters, actor=actor, at=at)


def send(
    instrument: Instrument,
    receiver: Agency,
    contents: Contents,
    *,
    clusters: Sequence[Cluster],
    actor: User,
    at: datetime,
    clause: str = "",
) -> Dispatch:
    """Write the dispatch whose contents were checked, and tell the receiver; opens no transaction.

    `clause`: what it is sent under; else the clause by which programmes go to operators.
    """
    lead = _lead(actor, instrument.pk, on=local_date(at))
    row = _write(instrument, receiver, contents, sender=lead, actor=actor, at=at)
    if clause:
        row.clause = clause
        row.save(update_fields=["clause"])
    for version in contents.versions:
        last = found.last_selection(version)
        if last is None or not last.is_accepted:
            _select(version, True, reason="", is_shared=False, by=(actor, lead), at=at)
        _open(version, clusters)
    audit.record(
        "dispatch.sent",
        row,
        actor=actor,
        at=at,
        number=row.number,
        receiver=receiver.pk,
        month=row.month.isoformat() if row.month else "",
        versions=[one.receipt for one in contents.versions],
    )
    dispatch_mails.tell_sent(row, at=at)
    return row


def take(*, version: ProgrammeVersion, receiver: Agency, actor: User, at: datetime) -> Dispatch:
    """A locality takes a programme from the common library; that is its receipt.

    Raises: NotPermitted, NotShared, NotForDispatch.
    Source: Lai Châu art. 10.1.a.3; Bình Dương IV.1.2.
    """
    on, instrument_id = local_date(at), version.programme.instrument_id
    require(
        policies.may_receive(actor, receiver.pk, at=at)
        and receiver.pk in {one.pk for one in found.receivers(instrument_id, on=on)},
        message=_("Only officers of an operator or locality take from the common library."),
    )
    if not found.library(instrument_id, receiver.pk).filter(pk=version.pk).exists():
        raise NotShared(
            _("“%(title)s” does not stand in the common library, or your agency has it already.")
            % {"title": version.title},
            _("Load the page again."),
            subject=version.receipt,
        )
    clusters = found.clusters_of(receiver.pk, on=on)
    require_fit(version, instrument_id, receiver, clusters, on=on)
    last = found.last_selection(version)
    sender = last.agency if last else receiver
    with transaction.atomic(durable=True):
        instrument = Instrument.objects.get(pk=instrument_id)
        row = _write(instrument, receiver, Contents((version,)), sender=sender, actor=actor, at=at)
        row.is_taken, row.acknowledged_by, row.acknowledged_at = True, actor, at
        row.save(update_fields=["is_taken", "acknowledged_by", "acknowledged_at"])
        workflow.move(row, DISPATCH_MOVES, to=DispatchState.ACKNOWLEDGED)
        _open(version, clusters)
        audit.record(
            "dispatch.taken", row, actor=actor, at=at, number=row.number, receiver=receiver.pk, version=version.receipt
        )
    return row


def acknowledge(*, dispatch: Dispatch, actor: User, at: datetime) -> Dispatch:
    """The receiver's focal point acknowledges what came.

    Raises: NotPermitted, StaleState if somebody did before.
    """
    _require_receiver(actor, dispatch, at=at)
    with transaction.atomic(durable=True):
        workflow.move(
            dispatch, DISPATCH_MOVES, to=DispatchState.ACKNOWLEDGED, acknowledged_by=actor, acknowledged_at=at
        )
        audit.record("dispatch.acknowledged", dispatch, actor=actor, at=at, number=dispatch.number)
    return dispatch


def tell(*, line: DispatchLine, outcome: str, reason: str, actor: User, at: datetime) -> DispatchLine:
    """Say what became of a line that was not placed, with the reason; that it was placed follows from the schedule.

    Raises: NotPermitted, BadDispatch, StaleState before the dispatch was acknowledged.
    """
    _require_receiver(actor, line.dispatch, at=at)
    if outcome not in {LineOutcome.NOT_PLACED, LineOutcome.USED_OTHERWISE}:
        words = _("Choose what became of it.")
        raise BadDispatch(_("Nothing was recorded."), words, fields={"outcome": words})
    if len(reason.strip()) < 5:
        words = _("Write why, or where it was used; the department reads it.")
        raise BadDispatch(_("Nothing was recorded: the reason is missing."), words, fields={"reason": words})
    if line.dispatch.state != DispatchState.ACKNOWLEDGED or found.outcome_of(line) == found.PLACED:
        raise StaleState(
            _("This line is placed already, or its dispatch was not acknowledged."), _("Load the page again.")
        )
    with transaction.atomic(durable=True):
        line.outcome, line.reason, line.told_by, line.told_at = outcome, reason.strip()[:300], actor, at
        line.save(update_fields=["outcome", "reason", "told_by", "told_at"])
        audit.record(
            "dispatch.told",
            line.dispatch,
            actor=actor,
            at=at,
            number=line.dispatch.number,
            version=line.version.receipt,
            outcome=str(outcome),
            reason=line.reason,
        )
    return line


def _write(
    instrument: Instrument, receiver: Agency, contents: Contents, *, sender: Agency, actor: User, at: datetime
) -> Dispatch:
    row = Dispatch.objects.create(
        instrument=instrument,
        number=next_number(Dispatch, PREFIX, instrument=instrument, at=at),
        sender=sender,
        receiver=receiver,
        month=contents.month.replace(day=1) if contents.month else None,
        letter_number=contents.letter_number.strip()[:80],
        note=contents.note.strip()[:300],
        clause=found.clause(instrument.pk),
        sent_by=actor,
        sent_at=at,
    )
    DispatchLine.objects.bulk_create(
        DispatchLine(dispatch=row, version=version, position=number)
        for number, version in enumerate(contents.versions, start=1)
    )
    return row


def _select(
    version: ProgrammeVersion,
    is_accepted: bool,
    *,
    reason: str,
    is_shared: bool,
    by: tuple[User, Agency],
    at: datetime,
) -> Selection:
    actor, agency = by
    row = Selection.objects.create(
        version=version,
        is_accepted=is_accepted,
        reason=reason.strip()[:300],
        is_shared=is_shared,
        agency=agency,
        decided_by=actor,
        decided_at=at,
    )
    audit.record(
        "version.selected",
        version,
        actor=actor,
        at=at,
        receipt=version.receipt,
        is_accepted=is_accepted,
        is_shared=is_shared,
        reason=row.reason,
    )
    return row


def _open(version: ProgrammeVersion, clusters: Sequence[Cluster]) -> None:
    """Let the programme be placed on those of the receiver's clusters whose screens it was made ready for."""
    fitting = [one for one in clusters if found.has_form_for(version, one)]
    version.programme.clusters.add(*fitting)


def require_lead(actor: User, instrument_id: str, *, at: datetime) -> None:
    """Raises: NotPermitted outside the lead agency."""
    require(
        policies.may_dispatch(actor, instrument_id, at=at),
        message=_("Only officers of the lead agency send programmes to operators."),
        citation=found.clause(instrument_id),
    )


def _require_receiver(actor: User, row: Dispatch, *, at: datetime) -> None:
    require(
        policies.may_receive(actor, row.receiver_id, at=at),
        message=_("Only officers of the agency that receives it do this."),
    )


def _lead(actor: User, instrument_id: str, *, on: date) -> Agency:
    own = regulations.leads(instrument_id, on=on) & set(actor.posts.values_list("agency_id", flat=True))
    return Agency.objects.get(pk=min(own))


def _check(instrument_id: str, receiver: Agency, contents: Contents, *, on: date) -> None:
    errors = {}
    if not contents.versions:
        errors["versions"] = _("Choose at least one programme.")
    if len(contents.versions) > LINES_MOST or len({one.pk for one in contents.versions}) != len(contents.versions):
        errors["versions"] = _("Choose each programme once, at most %(n)d.") % {"n": LINES_MOST}
    if receiver.pk not in {one.pk for one in found.receivers(instrument_id, on=on)}:
        errors["receiver"] = _("Choose an operator that the regulation names.")
    if errors:
        raise BadDispatch(
            _("Nothing was sent: %(reasons)s") % {"reasons": " ".join(errors.values())},
            _("Correct the marked fields and send again."),
            citation=found.clause(instrument_id),
            fields=errors,
        )


def require_ready(version: ProgrammeVersion) -> None:
    """Raises: NotForDispatch for what is not approved as it is now, was removed or is stale."""
    is_ready = version.state == VersionState.READY and appraisal.is_approved(version)
    if not is_ready or programmes.is_removed(version) or programmes.is_stale(version):
        raise NotForDispatch(
            _("“%(title)s” (%(receipt)s) is not approved as it is now, so it is not sent.")
            % {"title": version.title, "receipt": version.receipt},
            _("Wait for the officers' decisions, then send it."),
            citation=appraisal.clause(version),
            subject=version.receipt,
        )


def require_fit(
    version: ProgrammeVersion, instrument_id: str, receiver: Agency, clusters: Sequence[Cluster], *, on: date
) -> None:
    """Raises: NotForDispatch for what is not ready, not suitable, or has no form for the receiver's screens."""
    require_ready(version)
    name = {"title": version.title, "receipt": version.receipt, "receiver": receiver.name(on)}
    last = found.last_selection(version)
    if last is not None and not last.is_accepted:
        raise NotForDispatch(
            _("“%(title)s” (%(receipt)s) was found not suitable for operators.") % name,
            last.reason,
            citation=found.clause(instrument_id),
            subject=version.receipt,
        )
    wanted = {one.pk for one in version.programme.clusters.all()}
    fits = any(
        (one.pk in wanted or found.has_form_for(version, one)) and not removals.barred_by(version.programme, one)
        for one in clusters
    )
    if version.programme.instrument_id != instrument_id or (clusters and not fits):
        raise NotForDispatch(
            _("“%(title)s” (%(receipt)s) was not made for the screens of %(receiver)s, or was taken down there.")
            % name,
            _("Ask its agency to hand it in for them too."),
            subject=version.receipt,
        )
