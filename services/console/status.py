"""Where each processor stands, from what is stored: true also for a process that is not ours."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from services.console.system import System
from services.console.workers import processors_of
from services.platform import processor_errors, quarantine
from services.platform.transport.lane_lag import LaneEvents
from services.platform.transport.lanes import lane_count, lane_names


class LaneStatus(TypedDict):
    """partition: `3-of-8`. lag: events of this lane that it has not taken in."""

    partition: str
    position: int
    lag: int
    last_error: str | None


class ProcessorStatus(TypedDict):
    """position: everything up to here is taken in. lag: events that are not. partitions: empty
    unless it is split into lanes."""

    position: int
    lag: int
    quarantined: int
    last_error: str | None
    partitions: list[LaneStatus]


def status_of(system: System) -> dict[str, ProcessorStatus]:
    """By processor; the relay is not one."""
    return Reading(system).processors()


class Reading:
    """One look at the log's database, from which everything is told. Raises Outage."""

    def __init__(self, system: System) -> None:
        self._system = system
        log = system.log
        self.head = log.head()
        self.quarantined = quarantine.counts(log)
        self.errors = processor_errors.current(log)
        self.lanes = lane_count(log)
        self.checkpoints = log.checkpoints()
        self._events = self._lane_events() if self.lanes else None

    def processors(self) -> dict[str, ProcessorStatus]:
        return {
            one.name: self._whole(one.name)
            if one.is_projection or self._events is None
            else self._split(one.name, self._lane_positions(one.name))
            for one in processors_of(self._system)
        }

    def relay(self) -> ProcessorStatus | None:
        """None if there is no bus to relay to."""
        if self._events is None:
            return None
        at = self.checkpoints.get("relay", 0)
        # A lane's checkpoint is its last event, which may be long ago: what counts is the relay's.
        lasts = self._lane_positions("relay")
        status = self._split("relay", {name: max(at, last) for name, last in lasts.items()})
        status["position"] = at
        for lane in status["partitions"]:
            lane["position"] = lasts[f"relay/{lane['partition']}"]
        return status

    def _whole(self, name: str) -> ProcessorStatus:
        """A runner of this process may be further than what it has written down."""
        runners = self._system.transport.runners
        known = [r.position for r in runners if r.name == name]
        position = max(self.checkpoints.get(name, 0), *known)
        lag = max(0, self.head - position)
        return self._status(name, position, lag, self.errors.get(name), [])

    def _split(self, name: str, positions: Mapping[str, int]) -> ProcessorStatus:
        lanes = [
            self._lane(number, checkpoint, position)
            for number, (checkpoint, position) in enumerate(positions.items())
        ]
        errors = [self.errors.get(name), *(lane["last_error"] for lane in lanes)]
        return self._status(
            name,
            min(positions.values()),
            sum(lane["lag"] for lane in lanes),
            next(filter(None, errors), None),
            lanes,
        )

    def _lane(self, number: int, checkpoint: str, position: int) -> LaneStatus:
        assert self._events is not None
        return {
            "partition": checkpoint.rpartition("/")[2],
            "position": position,
            "lag": self._events.after(number, position),
            "last_error": self.errors.get(checkpoint),
        }

    def _status(
        self, name: str, position: int, lag: int, error: str | None, lanes: list[LaneStatus]
    ) -> ProcessorStatus:
        return {
            "position": position,
            "lag": lag,
            "quarantined": self.quarantined.get(name, 0),
            "last_error": error,
            "partitions": lanes,
        }

    def _lane_positions(self, name: str) -> dict[str, int]:
        """checkpoint → position, lane by lane."""
        return {one: self.checkpoints.get(one, 0) for one in lane_names(name, self.lanes)}

    def _lane_events(self) -> LaneEvents:
        split = [one.name for one in processors_of(self._system) if not one.is_projection]
        standing = [at for name in split for at in self._lane_positions(name).values()]
        standing.append(self.checkpoints.get("relay", 0))
        return LaneEvents(self._system.log, self.lanes or 1, self.head, standing)


def failing(statuses: Mapping[str, ProcessorStatus]) -> dict[str, int]:
    """processor → in how many of its lanes it fails or has stopped."""
    return {name: len(_errors(one)) for name, one in statuses.items()}


def _errors(status: ProcessorStatus) -> Sequence[str]:
    errors = [lane["last_error"] for lane in status["partitions"]] or [status["last_error"]]
    return [error for error in errors if error]
