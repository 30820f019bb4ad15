"""The background against which problems are planted: how many tickets are usual, where, of what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from random import Random

from services.console.simulation import seasons
from services.console.simulation.matters import Matter, matters
from services.domain.working_time import WorkingCalendar
from services.router.directory import Area, Directory


@dataclass(frozen=True)
class Ground:
    """places: district → its communities. shares: district → of all tickets, as weights."""

    seed: int
    directory: Directory
    calendar: WorkingCalendar
    places: Mapping[str, tuple[Area, ...]]
    shares: Mapping[str, float]

    def draw(self, *names: object) -> Random:
        return Random("/".join(map(str, (self.seed, "planted", *names))))

    def weights(self, day: date) -> seasons.Weights:
        known = self._weights.get(day)
        if known is None:
            known = self._weights[day] = seasons.weights(day, seasons.is_rainy(day, self.draw))
        return known

    @cached_property
    def _weights(self) -> dict[date, seasons.Weights]:
        """Asked for each report of a day."""
        return {}

    def count(self, day: date, tickets: int) -> int:
        usual = tickets * seasons.usual_share(self.calendar, day)
        return round(usual * seasons.noise(self.draw("count", day)))

    def expected(self, item: str, first: date, last: date, tickets: int) -> float:
        """Tickets of an item in the whole city, from a day to a day."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return sum(
            tickets * seasons.usual_share(self.calendar, day) * self._item_share(item, day)
            for day in days
        )

    def area_share(self, code: str) -> float:
        """Of all tickets: those of a community, street or district."""
        district = self.places[code[:6]]
        inside = sum(code == area.code or code in area.lineage for area in district)
        return self.shares[code[:6]] / sum(self.shares.values()) * inside / len(district)

    @cached_property
    def streets(self) -> dict[str, tuple[Area, ...]]:
        """Street → its communities, where there are at least three."""
        found: dict[str, list[Area]] = {}
        for district in self.places.values():
            for area in district:
                found.setdefault(area.parent or "", []).append(area)
        return {code: tuple(inside) for code, inside in found.items() if len(inside) >= 3}

    @cached_property
    def steady(self) -> tuple[Matter, ...]:
        """Matters of every month that are routed by their words: any of them can be planted."""
        return tuple(
            matter
            for matter in matters()
            if not matter.fate and len(matter.months) == 12 and matter.kind != "thanks"
        )

    def of_item(self, item: str) -> tuple[Matter, ...]:
        return tuple(matter for matter in self.steady if matter.item == item)

    def community(self, chance: Random) -> Area:
        district = chance.choices(list(self.shares), list(self.shares.values()))[0]
        return chance.choice(self.places[district])

    def _item_share(self, item: str, day: date) -> float:
        choices, weights = self.weights(day)
        told = sum(w for matter, w in zip(choices, weights, strict=True) if matter.item == item)
        return told / sum(weights)
