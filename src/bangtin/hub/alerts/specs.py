"""An emergency notice as its form gives it, and what the levels mean."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST = timedelta(hours=24)
EARLIEST = timedelta(days=7)
HEADLINE, WORDS = 80, 400
# how often it sounds anew, by level; at most an hour apart (trust 6.1). A street hears less long than a living room,
# for which Decision 03/2020/QĐ-TTg had television repeat every three hours, every two if urgent
REPEATS_S = {None: 3_600, 1: 3_600, 2: 3_600, 3: 1_800, 4: 900, 5: 600}
TONES = ("", "none")
LANGUAGES = ("vi", "en", "zh", "tyz", "nut", "hmn", "ium", "blt")
# Decision 18/2021/QĐ-TTg, art. 4: five levels of risk, each with its colour
LEVELS: Mapping[int, str | Promise] = {
    1: _("light blue"),
    2: _("light yellow"),
    3: _("orange"),
    4: _("red"),
    5: _("purple"),
}
# the groups of hazards of Decision 18/2021/QĐ-TTg, and what else an order may be about
HAZARDS: tuple[str | Promise, ...] = (
    _("Storm, tropical depression"),
    _("Heavy rain"),
    _("Flood, inundation"),
    _("Flash flood, landslide"),
    _("Heat"),
    _("Drought, salt intrusion"),
    _("Thunderstorm, tornado, lightning, hail"),
    _("Cold, frost"),
    _("Strong wind, fog"),
    _("Forest fire"),
    _("Earthquake"),
    _("Epidemic"),
    _("Fire, explosion, chemical accident"),
    _("Order and security at the border"),
)


@dataclass(frozen=True)
class Wording:
    """What the notice says in one language: the big line, what happens, what people must do now."""

    headline: str
    description: str = ""
    instruction: str = ""

    def to_object(self) -> dict[str, str]:
        """The form in which it is stored."""
        return {"headline": self.headline, "description": self.description, "instruction": self.instruction}


@dataclass(frozen=True)
class Reading:
    """A sound file in the store: digest, size, and whether it was "recorded" or "made" by a voice."""

    sha256: str
    size: int
    kind: str

    def to_object(self) -> dict[str, object]:
        """The form in which it is stored."""
        return {"sha256": self.sha256, "size": self.size, "kind": self.kind}


@dataclass(frozen=True)
class AlertSpec:
    """A notice as asked for. `starts_at` None: at once. `repeat_s` None: as the level wants. `ends_at` None only for
    what waits."""

    clusters: tuple[str, ...]
    hazard: str
    texts: Mapping[str, Wording]
    ends_at: datetime | None
    level: int | None = None
    issuer_name: str = ""
    document: str = ""
    starts_at: datetime | None = None
    is_drill: bool = False
    audio: Mapping[str, Reading] = field(default_factory=dict)
    tone: str = ""
    repeat_s: int | None = None
    asked_key: str = ""

    @property
    def pace_s(self) -> int:
        """Seconds from one sounding to the next."""
        return REPEATS_S[self.level] if self.repeat_s is None else self.repeat_s


# CAP names scripts, the screens' module and programmes do not
CAP_TAGS = {"zh-Hans": "zh"}


def tidy(text: str) -> str:
    """Text as it is signed: composed characters (NFC), single blanks; words are never cut."""
    return " ".join(unicodedata.normalize("NFC", text).split())
