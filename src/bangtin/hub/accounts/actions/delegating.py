"""Absence: somebody lets another person hold a post from one day to another, in writing and to be taken back."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts import policies, queries
from bangtin.hub.accounts.actions.managing import refuse_own
from bangtin.hub.accounts.models import Delegation, Post, User
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import Refusal, StaleState
from bangtin.hub.kit.policies import require

LONGEST = timedelta(days=366)


class DelegationRefused(Refusal):
    """A post cannot be held in another's stead as asked."""

    code = "BT-ACCOUNT-003"


def delegate_post(
    *, post: Post, to: User, starts_on: date, ends_on: date, reason: str, actor: User, at: datetime
) -> Delegation:
    """Let `to` hold `post` from `starts_on` to `ends_on`, both included; it ends by itself.

    It gives no exemption: what its holder may not do to an item, the delegate may not do in that stead, nor what the
    delegate's own person may not do.
    Raises: NotPermitted, OwnAccount; DelegationRefused with the field that is wrong.
    """
    on = clock.local_date(at)
    require(
        policies.may_delegate(actor, post, on=on),
        message=_("Only who holds a post, or an administrator, has another person hold it."),
        next_step=_("Ask the administrator."),
    )
    if actor.pk != post.user_id:
        refuse_own(to, actor)  # no administrator gains a right by it
    reason = " ".join(reason.split())[:300]
    _check_persons(post, to, starts_on)
    _check_days(post, starts_on, ends_on, on)
    if len(reason) < 5:
        raise _refused("reason", _("Say why, in a few words: leave, a mission, illness."))
    with transaction.atomic(durable=True):
        given = Post.objects.create(
            user=to, agency=post.agency, role=post.role, starts_on=starts_on, ends_on=ends_on, delegated_from=post
        )
        made = Delegation.objects.create(
            post=post,
            delegate=to,
            given=given,
            starts_on=starts_on,
            ends_on=ends_on,
            reason=reason,
            made_by=actor,
            made_at=at,
        )
        audit.record(
            "post.delegated",
            post,
            actor=actor,
            at=at,
            to=to.username,
            starts_on=starts_on.isoformat(),
            ends_on=ends_on.isoformat(),
            reason=reason,
        )
    return made


def withdraw_delegation(*, delegation: Delegation, actor: User, at: datetime) -> Delegation:
    """End a delegation at once: by who holds the post, by the delegate, or by an administrator.

    What the delegate did in those days stays as it is.
    Raises: NotPermitted, StaleState if it has ended or was withdrawn.
    """
    on = clock.local_date(at)
    require(policies.may_withdraw(actor, delegation, on=on))
    with transaction.atomic(durable=True):
        changed = Delegation.objects.filter(pk=delegation.pk, withdrawn_at=None, ends_on__gte=on).update(
            withdrawn_at=at, withdrawn_by=actor
        )
        if changed != 1:
            raise StaleState(
                _("This delegation has ended already."), _("Load the page again."), subject=str(delegation.pk)
            )
        Post.objects.filter(pk=delegation.given_id).update(ends_on=on - timedelta(days=1))
        audit.record("post.delegation_withdrawn", delegation.post, actor=actor, at=at, to=delegation.delegate.username)
    delegation.refresh_from_db()
    return delegation


def _check_persons(post: Post, to: User, starts_on: date) -> None:
    if queries.is_same_person(post.user, to):
        raise _refused("to", _("This is the same person: nobody stands in for himself, from whatever account."))
    if not to.is_active:
        raise _refused("to", _("This account is locked."))
    if post.delegated_from_id is not None:
        raise _refused("", _("This post is held in another's stead; only who holds it passes it on."))
    held = queries.posts_on(to, starts_on).filter(agency=post.agency_id, role=post.role)
    if held.exists():
        raise _refused("to", _("This person holds that post on these days already."))


def _check_days(post: Post, starts_on: date, ends_on: date, on: date) -> None:
    if starts_on < on:
        raise _refused("starts_on", _("It begins today or later: nothing is delegated for the past."))
    if ends_on < starts_on:
        raise _refused("ends_on", _("The last day lies before the first."))
    if ends_on - starts_on >= LONGEST:
        raise _refused("ends_on", _("At most a year; for longer, the administrator gives a post."))
    if post.ends_on is not None and ends_on > post.ends_on:
        raise _refused("ends_on", _("The post itself ends on %(day)s.") % {"day": f"{post.ends_on:%d/%m/%Y}"})
    if post.starts_on is not None and starts_on < post.starts_on:
        raise _refused("starts_on", _("The post itself begins on %(day)s.") % {"day": f"{post.starts_on:%d/%m/%Y}"})


def _refused(name: str, words: str) -> DelegationRefused:
    return DelegationRefused(_("The delegation was not recorded."), words, fields={name: words} if name else {})
