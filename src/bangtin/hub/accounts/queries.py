"""Who holds which post."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from bangtin.hub.accounts.models import Post, Role, User


def posts_on(user: User, on: date) -> QuerySet[Post]:
    """The posts an active account holds on that day."""
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    if not user.is_active:
        return Post.objects.none()
    return Post.objects.filter(valid, user=user).select_related("agency").prefetch_related("agency__names")


def has_role(user: User, role: Role, *, on: date, agencies: Collection[str] | None = None) -> bool:
    """Whether the account holds this role on that day, at one of the agencies if they are given."""
    found = posts_on(user, on).filter(role=role)
    return (found if agencies is None else found.filter(agency_id__in=agencies)).exists()


def has_any_role(user: User, roles: Collection[Role], *, on: date) -> bool:
    """Whether the account holds one of these roles on that day, in one query."""
    return posts_on(user, on).filter(role__in=list(roles)).exists()


def agency_ids(user: User, *, on: date, role: Role | None = None) -> set[str]:
    """The agencies an account works for on that day (in that role if given)."""
    found = posts_on(user, on)
    return set((found.filter(role=role) if role else found).values_list("agency_id", flat=True))


def holders(*, agencies: Collection[str], roles: Collection[str], on: date) -> QuerySet[Post]:
    """The posts of these roles at these agencies on that day, each with its open account."""
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    found = Post.objects.filter(valid, agency_id__in=list(agencies), role__in=list(roles), user__is_active=True)
    return found.select_related("user")
