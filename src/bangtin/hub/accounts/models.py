"""Accounts and the posts they hold; rights come from posts, never from the account itself."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.agencies.models import Agency, Succession


class Role(models.TextChoices):
    """What a post may do; one word a desk."""

    CONTRIBUTOR = "contributor", _("contributor")
    APPRAISER = "appraiser", _("appraisal officer")
    SCHEDULER = "scheduler", _("schedule officer")
    OPERATOR = "operator", _("screen operator")
    FINANCE = "finance", _("finance officer")
    SECURITY = "security", _("security officer")
    LEADER = "leader", _("leader")
    REPORTER = "reporter", _("report officer")
    ADMINISTRATOR = "administrator", _("administrator")


class Theme(models.TextChoices):
    """The look of the pages."""

    AUTO = "auto", _("as the device")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class Accounts(UserManager["User"]):
    """Makes accounts; there are no superusers."""

    def create_account(self, username: str, password: str, display_name: str) -> "User":
        """A new account with a hashed password."""
        user = self.model(username=username, display_name=display_name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """One person's account. `display_name` is the office's wording ("Cán bộ thẩm định 1")."""

    username = models.CharField(max_length=80, unique=True)
    display_name = models.CharField(max_length=120)
    # empty: no mail is sent; the pages say the same
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    # the password was made by someone else; the person chooses an own one at the next sign-in
    is_password_provisional = models.BooleanField(default=False)
    language = models.CharField(max_length=2, default="vi")
    theme = models.CharField(max_length=5, choices=Theme.choices, default=Theme.AUTO)
    # who this is: every account is a person of its own until an administrator says whose second account it is
    person = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)

    objects: ClassVar[Accounts] = Accounts()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.display_name


class PersonChange(models.Model):
    """An account was found to be another account's person, or a person of its own again; never changed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="person_changes")
    before = models.UUIDField()
    after = models.UUIDField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of an account's person")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.user}: {self.reason}"


class SignInFailure(models.Model):
    """Failed sign-ins in a row for an account's name (`u:`) or from an address (`a:`); locked until `locked_until`.

    Names that no account bears are counted as well, so that the answer tells nothing about which ones exist.
    """

    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("failed sign-in")

    def __str__(self) -> str:
        return self.key


class Post(models.Model):
    """A person's post at an agency between two days: the source of every right.

    `delegated_from`: the post of somebody absent in whose stead this one is held; it gives no right on a day on which
    that one is not held.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="posts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role.choices)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    delegated_from = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="delegated_to"
    )

    class Meta:
        verbose_name = _("post")
        ordering = ("user", "role")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "agency", "role", "starts_on"),
                condition=models.Q(delegated_from=None),
                name="post_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.agency}"


class Delegation(models.Model):
    """Somebody absent lets another person hold a post from one day to another; ended by its last day or withdrawn.

    `given` is the dated post of the delegate. Rows are never changed but by the withdrawal.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="delegations")
    delegate = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations")
    given = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="delegation")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=300)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        ordering = ("-starts_on", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="delegation_has_days"),
        )

    def __str__(self) -> str:
        return f"{self.post.user} → {self.delegate}"


class CarriedPost(models.Model):
    """A post that an agency's succession ended, and the one at the successor that follows it.

    `ended_was` is the last day that the ended post had before; `begun` None: the person held that post already, or
    the agency was abolished. What is withdrawn is restored from here.
    """

    succession = models.ForeignKey(Succession, on_delete=models.PROTECT, related_name="carried_posts")
    ended = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="carried_from")
    ended_was = models.DateField(null=True, blank=True)
    begun = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_to")

    class Meta:
        verbose_name = _("post carried over")
        ordering = ("succession", "id")

    def __str__(self) -> str:
        return f"{self.ended} → {self.begun or '—'}"
