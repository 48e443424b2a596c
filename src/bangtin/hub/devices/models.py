"""Screens' computers, how they joined, the bundles published to them and what they said of themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices.states import (
    CommandKind,
    CommandResult,
    DeviceState,
    EnrolmentState,
    IncidentCause,
    IncidentKind,
    StepKind,
    Way,
)


class Device(models.Model):
    """A player that drives one face; `public_key` is raw Ed25519 in base64url; `epoch` counts re-enrolments.

    `is_drill`: it shows exercises, under the player's own banner, beside everything else (trust E).
    `boot`, `nonce`, `sequence` and `sequences_seen` (a bit for each of the 32 numbers up to `sequence`) tell a replayed
    request and a cloned disk (trust D.5); `committed_n`, `committed_head` are the newest chain head a poll carried.
    `carried_at`: the newest instant of which a stick brought its word. `back_at`: since when it is heard again
    after a silence. `covered_at`: since when a command keeps its content off the face. `commands_until_at`: until
    then there may be commands it has not done; polls look no further.
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
    back_at = models.DateTimeField(null=True, blank=True)
    carried_at = models.DateTimeField(null=True, blank=True)
    covered_at = models.DateTimeField(null=True, blank=True)
    commands_until_at = models.DateTimeField(null=True, blank=True)
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


class Command(models.Model):
    """What an officer told one screen to do, as signed; `result` and `done_at` come with the player's report.

    `n` rises within an epoch; after `ends_at` the player does it no more (trust E).
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="commands")
    epoch = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=CommandKind.choices)
    args = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, blank=True)
    envelope = models.BinaryField()
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    result = models.CharField(max_length=8, choices=CommandResult.choices, default=CommandResult.WAITING)
    code = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("command")
        ordering = ("device", "-epoch", "-n")
        constraints = (models.UniqueConstraint(fields=("device", "epoch", "n"), name="command_number_once"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}/{self.n} {self.kind}"


class DeviceEvent(models.Model):
    """Something a player noticed: a line cut, a refusal, a clock set. Its words are a stranger's: shown, never run."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    detail = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("device event")
        ordering = ("device", "-at", "-id")
        constraints = (models.UniqueConstraint(fields=("device", "at", "kind", "detail"), name="event_once"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.kind}"


class Screenshot(models.Model):
    """What a player's screen held at an instant, as it says; `distance_permille` from what the timeline wants.

    `is_different`: so far that no kind of content explains it, or the player, who knows the kind, says so by an event.
    `raw_sha256` are the bytes as sent, which no page shows; empty until they come, if the event came first.
    `picture_sha256` and `thumb_sha256` are made of them in a bounded process when somebody first looks. It is what the
    player emitted, not what the LED showed.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="screenshots")
    face = models.ForeignKey(Face, on_delete=models.CASCADE, related_name="screenshots")
    at = models.DateTimeField()
    segment = models.CharField(max_length=120, blank=True)
    distance_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    is_different = models.BooleanField(default=False)
    raw_sha256 = models.CharField(max_length=64, blank=True)
    picture_sha256 = models.CharField(max_length=64, blank=True)
    thumb_sha256 = models.CharField(max_length=64, blank=True)
    is_unreadable = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("screenshot")
        ordering = ("face", "-at", "-id")
        constraints = (models.UniqueConstraint(fields=("device", "face", "at"), name="screenshot_once"),)
        # what taking in records asks of every batch: nearly always there is none
        indexes = (models.Index(fields=("device", "at"), condition=models.Q(is_different=True), name="screenshot_odd"),)

    def __str__(self) -> str:
        return f"{self.face_id} {self.at:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def distance_percent(self) -> int | None:
        """How far the picture is from what the timeline wants, 0 to 100; None if nobody compared."""
        return None if self.distance_permille is None else round(self.distance_permille / 10)


class GateCheck(models.Model):
    """A person at the gate read the device's signed code off the LED: the screen was *seen at the gate*.

    `token_sha256` makes each code count once. Nothing is kept of the place or of people but the officer.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="gate_checks")
    face = models.ForeignKey(Face, on_delete=models.PROTECT, related_name="gate_checks")
    epoch = models.PositiveIntegerField()
    shown_at = models.DateTimeField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("gate check")
        ordering = ("face", "-seen_at")

    def __str__(self) -> str:
        return f"{self.face_id} {self.seen_at:%Y-%m-%dT%H:%M:%SZ}"


class Incident(models.Model):
    """Something wrong with a screen, from a person or from what a player said; open until somebody closes it.

    `opened_by` None: it opened by itself. "Dark" comes only from a person (a player sees what it sends, not the LED).
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="incidents")
    face = models.ForeignKey(Face, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    kind = models.CharField(max_length=14, choices=IncidentKind.choices)
    detail = models.CharField(max_length=500, blank=True)
    code = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    findings = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("incident")
        ordering = ("-opened_at", "-id")
        constraints = (
            # what opens by itself opens once, however often the player says it again
            models.UniqueConstraint(
                fields=("device", "kind"),
                condition=models.Q(closed_at=None, opened_by=None),
                name="incident_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.kind} {self.opened_at:%Y-%m-%d}"


class IncidentStep(models.Model):
    """What was done about an incident: whom it was told, a note, its cause, how it was closed or opened again.

    Never changed: a cause set right is a further step, and the former stays to be read. `at` is when it was done,
    `recorded_at` when it was written here. `agency` and `way` say who was told and how; `cause` what was found.
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=10, choices=Way.choices, blank=True)
    cause = models.CharField(max_length=12, choices=IncidentCause.choices, blank=True)
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("incident step")
        ordering = ("incident", "at", "id")

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind} {self.at:%Y-%m-%dT%H:%MZ}"


class Outage(models.Model):
    """A stretch in which no screen reached the hub: it stood still, or its own line was cut. `until_at` None: it lasts.

    `from_at` is the last contact of any screen before it: what was silent since then is no fault of its own.
    """

    from_at = models.DateTimeField(unique=True)
    until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("outage")
        ordering = ("-from_at",)

    def __str__(self) -> str:
        return f"{self.from_at:%Y-%m-%dT%H:%M:%SZ}"


class Restore(models.Model):
    """The hub was put back from a backup: what it numbered after that was made, only its screens still know."""

    at = models.DateTimeField()
    reason = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("restore")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ}"
