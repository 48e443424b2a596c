"""Deeds on accounts: making them, giving posts, one's own language and theme."""

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Post, Role, Theme, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit
from bangtin.hub.kit.errors import Refusal


class AccountRefused(Refusal):
    """An account cannot be made or changed as asked."""

    code = "BT-ACCOUNT-001"


def create_account(*, username: str, password: str, display_name: str, actor: User | None, at: datetime) -> User:
    """Make an account without any right; rights come with a post.

    Raises: AccountRefused if the name is taken or the password too weak.
    """
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
    """Give an account a new password.

    Raises: AccountRefused if it is too weak.
    """
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
    """Give an account a post at an agency; the same post twice is one post."""
    with transaction.atomic(durable=True):
        post, made = Post.objects.get_or_create(user=user, agency=agency, role=role, starts_on=starts_on)
        if made:
            audit.record("post.given", post, actor=actor, at=at, agency=agency.pk, role=str(role))
    return post


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
