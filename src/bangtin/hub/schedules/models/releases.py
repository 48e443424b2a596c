"""That a second person approved a plan, bound to its hash; and what can be undone of its editing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.schedules.states import ReleaseState


class PlanRelease(models.Model):
    """A plan of a cluster over whole local days, drafted by one person and approved by another.

    `digest` is the SHA-256 of everything that decides what plays on these days; a plan edited afterwards has another
    and is not published until it is approved anew. `is_alone`: a unit that has recorded that it has one person
    approved its own plan.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="releases")
    from_on = models.DateField()
    until_on = models.DateField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ReleaseState.choices, default=ReleaseState.ASKED)
    summary = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    is_alone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("release of a plan")
        ordering = ("-asked_at", "-id")
        indexes = (models.Index(fields=("cluster", "state", "from_on"), name="release_by_day"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(from_on__lte=models.F("until_on")), name="release_has_length"),
            models.CheckConstraint(
                condition=~models.Q(state=ReleaseState.APPROVED)
                | models.Q(is_alone=True)
                | ~models.Q(answered_by=models.F("asked_by")),
                name="release_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.from_on:%Y-%m-%d} {self.until_on:%Y-%m-%d}"


class PlanEdit(models.Model):
    """One change of the plan with what was there before, so that its author can undo it.

    `before` and `after` map `slot:<id>`, `placement:<id>` or `hours:<day>` to the values that changed; None: it was
    not there. An edit of a playlist that several clusters share has a row for each, undone together.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="edits")
    verb = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("edit of a plan")
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("cluster", "by", "undone_at"), name="edit_to_undo"),)

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.verb}"
