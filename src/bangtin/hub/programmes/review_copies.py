"""Rows of what officers look at instead of the film itself: a light copy, a sheet of frames, the shape of its sound."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Look(models.TextChoices):
    """What kind of copy it is."""

    PROXY = "proxy", _("light copy")
    SHEET = "sheet", _("sheet of frames")
    WAVE = "wave", _("shape of the sound")


class ReviewCopy(models.Model):
    """One copy for looking at, made of a rendition (`made_from`); never on air, so in no digest of content."""

    version = models.ForeignKey("programmes.ProgrammeVersion", on_delete=models.CASCADE, related_name="review_copies")
    look = models.CharField(max_length=6, choices=Look.choices)
    made_from = models.CharField(max_length=64, db_index=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    mime = models.CharField(max_length=60)

    class Meta:
        app_label = "programmes"
        verbose_name = _("copy for looking at")
        constraints = (models.UniqueConstraint(fields=("version", "look"), name="review_copy_once"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.look}"
