"""Who keeps accounts, posts and days off: administrators; the right gives no say over content."""

from datetime import date

from bangtin.hub.accounts.models import Delegation, Post, Role, User
from bangtin.hub.accounts.queries import has_role


def may_administer(actor: User, *, on: date) -> bool:
    """Whether the account holds an administrator's post on that day."""
    return has_role(actor, Role.ADMINISTRATOR, on=on)


def may_delegate(actor: User, post: Post, *, on: date) -> bool:
    """Who holds a post has another person hold it while absent; an administrator does it for others."""
    if post.user_id == actor.pk:
        return actor.is_active and (post.ends_on is None or post.ends_on >= on)
    return may_administer(actor, on=on)


def may_withdraw(actor: User, delegation: Delegation, *, on: date) -> bool:
    """Who holds the post, who stands in for it, and an administrator end a delegation."""
    return actor.is_active and (
        actor.pk in (delegation.post.user_id, delegation.delegate_id) or may_administer(actor, on=on)
    )
