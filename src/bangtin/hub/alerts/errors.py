"""Why an emergency notice is not ordered, an order not ended, a message not taken in."""

from bangtin.hub.kit.errors import Refusal


class BadAlert(Refusal):
    """A field of the notice does not hold; `fields` names each."""

    code = "BT-KHANCAP-001"


class NoEnd(Refusal):
    """A notice without an end, or with one that is too far or over (trust E)."""

    code = "BT-KHANCAP-002"


class AlertTooLarge(Refusal):
    """The signed notice is larger than a push may be; text is never cut (trust 6.1)."""

    code = "BT-KHANCAP-003"


class AlertDoesNotVerify(Refusal):
    """A screen would refuse the notice as it was made; nothing was sent."""

    code = "BT-KHANCAP-004"


class TooManyOnAir(Refusal):
    """Sixteen notices are on air; one must end before the next begins (trust E)."""

    code = "BT-KHANCAP-005"


class OwnReview(Refusal):
    """Who ordered a notice does not review it."""

    code = "BT-KHANCAP-006"


class BadSound(Refusal):
    """A recorded reading that is too long, too large or no sound at all; or no voice is installed."""

    code = "BT-KHANCAP-007"


class BadMessage(Refusal):
    """Nothing was given, or more than a CAP message may be."""

    code = "BT-KHANCAP-008"


class BadFeed(Refusal):
    """A feed's name, address or pace does not hold; `fields` names each."""

    code = "BT-KHANCAP-009"
