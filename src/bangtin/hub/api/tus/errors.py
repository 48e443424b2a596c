"""What the upload endpoint says no to, by the status that tus clients act on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bangtin.hub.kit.errors import Refusal


@dataclass(eq=False)
class UploadRefusal(Refusal):
    """A request of an upload client that is not done; `headers` go with the answer."""

    headers: Mapping[str, str] = field(default_factory=dict)

    code = "BT-UPLOAD-000"
    http_status = 400


class NotSignedIn(UploadRefusal):
    """The session is over, or there never was one."""

    code = "BT-UPLOAD-001"
    http_status = 401


class NotFromOurPage(UploadRefusal):
    """The request bears no token of our pages, or comes from another site."""

    code = "BT-UPLOAD-002"
    http_status = 403


class OtherProtocol(UploadRefusal):
    """The client speaks another version than tus 1.0.0."""

    code = "BT-UPLOAD-003"
    http_status = 412


class BadHeader(UploadRefusal):
    """A header is missing or cannot be read."""

    code = "BT-UPLOAD-004"


class WrongOffset(UploadRefusal):
    """The client means to go on where the file does not end; `Upload-Offset` says where it does."""

    code = "BT-UPLOAD-005"
    http_status = 409


class InUse(UploadRefusal):
    """Another request is adding to the same file."""

    code = "BT-UPLOAD-006"
    http_status = 423


class WrongChecksum(UploadRefusal):
    """What came does not match its checksum; it was dropped."""

    code = "BT-UPLOAD-007"
    http_status = 460


class WrongType(UploadRefusal):
    """The body is no piece of an upload."""

    code = "BT-UPLOAD-008"
    http_status = 415


class TooMuch(UploadRefusal):
    """More came than was announced for this file."""

    code = "BT-UPLOAD-009"
    http_status = 413


class WrongMethod(UploadRefusal):
    """This address does not take this method."""

    code = "BT-UPLOAD-010"
    http_status = 405


class Stalled(UploadRefusal):
    """Nothing came for a while; what had come is kept."""

    code = "BT-UPLOAD-011"
    http_status = 408
