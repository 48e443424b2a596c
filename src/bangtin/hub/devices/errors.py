"""Why a bundle is not published, a screen not enrolled, a device not served."""

from bangtin.hub.kit.errors import Refusal


class NothingToPublish(Refusal):
    """The plan has no slot and no filler."""

    code = "BT-MAY-001"


class NotApprovedAnyMore(Refusal):
    """A version on the plan lost its approval, or one of its officers may not approve."""

    code = "BT-MAY-002"


class BundleDoesNotVerify(Refusal):
    """The hub's own check of the made bundle failed; nothing was published."""

    code = "BT-MAY-003"


class MediaMissing(Refusal):
    """A rendition that the plan names is not in the store."""

    code = "BT-MAY-004"


class NothingToStandIn(Refusal):
    """The bundle on the screens has no filler that could stand in, or there is no bundle, or its span is over."""

    code = "BT-MAY-011"


class CodeUnknown(Refusal):
    """No screen that waits shows this code (trust 7.6)."""

    code = "BT-MAY-005"
    wire = "enrolment_unknown"


class CodeExpired(Refusal):
    """The screen showed this code more than ten minutes ago (trust 7.6)."""

    code = "BT-MAY-006"
    wire = "enrolment_expired"


class TooManyTries(Refusal):
    """The officer typed five wrong codes within ten minutes (trust 7.6)."""

    code = "BT-MAY-007"
    wire = "enrolment_tries"


class BadEnrolment(Refusal):
    """What the player sent is no enrolment, or its key belongs to a device already (trust 7.6)."""

    code = "BT-MAY-008"
    http_status = 400
    wire = "enrolment_key"


class EnrolmentPending(Refusal):
    """Another screen at the same address waits for its code; one at a time (trust D.2)."""

    code = "BT-MAY-009"
    http_status = 429
    wire = "enrolment_pending"


class RepositoryMissing(Refusal):
    """The province's repository has not been made yet."""

    code = "BT-MAY-010"
    http_status = 503


class NoPlayer(Refusal):
    """No player with a trusted key drives the face: there is nobody to command."""

    code = "BT-MAY-012"
    http_status = 409


class BadCommand(Refusal):
    """The command lacks its reason, or its value is out of range."""

    code = "BT-MAY-013"


class CommandDoesNotVerify(Refusal):
    """The hub's own check of the signed command failed; nothing was sent."""

    code = "BT-MAY-014"


class BadReport(Refusal):
    """What a player sent is no report, or no picture."""

    code = "BT-MAY-015"
    http_status = 400
    wire = "report_malformed"


class GateCodeUnreadable(Refusal):
    """The address is no gate code, or the player that it names did not sign it (trust 8.8)."""

    code = "BT-MAY-016"
    http_status = 404


class GateCodeOld(Refusal):
    """The screen showed this code more than ten minutes ago, or its clock is wrong."""

    code = "BT-MAY-017"
    http_status = 409


class GateCodeUsed(Refusal):
    """This code was marked already."""

    code = "BT-MAY-018"
    http_status = 409


class HubWithoutTls(Refusal):
    """A kit would send screens to the hub over a network without TLS."""

    code = "BT-MAY-020"
    http_status = 409


class BadAuthority(Refusal):
    """The file that should hold the province's own CA certificate holds something else."""

    code = "BT-MAY-021"
    http_status = 409


class BadIncident(Refusal):
    """The incident lacks what it needs to be opened, told, closed or opened again, or is closed already."""

    code = "BT-MAY-019"
