"""The clusters on an outline of the province: bundled, drawn by the server, no tiles from outside (ui 6)."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.portal import badges, formats

WIDTH = 640
_FILE = Path(__file__).with_name("outlines.json")
# what needs a hand most stands for a cluster of several screens
_WORST_FIRST = (
    *("dark", "off_plan", "lost", "late", "unplanned", "never"),
    *("alert", "drill", "covered", "carried", "resting", "on_plan"),
)
_HUES = dict.fromkeys(("off_plan", "lost", "late", "unplanned"), "a") | {
    "dark": "r",
    "on_plan": "g",
    "alert": "r",
    "drill": "g",
}
_LETTER = 10.2  # of the map's names, on the wide side


@dataclass(frozen=True)
class Mark:
    """A cluster on the map, in pixels of the view box; `hue` r, a, g or n; `anchor` start or end of its name."""

    name: str
    href: str
    state: str
    hue: str
    x: float
    y: float
    anchor: str
    text_x: float


@dataclass(frozen=True)
class Map:
    """The drawing: land as SVG paths, names of neighbours and towns at their places, the clusters."""

    width: int
    height: int
    land: tuple[str, ...]
    neighbours: tuple[tuple[str, float, float], ...]
    towns: tuple[tuple[str, float, float], ...]
    marks: tuple[Mark, ...]

    @property
    def states(self) -> str:
        """The clusters with their states, for those who do not see the drawing."""
        return "; ".join(f"{one.name}: {one.state}" for one in self.marks)


@cache
def _outlines() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))["provinces"]
    return found


def draw(province: str, clusters: Iterable[tuple[Cluster, Iterable[str], str]]) -> Map | None:
    """The map of a province with these clusters (each with its screens' state words and its address).

    None for a province without an outline, or if no cluster has coordinates.
    """
    outline = _outlines().get(province)
    placed = [one for one in clusters if one[0].latitude is not None and one[0].longitude is not None]
    if outline is None or not placed:
        return None
    flat = _Flat(*outline["box"])
    names = 0 if formats.is_vietnamese() else 1
    return Map(
        width=WIDTH,
        height=flat.height,
        land=tuple(flat.path(ring) for ring in outline["rings"]),
        neighbours=tuple((one[names], *flat.at(one[2], one[3])) for one in outline["neighbours"]),
        towns=tuple((one[names], *flat.at(one[2], one[3])) for one in outline["towns"]),
        marks=tuple(_mark(flat, *one) for one in placed),
    )


class _Flat:
    """Degrees to pixels: at a province's size an even projection is true enough."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self._west, self._north = west, north
        self._x = WIDTH / (east - west)
        self._y = self._x / math.cos(math.radians((south + north) / 2))
        self.height = round((north - south) * self._y)

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """The pixel of a place."""
        return round((longitude - self._west) * self._x, 1), round((self._north - latitude) * self._y, 1)

    def path(self, ring: Iterable[tuple[float, float]]) -> str:
        """A closed outline as an SVG path."""
        points = [f"{x:g} {y:g}" for x, y in (self.at(longitude, latitude) for longitude, latitude in ring)]
        return f"M{'L'.join(points)}Z"


def _mark(flat: _Flat, cluster: Cluster, states: Iterable[str], href: str) -> Mark:
    assert cluster.latitude is not None and cluster.longitude is not None
    found = set(states)
    worst = next((one for one in _WORST_FIRST if one in found), "never")
    x, y = flat.at(cluster.longitude, cluster.latitude)
    name = cluster.short_name
    is_right = x + 20 + len(name) * _LETTER > WIDTH
    return Mark(
        name=name,
        href=href,
        state=str(badges.badge("screen", worst).word),
        hue=_HUES.get(worst, "n"),
        x=x,
        y=y,
        anchor="end" if is_right else "start",
        text_x=x - 17 if is_right else x + 17,
    )
