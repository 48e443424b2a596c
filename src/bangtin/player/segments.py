"""What the playout works with: the face, the stretches on it, the pages and the plan as it sees them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
    """The face as the page and the records name it. `code` is shown instead of a plan while not enrolled.

    `width` and `height` are pixels before `rotation`, which is in degrees clockwise.
    """

    id: str
    width: int
    height: int
    name: str
    code: str = ""
    rotation: int = 0

    @property
    def geometry(self) -> str:
        """The name that renditions are made for."""
        return f"{self.width}x{self.height}"

    @property
    def window(self) -> tuple[int, int]:
        """Width and height of the browser's window: the face as it hangs."""
        return (self.height, self.width) if self.rotation % 180 else (self.width, self.height)


@dataclass(frozen=True)
class Cover:
    """The gate code before the plan, but not before an emergency notice, over [from_ms, until_ms).

    told   what the page draws of it
    extra  what the record says of it, keys beginning `x_`
    """

    from_ms: int
    until_ms: int
    told: Mapping[str, object] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)


class Gate(Protocol):
    """Where gate codes come from."""

    def asked(self, at_ms: int) -> Cover | None:
        """The code that somebody asked for and that stands at `at_ms`."""

    def opening(self, from_ms: int) -> Cover | None:
        """The code of the day's opening at `from_ms`; the same one however often it is asked for."""

    def began(self, cover: Cover) -> None:
        """The first frame of `cover` was presented."""


class NoGate:
    """No codes: the player is not enrolled yet."""

    def asked(self, at_ms: int) -> Cover | None:
        """None."""
        del at_ms
        return None

    def opening(self, from_ms: int) -> Cover | None:
        """None."""
        del from_ms
        return None

    def began(self, cover: Cover) -> None:
        """Nothing."""
        del cover


@dataclass
class Segment:
    """One stretch of one thing on the face, from its planning to its record."""

    id: str
    showing: Showing
    item: Item | None
    notice: AlertNotice | None = None
    cover: Cover | None = None
    is_verified: bool = False
    is_open: bool = False
    has_begun: bool = False
    begun_mono_ms: int = 0
    shown_ms: int = 0
    written_ms: int = 0
    beat_at_ms: int = 0
    end: str = "complete"
