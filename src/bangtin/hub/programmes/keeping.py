"""Rows about how long programmes are kept: legal holds, removals by procedure, and what stands where a file was."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.states import DisposalState


class LegalHold(models.Model):
    """Nothing of a programme, or of all programmes of a cluster, may be removed from a day on, until it is lifted.

    Exactly one of `programme` and `cluster` is set. `basis` is the paper that asks for it; another person lifts it.
    """

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, null=True, blank=True, related_name="holds")
    reason = models.CharField(max_length=300)
    basis = models.CharField(max_length=300)
    from_on = models.DateField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("legal hold")
        ordering = ("-placed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(programme__isnull=True) ^ models.Q(cluster__isnull=True), name="hold_on_one_thing"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_by__isnull=True) | ~models.Q(lifted_by=models.F("placed_by")),
                name="hold_lifted_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme or self.cluster}: {self.reason}"


class Disposal(models.Model):
    """A proposal to remove a programme's files, and what a second person decided on it.

    `terms`: each retention rule that applied on the day of the proposal, [{"clause", "until", "reading"}].
    """

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="disposals")
    state = models.CharField(max_length=10, choices=DisposalState.choices, default=DisposalState.PROPOSED)
    reason = models.CharField(max_length=300)
    basis = models.CharField(max_length=300)
    terms = models.JSONField(default=list)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("removal of files")
        ordering = ("-proposed_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("programme",),
                condition=models.Q(state="proposed"),
                name="disposal_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | models.Q(state="withdrawn")
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="disposal_by_two",
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme_id} {self.state}"


class Tombstone(models.Model):
    """What stands where a file was: its digest, size and part of the version; never changed.

    `is_shared`: the bytes stay in the store, another programme has the same.
    """

    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, related_name="tombstones")
    version = models.ForeignKey("programmes.ProgrammeVersion", on_delete=models.PROTECT, related_name="tombstones")
    part = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField(default=0)
    is_shared = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("file removed")
        ordering = ("version", "id")
        constraints = (models.UniqueConstraint(fields=("version", "part", "sha256"), name="tombstone_once"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.part}"
