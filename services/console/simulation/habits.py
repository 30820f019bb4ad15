"""How units and residents are: most are good at it, a few are not, and they stay as they are."""

from typing import NamedTuple

from services.console.simulation.planner import Planner

BAD_SHARE = 0.12


class Habits(NamedTuple):
    """Shares between 0 and 1. late: of resolutions after the deadline; content: of residents
    who are satisfied with what was done in time."""

    returns: float
    accepts_late: float
    late: float
    content: float


GOOD = Habits(returns=0.03, accepts_late=0.02, late=0.04, content=0.84)
BAD = Habits(returns=0.16, accepts_late=0.15, late=0.3, content=0.55)


def habits_of(city: Planner, unit: str) -> Habits:
    return BAD if city.chance("habits", unit).random() < BAD_SHARE else GOOD
