"""Where each processor stands, from what is stored: true also for a process that is not ours."""

from typing import TypedDict

from services.console.system import System
from services.platform import processor_errors, quarantine


class ProcessorStatus(TypedDict):
    position: int
    lag: int
    quarantined: int
    last_error: str | None


def status_of(system: System) -> dict[str, ProcessorStatus]:
    """By processor. lag: events in the log that it has not taken in."""
    head = system.log.head()
    quarantined = quarantine.counts(system.log)
    errors = processor_errors.current(system.log)
    result: dict[str, ProcessorStatus] = {}
    for runner in system.transport.runners:
        position = max(system.log.checkpoint(runner.name), runner.position)
        result[runner.name] = {
            "position": position,
            "lag": max(0, head - position),
            "quarantined": quarantined.get(runner.name, 0),
            "last_error": errors.get(runner.name),
        }
    return result
