"""The lives of a device and of an enrolment; what commands do, what incidents are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit.workflow import Moves


class DeviceState(models.TextChoices):
    """Whether a device's key is trusted."""

    ACTIVE = "active", _("Active")
    REVOKED = "revoked", _("Revoked")


class EnrolmentState(models.TextChoices):
    """How far an enrolment has come."""

    PENDING = "pending", _("Waiting for its code")
    DONE = "done", _("Enrolled")
    REFUSED = "refused", _("Refused")


class CommandKind(models.TextChoices):
    """What a screen is told to do (trust E)."""

    BLANK = "blank", _("Cover the screen")
    RESTORE = "restore", _("Uncover the screen")
    VOLUME = "volume", _("Set the volume")
    SCREENSHOT = "screenshot", _("Take a screenshot")
    RESTART = "restart", _("Restart the player")
    PROVE = "prove", _("Show the gate code")


class CommandResult(models.TextChoices):
    """What became of a command, in the player's words."""

    WAITING = "waiting", _("Not acknowledged yet")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused by the player")
    FAILED = "failed", _("Failed")


class IncidentKind(models.TextChoices):
    """What is wrong with a screen."""

    DARK = "dark", _("The screen is dark")
    PARTLY_DARK = "partly_dark", _("Part of the screen is dark or flickers")
    WRONG = "wrong", _("It shows something wrong")
    TAMPERING = "tampering", _("Suspected tampering")
    SOUND = "sound", _("The sound is wrong")
    POWER = "power", _("Power or heat")
    ALERT_REFUSED = "alert_refused", _("The player refused an emergency notice")
    CLONE = "clone", _("Two players use one key")
    OTHER = "other", _("Something else")


class StepKind(models.TextChoices):
    """What was done about an incident."""

    TOLD = "told", _("Told")
    NOTE = "note", _("Note")
    CAUSE = "cause", _("Cause")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Opened again")


class Way(models.TextChoices):
    """How an agency was told of an incident."""

    PHONE = "phone", _("By telephone")
    PAPER = "paper", _("In writing")
    MESSAGE = "message", _("By mail or message")
    IN_PERSON = "in_person", _("In person")


class IncidentCause(models.TextChoices):
    """Why a screen went wrong, as a person found it."""

    POWER = "power", _("Power")
    LINE = "line", _("Line")
    PANEL = "panel", _("LED panel or its controller")
    PLAYER = "player", _("Player")
    SOUND = "sound", _("Loudspeaker")
    WEATHER = "weather", _("Weather")
    DAMAGE = "damage", _("Damage or theft")
    INTRUSION = "intrusion", _("Someone got into the system")
    MISTAKE = "mistake", _("A mistake in running it")
    FALSE_ALARM = "false_alarm", _("Nothing was wrong")
    UNKNOWN = "unknown", _("Not found")
    OTHER = "other", _("Something else")


# A revoked device comes back only by a new enrolment: another key, the next epoch (trust D.3).
DEVICE_MOVES: Moves = {
    DeviceState.ACTIVE: frozenset({DeviceState.REVOKED}),
    DeviceState.REVOKED: frozenset({DeviceState.ACTIVE}),
}
ENROLMENT_MOVES: Moves = {
    EnrolmentState.PENDING: frozenset({EnrolmentState.DONE, EnrolmentState.REFUSED}),
    EnrolmentState.DONE: frozenset(),
    EnrolmentState.REFUSED: frozenset(),
}
