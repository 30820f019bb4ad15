"""A policy over the lanes that this process holds: the bus brings facts, the log fills holes."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog, Recorded
from services.platform.failures import ConcurrentAppend, Outage, StoppedProcessing
from services.platform.processor import Batch, Processor, Runner, Watch, unwatched
from services.platform.quarantine import failed_at
from services.platform.together import take_in_together
from services.platform.transport.back_off import back_off_s
from services.platform.transport.lane_batches import Part, batches_of, has_hole, side_by_side
from services.platform.transport.lanes import CLOSED, LanesChanged, checkpoint_name
from services.platform.transport.ticket_message import TicketMessage
from services.platform.transport.topics import partition_of
from services.platform.transport.worker import AT_ONCE_S, tell

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1  # where the bus brings everything, the log need not be asked at every turn
READ_MAX = 4_000
READ_FOR_S = 1.0
SAVE_EVERY_S = 2.0
SILENT_S = 2.0  # after so long without a message, the log is asked what the bus keeps back
NEAR = 5_000  # events; a bus that is so close to where the log was read to will soon be level
FAR_BEHIND = 20_000  # events; from there the log is read, ten times faster than the bus
TICK_EVERY_S = 1.0
TICKING_LANE = 0
NEVER_S = float("-inf")


class _Rest(NamedTuple):
    """failures: in a row."""

    failures: int
    until_s: float


class LaneWorker:
    """`processor` is a policy. Lanes are taken up where their checkpoints stand.

    A lane that fails rests, and then goes on from the log: it holds up no other. Only what fails
    for all lanes is raised. elapsed_s: a clock that never goes back.
    """

    def __init__(
        self,
        processor: Processor,
        log: EventLog,
        handler: CommandHandler,
        clock: Clock,
        lanes: int,
        *,
        far_behind: int = FAR_BEHIND,
        pace_s: float = AT_ONCE_S,
        watch: Watch = unwatched,
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._processor = processor
        self._log = log
        self._handler = handler
        self._clock = clock
        self._lanes = lanes
        self._far = far_behind
        self._pace_s = pace_s
        self._watch = watch
        self._elapsed_s = elapsed_s
        self._wanted: frozenset[int] = frozenset()
        self._heard_s: dict[int, float] = {}  # when a lane last moved by what the bus brought
        self._rests: dict[int, _Rest] = {}
        self._ticked_s = self._saved_s = self._looked_s = NEVER_S
        self.runners: dict[int, Runner] = {}
        self.stopped: set[int] = set()

    @property
    def name(self) -> str:
        return self._processor.name

    @property
    def pace_s(self) -> float:
        return self._pace_s

    def hold(self, partitions: frozenset[int]) -> None:
        """Partitions beyond the number of lanes hold nothing that is ours."""
        self._wanted = frozenset(one for one in partitions if one < self._lanes)

    def take(self, messages: Mapping[int, Sequence[TicketMessage]]) -> None:
        """What has a hole is left to `look`, which reads it from the log."""
        self._take_up()
        batches = {}
        for lane, runner in self._running().items():
            came = messages.get(lane, ())
            fresh = self._fresh(lane, runner.position, came)
            if has_hole(fresh, runner.position):
                self._heard_s[lane] = NEVER_S
            elif came and came[-1].position > runner.position - NEAR:
                self._heard_s[lane] = self._elapsed_s()  # after a read of the log, back to the bus
            if fresh and self._heard_s[lane] != NEVER_S:
                brought = batches_of([message.recorded for message in fresh])
                batches[lane] = [batch._replace(source="bus") for batch in brought]
        self._take_in(batches)

    def look(self) -> bool:
        self._take_up()
        head = self._head()
        self._read_on(self._behind(head), head)
        self._tick()
        self._save_sometimes()
        return bool(self._behind(head))

    def _head(self) -> int:
        """Of the log; 0 if the bus serves every lane and we have looked a moment ago."""
        now_s = self._elapsed_s()
        served = all(now_s - self._heard_s[lane] < SILENT_S for lane in self.runners)
        if served and now_s - self._looked_s < LOOK_EVERY_S:
            return 0
        self._looked_s = now_s
        return self._log.head()

    def close(self) -> None:
        try:
            self._save()
        except (Outage, ConcurrentAppend) as error:
            logger.warning("%s: checkpoints not saved: %s", self.name, error)

    def _take_up(self) -> None:
        """Raises LanesChanged if the log is split in another way by now."""
        wanted = self._wanted
        if wanted != self.runners.keys():
            for lane in self.runners.keys() - wanted:
                del self.runners[lane]
                self.stopped.discard(lane)
            for lane in sorted(wanted - self.runners.keys()):
                self._take_up_one(lane)
            logger.info("%s holds lanes %s", self.name, sorted(self.runners))
        if any(runner.position >= CLOSED for runner in self.runners.values()):
            raise LanesChanged(f"{self.name}: the log has no longer {self._lanes} lanes")

    def _take_up_one(self, lane: int) -> None:
        name = checkpoint_name(self.name, lane, self._lanes)
        runner = Runner(self._processor, self._log, self._handler, name, self._watch)
        self.runners[lane] = runner
        self._heard_s[lane] = NEVER_S  # the bus is read from its end: first what the log has
        self._rests.pop(lane, None)

    def _running(self) -> dict[int, Runner]:
        now_s = self._elapsed_s()
        resting = {lane for lane, rest in self._rests.items() if rest.until_s > now_s}
        return {n: one for n, one in self.runners.items() if n not in self.stopped | resting}

    def _fresh(
        self, lane: int, position: int, messages: Sequence[TicketMessage]
    ) -> list[TicketMessage]:
        """Those of this lane's tickets: what others have put into its partition is not its own."""
        return [
            message
            for message in messages
            if message.position > position
            and partition_of(message.recorded.stream_id, self._lanes) == lane
        ]

    def _behind(self, head: int) -> dict[int, Runner]:
        """Lanes that the bus does not serve: silent, with a hole, or too far behind to wait."""
        silent_since_s = self._elapsed_s() - SILENT_S
        return {
            lane: runner
            for lane, runner in self._running().items()
            if head - runner.position > (0 if self._heard_s[lane] < silent_since_s else self._far)
        }

    def _read_on(self, runners: Mapping[int, Runner], to: int) -> None:
        """From the log towards a position, for a while; lanes that stand close share a read."""
        end_s = self._elapsed_s() + READ_FOR_S
        while runners and self._elapsed_s() < end_s:
            start = min(runner.position for runner in runners.values())
            recorded = self._log.read_all(start, READ_MAX, to)
            upto = recorded[-1].position if len(recorded) == READ_MAX else to
            ours: dict[int, list[Recorded]] = {
                lane: [] for lane, runner in runners.items() if runner.position < upto
            }
            for one in recorded:
                lane = partition_of(one.stream_id, self._lanes)
                if lane in ours and one.position > runners[lane].position:
                    ours[lane].append(one)
            self._take_in({lane: batches_of(some, upto) for lane, some in ours.items()})
            running = self._running()
            runners = {n: one for n, one in runners.items() if n in running and one.position < to}

    def _take_in(self, batches: Mapping[int, Sequence[Batch]]) -> None:
        """Each batch begins where the one before it ends. A lane that is not there (it failed, it
        stopped, or it follows another process) leaves the rest to the next look."""
        stands_at = {self.runners[lane]: self.runners[lane].position for lane in batches}
        for parts in side_by_side({self.runners[lane]: some for lane, some in batches.items()}):
            ready = [part for part in parts if part[0].position == stands_at[part[0]]]
            self._step(ready)
            stands_at.update((runner, batch.upto) for runner, batch in ready)

    def _step(self, parts: Sequence[Part]) -> None:
        now = self._clock.now()
        if take_in_together(parts, (), now):
            for runner, _ in parts:
                self._went_well(runner)
            return
        for runner, batch in parts:
            self._step_alone(runner, batch, now)

    def _step_alone(self, runner: Runner, batch: Batch, now: datetime) -> None:
        """Raises Outage if it is the log that is away."""
        try:
            runner.step(batch, now)
        except StoppedProcessing as error:
            self.stopped.add(self._lane_of(runner))
            logger.error("%s stopped: %s", runner.name, error)
            tell(self._log, runner, str(error), self._clock)
        except (Outage, ConcurrentAppend) as error:
            self._log.head()
            self._rest(runner)
            logger.warning("%s waits: %s", runner.name, error)
            tell(self._log, runner, str(error), self._clock)
        else:
            self._went_well(runner)

    def _went_well(self, runner: Runner) -> None:
        self._rests.pop(self._lane_of(runner), None)
        tell(self._log, runner, None, self._clock)

    def _rest(self, runner: Runner) -> None:
        """Longer each time. What the bus brings meanwhile is read from the log afterwards."""
        lane = self._lane_of(runner)
        failures = self._rests.get(lane, _Rest(0, 0.0)).failures + 1
        rest_s = back_off_s(failures)
        self._rests[lane] = _Rest(failures, self._elapsed_s() + rest_s)
        self._heard_s[lane] = NEVER_S

    def _lane_of(self, runner: Runner) -> int:
        return next(lane for lane, one in self.runners.items() if one is runner)

    def _tick(self) -> None:
        """By whoever holds the first lane. Harmless when two do at once. A failure is loud, and
        tried again; facts go on."""
        runner = self._running().get(TICKING_LANE)
        now_s = self._elapsed_s()
        if runner is None or now_s - self._ticked_s < TICK_EVERY_S:
            return
        self._ticked_s = now_s
        try:
            runner.tick(self._clock.now())
        except (Outage, ConcurrentAppend) as error:
            logger.warning("%s: tick waits: %s", self.name, error)
        except Exception as error:  # what it says may quote a resident
            logger.error("%s: tick failed: %s", self.name, failed_at(error))

    def _save_sometimes(self) -> None:
        now_s = self._elapsed_s()
        if now_s - self._saved_s >= SAVE_EVERY_S:
            self._saved_s = now_s
            self._save()

    def _save(self) -> None:
        """Checkpoints that only facts without effect have moved, in one transaction."""
        unsaved = [runner for runner in self.runners.values() if runner.has_unsaved]
        if not unsaved:
            return
        try:
            self._log.append([], also=[one.checkpoint(one.position) for one in unsaved])
        except ConcurrentAppend:  # one of them is somebody else's by now: each alone
            for runner in unsaved:
                runner.save()
            return
        for runner in unsaved:
            runner.taken_in(runner.position)
