"""Deeds on accounts: making them, giving and ending posts, one's own language and theme.

`actor` None is the system itself (commands on the machine); a person needs an administrator's post.
"""

import secrets
from datetime import date, datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts import policies
from bangtin.hub.accounts.models import Post, Role, Theme, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import NotPermitted, Refusal
from bangtin.hub.kit.policies import require

# no letters that are read for another: the password is read out or copied by hand once
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class AccountRefused(Refusal):
    """An account cannot be made or changed as asked."""

    code = "BT-ACCOUNT-001"


class OwnAccount(NotPermitted):
    """An administrator gives or takes nothing on the own account, so that nobody gains a right unseen."""

    code = "BT-ACCOUNT-002"


def generated_password() -> str:
    """A password of four groups of four characters, about 79 bits: `k7mw-2xbd-…`; kept nowhere."""
    return "-".join("".join(secrets.choice(ALPHABET) for _character in range(4)) for _group in range(4))


def create_account(*, username: str, password: str, display_name: str, actor: User | None, at: datetime) -> User:
    """Make an account without any right; rights come with a post.

    Raises: NotPermitted; AccountRefused if the name is taken or the password too weak.
    """
    _require_administrator(actor, at)
    if User.objects.filter(username=username).exists():
        raise AccountRefused(
            _("There is an account named “%(name)s” already.") % {"name": username},
            _("Choose another user name."),
            fields={"username": _("This name is taken.")},
        )
    try:
        validate_password(password)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages), fields={"password": " ".join(error.messages)}) from error
    with transaction.atomic(durable=True):
        user = User.objects.create_account(username, password, display_name)
        audit.record("account.created", user, actor=actor, at=at, username=username)
    return user


def set_password(*, user: User, password: str, actor: User | None, at: datetime) -> User:
    """Give an account a new password: one's own, or as administrator another's.

    Raises: NotPermitted; AccountRefused if it is too weak.
    """
    if actor is None or actor.pk != user.pk:
        _require_administrator(actor, at)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages), fields={"password": " ".join(error.messages)}) from error
    with transaction.atomic(durable=True):
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record("account.password_set", user, actor=actor, at=at)
    return user


def give_post(
    *, user: User, agency: Agency, role: Role, actor: User | None, at: datetime, starts_on: date | None = None
) -> Post:
    """Give an account a post at an agency; the same post twice is one post.

    Raises: NotPermitted, OwnAccount.
    """
    _require_administrator(actor, at)
    _refuse_own(user, actor)
    with transaction.atomic(durable=True):
        post, made = Post.objects.get_or_create(user=user, agency=agency, role=role, starts_on=starts_on)
        if made:
            audit.record("post.given", post, actor=actor, at=at, agency=agency.pk, role=str(role))
    return post


def end_post(*, post: Post, ends_on: date, actor: User | None, at: datetime) -> Post:
    """Let a post end with the day `ends_on`; what was done under it stays.

    Raises: NotPermitted, OwnAccount; AccountRefused if the day lies before the post begins or before yesterday.
    """
    _require_administrator(actor, at)
    _refuse_own(post.user, actor)
    earliest = max(post.starts_on or date.min, clock.local_date(at) - timedelta(days=1))
    if ends_on < earliest:
        raise AccountRefused(
            _("A post cannot end in the past: its rights of those days were real."),
            _("Choose today or a later day; yesterday ends it at once."),
            subject=str(post),
            fields={"ends_on": _("Not before %(day)s.") % {"day": f"{earliest:%d/%m/%Y}"}},
        )
    with transaction.atomic(durable=True):
        post.ends_on = ends_on
        post.save(update_fields=["ends_on"])
        audit.record("post.ended", post, actor=actor, at=at, ends_on=ends_on.isoformat())
    return post


def deactivate(*, user: User, actor: User | None, at: datetime) -> User:
    """Lock an account: its sessions end, its posts give no right; nothing it did is touched.

    Raises: NotPermitted, OwnAccount.
    """
    return _set_active(user, actor, is_active=False, at=at)


def reactivate(*, user: User, actor: User | None, at: datetime) -> User:
    """Open a locked account again; the posts it still holds count again.

    Raises: NotPermitted, OwnAccount.
    """
    return _set_active(user, actor, is_active=True, at=at)


def choose_language(*, user: User, language: str) -> None:
    """Remember the language of an account's pages; an unknown one changes nothing."""
    if language in {"vi", "en"}:
        user.language = language
        user.save(update_fields=["language"])


def choose_theme(*, user: User, theme: str) -> None:
    """Remember the look of an account's pages; an unknown one changes nothing."""
    if theme in Theme.values:
        user.theme = theme
        user.save(update_fields=["theme"])


def _set_active(user: User, actor: User | None, *, is_active: bool, at: datetime) -> User:
    _require_administrator(actor, at)
    _refuse_own(user, actor)
    with transaction.atomic(durable=True):
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        audit.record("account.opened" if is_active else "account.locked", user, actor=actor, at=at)
    return user


def _require_administrator(actor: User | None, at: datetime) -> None:
    require(
        actor is None or policies.may_administer(actor, on=clock.local_date(at)),
        message=_("Only an administrator keeps accounts and posts."),
        next_step=_("Ask the administrator."),
    )


def _refuse_own(user: User, actor: User | None) -> None:
    if actor is not None and actor.pk == user.pk:
        raise OwnAccount(
            _("You cannot change the posts or the lock of your own account."),
            _("Ask another administrator; the change is recorded under both names."),
            subject=str(user),
        )
