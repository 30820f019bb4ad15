"""The note that a synthetic city keeps beside its log: what it was made of, and how far it is.

Everything else is in the log: what is still to come is planned again from it.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path

from services.console.simulation.plants import Chunk

FILE = "simulation.json"


class StateInvalid(ValueError):
    """This data folder cannot be continued as it was asked."""


@dataclass(frozen=True, slots=True)
class CityState:
    """until: everything planned up to this moment has been carried out (aware, UTC).

    runs: how often the city was continued. Each run seals with noise of its own.
    planted: days with problems hidden in them, as they were asked for; () in a city without.
    """

    seed: int
    tickets_per_day: int
    start: date
    until: datetime
    runs: int = 0
    planted: tuple[Chunk, ...] = ()


def load_state(data_dir: Path) -> CityState | None:
    """None if there is no city yet. Raises StateInvalid."""
    path = data_dir / FILE
    if not path.exists():
        return None
    try:
        note = json.loads(path.read_text("utf-8"))
        start, until = date.fromisoformat(note["start"]), datetime.fromisoformat(note["until"])
        planted = tuple(_chunk(*chunk) for chunk in note.get("planted", ()))
        rate, runs = int(note["tickets_per_day"]), int(note["runs"])
        return CityState(int(note["seed"]), rate, start, until, runs, planted)
    except (ValueError, KeyError, TypeError) as error:
        raise StateInvalid(f"{path}: is not a simulation's note ({error})") from error


def _chunk(first: str, last: str, tickets_per_day: int) -> Chunk:
    return Chunk(date.fromisoformat(first), date.fromisoformat(last), int(tickets_per_day))


def save_state(data_dir: Path, state: CityState) -> None:
    """Whole or not at all, durable when it returns."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / FILE
    new = path.with_suffix(".new")
    note = asdict(state) | {"start": state.start.isoformat(), "until": state.until.isoformat()}
    if state.planted:
        note["planted"] = [
            [chunk.first_day.isoformat(), chunk.last_day.isoformat(), chunk.tickets_per_day]
            for chunk in state.planted
        ]
    else:
        del note["planted"]
    with new.open("w", encoding="utf-8") as file:
        json.dump(note, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def begin_run(data_dir: Path, state: CityState) -> CityState:
    """Counts the run before anything is sealed in it."""
    state = replace(state, runs=state.runs + 1)
    save_state(data_dir, state)
    return state
