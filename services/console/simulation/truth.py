"""The ground truth of a planted city, beside its log. Only `yousu findings score` opens it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from services.console.simulation import seasons
from services.console.simulation.hidden import Hidden
from services.console.simulation.matters import MONTHS, matters
from services.console.simulation.plants import PLANTED_FROM, Plant, serial_and_slot
from services.domain.finding import FindingKind
from services.findings.scoring import BadUnit, Natural, Planted, Truth

if TYPE_CHECKING:
    from services.console.simulation.course import City

FILE = "planted.json"


class TruthInvalid(ValueError):
    """There is no ground truth in this folder, or none that can be used. Says why."""


class Sown:
    """Which tickets the planted reports became, as the log tells."""

    def __init__(self) -> None:
        self.tickets: dict[int, dict[str, date]] = {}

    def note(self, number: int, day: date, ticket_id: str) -> None:
        """number, day: of a report's origin. Repeating it changes nothing."""
        if number >= PLANTED_FROM:
            serial, _ = serial_and_slot(number)
            self.tickets.setdefault(serial, {}).setdefault(ticket_id, day)


def truth_of(hidden: Hidden, sown: Sown, position: int, *, is_running: bool = False) -> Truth:
    first, last = hidden.chunks[0].first_day, hidden.chunks[-1].last_day
    return Truth(
        format=1,
        state="running" if is_running else "complete",
        seed=hidden.ground.seed,
        position=position,
        first_day=first,
        last_day=last,
        findings=tuple(
            _planted(plant, told)
            for plant in hidden.plants
            if (told := sown.tickets.get(plant.serial))
        ),
        natural=tuple(_natural(hidden, first, last)),
        units=tuple(BadUnit(**habit._asdict()) for habit in hidden.units.values()),
    )


@contextmanager
def keeping_truth(city: "City") -> Iterator[None]:
    """While days are lived the file says so: what was written of them before may be too little."""
    hidden = city.planner.hidden
    if hidden is None:
        yield
        return
    folder = city.system.settings.data_dir
    sown = city.follow_ups.sown
    save_truth(folder, truth_of(hidden, sown, city.system.log.head(), is_running=True))
    yield
    save_truth(folder, truth_of(hidden, sown, city.system.log.head()))


def save_truth(folder: Path, truth: Truth) -> None:
    """Whole or not at all, durable when it returns."""
    path = folder / FILE
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(truth.model_dump_json(indent=1))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def load_truth(folder: Path) -> Truth:
    """Raises TruthInvalid."""
    path = folder / FILE
    try:
        truth = Truth.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise TruthInvalid(
            f"{folder}: nothing was planted here: yousu simulate --plant makes a city that hides"
            " a ground truth"
        ) from error
    except (ValidationError, OSError) as error:
        where = _first_fault(error) if isinstance(error, ValidationError) else str(error)
        raise TruthInvalid(f"{path}: is not a ground truth ({where})") from error
    if truth.state == "running":
        raise TruthInvalid(f"{path}: the simulation was stopped in the middle: run it again first")
    return truth


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}"


def _planted(plant: Plant, told: dict[str, date]) -> Planted:
    return Planted(
        id=f"plant-{plant.serial + 1:04}",
        kind=plant.kind,
        item=plant.item,
        areas=plant.areas,
        place=plant.place,
        repeated_by=plant.repeated_by,
        first_day=min(told.values()),
        last_day=max(told.values()),
        tickets=tuple(sorted(told, key=lambda ticket_id: (told[ticket_id], ticket_id))),
        expected=plant.expected,
        least=plant.least,
        complete=len(told) >= plant.least,
    )


def _natural(hidden: Hidden, first: date, last: date) -> Iterator[Natural]:
    """Items that are told in their season only, for as long as it lasts; and rain."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    by_season: dict[frozenset[int], set[str]] = {}
    for item, months in _seasons().items():
        by_season.setdefault(months, set()).add(item)
    for months, items in by_season.items():
        in_season = [day for day in days if day.month in months]
        yield from _spells("its season", ("common",), items, in_season)
    rainy = [day for day in days if seasons.is_rainy(day, hidden.ground.draw)]
    yield from _spells("heavy rain", ("common", "concentrated"), {seasons.FLOODED}, rainy)


def _seasons() -> dict[str, frozenset[int]]:
    """Item → the months in which it is told, where these are not all."""
    told: dict[str, frozenset[int]] = {}
    for matter in matters():
        told[matter.item] = told.get(matter.item, frozenset()) | matter.months
    return {item: months for item, months in told.items() if months != MONTHS}


def _spells(
    what: str, kinds: tuple[FindingKind, ...], items: set[str], days: list[date]
) -> Iterator[Natural]:
    """Days that follow one another are one."""
    begin, listed = 0, tuple(sorted(items))
    for end, day in enumerate(days, start=1):
        if end == len(days) or days[end] != day + timedelta(days=1):
            yield Natural(what=what, kinds=kinds, items=listed, first_day=days[begin], last_day=day)
            begin = end
