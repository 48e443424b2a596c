"""What plays by rule: playlists of placements that the compiler lays out, and what the mix of a day must keep.

Times of day are seconds from local midnight, 0 … 86,400; days are local days (Asia/Ho_Chi_Minh).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.models.slots import BulletinClass
from bangtin.hub.schedules.states import PlacementState


class DayScope(models.TextChoices):
    """The days a daypart is for; which days are working days is the calendar's to say."""

    EVERY = "every", _("every day")
    WORKING = "working", _("working days")
    OFF = "off", _("days off")


class Daypart(models.Model):
    """A named part of the day of one cluster, such as the morning; placements name it instead of hours."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="dayparts")
    name = models.CharField(max_length=80)
    opens_s = models.PositiveIntegerField()
    closes_s = models.PositiveIntegerField()
    days = models.CharField(max_length=8, choices=DayScope.choices, default=DayScope.EVERY)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("daypart")
        ordering = ("cluster", "opens_s", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(opens_s__lt=models.F("closes_s"), closes_s__lte=86_400), name="daypart_within_a_day"
            ),
            models.UniqueConstraint(fields=("cluster", "name", "days"), name="daypart_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class Playlist(models.Model):
    """Placements that one or several clusters share; it is laid out once for all of them."""

    name = models.CharField(max_length=120)
    clusters = models.ManyToManyField(Cluster, related_name="playlists")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("playlist")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class CampaignKind(models.TextChoices):
    """Why placements belong together."""

    CAMPAIGN = "campaign", _("campaign")
    EVENT = "event", _("event")


class Campaign(models.Model):
    """Placements with one purpose, from its first to its last day; none of them airs outside these."""

    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=8, choices=CampaignKind.choices, default=CampaignKind.CAMPAIGN)
    starts_on = models.DateField()
    ends_on = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("campaign")
        ordering = ("-starts_on", "-id")
        constraints = (
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="campaign_has_length"),
        )

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """One approved version in a playlist, how often and when: the compiler turns it into plays.

    `windows` are [opens_s, closes_s] pairs of the day, beside the named `dayparts`; both empty: all the operating
    hours. `recurrence` is an RFC 5545 RRULE without DTSTART, which is `starts_on`; empty: every day. `gap_s` is the
    least time from the end of a play to the next start. `faces` are screen ids; empty: every face shows it.
    `sound_reason`: why it sounds outside 06:00–21:00. None in a number: no such bound.
    """

    playlist = models.ForeignKey(Playlist, on_delete=models.PROTECT, related_name="placements")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="placements")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, null=True, blank=True, related_name="placements")
    bulletin_class = models.CharField(max_length=10, choices=BulletinClass.choices, default=BulletinClass.ORDINARY)
    state = models.CharField(max_length=12, choices=PlacementState.choices, default=PlacementState.PLACED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    recurrence = models.CharField(max_length=300, blank=True)
    dayparts = models.ManyToManyField(Daypart, blank=True, related_name="placements")
    windows = models.JSONField(default=list, blank=True)
    faces = models.JSONField(default=list, blank=True)
    target_per_day = models.PositiveIntegerField(null=True, blank=True)
    min_per_day = models.PositiveIntegerField(default=0)
    max_per_day = models.PositiveIntegerField(null=True, blank=True)
    min_per_hour = models.PositiveIntegerField(default=0)
    max_per_hour = models.PositiveIntegerField(null=True, blank=True)
    gap_s = models.PositiveIntegerField(default=0)
    sound_reason = models.CharField(max_length=300, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="placements")
    placed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("placement")
        ordering = ("playlist", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(starts_on__lte=models.F("ends_on")), name="placement_has_length"),
        )
        indexes = (models.Index(fields=("playlist", "starts_on", "ends_on"), name="placement_by_day"),)

    def __str__(self) -> str:
        return f"{self.playlist} {self.version_id}"


class MixKind(models.TextChoices):
    """What a share is counted by."""

    CATEGORY = "category", _("kind of content")
    LANGUAGE = "language", _("language")
    ADVERTISING = "advertising", _("advertising")


class MixRule(models.Model):
    """The least and the most share of a cluster's planned airtime, in thousandths, a day or an hour.

    A local number unless `clause` names the article that fixes it; `basis` says who set it and why.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="mix_rules")
    kind = models.CharField(max_length=12, choices=MixKind.choices)
    key = models.CharField(max_length=80, blank=True)
    least_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    most_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    is_hourly = models.BooleanField(default=False)
    clause = models.CharField(max_length=80, blank=True)
    basis = models.CharField(max_length=300)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("mix rule")
        ordering = ("cluster", "kind", "key")
        constraints = (
            models.UniqueConstraint(fields=("cluster", "kind", "key", "is_hourly"), name="mix_rule_once"),
            models.CheckConstraint(
                condition=models.Q(least_permille__lte=1000) | models.Q(least_permille=None), name="mix_least_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(most_permille__lte=1000) | models.Q(most_permille=None), name="mix_most_a_share"
            ),
        )

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.kind} {self.key}"
