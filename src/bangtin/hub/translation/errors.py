"""Why a deed of the language desk is not done."""

from bangtin.hub.kit.errors import Refusal, StaleState


class BadRequest(Refusal):
    """What was asked to be translated, into what, by whom or by when does not hold."""

    code = "BT-DICH-001"


class JobExists(Refusal):
    """This programme is being translated into this language already."""

    code = "BT-DICH-002"
    http_status = 409


class Incomplete(Refusal):
    """Words are missing, or do not fit; `fields` names each segment."""

    code = "BT-DICH-003"


class MachineDraft(Refusal):
    """Words that a machine wrote and nobody has read over cannot be handed in."""

    code = "BT-DICH-004"


class DraftChanged(StaleState):
    """Somebody else saved the draft in between."""

    code = "BT-DICH-005"


class SourceChanged(StaleState):
    """The original says something else by now."""

    code = "BT-DICH-006"


class NotConfigured(Refusal):
    """The machine that is asked for a draft is not set up here."""

    code = "BT-DICH-007"
    http_status = 409


class MachineFailed(Refusal):
    """The machine gave no usable draft."""

    code = "BT-DICH-008"
    http_status = 502
