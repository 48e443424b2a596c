"""Refusals: what a person is told when the hub does not do what was asked."""

from dataclasses import dataclass, field


@dataclass(eq=False)
class Refusal(Exception):
    """A deed that is not done, said in the user's language.

    Shape: `message` is one or two full sentences that name the object and the reason; `next_step` says what to do;
    `citation` is a clause id such as `cao-bang/8.1.a` or empty; `fields` maps form field names to messages.
    Subclasses set `code` (stable, unique, `BT-<DESK>-<NNN>`) and `http_status`.
    """

    message: str
    next_step: str = ""
    citation: str = ""
    subject: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    code = "BT-KIT-000"
    http_status = 422

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class NotPermitted(Refusal):
    """The actor's posts do not allow this deed."""

    code = "BT-KIT-001"
    http_status = 403


class StaleState(Refusal):
    """The row is no longer in the state that the deed starts from; someone else was first."""

    code = "BT-KIT-002"
    http_status = 409


class NotFound(Refusal):
    """There is no such object, or not for this actor."""

    code = "BT-KIT-003"
    http_status = 404
