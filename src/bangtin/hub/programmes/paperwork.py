"""Rows about a version's paper work: what its agency states, the code to follow it by, secrets that came by mistake.

Nothing of it goes on air, so none of it is in the content descriptor: the descriptor's digest is what officers approve.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency


class Nature(models.TextChoices):
    """What a programme is for; hours of propaganda leave advertising out (Lai Châu art. 8.1)."""

    PROPAGANDA = "propaganda", _("Information and propaganda")
    ENTERPRISE = "enterprise", _("Promotion of enterprises and products")
    ADVERTISING = "advertising", _("Advertising")


class Channel(models.TextChoices):
    """The way a programme came to the intake desk (Lai Châu art. 3.4)."""

    ONLINE = "online", _("sent on these pages")
    SOURCE_SYSTEM = "source_system", _("source information system")
    DOCUMENT_SYSTEM = "document_system", _("document system")
    OFFICIAL_MAIL = "official_mail", _("official mail")
    PAPER = "paper", _("paper or a carrier handed over")


class Place(models.TextChoices):
    """Where a secrecy mark was seen."""

    NAME = "name", _("name of the file")
    TITLE = "title", _("title")
    TEXT = "text", _("text of the notice")
    LETTER = "letter", _("number of the letter")
    DOCUMENT = "document", _("inside the file")


class SubmissionFacts(models.Model):
    """What the sending agency states about one version. Written once with the version, never changed.

    `categories` are ids of the instrument, the first is the programme's; `languages` are those heard or read besides
    the version's own. `is_finished_report`: a finished video or television report (Lai Châu 10.1.b), None where not
    asked. `published_in`, `published_on`: first publication (Lai Châu 10.1.c). `follow_code` stands on the receipt.
    `subject`: what its kind of content has stated besides, by field of `asked.SUBJECT_FIELDS`; `forms` is a list.
    """

    version = models.OneToOneField("programmes.ProgrammeVersion", on_delete=models.PROTECT, related_name="facts")
    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.ONLINE)
    letter_number = models.CharField(max_length=80, blank=True)
    letter_on = models.DateField(null=True, blank=True)
    nature = models.CharField(max_length=12, choices=Nature.choices, default=Nature.PROPAGANDA)
    categories = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    is_finished_report = models.BooleanField(null=True, blank=True)
    published_in = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    wanted_from = models.DateField(null=True, blank=True)
    wanted_until = models.DateField(null=True, blank=True)
    rights_author = models.CharField(max_length=200, blank=True)
    rights_owner = models.CharField(max_length=200, blank=True)
    rights_licence = models.CharField(max_length=200, blank=True)
    rights_from = models.DateField(null=True, blank=True)
    rights_until = models.DateField(null=True, blank=True)
    rights_territory = models.CharField(max_length=200, blank=True)
    rights_source = models.CharField(max_length=200, blank=True)
    rights_consent = models.CharField(max_length=200, blank=True)
    subject = models.JSONField(default=dict, blank=True)
    is_declared = models.BooleanField(default=False)
    follow_code = models.CharField(max_length=12)

    class Meta:
        verbose_name = _("facts of a submission")

    def __str__(self) -> str:
        return str(self.version)

    def save(self, *args: Any, **options: Any) -> None:
        """Write the row once.

        Raises: TypeError for a row that is there already.
        """
        if self.pk is not None:
            raise TypeError("the facts of a submission are never changed; a correction is a new version")
        super().save(*args, **options)


class SecretNotice(models.Model):
    """That something marked as a state secret came in and was removed; tells nothing of what it was.

    `receipt` is that of a version removed after it was taken in, empty where it was refused at the door.
    """

    found_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=10, choices=Place.choices)
    receipt = models.CharField(max_length=30, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    handled_note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("state secret removed")
        ordering = ("-found_at", "-id")

    def __str__(self) -> str:
        return f"{self.found_at:%d/%m/%Y %H:%M}"


class IntakeBatch(models.Model):
    """The intake of a month under one instrument, closed by the appraising agency; later arrivals are of the next."""

    instrument = models.ForeignKey("regulations.Instrument", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    programmes_count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("intake batch")
        constraints = (models.UniqueConstraint(fields=("instrument", "month"), name="intake_batch_once"),)

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.month:%m/%Y}"
