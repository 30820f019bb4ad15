"""An area that is not sure: does it matter for who leads?"""

from datetime import date

from services.router.directory.areas import Place
from services.router.directory.duties import Assignment, assign
from services.router.directory.model import Directory
from services.router.jurisdiction import DISPATCH_MIN

BELIEVED_MIN = 0.85  # a single area that is named: less than that is not taken without a person


def assign_in_place(
    directory: Directory, item: str, place: Place, on: date
) -> tuple[Assignment, tuple[str, ...]]:
    """The duty, and the units that it may be if a person has to say which (else none).

    Where every area that may be meant has the same unit, that unit leads.
    """
    chosen = assign(directory, item, place.area, on)
    if place.confidence >= DISPATCH_MIN:
        return chosen, ()
    possible = [assign(directory, item, area, on) for area in place.candidates]
    if not possible and place.area is not None and place.confidence < BELIEVED_MIN:
        possible = [chosen, assign(directory, item, None, on)]
    units = tuple(dict.fromkeys(one.lead for one in possible))
    if len(units) > 1:
        return chosen, units
    return (possible[0] if place.candidates else chosen), ()
