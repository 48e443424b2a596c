"""The mapping file: what names and codes of CAP messages mean here. A province edits its own copy.

Shape: YAML; `mapping.yaml` beside this module is the one that is used where the installation has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from bangtin.hub.alerts.cap import shapes
from bangtin.rulebook import decoding
from bangtin.rulebook.texts import Text

FILE = "mapping.yaml"
CERTIFICATES = "certificates"
# the geocodes of our own messages: the value is the id itself
OWN_SCHEMES = frozenset({"bangtin:cluster", "bangtin:province"})
MOST_CERTIFICATES = 50


@dataclass(frozen=True)
class Level:
    """One of the five levels of Decision 18/2021/QĐ-TTg, art. 4, and the severity our own messages write for it."""

    level: int
    colour: Text
    severity: str

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 5:
            raise ValueError("a level from 1 to 5")
        if self.severity not in shapes.SEVERITIES:
            raise ValueError("a severity, one of " + ", ".join(shapes.SEVERITIES))


@dataclass(frozen=True)
class LevelNames:
    """The names of parameters and event codes that carry a level, and what their values mean."""

    parameters: tuple[str, ...]
    event_codes: tuple[str, ...]
    values: Mapping[str, int]

    def __post_init__(self) -> None:
        if any(not 1 <= level <= 5 for level in self.values.values()):
            raise ValueError("values that are levels from 1 to 5")


@dataclass(frozen=True)
class Scheme:
    """A scheme of geocodes under its names; each value stands for provinces, clusters, or `*`: all."""

    names: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Hazard:
    """A hazard: the words and codes by which messages name it, and the category our own messages write."""

    id: str
    name: Text
    category: str
    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.category not in shapes.CATEGORIES:
            raise ValueError("a category, one of " + ", ".join(shapes.CATEGORIES))


@dataclass(frozen=True)
class CapMapping:
    """The whole file."""

    levels: tuple[Level, ...]
    level_from: LevelNames
    geocodes: tuple[Scheme, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if sorted(each.level for each in self.levels) != [1, 2, 3, 4, 5]:
            raise ValueError("each level from 1 to 5 once")

    def level(self, info: shapes.Info) -> int | None:
        """The level that the info's parameters and event codes name, the highest if several; never CAP's severity."""
        named = [pair.value for pair in info.parameters if pair.name.casefold() in self._parameters]
        named += [pair.value for pair in info.event_codes if pair.name.casefold() in self._event_codes]
        found = [self._values[value.casefold()] for value in named if value.casefold() in self._values]
        return max(found, default=None)

    def severity(self, level: int | None) -> str:
        """The severity our own messages write for a level."""
        return next((each.severity for each in self.levels if each.level == level), "Unknown")

    def knows_scheme(self, name: str) -> bool:
        """Whether geocodes of this name can be read."""
        return name.casefold() in self._schemes or name.casefold() in OWN_SCHEMES

    def targets(self, name: str, value: str) -> tuple[str, ...]:
        """The provinces and clusters that a geocode stands for; `*`: all."""
        if name.casefold() in OWN_SCHEMES:
            return () if value == "*" else (value,)
        return self._schemes.get(name.casefold(), {}).get(value.casefold(), ())

    def hazard(self, info: shapes.Info) -> Hazard | None:
        """The hazard that the info's event codes, else its event, name."""
        codes = {f"{pair.name}={pair.value}".casefold() for pair in info.event_codes}
        by_code = (each for each in self.hazards if codes & {code.casefold() for code in each.codes})
        return next(by_code, None) or self.hazard_in(info.event)

    def hazard_in(self, text: str) -> Hazard | None:
        """The hazard that a text names, by id or by the longest word in it: "lũ quét" is not just "lũ"."""
        said = f" {text.casefold()} "
        words = [
            (len(word), each)
            for each in self.hazards
            for word in (each.id, *each.words)
            if f" {word.casefold()} " in said
        ]
        return max(words, key=lambda found: found[0], default=(0, None))[1]

    def language(self, tag: str) -> str:
        """Our tag for a language tag of a message: the one listed, else its first part."""
        asked = tag.replace("_", "-").casefold()
        listed = {each.casefold(): ours for ours, tags in self.languages.items() for each in (ours, *tags)}
        return listed.get(asked) or listed.get(asked.partition("-")[0]) or asked.partition("-")[0]

    @cached_property
    def _parameters(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.level_from.parameters)

    @cached_property
    def _event_codes(self) -> frozenset[str]:
        return frozenset(name.casefold() for name in self.level_from.event_codes)

    @cached_property
    def _values(self) -> dict[str, int]:
        return {value.casefold(): level for value, level in self.level_from.values.items()}

    @cached_property
    def _schemes(self) -> dict[str, dict[str, tuple[str, ...]]]:
        return {
            name.casefold(): {value.casefold(): targets for value, targets in scheme.values.items()}
            for scheme in self.geocodes
            for name in scheme.names
        }


def load(path: Path) -> CapMapping:
    """The mapping in a file.

    Raises: rulebook.errors.DataError naming file and line of every fault.
    """
    return decoding.read(CapMapping, path, root=path.parent)


@cache
def default_mapping() -> CapMapping:
    """The mapping that came with the program."""
    return load(Path(__file__).with_name(FILE))


def mapping_in(folder: Path) -> CapMapping:
    """The mapping of an installation: `mapping.yaml` in the folder, else the one that came with the program.

    Raises: rulebook.errors.DataError.
    """
    own = folder / FILE
    return load(own) if own.exists() else default_mapping()


def certificates_in(folder: Path) -> tuple[bytes, ...]:
    """The PEM certificates that this installation trusts: `certificates/*.pem` in the folder, in order of name."""
    found = sorted((folder / CERTIFICATES).glob("*.pem"))[:MOST_CERTIFICATES]
    return tuple(path.read_bytes() for path in found)
