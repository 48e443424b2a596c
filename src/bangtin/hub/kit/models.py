"""The audit trail: who did what, chained so that a removed or changed entry shows."""

from django.db import models


class AuditEntry(models.Model):
    """One deed. Written by kit.audit alone; never changed, never deleted before its retention ends."""

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80, db_index=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"
