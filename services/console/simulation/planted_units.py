"""Which units of a planted city are bad at it, and at what: few, with enough tickets to show."""

from collections import Counter
from functools import cache
from random import Random

from services.console.simulation.ground import Ground
from services.console.simulation.plants import Chunk, UnitHabit
from services.router.directory import Route, RouteQuery, find_route

DRAWS = 500  # of the background, to see who gets how much of it
TICKETS_MIN = 40
SHARE_OF_UNITS, UNITS_MIN = 6, 2  # one in six of those that have enough


def bad_units(ground: Ground, chunk: Chunk) -> tuple[UnitHabit, ...]:
    """They stay as they are for as long as the city lives."""
    shown = [unit for unit, share in _shares(ground, chunk) if share * chunk.tickets >= TICKETS_MIN]
    chance = ground.draw("bad units")
    count = min(len(shown), max(UNITS_MIN, round(len(shown) / SHARE_OF_UNITS)))
    return tuple(_habit(unit, chance) for unit in sorted(chance.sample(sorted(shown), count)))


def _habit(unit: str, chance: Random) -> UnitHabit:
    """In one respect or two."""
    bad = set(chance.sample(("slow", "returning", "dissatisfied"), chance.choice((1, 1, 2))))
    return UnitHabit(unit, "slow" in bad, "returning" in bad, "dissatisfied" in bad)


def _shares(ground: Ground, chunk: Chunk) -> list[tuple[str, float]]:
    """Unit → its share of what is told, as far as the duty list says who leads."""
    chance = ground.draw("who leads")
    choices, weights = ground.weights(chunk.first_day)

    @cache
    def lead(item: str, street: str) -> str | None:
        query = RouteQuery(item, "", "", street, None, chunk.first_day)
        found = find_route(ground.directory, query)
        return found.lead if isinstance(found, Route) else None

    drawn = chance.choices(choices, weights, k=DRAWS)
    leads = (lead(matter.item, ground.community(chance).parent or "") for matter in drawn)
    counted = Counter(unit for unit in leads if unit)
    return [(unit, count / DRAWS) for unit, count in counted.most_common()]
