"""Screens' computers, how they joined, the bundles published to them and what they said of themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices.states import DeviceState, EnrolmentState


class Device(models.Model):
    """A player that drives one face; `public_key` is raw Ed25519 in base64url; `epoch` counts re-enrolments.

    `is_drill`: it shows exercises, under the player's own banner, beside everything else (trust E).
    `boot`, `nonce`, `sequence` and `sequences_seen` (a bit for each of the 32 numbers up to `sequence`) tell a replayed
    request and a cloned disk (trust D.5); `committed_n`, `committed_head` are the newest chain head a poll carried.
    """

    id = models.CharField(primary_key=True, max_length=80)
    face = models.ForeignKey(Face, on_delete=models.PROTECT, related_name="devices")
    public_key = models.CharField(max_length=64, unique=True)
    epoch = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=DeviceState.choices, default=DeviceState.ACTIVE)
    record = models.BinaryField()
    is_drill = models.BooleanField(default=False)
    enrolled_by = models.ForeignKey(User, on_delete=models.PROTECT)
    enrolled_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    accepted_bundle = models.PositiveIntegerField(null=True, blank=True)
    boot = models.PositiveIntegerField(default=0)
    nonce = models.CharField(max_length=64, blank=True)
    sequence = models.PositiveBigIntegerField(default=0)
    sequences_seen = models.PositiveBigIntegerField(default=0)
    committed_n = models.PositiveBigIntegerField(default=0)
    committed_head = models.CharField(max_length=64, blank=True)
    is_clone_suspected = models.BooleanField(default=False)
    status = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("device")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.id


class DeviceKey(models.Model):
    """The key a device had in one epoch, kept after it was replaced or revoked: old records are checked with it."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="keys")
    epoch = models.PositiveIntegerField()
    public_key = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("device key")
        ordering = ("device", "epoch")
        constraints = (models.UniqueConstraint(fields=("device", "epoch"), name="device_key_once"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}"


class Enrolment(models.Model):
    """A player that asked to join and waits for an officer to type the code its screen shows."""

    id = models.CharField(primary_key=True, max_length=40)
    public_key = models.CharField(max_length=64)
    nonce = models.CharField(max_length=64)
    code = models.CharField(max_length=16)
    address = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=EnrolmentState.choices, default=EnrolmentState.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = _("enrolment")
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return self.id


class Bundle(models.Model):
    """A published bundle of a cluster: number, manifest and approvals as signed, and who published it."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="bundles")
    number = models.PositiveIntegerField()
    manifest = models.BinaryField()
    manifest_sha256 = models.CharField(max_length=64)
    approvals = models.BinaryField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT)
    published_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("bundle")
        ordering = ("cluster", "-number")
        constraints = (models.UniqueConstraint(fields=("cluster", "number"), name="bundle_number_once"),)

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.number}"


class PublishedFile(models.Model):
    """A media file that some published manifest names; no other file is served to screens.

    `chunks_sha256` is the stored list of its chunks' digests, empty for files up to 1 MiB (trust C.2).
    """

    sha256 = models.CharField(primary_key=True, max_length=64)
    size_bytes = models.BigIntegerField()
    mime = models.CharField(max_length=60)
    chunks_sha256 = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("published file")
        ordering = ("sha256",)

    def __str__(self) -> str:
        return self.sha256


class RepositoryFile(models.Model):
    """A file of the province's TUF repository as it is served now or was once.

    `name` is its path there: `metadata/5.snapshot.json`, `targets/c/ta-lung/<sha256>.manifest.json`. What is no longer
    current is still served: a screen may be in the middle of reading the set before.
    """

    name = models.CharField(max_length=200, unique=True)
    body = models.BinaryField()
    is_current = models.BooleanField(default=True, db_index=True)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("repository file")

    def __str__(self) -> str:
        return self.name


class Commitment(models.Model):
    """A chain head that a poll carried: the device was bound to its records up to `n` at `received_at` (trust F.3)."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="commitments")
    epoch = models.PositiveIntegerField()
    n = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)
    bundle = models.PositiveIntegerField(null=True, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("commitment")
        ordering = ("device", "received_at")
        indexes = (models.Index(fields=("device", "epoch", "n"), name="commitment_by_n"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.n}"
