"""Which accounts are one person: separation of duties asks for persons, not for accounts."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts import queries
from bangtin.hub.accounts.actions.managing import AccountRefused, refuse_own, require_administrator
from bangtin.hub.accounts.models import PersonChange, User
from bangtin.hub.kit import audit


def join_person(*, user: User, same_as: User, reason: str, actor: User | None, at: datetime) -> User:
    """Record that an account is another account's person; all accounts of its person come along.

    Raises: NotPermitted, OwnAccount; AccountRefused if they are one person already, or no reason is given.
    """
    require_administrator(actor, at)
    refuse_own(user, actor)
    refuse_own(same_as, actor)
    reason = _reason(reason)
    if queries.is_same_person(user, same_as):
        raise AccountRefused(
            _("These accounts are recorded as one person already."),
            _("Nothing needs to be done."),
            fields={"same_as": _("This is the same person already.")},
        )
    with transaction.atomic(durable=True):
        for row in queries.accounts_of(user).select_for_update():
            _change(row, same_as.person, reason=reason, actor=actor, at=at)
        audit.record("account.joined", user, actor=actor, at=at, same_as=same_as.username, reason=reason)
    user.refresh_from_db(fields=["person"])
    return user


def part_person(*, user: User, reason: str, actor: User | None, at: datetime) -> User:
    """Record that an account is a person of its own after all; the history keeps what was said before.

    Raises: NotPermitted, OwnAccount; AccountRefused if it is one already, or no reason is given.
    """
    require_administrator(actor, at)
    refuse_own(user, actor)
    reason = _reason(reason)
    if queries.accounts_of(user).count() == 1:
        raise AccountRefused(_("This account is a person of its own already."), _("Nothing needs to be done."))
    with transaction.atomic(durable=True):
        _change(user, uuid.uuid4(), reason=reason, actor=actor, at=at)
        audit.record("account.parted", user, actor=actor, at=at, reason=reason)
    return user


def _change(user: User, person: uuid.UUID, *, reason: str, actor: User | None, at: datetime) -> None:
    PersonChange.objects.create(user=user, before=user.person, after=person, reason=reason, by=actor, at=at)
    user.person = person
    user.save(update_fields=["person"])


def _reason(text: str) -> str:
    reason = " ".join(text.split())[:300]
    if len(reason) < 5:
        words = _("Say how it is known, in a few words.")
        raise AccountRefused(_("A person is not changed without a reason."), words, fields={"reason": words})
    return reason
