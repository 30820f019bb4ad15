"""Coordinates as channels write them: degrees, WGS84 or as the channel means them."""

import math

# China reaches from 73° to 136° east and from 3° to 54° north.
LONGITUDES = (73.0, 136.0)
LATITUDES = (3.0, 54.0)


class CoordinatesRefused(ValueError):
    """code: coordinates_…; field: longitude or latitude. Never holds the values."""

    def __init__(self, code: str, field: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.field = field


def read_coordinates(longitude: str, latitude: str) -> tuple[float, float] | None:
    """(longitude, latitude) in degrees, or None when both are blank. Raises CoordinatesRefused."""
    if not longitude and not latitude:
        return None
    if not longitude or not latitude:
        missing = "latitude" if longitude else "longitude"
        raise CoordinatesRefused("coordinates_incomplete", missing, "only one of the pair is given")
    east, north = _degrees(longitude, "longitude"), _degrees(latitude, "latitude")
    _check(east, north)
    return east, north


def _degrees(text: str, field: str) -> float:
    try:
        degrees = float(text)
    except ValueError:
        degrees = math.nan
    if not math.isfinite(degrees) or "_" in text:
        raise CoordinatesRefused("coordinates_invalid", field, "not a number of degrees")
    return degrees


def _check(east: float, north: float) -> None:
    if abs(east) < 1e-6 and abs(north) < 1e-6:
        raise CoordinatesRefused("coordinates_zero", "latitude", "0,0 is no place in a city")
    if _within(north, LONGITUDES) and _within(east, LATITUDES):
        reason = "longitude and latitude are swapped"
        raise CoordinatesRefused("coordinates_swapped", "latitude", reason)
    for degrees, limit, field in ((east, 180, "longitude"), (north, 90, "latitude")):
        if abs(degrees) > limit:
            reason = f"beyond {limit} degrees"
            raise CoordinatesRefused("coordinates_out_of_range", field, reason)


def _within(degrees: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= degrees <= bounds[1]
