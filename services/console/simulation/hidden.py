"""What a planted city says on a day beside its plan: problems, and clusters that are only noise."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property, lru_cache

from services.console.simulation.ground import Ground
from services.console.simulation.planted_units import bad_units
from services.console.simulation.planting import planted
from services.console.simulation.plants import (
    NATURAL_FROM,
    PLANTED_FROM,
    Chunk,
    Plant,
    Telling,
    UnitHabit,
    number_of,
    serial_and_slot,
)

CLUSTER_EVERY = 150  # tickets: somebody near tells of the same within days, as it happens
CLUSTER_OTHERS, CLUSTER_WEIGHTS = (1, 2, 3), (6, 3, 1)
CLUSTER_DAYS = 3


class Hidden:
    """Pure: answers depend on the seed and on the days that were planted, never on a log."""

    def __init__(self, ground: Ground, chunks: Sequence[Chunk]) -> None:
        self.ground = ground
        self.chunks = tuple(chunks)
        self.natural = lru_cache(maxsize=16)(self._natural)
        self._started = lru_cache(maxsize=16)(self._clusters)

    @cached_property
    def plants(self) -> list[Plant]:
        return planted(self.ground, self.chunks)

    @cached_property
    def units(self) -> dict[str, UnitHabit]:
        return {habit.unit: habit for habit in bad_units(self.ground, self.chunks[0])}

    def numbers(self, day: date) -> list[int]:
        """Of the reports that are told on a day beside the plan's own."""
        natural = [NATURAL_FROM + index for index in range(len(self.natural(day)))]
        return natural + [
            number_of(plant, slot)
            for plant in self._by_day.get(day, ())
            for slot in range(len(plant.on(day)))
        ]

    def telling(self, day: date, number: int) -> Telling:
        if number < PLANTED_FROM:
            return self.natural(day)[number - NATURAL_FROM]
        _, slot = serial_and_slot(number)
        return self.plant(number).telling(day, slot)

    def plant(self, number: int) -> Plant:
        """Of a planted report's number."""
        serial, _ = serial_and_slot(number)
        return self.plants[serial]

    @cached_property
    def _by_day(self) -> dict[date, list[Plant]]:
        by_day: dict[date, list[Plant]] = {}
        for plant in self.plants:
            for day in dict.fromkeys(telling.day for telling in plant.tellings):
                by_day.setdefault(day, []).append(plant)
        return by_day

    def _natural(self, day: date) -> list[Telling]:
        """Told today, of clusters that began today or on the days before."""
        began = [day - timedelta(days=before) for before in range(CLUSTER_DAYS, -1, -1)]
        return [one for start in began for one in self._started(start) if one.day == day]

    def _clusters(self, start: date) -> list[Telling]:
        chunk = self._chunk(start)
        if chunk is None:
            return []
        chance = self.ground.draw("clusters", start)
        choices, weights = self.ground.weights(start)
        told: list[Telling] = []
        for _ in range(int(chunk.tickets_per_day / CLUSTER_EVERY + chance.random())):
            area, matter = self.ground.community(chance), chance.choices(choices, weights)[0]
            others = chance.choices(CLUSTER_OTHERS, CLUSTER_WEIGHTS)[0]
            later = [chance.randint(0, CLUSTER_DAYS) for _ in range(others)]
            told += [Telling(start + timedelta(days=n), area, matter) for n in (0, *later)]
        return told

    def _chunk(self, day: date) -> Chunk | None:
        """The last that has begun; None before the city did."""
        begun = [chunk for chunk in self.chunks if chunk.first_day <= day]
        return begun[-1] if begun else None
