"""CAP messages from outside: each is kept once, judged, and at most made a draft that waits for an officer's order."""

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts import cap, errors, policies
from bangtin.hub.alerts.actions import notices, orders
from bangtin.hub.alerts.models import Alert, CapFeed, CapMessage
from bangtin.hub.alerts.specs import CAP_TAGS, LANGUAGES, AlertSpec, Wording
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.kit.policies import require

MOST_BYTES = 512 * 1024
# what becomes a draft; a cancel only proposes, the rest is kept and laid aside
DRAFTED = (cap.Action.AIR, cap.Action.WAIT, cap.Action.UPDATE, cap.Action.EXERCISE)


def take_in(*, body: bytes, source: str, actor: User | None, at: datetime, feed: CapFeed | None = None) -> CapMessage:
    """Keep a message and what it is taken for. Nothing of it goes on air: that needs an officer's order (trust 6.6).

    The same identifier of the same sender is one message, the same unreadable text as well. `actor` None: a feed.
    Raises: NotPermitted, BadMessage.
    """
    if actor is not None:
        require(policies.may_order_somewhere(actor, at=at))
    if not body.strip() or len(body) > MOST_BYTES:
        raise errors.BadMessage(
            _("A CAP message has between 1 byte and %(size)d kB.") % {"size": MOST_BYTES // 1024},
            _("Choose the message's own file, or paste its whole text."),
            fields={"file": _("Nothing, or too much, was given.")},
        )
    verdict = _judged(body, at=at)
    with transaction.atomic(durable=True):
        sender, identifier = _name(verdict, body)
        row, is_new = CapMessage.objects.get_or_create(
            sender=sender,
            identifier=identifier,
            defaults={
                "sent": verdict.message.sent if verdict.message else None,
                "action": str(verdict.action),
                "reason": _reason(verdict)[:300],
                "body": body,
                "signature": verdict.signature,
                "feed": feed,
                "source": source[:200],
                "received_by": actor,
                "received_at": at,
            },
        )
        if is_new:
            row.alert = _draft(verdict, row, actor=actor, at=at)
            row.save(update_fields=["alert"])
            audit.record("cap.received", row, actor=actor, at=at, taken_for=row.action, source=row.source)
    return row


def _judged(body: bytes, *, at: datetime) -> cap.Verdict:
    home = Path(settings.DATA_DIR) / "cap"
    rows = Cluster.objects.order_by("pk")
    places = [cap.Place(row.pk, row.name_vi, row.latitude, row.longitude) for row in rows]
    heard = CapMessage.objects.exclude(action=cap.Action.REFUSE).values_list(
        "sender", "identifier", "action", "alert__is_drill"
    )
    known = cap.Known.of(
        cap.Heard(sender, identifier, is_exercise=action == cap.Action.EXERCISE or bool(is_drill))
        for sender, identifier, action, is_drill in heard
    )
    return cap.judge(
        body,
        clusters=places,
        mapping=cap.mapping_in(home),
        at=at,
        known=known,
        trusted=cap.certificates_in(home),
    )


def _name(verdict: cap.Verdict, body: bytes) -> tuple[str, str]:
    if verdict.message is None:
        return "", hashlib.sha256(body).hexdigest()
    return verdict.message.sender[:200], verdict.message.identifier[:200]


def _reason(verdict: cap.Verdict) -> str:
    return verdict.reason.en if get_language() == "en" else verdict.reason.vi


def _draft(verdict: cap.Verdict, row: CapMessage, *, actor: User | None, at: datetime) -> Alert | None:
    """The notice that waits, or for a cancel the one it speaks of."""
    before = _spoken_of(verdict)
    if verdict.action is cap.Action.CANCEL:
        if before is not None:
            notices.tell_later(before, what="message")
        return before
    if verdict.action not in DRAFTED or not verdict.clusters:
        return None
    spec = AlertSpec(
        clusters=verdict.clusters,
        hazard=(verdict.event or verdict.hazard or _("Emergency"))[:120],
        texts={
            CAP_TAGS.get(tag, tag): Wording(words.headline, words.description, words.instruction)
            for tag, words in verdict.words.items()
            if CAP_TAGS.get(tag, tag) in LANGUAGES
        },
        ends_at=verdict.expires_at,
        level=verdict.level,
        issuer_name=(verdict.issuer_name or row.sender)[:200],
        document=row.identifier[:200],
        starts_at=max(verdict.starts_at or at, at),
        is_drill=verdict.action is cap.Action.EXERCISE,
    )
    is_running = before is not None and before.state == AlertState.ISSUED and before.is_drill == spec.is_drill
    made = orders.draft(spec, actor=actor, at=at, replaces=before if is_running else None)
    notices.tell_later(made, what="message")
    return made


def _spoken_of(verdict: cap.Verdict) -> Alert | None:
    """The newest of our notices that came from a message which an update or a cancel names."""
    for reference in verdict.replaces:
        row = CapMessage.objects.filter(sender=reference.sender, identifier=reference.identifier).first()
        found = row.alert if row else None
        while found is not None:
            later = found.updates.exclude(state=AlertState.DISMISSED).order_by("-id").first()
            if later is None or later.state == AlertState.WAITING:
                return found
            found = later
    return None
