"""A synthetic city in a data folder: found or founded, lived for days, and summed up."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from services.console.options import fail, open_system
from services.console.simulation.ahead import days_planned_ahead
from services.console.simulation.beside import Made, hashed, rows_made_beside
from services.console.simulation.course import (
    City,
    days,
    end_of_day,
    last_possible_day,
    open_city,
)
from services.console.simulation.driver import Totals
from services.console.simulation.entropy import SeededEntropy
from services.console.simulation.plants import TICKETS_PER_DAY_MAX, Chunk
from services.console.simulation.state import CityState, StateInvalid, begin_run, load_state
from services.console.simulation.truth import FILE as TRUTH_FILE
from services.console.simulation.truth import keeping_truth
from services.console.system import System
from services.domain.working_time import WorkingCalendar
from services.platform.clock import VirtualClock
from services.platform.settings import Settings, SettingsInvalid, load_settings
from services.sla.calendar import calendar_for

START = date(2026, 3, 2)  # a Monday in the heating season; never today, so that runs are equal
READ_MAX = 5_000


def checked_settings(data_dir: Path | None, database_url: str | None) -> Settings:
    try:
        settings = load_settings(data_dir, database_url)
    except SettingsInvalid as error:
        fail(str(error))
    if settings.database_url is not None:
        fail("a simulated city lives in a folder: unset YOUSU_DATABASE_URL and use --data DIR")
    if settings.kafka is not None:
        fail("a simulated city has a clock of its own, which workers do not see: unset YOUSU_KAFKA")
    return settings


def city_state(
    settings: Settings,
    tickets_per_day: int | None,
    seed: int | None,
    start: datetime | None,
    plant_days: int | None = None,
) -> CityState:
    """The city in this folder, or a new one. What contradicts the one that is there is refused;
    another number of tickets a day is not. plant_days: so many more hide problems."""
    try:
        state = load_state(settings.data_dir)
    except StateInvalid as error:
        fail(str(error))
    if state is None:
        if settings.log_file.exists():
            fail(f"{settings.data_dir}: holds a log that is not a simulated city's")
        calendar = calendar_for(settings.data_dir)
        first = start.date() if start else _usual_start(plant_days, calendar)
        if not calendar.first_day <= first <= last_possible_day(calendar):
            fail(calendar_ends(calendar))
        until = datetime.combine(first, time(), calendar.zone).astimezone(UTC)
        state = CityState(1 if seed is None else seed, tickets_per_day or 120, first, until)
    elif plant_days is not None and not state.planted:
        fail(f"{settings.data_dir}: this city was begun without --plant: plant in an empty folder")
    if seed is not None and seed != state.seed:
        fail(f"{settings.data_dir}: this city was made with --seed {state.seed}")
    if start is not None and start.date() != state.start:
        fail(f"{settings.data_dir}: this city begins with --start {state.start}")
    state = replace(state, tickets_per_day=tickets_per_day or state.tickets_per_day)
    if plant_days is not None:
        state = with_planted(state, plant_days, calendar_for(settings.data_dir))
    return begin_run(settings.data_dir, state)


def with_planted(state: CityState, days_count: int, calendar: WorkingCalendar) -> CityState:
    """So many days more are to hide problems; days that are planted already stay as they are."""
    rate = state.tickets_per_day
    if rate > TICKETS_PER_DAY_MAX:
        fail(f"--plant: at most {TICKETS_PER_DAY_MAX} tickets a day, not {rate}")
    begin = calendar.local_date(state.until)
    last = min(begin + timedelta(days=days_count - 1), last_possible_day(calendar))
    first = max([begin, *(chunk.last_day + timedelta(days=1) for chunk in state.planted)])
    if first > last:
        return state
    return replace(state, planted=(*state.planted, Chunk(first, last, rate)))


def _usual_start(plant_days: int | None, calendar: WorkingCalendar) -> date:
    """A planted city begins as much earlier as its days need."""
    if plant_days is None:
        return START
    latest = last_possible_day(calendar) - timedelta(days=plant_days - 1)
    return max(min(START, latest), calendar.first_day)


def calendar_ends(calendar: WorkingCalendar) -> str:
    return (
        f"the working calendar ends on {calendar.last_day}: a city can be simulated up to"
        f" {last_possible_day(calendar)}, so that its promises end within it"
    )


@contextmanager
def open_past(settings: Settings, state: CityState) -> Iterator[City]:
    """The city under its virtual clock, with noise that can be made again."""
    clock = VirtualClock(state.until)
    entropy = SeededEntropy(state.seed, state.runs)
    with open_system(settings.data_dir, None, clock, entropy, held=True) as system:
        yield open_city(system, clock, state)


def live_days(city: City, count: int) -> dict[str, object]:
    """So many whole days more, and what happened in them. The rest of a day begun is one day."""
    calendar = city.planner.calendar
    first = calendar.local_date(city.state.until)
    last = min(first + timedelta(days=count - 1), last_possible_day(calendar))
    head = city.system.log.head()
    totals = Totals()
    reports = count * city.state.tickets_per_day
    with (
        keeping_truth(city),
        progress(f"{first} … {last}", (last - first).days + 1) as bar,
        days_planned_ahead(city, last),
        rows_made_beside(city.system, reports) as beside,
    ):
        for day in days(first, last):
            totals.add(city.live_until(end_of_day(day, calendar), settled=day == last))
            bar.update(1)
    complete = (last - first).days + 1 == count
    if not complete:
        click.echo(f"yousu: stopped: {calendar_ends(calendar)}", err=True)
    return {
        "days": max(0, (last - first).days + 1),
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "seed": city.state.seed,
        "reports": totals.reports,
        "tickets": totals.opened,
        "joined": totals.joined,
        "duplicates": totals.duplicates,
        "commands": totals.commands,
        "refused": totals.refused,
        "events": city.system.log.head() - head,
        "position": city.system.log.head(),
        "log_sha256": log_sha256(city.system, beside.made),
        "state": "complete" if complete else "calendar_ended",
    } | _planted(city)


def _planted(city: City) -> dict[str, object]:
    hidden = city.planner.hidden
    return {} if hidden is None else {"planted": len(hidden.plants), "truth": TRUTH_FILE}


def progress(label: str, length: int) -> "click._termui_impl.ProgressBar[int]":
    return click.progressbar(length=length, label=label, file=click.get_text_stream("stderr"))


def log_sha256(system: System, made: Made | None = None) -> str:
    """Of every event's stream, version, type and bytes, in the log's order. made: with the rows."""
    if made is not None and made.upto == system.log.head():
        return made.sha256
    digest = hashlib.sha256()
    position = 0
    while events := system.log.read_all(position, READ_MAX):
        position = events[-1].position
        digest.update(b"".join(map(hashed, events)))
    return digest.hexdigest()
