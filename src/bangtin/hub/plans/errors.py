"""Why an order or a request is not recorded as given."""

from bangtin.hub.kit.errors import Refusal


class BadOrder(Refusal):
    """A field of the order does not hold; `fields` names each."""

    code = "BT-DATHANG-001"


class BadRequest(Refusal):
    """A field of the request does not hold; `fields` names each."""

    code = "BT-YEUCAU-001"


class BadAnswer(Refusal):
    """The answer says nothing, or lacks a statement that the regulation asks for; `fields` names each."""

    code = "BT-YEUCAU-002"


class NotForThis(Refusal):
    """A programme names an order or a request that is not open, or not its agency's."""

    code = "BT-DATHANG-002"
    http_status = 409
