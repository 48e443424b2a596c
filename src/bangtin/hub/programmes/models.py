"""Programmes, their immutable versions, what the technical check found and the renditions made for the screens."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.folding import fold
from bangtin.hub.plans.models import InformationRequest, ProductionOrder
from bangtin.hub.programmes import file_codes, keeping, paperwork, review_copies
from bangtin.hub.programmes.states import UploadState, VersionState

# rows of their own module, known to Django by this one
PAPER_ROWS = (paperwork.IntakeBatch, paperwork.SecretNotice, paperwork.SubmissionFacts)
KEEPING_ROWS = (keeping.LegalHold, keeping.Disposal, keeping.Tombstone)
LOOK_ROWS = (review_copies.ReviewCopy,)


# what the containers of pages are called in `ProgrammeVersion.probe`: shown one after the other, they are a video
PAGED = ("pdf", "tiff", "txt")


class Kind(models.TextChoices):
    """What a version is made of."""

    VIDEO = "video", _("video")
    PICTURE = "picture", _("picture")
    TEXT = "text", _("text notice")
    SOUND = "sound", _("sound")


class Language(models.TextChoices):
    """The languages a programme may be in; the values are BCP 47 tags."""

    VIETNAMESE = "vi", _("Vietnamese")
    ENGLISH = "en", _("English")
    CHINESE = "zh", _("Chinese")
    TAY = "tyz", _("Tày")
    NUNG = "nut", _("Nùng")
    HMONG = "hmn", _("Mông")
    DAO = "ium", _("Dao")
    TAI = "blt", _("Thái")


class Severity(models.TextChoices):
    """How much a finding weighs."""

    MUST_FIX = "must_fix", _("must be corrected")
    NOTE = "note", _("note")
    HANDLED = "handled", _("handled automatically")


class ReceiptSeries(models.Model):
    """The running number of receipts of a province and year; its row is the lock that keeps them gapless."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("receipt series")
        constraints = (models.UniqueConstraint(fields=("prefix", "year"), name="receipt_series_once"),)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}"


class Programme(models.Model):
    """What an agency wants on air, over all its versions. `code` (`CB-2026-0001`) is the receipt's number."""

    code = models.CharField(max_length=20, unique=True)
    instrument_id = models.CharField(max_length=80)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="programmes")
    category = models.CharField(max_length=60, blank=True)
    month = models.DateField()
    clusters = models.ManyToManyField(Cluster, related_name="programmes")
    is_urgent = models.BooleanField(default=False)
    # of urgent content: number, day and giver of the instruction it goes first by (Cao Bằng 7.1, Lai Châu 8.2)
    instruction_number = models.CharField(max_length=80, blank=True)
    instruction_on = models.DateField(null=True, blank=True)
    instruction_by = models.CharField(max_length=200, blank=True)
    # a language edition: the programme whose words this one says in another language
    original = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="editions")
    # what it was made for: an order of the lead agency, or what that agency asked for
    production_order = models.ForeignKey(
        ProductionOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="programmes"
    )
    information_request = models.ForeignKey(
        InformationRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="programmes"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("programme")
        ordering = ("-created_at", "code")

    def __str__(self) -> str:
        return self.code


class ProgrammeVersion(models.Model):
    """One immutable version: source bytes by SHA-256 or the fields of a text notice, with the title it airs under.

    `content_digest` is the SHA-256 of the canonical content descriptor (bundle format C.4), empty until the renditions
    exist. Decisions are bound to it. `receipt` is unique over all versions (`CB-2026-0001/1`).

    `route_id` is the way of the instrument it takes, fixed when it is received; `awaits` the step that is next and
    `desk` the agency whose turn it is, both empty when nobody's. `edited_from`: the version that this one edits;
    `translates`: the version of the original whose words this one says in its language.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    receipt = models.CharField(max_length=30, unique=True)
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.SUBMITTED)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    language = models.CharField(max_length=12, default="vi")
    title = models.CharField(max_length=200)
    # for search: a mark can grow to several letters, a title of 200 to no more than this
    title_folded = models.CharField(max_length=400, blank=True, editable=False)
    text = models.JSONField(null=True, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    source_name = models.CharField(max_length=255, blank=True)
    source_size_bytes = models.BigIntegerField(default=0)
    # subtitles that came beside a video, as they came; renditions show them
    subtitles_sha256 = models.CharField(max_length=64, blank=True)
    subtitles_name = models.CharField(max_length=255, blank=True)
    still_ms = models.PositiveIntegerField(default=8000)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submitted_versions")
    submitted_at = models.DateTimeField()
    probe = models.JSONField(null=True, blank=True)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal_message = models.TextField(blank=True)
    content_digest = models.CharField(max_length=64, blank=True, db_index=True)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    poster_sha256 = models.CharField(max_length=64, blank=True)
    route_id = models.CharField(max_length=80, blank=True)
    awaits = models.CharField(max_length=20, blank=True)
    desk = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    edited_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="edits")
    translates = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="translations")

    class Meta:
        verbose_name = _("programme version")
        ordering = ("programme", "number")
        indexes = (models.Index(fields=("desk", "awaits"), name="version_desk"),)
        constraints = (models.UniqueConstraint(fields=("programme", "number"), name="version_number_once"),)

    def save(self, *args: Any, **options: Any) -> None:
        """Keep the folded title beside the title."""
        changed = options.get("update_fields")
        if changed is None or "title" in changed:
            self.title_folded = fold(self.title)
            if changed is not None:
                options["update_fields"] = {*changed, "title_folded"}
        super().save(*args, **options)

    def __str__(self) -> str:
        return f"{self.receipt} {self.title}"

    @property
    def refusal_number(self) -> str:
        """Why the file cannot be aired, as pages name it: `BT-TEP-002`; empty if it can."""
        return file_codes.shown(self.refusal_code)


class Finding(models.Model):
    """Something the technical check saw; the words are made for the reader's language from `code` and `params`.

    `frame_sha256`: the picture at `at_ms`, empty where there is none.
    """

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    at_ms = models.PositiveIntegerField(null=True, blank=True)
    params = models.JSONField(default=dict)
    frame_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("finding")
        ordering = ("version", "id")

    def __str__(self) -> str:
        return self.code


class Rendition(models.Model):
    """A version made ready for one screen geometry; never changed, made once per source digest and profile.

    `geometry` is the faces' (`1024x512`), empty for sound; `width` and `height` are the file's own. A text notice has
    no file: the screen draws it.
    """

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="renditions")
    geometry = models.CharField(max_length=20)
    profile = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    mime = models.CharField(max_length=60, blank=True)
    duration_ms = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rendition")
        constraints = (models.UniqueConstraint(fields=("version", "geometry"), name="rendition_once"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.geometry}"


class Upload(models.Model):
    """A file on its way in, or in and not yet handed in as a version. How much has come is the length of its file
    (`kit.spool`), never a column here. `name` is what the sender's machine called it, for people to read.
    """

    id = models.CharField(primary_key=True, max_length=43)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="uploads")
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.OPEN)
    name = models.CharField(max_length=255, blank=True)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    version = models.ForeignKey(
        ProgrammeVersion, null=True, blank=True, on_delete=models.SET_NULL, related_name="uploads"
    )

    class Meta:
        verbose_name = _("upload")
        ordering = ("-created_at", "id")
        indexes = (
            models.Index(fields=("owner", "state"), name="upload_owner_state"),
            models.Index(fields=("state", "expires_at"), name="upload_expiry"),
        )

    def __str__(self) -> str:
        return self.name or self.id
