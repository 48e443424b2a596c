"""Secret addresses at which calendar programs read a cluster's schedule."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster


class ScheduleFeed(models.Model):
    """A secret address at which a calendar program reads the schedule of a cluster, on behalf of an account.

    `serial` is random; the address is made of it and the installation's key, so that the table alone opens no feed.
    It shows nothing more once it is withdrawn, or once the account may not read the schedule any more.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="schedule_feeds")
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="schedule_feeds")
    serial = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("schedule feed")
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.cluster_id} ({self.user})"
