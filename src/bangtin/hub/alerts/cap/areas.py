"""Which clusters an area holds: by code, by polygon, by circle. Touching the border counts."""

import math
from collections.abc import Iterable, Sequence

from bangtin.hub.alerts.cap.mapping import CapMapping
from bangtin.hub.alerts.cap.shapes import Area, Circle, Info
from bangtin.hub.alerts.cap.verdicts import Place

EARTH_KM = 6371.0088


def clusters_in(areas: Iterable[Area], *, places: Sequence[Place], mapping: CapMapping) -> tuple[str, ...]:
    """The ids of the places that any of the areas holds, in the order of `places`.

    An area that is only described, and a code that the mapping does not know, hold nothing.
    """
    found: set[str] = set()
    for area in areas:
        found |= _by_code(area, places, mapping)
        found |= _by_shape(area, places)
    return tuple(place.id for place in places if place.id in found)


def is_placed(info: Info, mapping: CapMapping) -> bool:
    """Whether the info says where it holds in a way that can be read: a shape, or a code of a known scheme."""
    return any(
        area.polygons or area.circles or any(mapping.knows_scheme(code.name) for code in area.geocodes)
        for area in info.areas
    )


def _by_code(area: Area, places: Sequence[Place], mapping: CapMapping) -> set[str]:
    named = {target for code in area.geocodes for target in mapping.targets(code.name, code.value)}
    own = {f"{code.name}={code.value}".casefold() for code in area.geocodes}
    return {
        place.id
        for place in places
        if named & {"*", place.id, place.id.partition("/")[0]} or own & {code.casefold() for code in place.codes}
    }


def _by_shape(area: Area, places: Sequence[Place]) -> set[str]:
    located = [
        (place.id, place.latitude, place.longitude)
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    if not located:
        return set()
    found = {
        name for name, latitude, longitude in located for circle in area.circles if _within(circle, latitude, longitude)
    }
    return found | {name for ring in area.polygons for name in _inside(ring, located)}


def _inside(ring: Sequence[tuple[float, float]], located: Sequence[tuple[str, float, float]]) -> set[str]:
    # half a second and 16 MB that a hub without such messages does without
    import shapely

    # shapely's x is the longitude. A ring that crosses itself is left as drawn: what it encloses an odd number of
    # times is inside. Mending it first gives the same answer, and takes minutes for a hostile one.
    shape = shapely.Polygon([(longitude, latitude) for latitude, longitude in ring])
    points = shapely.points([(longitude, latitude) for _, latitude, longitude in located])
    return {name for (name, _, _), holds in zip(located, shapely.intersects(shape, points), strict=True) if holds}


def _within(circle: Circle, latitude: float, longitude: float) -> bool:
    """Whether the great circle to the centre is no longer than the radius; a metre is let pass."""
    first, second = math.radians(circle.latitude), math.radians(latitude)
    half = math.sin((second - first) / 2) ** 2
    half += math.cos(first) * math.cos(second) * math.sin(math.radians(longitude - circle.longitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half))) <= circle.radius_km + 0.001
