"""How many events a lane still has before it: its own ones, not those of its neighbours."""

from bisect import bisect_right
from collections.abc import Iterable

from services.platform.event_log import EventLog
from services.platform.transport.topics import partition_of

COUNTED_MAX = 10_000


class LaneEvents:
    """The last events of the log by lane, for everybody who stands behind `after`. Counts are exact
    for the last COUNTED_MAX events; of older ones each lane is taken to have its even share."""

    def __init__(self, log: EventLog, lanes: int, head: int, standing: Iterable[int]) -> None:
        self._lanes = lanes
        self._start = max(min(standing, default=head), head - COUNTED_MAX, 0)
        self._positions: dict[int, list[int]] = {lane: [] for lane in range(lanes)}
        behind = head - self._start
        for position, ticket_id, _ in (
            log.streams_changed(self._start, behind) if behind > 0 else ()
        ):
            self._positions[partition_of(ticket_id, lanes)].append(position)

    def after(self, lane: int, position: int) -> int:
        """How many of the lane come after a position."""
        counted = self._positions[lane]
        older = max(0, self._start - position)
        return len(counted) - bisect_right(counted, position) + -(-older // self._lanes)
