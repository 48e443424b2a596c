"""Emergency notices as ordered, and the signed envelopes that screens were sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.alerts.states import AlertState, ReviewOutcome
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations.models import Instrument


class Alert(models.Model):
    """One emergency notice: who ordered what, for which clusters, until when.

    `number` such as `KC-2026-0001`, drills `DT-2026-0001`; it is the id inside envelopes. `level` 1–5 as Decision
    18/2021/QĐ-TTg numbers them; None: the message names none. `texts` maps a language to `{headline, description,
    instruction}`. `audio` maps a language to `{sha256, size, kind}`. `repeat_s`: how often it sounds and shows
    anew; `tone`: the lead-in. `asked_key` is the form's own key: the same form sent twice is one order.
    A drill never reaches a face that is not one for drills. `ends_at` is at most 24 hours after `starts_at` in one
    envelope (trust E).
    """

    number = models.CharField(max_length=20, unique=True)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="alerts")
    state = models.CharField(max_length=10, choices=AlertState.choices, default=AlertState.WAITING)
    is_drill = models.BooleanField(default=False)
    clusters = models.ManyToManyField(Cluster, related_name="alerts")
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    hazard = models.CharField(max_length=120)
    issuer = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts")
    issuer_name = models.CharField(max_length=200)
    document = models.CharField(max_length=200, blank=True)
    texts = models.JSONField(default=dict)
    audio = models.JSONField(default=dict, blank=True)
    tone = models.CharField(max_length=20, blank=True)
    repeat_s = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="updates")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="alert_orders")
    ordered_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=300, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=10, choices=ReviewOutcome.choices, blank=True)
    findings = models.CharField(max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    asked_key = models.CharField(max_length=36, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("emergency notice")
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=("state", "ends_at"), name="alert_running"),)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state=AlertState.ISSUED) | models.Q(ends_at__gt=models.F("starts_at")),
                name="alert_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("ordered_by")),
                name="alert_reviewed_by_another",
            ),
        )

    def __str__(self) -> str:
        return self.number


class AlertEnvelope(models.Model):
    """The signed bytes of the province's alert counter `n`, as pushed and as every poll carries them (trust E)."""

    province = models.CharField(max_length=40)
    n = models.PositiveBigIntegerField()
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="envelopes")
    kind = models.CharField(max_length=8)
    body = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("alert envelope")
        ordering = ("province", "n")
        constraints = (models.UniqueConstraint(fields=("province", "n"), name="alert_counter_once"),)

    def __str__(self) -> str:
        return f"{self.province} {self.n}"
