"""Deeds on accounts: making them, giving and ending posts, one's own language and theme.

`actor` None is the system itself (commands on the machine); a person needs an administrator's post.
"""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts import policies
from bangtin.hub.accounts.models import CarriedPost, Post, Role, Theme, User
from bangtin.hub.agencies.models import Agency, Succession
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


def create_account(
    *,
    username: str,
    password: str,
    display_name: str,
    actor: User | None,
    at: datetime,
    is_provisional: bool | None = None,
    same_person_as: User | None = None,
) -> User:
    """Make an account without any right; rights come with a post.

    `same_person_as`: another account of the same person; what the one may not do, the other may not either.

    `is_provisional`: the person must choose an own password at the first sign-in; left out, that holds for accounts
    that another person makes.

    Raises: NotPermitted; AccountRefused if the name is taken or the password too weak.
    """
    require_administrator(actor, at)
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
        user.is_password_provisional = actor is not None if is_provisional is None else is_provisional
        user.person = same_person_as.person if same_person_as else user.person
        user.save(update_fields=["is_password_provisional", "person"])
        beside = {"same_person_as": same_person_as.username} if same_person_as else {}
        audit.record("account.created", user, actor=actor, at=at, username=username, **beside)
    return user


def set_password(*, user: User, password: str, actor: User | None, at: datetime) -> User:
    """Give an account a new password: one's own, or as administrator another's, who then chooses an own one.

    Raises: NotPermitted; AccountRefused if it is too weak, or one's own and the same again.
    """
    is_own = actor is not None and actor.pk == user.pk
    if not is_own:
        require_administrator(actor, at)
    elif user.check_password(password):
        words = _("This is the password you have now. Choose another one.")
        raise AccountRefused(words, fields={"password": words})
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountRefused(" ".join(error.messages), fields={"password": " ".join(error.messages)}) from error
    with transaction.atomic(durable=True):
        user.set_password(password)
        user.is_password_provisional = actor is not None and not is_own
        user.save(update_fields=["password", "is_password_provisional"])
        audit.record("account.password_set", user, actor=actor, at=at)
    return user


def set_email(*, user: User, email: str, actor: User, at: datetime) -> User:
    """Set where an account gets its mail, one's own or as administrator another's; empty: no mail.

    Raises: NotPermitted; AccountRefused if it is no address.
    """
    if actor.pk != user.pk:
        require_administrator(actor, at)
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            words = _("“%(text)s” is no mail address.") % {"text": email}
            raise AccountRefused(words, _("Write it as name@office.gov.vn."), fields={"email": words}) from error
    with transaction.atomic(durable=True):
        user.email = email
        user.save(update_fields=["email"])
        audit.record("account.email_set", user, actor=actor, at=at, has_email=bool(email))
    return user


def give_post(
    *, user: User, agency: Agency, role: Role, actor: User | None, at: datetime, starts_on: date | None = None
) -> Post:
    """Give an account a post at an agency; the same post twice is one post.

    Raises: NotPermitted, OwnAccount.
    """
    require_administrator(actor, at)
    refuse_own(user, actor)
    with transaction.atomic(durable=True):
        post, made = Post.objects.get_or_create(
            user=user, agency=agency, role=role, starts_on=starts_on, delegated_from=None
        )
        if made:
            audit.record("post.given", post, actor=actor, at=at, agency=agency.pk, role=str(role))
    return post


def end_post(*, post: Post, ends_on: date, actor: User | None, at: datetime) -> Post:
    """Let a post end with the day `ends_on`; what was done under it stays.

    Raises: NotPermitted, OwnAccount; AccountRefused if the day lies before the post begins or before yesterday.
    """
    require_administrator(actor, at)
    refuse_own(post.user, actor)
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


def carry_posts(*, succession: Succession, posts: Iterable[Post], to: Agency | None) -> list[CarriedPost]:
    """Let posts end the day before a succession takes effect, and the same ones begin at the successor (None: nowhere).

    Opens no transaction and asks for no right: the regulations desk does, and writes the trail.
    """
    return [_carry(succession, post, to) for post in posts]


def return_posts(*, succession: Succession, at: datetime) -> int:
    """Undo what a succession did to posts, and give their number; a post that was held since ends with yesterday.

    Opens no transaction and asks for no right, as `carry_posts`.
    """
    today, count = clock.local_date(at), 0
    for row in CarriedPost.objects.filter(succession=succession).select_related("ended", "begun"):
        if row.ended.ends_on == _last_day(succession):  # nobody has changed it since
            Post.objects.filter(pk=row.ended_id).update(ends_on=row.ended_was)
        if row.begun is not None:
            if (row.begun.starts_on or today) > today:
                row.begun.delete()
            else:
                Post.objects.filter(pk=row.begun.pk).update(ends_on=today - timedelta(days=1))
        count += 1
    return count


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


def _carry(succession: Succession, post: Post, to: Agency | None) -> CarriedPost:
    earlier = CarriedPost.objects.filter(ended=post, succession__withdrawn_at=None).order_by("-id").first()
    # the abolition before may have ended it already: what it was meant to hold until counts
    until = earlier.ended_was if earlier is not None else post.ends_on
    begun = None
    # what was held in another's stead ends with the agency; at the successor it is delegated anew
    if to is not None and post.delegated_from_id is None:
        starts_on = max(succession.effective_on, post.starts_on or date.min)
        begun, is_new = Post.objects.get_or_create(
            user_id=post.user_id,
            agency=to,
            role=post.role,
            starts_on=starts_on,
            delegated_from=None,
            defaults={"ends_on": until},
        )
        if not is_new and begun.ends_on is not None and (until is None or begun.ends_on < until):
            Post.objects.filter(pk=begun.pk).update(ends_on=until)
        elif not is_new:
            begun = None
    carried = CarriedPost.objects.create(succession=succession, ended=post, ended_was=post.ends_on, begun=begun)
    last = _last_day(succession)
    if post.ends_on is None or post.ends_on > last:
        Post.objects.filter(pk=post.pk).update(ends_on=last)
    return carried


def _last_day(succession: Succession) -> date:
    return succession.effective_on - timedelta(days=1)


def _set_active(user: User, actor: User | None, *, is_active: bool, at: datetime) -> User:
    require_administrator(actor, at)
    refuse_own(user, actor)
    with transaction.atomic(durable=True):
        user.is_active = is_active
        user.save(update_fields=["is_active"])
        audit.record("account.opened" if is_active else "account.locked", user, actor=actor, at=at)
    return user


def require_administrator(actor: User | None, at: datetime) -> None:
    """Go on only for an administrator of that day, or for the system itself."""
    require(
        actor is None or policies.may_administer(actor, on=clock.local_date(at)),
        message=_("Only an administrator keeps accounts and posts."),
        next_step=_("Ask the administrator."),
    )


def refuse_own(user: User, actor: User | None) -> None:
    """Refuse what an administrator does to an account of the own person.

    Raises: OwnAccount.
    """
    if actor is not None and actor.person == user.person:
        raise OwnAccount(
            _("You cannot change the posts or the lock of your own account."),
            _("Ask another administrator; the change is recorded under both names."),
            subject=str(user),
        )
