"""Why something of the source system is not done."""

from bangtin.hub.kit.errors import Refusal


class BadMapping(Refusal):
    """The mapping file is missing or faulty; the message names file and line."""

    code = "BT-NGUON-001"
    http_status = 409


class BadItem(Refusal):
    """An item cannot be read or lacks what the mapping asks for."""

    code = "BT-NGUON-002"


class NotReached(Refusal):
    """The other side did not answer, or not as agreed."""

    code = "BT-NGUON-003"
    http_status = 502


class OutsideHost(Refusal):
    """An address leads elsewhere than to the configured host, or a name out of the exchange folder."""

    code = "BT-NGUON-004"


class TooMuch(Refusal):
    """More came than the bounds allow, or too slowly."""

    code = "BT-NGUON-005"
    http_status = 413


class BusyExchange(Refusal):
    """Another run of the exchange is under way."""

    code = "BT-NGUON-006"
    http_status = 409


class NothingToGive(Refusal):
    """The period asked for cannot be packed."""

    code = "BT-NGUON-007"
