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


def agency_ids(user: User, *, on: date, role: Role | None = None) -> set[str]:
    """The agencies an account works for on that day (in that role if given)."""
    found = posts_on(user, on)
    return set((found.filter(role=role) if role else found).values_list("agency_id", flat=True))
