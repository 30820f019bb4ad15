"""What changes when workers run the processors: this process must not, but it can wait for them."""

import time

from services.console.system import System
from services.console.workers import processors_of
from services.platform import processor_errors
from services.platform.transport.lanes import WorkersNeeded, lane_count, lane_names
from services.sla.deadlines import due_clocks

LOOK_EVERY_S = 0.1
CALM_FOR_S = 1.5  # longer than the workers' clocks take to tick
TAKEN_OVER_S = 15.0  # longer than another worker takes to go on for one that died


class WorkersRest(Exception):
    """There is work, and nobody does it."""


def workers_run_processors(system: System) -> bool:
    """Whether a bus brings the facts to workers. Raises WorkersNeeded."""
    if system.settings.kafka is not None:
        return True
    lanes = lane_count(system.log)
    if lanes is not None:
        raise WorkersNeeded(f"this log is split into {lanes} lanes for workers: set YOUSU_KAFKA")
    return False


def checkpoints_of(system: System) -> dict[str, list[str]]:
    """processor → the names of its checkpoints."""
    lanes = lane_count(system.log)
    return {
        one.name: lane_names(one.name, None if one.is_projection else lanes)
        for one in processors_of(system)
    }


def wait_until_idle(system: System, patience_s: float = 60.0) -> None:
    """Until every worker has taken in all of the log, nothing is due, and nothing follows for a
    moment. What is due and stays so for TAKEN_OVER_S waits for something else than a worker.

    Raises WorkersRest if nothing moves for `patience_s`.
    """
    names = [name for some in checkpoints_of(system).values() for name in some]
    seen: tuple[int, ...] = ()
    moved_s = due_s = time.monotonic()
    while True:
        head = system.log.head()
        stands_at = system.log.checkpoints()
        positions = tuple(stands_at.get(name, 0) for name in names)
        now_s = time.monotonic()
        if (head, *positions) != seen:
            seen, moved_s = (head, *positions), now_s
        due_s = now_s if due_clocks(system.log, system.clock.now())[0] else due_s
        resting_s = now_s - moved_s
        if min(positions) >= head:
            if resting_s >= (CALM_FOR_S if now_s - due_s >= CALM_FOR_S else TAKEN_OVER_S):
                return
        elif resting_s >= patience_s:
            raise WorkersRest(_who_rests(system, head))
        time.sleep(LOOK_EVERY_S)


def _who_rests(system: System, head: int) -> str:
    behind = [
        processor
        for processor, names in checkpoints_of(system).items()
        if min(map(system.log.checkpoint, names)) < head
    ]
    told = sorted(processor_errors.current(system.log).items())
    errors = "; ".join(f"{name}: {error}" for name, error in told)
    return f"nothing moves, and behind are {', '.join(behind)}" + (f" ({errors})" if errors else "")
