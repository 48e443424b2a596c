"""Who holds which post, and which accounts are one person."""

from collections.abc import Collection
from datetime import date

from django.db.models import F, Q, QuerySet

from bangtin.hub.accounts.models import Delegation, Post, Role, User
from bangtin.hub.kit import reading


def posts_on(user: User, on: date) -> QuerySet[Post]:
    """The posts an active account holds on that day, its own before those held in another's stead."""
    if not user.is_active:
        return Post.objects.none()
    found = Post.objects.filter(_held(on), user=user).order_by("role", F("delegated_from").asc(nulls_first=True), "id")
    return found.select_related("agency", "delegated_from__user").prefetch_related("agency__names")


def accounts_of(user: User) -> QuerySet[User]:
    """Every account of the person behind this one, itself among them."""
    return User.objects.filter(person=user.person)


def is_same_person(one: User, other: User) -> bool:
    """Whether two accounts are one person's."""
    return one.person == other.person


def delegations(*, on: date, user: User | None = None) -> QuerySet[Delegation]:
    """Delegations, of or to one person if given, the newest first; `is_over` for what holds no more on that day."""
    found = Delegation.objects.select_related(
        "post__user", "post__agency", "delegate", "made_by", "withdrawn_by"
    ).prefetch_related("post__agency__names")
    if user is not None:
        found = found.filter(Q(post__user__person=user.person) | Q(delegate__person=user.person))
    return found.annotate(is_over=Q(withdrawn_at__isnull=False) | Q(ends_on__lt=on))


def posts_held(user: User, on: date) -> tuple[Post, ...]:
    """The rows of `posts_on` with their agencies, without the names of these; read once a page."""
    return tuple(post for post in _of_person(user, on) if post.user_id == user.pk)


def held_on(user: User, on: date) -> tuple[tuple[str, str], ...]:
    """(role, agency id) of each post the account holds on that day; read once a page."""
    return tuple((post.role, post.agency_id) for post in posts_held(user, on))


def has_role(user: User, role: Role, *, on: date, agencies: Collection[str] | None = None) -> bool:
    """Whether the account holds this role on that day, at one of the agencies if they are given."""
    return any(held == role and (agencies is None or agency in agencies) for held, agency in held_on(user, on))


def administers(user: User, *, on: date) -> bool:
    """Whether the person behind the account holds an administrator's post that day, in whatever account."""
    return any(post.role == Role.ADMINISTRATOR for post in _of_person(user, on))


def _of_person(user: User, on: date) -> tuple[Post, ...]:
    """What the person holds that day in every active account; one query a page."""
    return reading.once(("posts", user.pk, on), lambda: _read_posts(user, on))


def _read_posts(user: User, on: date) -> tuple[Post, ...]:
    found = Post.objects.filter(_held(on), user__person=user.person, user__is_active=True)
    found = found.order_by("role", F("delegated_from").asc(nulls_first=True), "id")
    return tuple(found.select_related("agency", "user", "delegated_from__user"))


def has_any_role(user: User, roles: Collection[Role], *, on: date) -> bool:
    """Whether the account holds one of these roles on that day."""
    return any(held in roles for held, _agency in held_on(user, on))


def agency_ids(user: User, *, on: date, role: Role | None = None) -> set[str]:
    """The agencies an account works for on that day (in that role if given)."""
    return {agency for held, agency in held_on(user, on) if role is None or held == role}


def holders(*, agencies: Collection[str], roles: Collection[str], on: date) -> QuerySet[Post]:
    """The posts of these roles at these agencies on that day, each with its open account."""
    found = Post.objects.filter(_held(on), agency_id__in=list(agencies), role__in=list(roles), user__is_active=True)
    return found.select_related("user")


def _held(on: date) -> Q:
    """Posts held on a day; one in another's stead only while that one is held, by an open account."""
    own = Q(delegated_from=None)
    theirs = _valid(on, "delegated_from__") & Q(delegated_from__user__is_active=True)
    return _valid(on) & (own | theirs)


def _valid(on: date, prefix: str = "") -> Q:
    starts, ends = f"{prefix}starts_on", f"{prefix}ends_on"
    return (Q((starts, None)) | Q((f"{starts}__lte", on))) & (Q((ends, None)) | Q((f"{ends}__gte", on)))
