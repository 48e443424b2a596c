"""What the lead agency orders from producers, and what it asks other agencies for."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.clock import local_date
from bangtin.hub.plans.states import OrderState, RequestState
from bangtin.hub.regulations.models import Instrument


class ProductionOrder(models.Model):
    """A product of external information that the lead agency orders. `number` such as `ĐH-2026-0001`.

    The producer is an agency here, or a press organisation by name (`producer_name`) that has no account.
    `categories` are ids of the instrument's kinds of content and tags; `cost_vnd` whole đồng, None where not agreed.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="production_orders")
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.PLANNED)
    title = models.CharField(max_length=200)
    brief = models.TextField()
    categories = models.JSONField(default=list, blank=True)
    ordered_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="orders_made")
    producer = models.ForeignKey(
        Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="orders_to_produce"
    )
    producer_name = models.CharField(max_length=200, blank=True)
    due_on = models.DateField()
    cost_vnd = models.BigIntegerField(null=True, blank=True)
    letter_number = models.CharField(max_length=80, blank=True)
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    judged_note = models.CharField(max_length=300, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    payment_number = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("production order")
        ordering = ("-planned_at", "-id")
        indexes = (models.Index(fields=("producer", "state"), name="order_producer"),)
        constraints = (models.UniqueConstraint(fields=("instrument", "number"), name="order_number_once"),)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def producer_words(self, on: date | None = None) -> str:
        """Who produces it, under the name borne on that day."""
        return self.producer.name(on) if self.producer else self.producer_name


class InformationRequest(models.Model):
    """What the lead agency asks another one to give, by when, and what came. `number` such as `YC-2026-0001`.

    Source: Cao Bằng art. 14.2, Lai Châu art. 13.6, Hà Tĩnh art. 13.2: data that may be published, when asked.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="information_requests")
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=RequestState.choices, default=RequestState.SENT)
    subject = models.CharField(max_length=200)
    what = models.TextField()
    asked_by = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="requests_made")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="requests_to_answer")
    due_on = models.DateField()
    letter_number = models.CharField(max_length=80, blank=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    returned_note = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)
    is_publishable = models.BooleanField(default=False)
    is_lawful = models.BooleanField(default=False)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    used_note = models.CharField(max_length=300, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("information request")
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=("agency", "state"), name="request_agency"),)
        constraints = (
            models.UniqueConstraint(fields=("instrument", "number"), name="information_request_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def is_overdue(self, on: date) -> bool:
        """Whether its day has passed without an answer."""
        return self.state == RequestState.SENT and self.due_on < on

    def was_late(self) -> bool:
        """Whether the answer came after the day."""
        return self.answered_at is not None and local_date(self.answered_at) > self.due_on


class AnswerFile(models.Model):
    """A file that came with an answer; its bytes lie in the store under their SHA-256."""

    request = models.ForeignKey(InformationRequest, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file of an answer")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name
