"""Why something is not placed: each refusal names the object, the article and the next step."""

from dataclasses import dataclass
from datetime import datetime

from bangtin.hub.kit.errors import NotPermitted, Refusal


@dataclass(frozen=True)
class Suggestion:
    """A span that would be accepted as the plan stands now."""

    starts_at: datetime
    ends_at: datetime


@dataclass(eq=False)
class PlacementRefusal(Refusal):
    """A slot that cannot stand; `suggestions` are the nearest spans that could, nearest first."""

    suggestions: tuple[Suggestion, ...] = ()

    code = "BT-LICH-001"


class InThePast(PlacementRefusal):
    """The span has begun already, or it is empty."""

    code = "BT-LICH-002"


class OutsideHours(PlacementRefusal):
    """The span lies outside the cluster's operating hours and no instruction from above asks for it."""

    code = "BT-LICH-003"


class NoHoursSet(PlacementRefusal):
    """The operator has set no hours for this holiday, Saturday or Sunday."""

    code = "BT-LICH-004"


class NotReady(PlacementRefusal):
    """The version is not approved as it is now."""

    code = "BT-LICH-005"


class NoRendition(PlacementRefusal):
    """The version has no form for one of the cluster's screens."""

    code = "BT-LICH-006"


class SlotTaken(PlacementRefusal):
    """Another slot of the same class runs at that time."""

    code = "BT-LICH-007"
    http_status = 409


class NotForThisCluster(PlacementRefusal):
    """The agency did not hand the programme in for this cluster, so it was not approved for it."""

    code = "BT-LICH-008"


class TooFarAhead(PlacementRefusal):
    """The span ends later than a bundle can reach."""

    code = "BT-LICH-009"


class BadInstruction(Refusal):
    """An instruction from above without its number or its issuer."""

    code = "BT-LICH-010"


class HoursAreFixed(Refusal):
    """The regulation itself sets the hours of that day."""

    code = "BT-LICH-011"


class BadWindows(Refusal):
    """Windows that overlap, lie in the past, or would leave a placed slot outside."""

    code = "BT-LICH-012"


class AlreadyFiller(Refusal):
    """The version is among the cluster's filler already."""

    code = "BT-LICH-013"
    http_status = 409


class NotUrgent(PlacementRefusal):
    """A priority slot for a programme that was approved as ordinary."""

    code = "BT-LICH-014"


class LanguageMissing(PlacementRefusal):
    """A language that the regulation wants of every programme on this cluster has no approved version."""

    code = "BT-LICH-015"


class BadDispatch(Refusal):
    """A dispatch without programmes, to nobody it may go to, or with a field that does not hold."""

    code = "BT-CAPPHAT-001"


class NotForDispatch(Refusal):
    """A programme that is not ready as it is now, was found not suitable, or fits no screen of the receiver."""

    code = "BT-CAPPHAT-002"


class NotShared(Refusal):
    """A locality takes what does not stand in the common library, or what it has already."""

    code = "BT-CAPPHAT-003"
    http_status = 409


class BarredByTakeDown(PlacementRefusal):
    """The programme was taken down as a whole and no review has reversed that."""

    code = "BT-LICH-020"


class OwnTakeDown(NotPermitted):
    """Nobody reviews his own take-down."""

    code = "BT-LICH-021"


class NoReason(Refusal):
    """A take-down or its review without a reason."""

    code = "BT-LICH-022"


class BadOrder(Refusal):
    """An authority's order without number, issuer or a time that has come."""

    code = "BT-LICH-023"
