"""Messages to people: put in the transaction of the deed, sent by mail after it, tried again, never lost."""

import smtplib
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.utils.translation import gettext as _

from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.models import MessageState, OutboxMessage

# waits between tries; after the last one the mail stays as "not delivered" until somebody sends it again
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
HELD_FOR = timedelta(minutes=10)  # a sender that says nothing for so long is dead
AT_ONCE = 20


def is_on() -> bool:
    """Whether a mail server is set; without one messages wait."""
    return bool(settings.EMAIL_HOST)


def put(*, key: str, recipient: str, subject: str, body: str, at: datetime) -> OutboxMessage:
    """Queue one mail for an occasion; the second call with a key changes nothing.

    Opens no transaction: a mail belongs to the deed that causes it. Line breaks in a subject become blanks, so that a
    name from outside cannot add a header.
    """
    found, _made = OutboxMessage.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "subject": " ".join(subject.split())[:300],
            "body": body,
            "message_id": make_msgid(domain=settings.EMAIL_DOMAIN),
            "put_at": at,
            "next_at": at,
        },
    )
    return found


def send_due(*, at: datetime) -> int:
    """Send what is due, AT_ONCE at most; give how many went out. Called every tick; several processes may call it.

    A mail whose sender died is sent again with the same message id: rather twice on the way than lost.
    """
    if not is_on():
        return 0
    waiting = Q(state__in=(MessageState.WAITING, MessageState.SENDING), next_at__lte=at)
    due = [one for one in OutboxMessage.objects.filter(waiting).order_by("next_at", "id")[:AT_ONCE] if _take(one, at)]
    return sum(_send(one, at=at) for one in due)


def send_again(message: OutboxMessage, *, at: datetime) -> OutboxMessage:
    """Queue a mail anew that was not delivered.

    Raises: StaleState unless it had failed.
    """
    failed = OutboxMessage.objects.filter(pk=message.pk, state=MessageState.FAILED)
    if not failed.update(state=MessageState.WAITING, tries=0, next_at=at, error=""):
        raise StaleState(_("This mail is on its way already."), _("Load the page again."), subject=message.recipient)
    message.refresh_from_db()
    return message


def _take(message: OutboxMessage, at: datetime) -> bool:
    """Claim a mail; of two senders one gets it."""
    row = OutboxMessage.objects.filter(pk=message.pk, state=message.state, next_at=message.next_at)
    return bool(row.update(state=MessageState.SENDING, next_at=at + HELD_FOR, tries=message.tries + 1))


def _send(message: OutboxMessage, *, at: datetime) -> bool:
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(fail_silently=False),
    )
    row = OutboxMessage.objects.filter(pk=message.pk)
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        tries = message.tries + 1
        is_over = tries > len(PAUSES) or _is_final(error)
        row.update(
            state=MessageState.FAILED if is_over else MessageState.WAITING,
            next_at=at if is_over else at + PAUSES[tries - 1],
            error=f"{type(error).__name__}: {error}"[:300],
        )
        return False
    row.update(state=MessageState.SENT, sent_at=at, error="")
    return True


def _is_final(error: Exception) -> bool:
    """Whether the server said that it will never take this mail (RFC 5321, 4.2.1: codes from 500)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    return isinstance(error, (smtplib.SMTPDataError, smtplib.SMTPSenderRefused)) and error.smtp_code >= 500
