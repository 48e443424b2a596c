"""What the playout works with: the face, the stretches on it, the pages and the plan as it sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bangtin.bundle.alerts import AlertNotice
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Item, Manifest
from bangtin.bundle.timeline import Showing
from bangtin.player.screens.server import Message


class Screen(Protocol):
    """The pages of the face."""

    @property
    def has_screen(self) -> bool:
        """Whether a page is there whose reports count."""

    def send(self, message: Message) -> None:
        """Tell every page."""


class Plan(Protocol):
    """What is to be shown, as the store has accepted it."""

    @property
    def manifest(self) -> Manifest | None:
        """The manifest in force; None before the first one."""

    @property
    def previous(self) -> Manifest | None:
        """The one before it, for its filler."""

    def is_playable(self, item: Item, class_: str, at_ms: int) -> bool:
        """Whether the item's media are here and the item may still be shown (trust 5.4-5.6)."""

    def why_not(self, item: Item, class_: str, at_ms: int) -> str | None:
        """Why not; None if it is playable."""

    def verify(self, item: Item, geometry: str, done: Callable[[BundleRefusal | None], None]) -> None:
        """Hash the item's file whole, away from the loop; then call `done` in the loop with the refusal, if any."""

    def give_up(self, digest: str) -> None:
        """The file is not what was approved: remove it, and fetch it again when the hub is there."""


@dataclass(frozen=True)
class Face:
    """The face as the page and the records name it. `code` is shown instead of a plan while not enrolled."""

    id: str
    width: int
    height: int
    name: str
    code: str = ""


@dataclass
class Segment:
    """One stretch of one thing on the face, from its planning to its record."""

    id: str
    showing: Showing
    item: Item | None
    notice: AlertNotice | None = None
    is_verified: bool = False
    is_open: bool = False
    has_begun: bool = False
    begun_mono_ms: int = 0
    shown_ms: int = 0
    written_ms: int = 0
    beat_at_ms: int = 0
    end: str = "complete"
