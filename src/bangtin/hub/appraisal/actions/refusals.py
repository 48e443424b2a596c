"""Why a desk does not take a decision."""

from bangtin.hub.kit.errors import Refusal, StaleState


class GroundsNeeded(Refusal):
    """A version is returned or rejected without saying why."""

    code = "BT-APPR-001"


class OwnSubmission(Refusal):
    """Nobody decides on what he handed in himself, from whatever post."""

    code = "BT-APPR-002"
    http_status = 403


class SamePerson(Refusal):
    """The second officer is the one who decided first."""

    code = "BT-APPR-003"
    http_status = 403


class NewerVersion(StaleState):
    """A newer version came in; the decision on the old one is not recorded."""

    code = "BT-APPR-004"


class ContentChanged(StaleState):
    """The content is not what was looked at; the decisions on it are void."""

    code = "BT-APPR-005"


class NotAnOutcome(Refusal):
    """This step has no such outcome."""

    code = "BT-APPR-006"


class NotThisStep(StaleState):
    """The version waits for another step of its route, or its route has no such step."""

    code = "BT-APPR-007"


class OriginalNotReady(Refusal):
    """A language edition is checked before its original is approved."""

    code = "BT-APPR-008"


class NotAlone(Refusal):
    """One person decides alone where the unit has not recorded that it has one person, or where two are needed."""

    code = "BT-APPR-009"
    http_status = 403


class FactNotInOrder(Refusal):
    """The record that a unit has one person lacks a basis or has impossible days."""

    code = "BT-APPR-010"


class NobodyToAsk(Refusal):
    """The instrument names no Party body that could be asked."""

    code = "BT-APPR-011"


class WordsNeeded(Refusal):
    """A review or an answer without usable words."""

    code = "BT-APPR-012"
