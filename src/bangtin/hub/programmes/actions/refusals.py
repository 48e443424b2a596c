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
