"""How units and residents are: most are good at it, a few are not, and they stay as they are."""

from typing import NamedTuple

from services.console.simulation.planner import Planner
from services.console.simulation.plants import UnitHabit

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


# In a planted city a unit is bad at what it was chosen for, and good at all else.
SLOW = {"accepts_late": 0.2, "late": 0.35}
RETURNING = {"returns": 0.25}
DISSATISFYING = {"content": 0.5}


def habits_of(city: Planner, unit: str) -> Habits:
    if city.hidden is not None:
        return _planted(city.hidden.units.get(unit))
    return BAD if city.chance("habits", unit).random() < BAD_SHARE else GOOD


def _planted(habit: UnitHabit | None) -> Habits:
    if habit is None:
        return GOOD
    worse = (SLOW if habit.slow else {}) | (RETURNING if habit.returning else {})
    return GOOD._replace(**worse, **(DISSATISFYING if habit.dissatisfied else {}))
