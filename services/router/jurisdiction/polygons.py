"""Points in areas: GeoJSON polygons, ray casting over a grid of bounding boxes."""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Ring = tuple[tuple[float, float], ...]  # (longitude, latitude), closed or not
CELLS_PER_DEGREE = 50  # about 2 km
DEGREES_MAX = 20  # a part that is wider is a mistake, and would fill memory with cells


class BoundariesInvalid(ValueError):
    """The file is not GeoJSON areas. The message names the feature, counted from 0."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """One part of an area: outer ring first, then holes; box is west, south, east, north."""

    code: str
    rings: tuple[Ring, ...]
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Polygons by grid cell; `codes` are all areas that have one."""

    cells: MappingProxyType[tuple[int, int], tuple[Polygon, ...]]
    codes: frozenset[str]

    def find(self, longitude: float, latitude: float) -> tuple[str, ...]:
        """The smallest areas around the point: one; several where polygons overlap; or none."""
        if not (math.isfinite(longitude) and math.isfinite(latitude)):
            return ()
        near = self.cells.get(_cell(longitude, latitude), ())
        found = {polygon.code for polygon in near if _is_inside(polygon, longitude, latitude)}
        deepest = {
            code for code in found if not any(o != code and o.startswith(code) for o in found)
        }
        return tuple(sorted(deepest))


NO_BOUNDARIES = Boundaries(MappingProxyType({}), frozenset())


def read_boundaries(geojson: str | bytes, known: Iterable[str]) -> Boundaries:
    """A FeatureCollection of Polygon and MultiPolygon, each with properties.code of a known area,
    in degrees. Raises BoundariesInvalid."""
    try:
        features = json.loads(geojson)["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise BoundariesInvalid("not a GeoJSON FeatureCollection") from error
    allowed = frozenset(known)
    polygons: list[Polygon] = []
    if not isinstance(features, list):
        raise BoundariesInvalid("not a GeoJSON FeatureCollection")
    for number, feature in enumerate(features):
        try:
            polygons.extend(_polygons(feature, allowed))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise BoundariesInvalid(f"feature {number}: {error}") from error
    return _indexed(polygons)


def _polygons(feature: Any, allowed: frozenset[str]) -> list[Polygon]:
    code, geometry = str(feature["properties"]["code"]), feature["geometry"]
    if code not in allowed:
        raise ValueError(f"unknown area {code}")
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"geometry {geometry['type']!r} is no area")
    coordinates = geometry["coordinates"]
    parts = [coordinates] if geometry["type"] == "Polygon" else coordinates
    return [_polygon(code, tuple(_ring(ring) for ring in part)) for part in parts]


def _ring(points: Sequence[Sequence[float]]) -> Ring:
    ring = tuple((float(point[0]), float(point[1])) for point in points)
    if len(ring) < 3:
        raise ValueError("a ring has fewer than three points")
    if not all(abs(x) <= 180 and abs(y) <= 90 for x, y in ring):  # also refuses NaN
        raise ValueError("a point is not in degrees")
    return ring


def _polygon(code: str, rings: tuple[Ring, ...]) -> Polygon:
    xs, ys = zip(*rings[0], strict=True)
    if max(max(xs) - min(xs), max(ys) - min(ys)) > DEGREES_MAX:
        raise ValueError(f"a part is wider than {DEGREES_MAX} degrees")
    return Polygon(code, rings, (min(xs), min(ys), max(xs), max(ys)))


def _cell(longitude: float, latitude: float) -> tuple[int, int]:
    return math.floor(longitude * CELLS_PER_DEGREE), math.floor(latitude * CELLS_PER_DEGREE)


def _indexed(polygons: Iterable[Polygon]) -> Boundaries:
    cells: dict[tuple[int, int], list[Polygon]] = {}
    codes = set()
    for polygon in polygons:
        west, south, east, north = polygon.box
        (first_x, first_y), (last_x, last_y) = _cell(west, south), _cell(east, north)
        codes.add(polygon.code)
        for x in range(first_x, last_x + 1):
            for y in range(first_y, last_y + 1):
                cells.setdefault((x, y), []).append(polygon)
    return Boundaries(
        MappingProxyType({cell: tuple(found) for cell, found in cells.items()}), frozenset(codes)
    )


def _is_inside(polygon: Polygon, x: float, y: float) -> bool:
    west, south, east, north = polygon.box
    if not (west <= x <= east and south <= y <= north):
        return False
    crossings = sum(_crossings(ring, x, y) for ring in polygon.rings)
    return crossings % 2 == 1


def _crossings(ring: Ring, x: float, y: float) -> int:
    """How often a ray to the east meets the ring; a border belongs to one side only."""
    count, before = 0, ring[-1]
    for point in ring:
        (x1, y1), (x2, y2) = before, point
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            count += 1
        before = point
    return count
