"""Where a matter is: from an address, free text and coordinates to an official area.

Knows nothing of directories or events: it is built from rows that look like areas and places.
"""

from services.router.jurisdiction.gazetteer import Gazetteer, build_gazetteer
from services.router.jurisdiction.locate import locate
from services.router.jurisdiction.model import (
    DISPATCH_MIN,
    Candidate,
    Jurisdiction,
    NamedArea,
    NamedPlace,
)
from services.router.jurisdiction.polygons import (
    NO_BOUNDARIES,
    Boundaries,
    BoundariesInvalid,
    read_boundaries,
)

__all__ = [
    "DISPATCH_MIN",
    "NO_BOUNDARIES",
    "Boundaries",
    "BoundariesInvalid",
    "Candidate",
    "Gazetteer",
    "Jurisdiction",
    "NamedArea",
    "NamedPlace",
    "build_gazetteer",
    "locate",
    "read_boundaries",
]
