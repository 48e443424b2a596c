"""What a message is taken for, and what is known when it is judged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bangtin.hub.alerts.cap.shapes import Info, Message, Reference
from bangtin.rulebook.texts import Text


class Action(StrEnum):
    """What the hub does with a message. Nothing but `air`, `update` and `wait` can come to be a real notice."""

    AIR = "air"
    EXERCISE = "exercise"
    UPDATE = "update"
    CANCEL = "cancel"
    IGNORE = "ignore"
    REFUSE = "refuse"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Place:
    """A cluster. Without coordinates it is found by code alone; `codes`: its own `valueName=value`, if any."""

    id: str
    name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A message taken in before."""

    sender: str
    identifier: str
    is_exercise: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The messages taken in before, by sender and identifier."""

    heard: Mapping[tuple[str, str], Heard] = field(default_factory=dict)

    @classmethod
    def of(cls, heard: Iterable[Heard]) -> "Known":
        """Gather them; ignored ones belong to it too, refused ones do not."""
        return cls({(each.sender, each.identifier): each for each in heard})

    def find(self, sender: str, identifier: str) -> Heard | None:
        """The message of this sender and identifier."""
        return self.heard.get((sender, identifier))


@dataclass(frozen=True, slots=True)
class Words:
    """What one language shows and says."""

    headline: str
    description: str = ""
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is taken for, and why.

    Shape: `code` is stable (`reasons.REASONS`), `reason` its sentence in both languages. `languages` as the live infos
    write them, in order; `words` by our own tags (`vi`, `en`, `zh-Hans`). `replaces`: messages that an update or a
    cancel puts an end to. `message` None where it was refused; `infos` are the live ones that concern a cluster.
    `signature`: none, good, unknown or bad. `hazard`: an id of the mapping file, or empty.
    """

    action: Action
    code: str
    reason: Text
    message: Message | None = None
    languages: tuple[str, ...] = ()
    level: int | None = None
    clusters: tuple[str, ...] = ()
    starts_at: datetime | None = None
    expires_at: datetime | None = None
    replaces: tuple[Reference, ...] = ()
    infos: tuple[Info, ...] = ()
    words: Mapping[str, Words] = field(default_factory=dict)
    hazard: str = ""
    event: str = ""
    issuer_name: str = ""
    signature: str = "none"

    @property
    def status(self) -> str | None:
        """The message's status; None where it was refused."""
        return self.message.status.value if self.message else None

    @property
    def msg_type(self) -> str | None:
        """The message's type; None where it was refused."""
        return self.message.msg_type.value if self.message else None
