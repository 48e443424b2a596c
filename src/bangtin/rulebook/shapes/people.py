"""Shapes of who and where: agencies, groups, posts, mandates, clusters and their faces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.texts import Text


@dataclass(frozen=True, slots=True)
class DatedName:
    """A name and short name, and the day it starts."""

    name: Text
    short: Text
    since: date | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class AgencySeed:
    """An agency as the instrument names it; later names are dated and carry their legal basis."""

    id: str
    kind: str
    names: tuple[DatedName, ...]
    parent: str | None = None
    clauses: tuple[str, ...] = ()
    is_local: bool = False
    note: Text | None = None
    source: Source = NOWHERE

    def name_on(self, on: date) -> DatedName:
        """Return the name the agency bears on `on`."""
        bearing = [dated for dated in self.names if dated.since is None or dated.since <= on]
        return (bearing or list(self.names))[-1]


@dataclass(frozen=True, slots=True)
class AgencyGroup:
    """A circle of agencies that a clause addresses together; `is_open` if the text lists no names."""

    id: str
    name: Text
    members: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    is_open: bool = False
    note: Text | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of an agency, by which legal basis: rename, merge, split, transfer or abolish.

    `successor` null: abolished, and nobody recorded yet. `duties` (obligation ids) and `clusters` narrow what a
    transfer or a split hands over; without them everything goes.
    """

    predecessor: str
    successor: str | None
    kind: str
    effective_on: date
    basis: str
    duties: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class PostSeed:
    """A post in an agency and the verbs it may do (`submit`, `decide`, `confirm`, `place`, …)."""

    id: str
    agency: str
    title: Text
    verbs: tuple[str, ...]
    is_local: bool = True
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Mandate:
    """What an agency is charged with, over which clusters (empty: all), by which clause."""

    agency: str
    role: str
    clause: str
    clusters: tuple[str, ...] = ()
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class FaceSeed:
    """One face of a screen: its geometry in pixels, the distance of its pixels, how far it hangs turned (degrees)."""

    id: str
    width: int
    height: int
    pitch_mm: float
    rotation: int = 0

    @property
    def geometry(self) -> str:
        """Return "1024x512"."""
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True)
class Coordinates:
    """WGS 84 degrees; `is_approximate` until the operator measures them."""

    latitude: float
    longitude: float
    is_approximate: bool = True


@dataclass(frozen=True, slots=True)
class ClusterSeed:
    """A cluster the instrument governs, with the local facts about its screens."""

    id: str
    name: Text
    kind: str
    place: Text
    operator: str
    clause: str
    faces: tuple[FaceSeed, ...]
    coordinates: Coordinates | None = None
    has_mobile_audio: bool = False
    local_fields: tuple[str, ...] = ()
    note: Text | None = None
    source: Source = NOWHERE
