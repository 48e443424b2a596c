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


class AlreadyBegun(PlacementRefusal):
    """A slot that has begun is moved, or withdrawn, as if it had not; only its end may change, and not to the past."""

    code = "BT-LICH-030"
    http_status = 409


class BadPlacement(PlacementRefusal):
    """A placement whose days, numbers or recurrence do not hold together."""

    code = "BT-LICH-031"


class FacesUnknown(PlacementRefusal):
    """A face that the cluster does not have."""

    code = "BT-LICH-032"


class QuietHours(PlacementRefusal):
    """Content with sound outside the hours for sound, without a reason."""

    code = "BT-LICH-033"


class RightsEnd(PlacementRefusal):
    """The rights to the content do not reach over the whole time asked for."""

    code = "BT-LICH-034"


class BadDaypart(Refusal):
    """A part of the day without a name, of no length, or with a name that is taken."""

    code = "BT-LICH-035"


class DaypartInUse(Refusal):
    """A part of the day that placements still name."""

    code = "BT-LICH-036"
    http_status = 409


class BadPlaylist(Refusal):
    """A playlist without a name or clusters, or over clusters of several regulations."""

    code = "BT-LICH-037"


class BadCampaign(Refusal):
    """A campaign without a name or that ends before it begins."""

    code = "BT-LICH-038"


class BadMixRule(Refusal):
    """A share without its basis, of a kind of content nobody knows, or with a least above its most."""

    code = "BT-LICH-039"


class CannotUndo(Refusal):
    """The plan moved on since the edit that was to be undone."""

    code = "BT-LICH-040"
    http_status = 409


class PlanHasErrors(Refusal):
    """A plan that breaks a rule cannot be asked to be approved."""

    code = "BT-LICH-041"


class ReleaseWaits(Refusal):
    """A plan over some of these days waits for approval already."""

    code = "BT-LICH-042"
    http_status = 409


class BadRelease(Refusal):
    """A plan asked to be approved for days that are over, too many, or returned without a reason."""

    code = "BT-LICH-043"


class OwnRelease(NotPermitted):
    """Nobody approves the plan that he asked to be approved."""

    code = "BT-LICH-044"


class PlanChanged(Refusal):
    """The plan is no longer the one that was asked to be approved."""

    code = "BT-LICH-045"
    http_status = 409


class NotReleased(Refusal):
    """The plan of a day that is to be published was not approved as it is now."""

    code = "BT-LICH-046"
    http_status = 409
