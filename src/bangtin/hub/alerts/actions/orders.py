"""The deeds of the alert desk: compose, issue, update, cancel, dismiss; each order is one officer's alone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.bundle.approvals import Officers
from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import policies, queries
from bangtin.hub.alerts.actions import checking, envelopes, notices
from bangtin.hub.alerts.actions.numbering import next_number
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.specs import AlertSpec, Reading, Wording, tidy
from bangtin.hub.alerts.states import ALERT_MOVES, AlertState
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.actions import repository
from bangtin.hub.devices.models import RepositoryFile
from bangtin.hub.devices.queries.ordering import ALERT_STEPS
from bangtin.hub.kit import audit, workflow
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.queries import officer_id

KINDS = {False: "alert", True: "update"}


def compose(*, spec: AlertSpec, actor: User, at: datetime) -> Alert:
    """Keep a notice that waits for its order; it may still lack an end.

    Raises: NotPermitted, BadAlert.
    """
    clusters = checking.clusters_of(spec)
    require(policies.may_order(actor, clusters, at=at))
    with transaction.atomic(durable=True):
        return _create(spec, actor=actor, at=at)


def amend(*, alert: Alert, spec: AlertSpec, actor: User, at: datetime) -> Alert:
    """Change a notice that waits; what came from outside keeps its messages. An exercise stays one.

    Raises: NotPermitted, BadAlert, StaleState.
    """
    require(policies.may_order(actor, [*alert.clusters.all(), *checking.clusters_of(spec)], at=at))
    with transaction.atomic(durable=True):
        return _amend(alert, spec, actor=actor, at=at)


def issue(*, alert: Alert, actor: User, at: datetime) -> Alert:
    """Order the notice: sign it, number it, keep the envelope, push it to the screens; one officer, one go.

    Raises: NotPermitted, NoEnd, StaleState, AlertTooLarge, TooManyOnAir, AlertDoesNotVerify.
    Source: Lai Châu art. 8.2, 10.1.a.3; Cao Bằng art. 7.1. Trust E, 6.6.
    """
    clusters = list(alert.clusters.all())
    require(policies.may_order(actor, clusters, at=at))
    _ready_repository(actor, clusters, at=at)
    with transaction.atomic(durable=True):
        return _issue(alert, actor=actor, at=at)


def order(*, spec: AlertSpec, actor: User, at: datetime, waiting: Alert | None = None) -> Alert:
    """Compose (or amend what waits) and issue in one go. The same form sent twice gives the same order.

    Raises: as `compose` and `issue`.
    """
    clusters = checking.clusters_of(spec)
    require(policies.may_order(actor, clusters, at=at))
    _ready_repository(actor, clusters, at=at)
    with transaction.atomic(durable=True):
        repository.lock()
        before = Alert.objects.filter(asked_key=spec.asked_key).first() if spec.asked_key else None
        if before is not None and before.state != AlertState.WAITING:
            require(before.ordered_by_id == actor.pk)
            return before
        found = before or waiting
        row = _amend(found, spec, actor=actor, at=at) if found else _create(spec, actor=actor, at=at)
        return _issue(row, actor=actor, at=at)


def update(*, alert: Alert, spec: AlertSpec, actor: User, at: datetime) -> Alert:
    """Put another notice in the place of a running one: other words, another end, another place. One officer's order.

    A real notice stays real, an exercise an exercise. Raises: as `order`; StaleState if it runs no more.
    """
    spec = replace(spec, is_drill=alert.is_drill)
    clusters = [*alert.clusters.all(), *checking.clusters_of(spec)]
    require(policies.may_order(actor, clusters, at=at))
    _ready_repository(actor, clusters, at=at)
    with transaction.atomic(durable=True):
        repository.lock()
        if spec.asked_key and (before := Alert.objects.filter(asked_key=spec.asked_key).first()):
            require(before.ordered_by_id == actor.pk)
            return before
        workflow.move(alert, ALERT_MOVES, to=AlertState.REPLACED, closed_by=actor, closed_at=at)
        row = _create(spec, actor=actor, at=at, replaces=alert)
        return _issue(row, actor=actor, at=at)


def extend(*, alert: Alert, ends_at: datetime, actor: User, at: datetime) -> Alert:
    """Let a running notice go on until `ends_at`: an update with the same words. Raises: as `update`."""
    spec = spec_of(alert)
    return update(alert=alert, spec=replace(spec, ends_at=ends_at, starts_at=None), actor=actor, at=at)


def cancel(*, alert: Alert, reason: str, actor: User, at: datetime) -> Alert:
    """End a running notice now: the next number no longer names it. One officer's order, with a reason.

    Raises: NotPermitted, BadAlert without a reason, StaleState if it runs no more, AlertDoesNotVerify.
    """
    clusters = list(alert.clusters.all())
    require(policies.may_order(actor, clusters, at=at))
    said = checking.reason(reason)
    _ready_repository(actor, clusters, at=at)
    with transaction.atomic(durable=True):
        repository.lock()
        workflow.move(alert, ALERT_MOVES, to=AlertState.CANCELLED, closed_by=actor, closed_at=at, close_reason=said)
        envelope = envelopes.send(alert, kind="cancel", actor=actor, at=_whole(at))
        audit.record("alert.cancelled", alert, actor=actor, at=at, number=alert.number, n=envelope.n, reason=said)
        notices.tell_later(alert, what="cancelled")
    return alert


def dismiss(*, alert: Alert, reason: str, actor: User, at: datetime) -> Alert:
    """Lay a waiting notice aside: it is not issued. Raises: NotPermitted, BadAlert, StaleState."""
    require(policies.may_order(actor, alert.clusters.all(), at=at))
    said = checking.reason(reason)
    with transaction.atomic(durable=True):
        workflow.move(alert, ALERT_MOVES, to=AlertState.DISMISSED, closed_by=actor, closed_at=at, close_reason=said)
        audit.record("alert.dismissed", alert, actor=actor, at=at, number=alert.number, reason=said)
    return alert


def end_due(*, at: datetime) -> int:
    """Note that notices ended by themselves; the screens did so at that instant. Gives how many; called every tick."""
    ended = 0
    for alert in Alert.objects.filter(state=AlertState.ISSUED, ends_at__lte=at).order_by("id"):
        with transaction.atomic():
            try:
                workflow.move(alert, ALERT_MOVES, to=AlertState.ENDED, closed_at=alert.ends_at)
            except StaleState:  # an officer was first
                continue
            audit.record("alert.ended", alert, actor=None, at=at, number=alert.number)
            ended += 1
    return ended


def spec_of(alert: Alert) -> AlertSpec:
    """The notice as a form would give it."""
    return AlertSpec(
        clusters=tuple(alert.clusters.order_by("pk").values_list("pk", flat=True)),
        hazard=alert.hazard,
        texts={tag: Wording(**words) for tag, words in alert.texts.items()},
        ends_at=alert.ends_at,
        level=alert.level,
        issuer_name=alert.issuer_name,
        document=alert.document,
        starts_at=alert.starts_at,
        is_drill=alert.is_drill,
        audio={tag: Reading(**one) for tag, one in alert.audio.items()},
        tone=alert.tone,
        repeat_s=alert.repeat_s,
    )


def draft(spec: AlertSpec, *, actor: User | None, at: datetime, replaces: Alert | None = None) -> Alert:
    """A notice from a message: its words are kept whole, however long; they are judged when an officer orders it.

    In the caller's transaction.
    """
    return _create(spec, actor=actor, at=at, replaces=replaces, is_draft=True)


def _create(
    spec: AlertSpec, *, actor: User | None, at: datetime, replaces: Alert | None = None, is_draft: bool = False
) -> Alert:
    clusters = checking.clusters_of(spec)
    if not is_draft:
        checking.check_facts(spec)
    instrument = clusters[0].instrument_id
    row = Alert.objects.create(
        number=next_number(is_drill=spec.is_drill, at=at),
        instrument_id=instrument,
        is_drill=spec.is_drill,
        clause=queries.clause_of(instrument, at=at),
        replaces=replaces,
        made_by=actor,
        made_at=at,
        asked_key=spec.asked_key or None,
        **_fields(spec, at=at, is_draft=is_draft),
    )
    row.clusters.set(clusters)
    audit.record("alert.composed", row, actor=actor, at=at, number=row.number, drill=row.is_drill)
    return row


def _amend(alert: Alert, spec: AlertSpec, *, actor: User, at: datetime) -> Alert:
    clusters = checking.clusters_of(spec)
    checking.check_facts(spec)
    fields = _fields(spec, at=at) | ({"asked_key": spec.asked_key} if spec.asked_key else {})
    changed = Alert.objects.filter(pk=alert.pk, state=AlertState.WAITING).update(**fields)
    if not changed:
        raise StaleState(
            _("This was changed by someone else in the meantime; nothing was recorded."),
            _("Load the page again and look at the present state."),
            subject=alert.number,
        )
    alert.refresh_from_db()
    alert.clusters.set(clusters)
    audit.record("alert.amended", alert, actor=actor, at=at, number=alert.number)
    return alert


def _issue(alert: Alert, *, actor: User, at: datetime) -> Alert:
    now = _whole(at)
    alert.starts_at = max(alert.starts_at, now)
    checking.check_span(alert, at=now)
    workflow.move(alert, ALERT_MOVES, to=AlertState.ISSUED, ordered_by=actor, ordered_at=at, starts_at=alert.starts_at)
    replaced = alert.replaces
    if replaced is not None and replaced.state == AlertState.ISSUED:  # an update that waited for its order
        workflow.move(replaced, ALERT_MOVES, to=AlertState.REPLACED, closed_by=actor, closed_at=at)
    envelope = envelopes.send(alert, kind=KINDS[bool(replaced)], replaced=replaced, actor=actor, at=now)
    audit.record(
        "alert.issued",
        alert,
        actor=actor,
        at=at,
        number=alert.number,
        n=envelope.n,
        drill=alert.is_drill,
        level=alert.level,
        clusters=sorted(alert.clusters.values_list("pk", flat=True)),
        ends=alert.ends_at.isoformat() if alert.ends_at else "",
        replaces=replaced.number if replaced else "",
    )
    notices.tell_later(alert, what="issued")
    return alert


def _fields(spec: AlertSpec, *, at: datetime, is_draft: bool = False) -> dict[str, object]:
    return {
        "level": spec.level,
        "hazard": tidy(spec.hazard),
        "issuer_name": tidy(spec.issuer_name),
        "document": tidy(spec.document)[:200],
        "texts": checking.texts_of(spec, is_draft=is_draft),
        "audio": {tag: one.to_object() for tag, one in spec.audio.items()},
        "tone": spec.tone,
        "repeat_s": spec.pace_s,
        "starts_at": _whole(spec.starts_at or at),
        "ends_at": _whole(spec.ends_at) if spec.ends_at else None,
    }


def _whole(at: datetime) -> datetime:
    """Whole seconds, as statements carry instants; never later than the instant itself."""
    return at.replace(microsecond=0)


def _ready_repository(actor: User, clusters: Iterable[Cluster], *, at: datetime) -> None:
    """A new hub has no repository yet; and who was given a post a moment ago is listed before the order goes out."""
    listed = RepositoryFile.objects.filter(name__endswith=".officers.json", is_current=True)
    body = listed.values_list("body", flat=True).first()
    if body is None:
        repository.create_repository(at=at)
        return
    officer = Officers.parse(bytes(body)).by_id.get(officer_id(actor))
    for name in {one.instrument_id for one in clusters}:
        agency, _role = policies.ordering_agency(actor, name, at=at) or ("", "")
        if officer is None or not all(officer.may(step, agency=agency, at=at) for step in ALERT_STEPS):
            repository.list_officers(at=at)
