"""Why a submission is not taken."""

from bangtin.hub.kit.errors import Refusal


class BadSubmission(Refusal):
    """A field of the submission does not hold; `fields` names each."""

    code = "BT-PROG-001"


class NoNewVersion(Refusal):
    """A new version is not awaited: the last one is still open and someone else handed it in."""

    code = "BT-PROG-002"
    http_status = 409


class NoSuchFile(Refusal):
    """The uploaded bytes are not in the store (any more)."""

    code = "BT-PROG-003"
    http_status = 409


class NoSuchUpload(Refusal):
    """There is no such upload, or it belongs to another account."""

    code = "BT-PROG-004"
    http_status = 404


class UploadGone(Refusal):
    """The upload was cancelled, ran out of time, or was handed in already."""

    code = "BT-PROG-005"
    http_status = 410


class UploadUnfinished(Refusal):
    """A file was to be handed in that has not come whole."""

    code = "BT-PROG-006"
    http_status = 409


class UploadTooLarge(Refusal):
    """The file is larger than this hub takes."""

    code = "BT-PROG-007"
    http_status = 413


class TooManyUploads(Refusal):
    """The account has as many files on their way, or as many bytes, as one account may have."""

    code = "BT-PROG-008"
    http_status = 429


class DiskFull(Refusal):
    """The hub's disk has no room for the file."""

    code = "BT-PROG-009"
    http_status = 507


class StateSecret(Refusal):
    """What was sent bears a mark of state secrets; nothing of it was kept."""

    code = "BT-PROG-010"
    http_status = 422
