"""The signed bytes of an order: its statement, the province's counter, the push (trust E, 6.1–6.6)."""

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from bangtin.bundle import alerts as notices
from bangtin.bundle import bounds, trusted
from bangtin.bundle.alerts import AlertNotice, AlertText, Floors, Sound
from bangtin.bundle.approvals import Officers, Policy
from bangtin.bundle.dsse import sign
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import errors, policies
from bangtin.hub.alerts.models import Alert, AlertEnvelope
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.devices import hints
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.devices.models import PublishedFile
from bangtin.hub.devices.queries import anchor, current_files, restores
from bangtin.hub.programmes.queries import officer_id


class Everywhere:
    """A face of the cluster that shows exercises, as the hub's own check looks at a notice."""

    def __init__(self, cluster: str) -> None:
        self.cluster = cluster
        self.is_drill = True


def send(alert: Alert, *, kind: str, replaced: Alert | None = None, actor: User, at: datetime) -> AlertEnvelope:
    """Sign the notice (or its end) with the next number, store the bytes, and push them after the commit.

    In the caller's transaction. Raises: AlertTooLarge, TooManyOnAir, AlertDoesNotVerify.
    """
    repository.lock()
    clusters = tuple(alert.clusters.order_by("pk").values_list("pk", flat=True))
    gone = {alert.number} if kind == "cancel" else {replaced.number} if replaced else set()
    active = _active(alert, gone=gone, at=at)
    last = AlertEnvelope.objects.filter(province=settings.PROVINCE).aggregate(n=Max("n"))["n"]
    n = max((last or 0) + 1, restores.least())
    draft = _notice(alert, kind=kind, clusters=clusters, references=tuple(sorted(gone)), at=at)
    body = _signed(draft, n=n, active=active, alert=alert, actor=actor, at=at)
    check_envelope(body, clusters[0], at=at)
    envelope = AlertEnvelope.objects.create(
        province=settings.PROVINCE, n=n, alert=alert, kind=kind, body=body, made_at=at
    )
    _name_sounds(alert, at=at)
    transaction.on_commit(lambda: hints.broadcaster.alert(body, clusters=clusters, is_drill=alert.is_drill))
    return envelope


def _active(alert: Alert, *, gone: Collection[str], at: datetime) -> tuple[str, ...]:
    """The ids on air after this one, of real notices or of exercises: each kind has a key and a state of its own."""
    running = Alert.objects.filter(state=AlertState.ISSUED, ends_at__gt=at, is_drill=alert.is_drill)
    numbers = {*running.values_list("number", flat=True), alert.number} - set(gone)
    if len(numbers) > bounds.ALERTS_ACTIVE:
        raise errors.TooManyOnAir(
            _("%(count)d emergency notices are on air already.") % {"count": bounds.ALERTS_ACTIVE},
            _("End one of them first, or widen one by an update."),
        )
    return tuple(sorted(numbers))


def _notice(
    alert: Alert, *, kind: str, clusters: tuple[str, ...], references: tuple[str, ...], at: datetime
) -> AlertNotice:
    assert alert.ends_at is not None
    message = alert.messages.order_by("id").first()
    cap = {}
    if message is not None and message.sent is not None:
        sent = message.sent.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        cap = {"identifier": message.identifier, "sender": message.sender, "sent": sent}
    is_end = kind == "cancel"
    return AlertNotice(
        id=alert.number,
        n=1,
        active=(),
        kind=kind,
        at=at,
        starts=alert.starts_at,
        ends=alert.ends_at,
        clusters=clusters,
        texts={} if is_end else {tag: AlertText(**words) for tag, words in alert.texts.items()},
        is_drill=alert.is_drill,
        references=references,
        cap=cap,
        level=alert.level,
        hazard=alert.hazard,
        issuer=alert.issuer_id or "",
        issuer_name=alert.issuer_name,
        document=alert.document,
        audio={} if is_end else {tag: Sound(one["sha256"], one["size"]) for tag, one in alert.audio.items()},
        repeat_s=alert.repeat_s,
        tone=alert.tone,
    )


def _signed(draft: AlertNotice, *, n: int, active: tuple[str, ...], alert: Alert, actor: User, at: datetime) -> bytes:
    """trust B.3: the officer's statement over the content, proved by the role `approvals`, inside the envelope."""
    signers = keys.load()
    agency, role = policies.ordering_agency(actor, alert.instrument_id, at=at) or ("", "")
    statement = notices.order(
        draft,
        statement_id=f"{alert.number}.{n}",
        officer=officer_id(actor),
        post=role,
        agency=agency,
        at=at,
        instrument=alert.instrument.number,
        clause=alert.clause,
        grounds=hashlib.sha256((alert.close_reason or alert.document).encode()).hexdigest(),
    )
    order = sign("approval", statement.payload(), signers.of("approvals"))
    try:
        return notices.encode(replace(draft, n=n, active=active, orders=(order,)), signers.of(draft.role))
    except BundleRefusal as refusal:
        if refusal.code == "alert_too_large":
            raise errors.AlertTooLarge(
                _("The signed notice is larger than %(size)d bytes, so it cannot be pushed. Texts are never cut.")
                % {"size": bounds.ALERT_BYTES},
                _("Shorten the texts, or leave out a language and give it as sound."),
                subject=alert.number,
            ) from refusal
        raise _not_verified(alert.number, refusal) from refusal


def check_envelope(body: bytes, cluster: str, *, at: datetime) -> None:
    """Refuse to send what a screen would refuse (trust 6.1–6.6). Raises: AlertDoesNotVerify."""
    files = current_files()
    officers, policy = _file(files, ".officers.json"), _file(files, "policy.json")
    try:
        notices.check(
            body,
            keys=trusted.load(files, anchor=anchor(files), at=at),
            officers=Officers.parse(officers),
            policy=Policy.parse(policy),
            device=Everywhere(cluster),
            floor=Floors(),
            at=at,
            is_pushed=True,
            clock="hub",
        )
    except BundleRefusal as refusal:
        raise _not_verified(refusal.subject, refusal) from refusal


def _file(files: dict[str, bytes], ending: str) -> bytes:
    return next((body for name, body in files.items() if name.endswith(ending)), b"")


def _not_verified(number: str, refusal: BundleRefusal) -> errors.AlertDoesNotVerify:
    return errors.AlertDoesNotVerify(
        _("The signed notice does not verify (%(code)s: %(detail)s); nothing was sent.")
        % {"code": refusal.code, "detail": refusal.detail},
        _("Correct what it names, then issue it again."),
        subject=number,
    )


def _name_sounds(alert: Alert, *, at: datetime) -> None:
    """Only files that something signed names are served to screens."""
    PublishedFile.objects.bulk_create(
        (
            PublishedFile(sha256=one["sha256"], size_bytes=one["size"], mime="audio/mpeg", published_at=at)
            for one in alert.audio.values()
        ),
        ignore_conflicts=True,
    )
