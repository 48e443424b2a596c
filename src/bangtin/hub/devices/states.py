"""The lives of a device and of an enrolment."""

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
