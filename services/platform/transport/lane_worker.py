"""A policy over the lanes that this process holds: the bus brings facts, the log fills holes."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog, Recorded
from services.platform.failures import ConcurrentAppend, Outage, StoppedProcessing
from services.platform.processor import Batch, Processor, Runner, Watch, decode_all, unwatched
from services.platform.together import take_in_together
from services.platform.transport.lanes import checkpoint_name
from services.platform.transport.ticket_message import TicketMessage
from services.platform.transport.topics import partition_of
from services.platform.transport.worker import tell

logger = logging.getLogger(__name__)

BATCH_MAX = 1_000  # facts in one transaction: others wait for the log meanwhile
READ_MAX = 4_000
READ_FOR_S = 1.0
SAVE_EVERY_S = 2.0
SILENT_S = 2.0  # after so long without a message, the log is asked what the bus keeps back
FAR_BEHIND = 20_000  # events; from there the log is read, ten times faster than the bus
TICK_EVERY_S = 1.0
TICKING_LANE = 0

Part = tuple[Runner, Batch]


class LaneWorker:
    """`processor` is a policy. Lanes are taken up where their checkpoints stand."""

    def __init__(
        self,
        processor: Processor,
        log: EventLog,
        handler: CommandHandler,
        clock: Clock,
        lanes: int,
        *,
        far_behind: int = FAR_BEHIND,
        watch: Watch = unwatched,
    ) -> None:
        self._processor = processor
        self._log = log
        self._handler = handler
        self._clock = clock
        self._lanes = lanes
        self._far = far_behind
        self._watch = watch
        self._wanted: frozenset[int] = frozenset()
        self._heard_s: dict[int, float] = {}  # when a lane last moved by what the bus brought
        self._ticked_s = self._saved_s = 0.0
        self.runners: dict[int, Runner] = {}
        self.stopped: set[int] = set()

    @property
    def name(self) -> str:
        return self._processor.name

    def hold(self, partitions: frozenset[int]) -> None:
        self._wanted = partitions

    def take(self, messages: Mapping[int, Sequence[TicketMessage]]) -> None:
        self._take_up()
        running = self._running()
        batches: dict[int, list[Batch]] = {}
        for lane, some in messages.items():
            if lane not in running:
                continue
            fresh = [m for m in some if m.position > running[lane].position]
            if _has_hole(fresh, running[lane].position):
                self._heard_s[lane] = 0.0
            elif fresh:
                self._heard_s[lane] = time.monotonic()
                brought = _batches([m.recorded for m in fresh])
                batches[lane] = [batch._replace(source="bus") for batch in brought]
        self._take_in({running[lane]: some for lane, some in batches.items()})
        self.look()

    def look(self) -> bool:
        self._take_up()
        head = self._log.head()
        behind = self._behind(head)
        if behind:
            self._read_on(behind, head)
        self._tick()
        self._save_sometimes()
        return bool(self._behind(head))

    def close(self) -> None:
        self._save()

    def _take_up(self) -> None:
        wanted = self._wanted
        if wanted == self.runners.keys():
            return
        for lane in self.runners.keys() - wanted:
            del self.runners[lane]
            self.stopped.discard(lane)
        for lane in sorted(wanted - self.runners.keys()):
            name = checkpoint_name(self.name, lane, self._lanes)
            runner = Runner(self._processor, self._log, self._handler, name, self._watch)
            self.runners[lane] = runner
            self._heard_s[lane] = 0.0  # the bus is read from its end: first what the log has
        logger.info("%s holds lanes %s", self.name, sorted(self.runners))

    def _running(self) -> dict[int, Runner]:
        return {lane: one for lane, one in self.runners.items() if lane not in self.stopped}

    def _behind(self, head: int) -> dict[int, Runner]:
        """Lanes that the bus does not serve: silent, with a hole, or too far behind to wait."""
        silent_since_s = time.monotonic() - SILENT_S
        return {
            lane: runner
            for lane, runner in self._running().items()
            if head - runner.position > (0 if self._heard_s[lane] < silent_since_s else self._far)
        }

    def _read_on(self, runners: Mapping[int, Runner], to: int) -> None:
        """From the log towards a position, for a while; lanes that stand close share a read."""
        end_s = time.monotonic() + READ_FOR_S
        while runners and time.monotonic() < end_s:
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
            self._take_in({runners[lane]: _batches(some, upto) for lane, some in ours.items()})
            running = self._running()
            runners = {n: one for n, one in runners.items() if n in running and one.position < to}

    def _take_in(self, batches: Mapping[Runner, Sequence[Batch]]) -> None:
        """Raises the first failure when every lane has had its turn."""
        failed: dict[Runner, Exception] = {}
        for parts in _side_by_side(batches):
            self._step([part for part in parts if part[0] not in failed], failed)
        for error in failed.values():
            raise error

    def _step(self, parts: Sequence[Part], failed: dict[Runner, Exception]) -> None:
        now = self._clock.now()
        if take_in_together(parts, (), now):
            for runner, _ in parts:
                tell(self._log, runner, None, self._clock)
            return
        for runner, batch in parts:
            error = self._step_alone(runner, batch, now)
            if error is not None:
                failed[runner] = error

    def _step_alone(self, runner: Runner, batch: Batch, now: datetime) -> Exception | None:
        try:
            runner.step(batch, now)
        except StoppedProcessing as error:
            self.stopped |= {lane for lane, one in self.runners.items() if one is runner}
            logger.error("%s stopped: %s", runner.name, error)
            tell(self._log, runner, str(error), self._clock)
        except (Outage, ConcurrentAppend) as error:
            tell(self._log, runner, str(error), self._clock)
            return error
        else:
            tell(self._log, runner, None, self._clock)
        return None

    def _tick(self) -> None:
        """By whoever holds the first lane. Harmless when two do at once."""
        runner = self._running().get(TICKING_LANE)
        now_s = time.monotonic()
        if runner is None or now_s - self._ticked_s < TICK_EVERY_S:
            return
        self._ticked_s = now_s
        runner.tick(self._clock.now())

    def _save_sometimes(self) -> None:
        now_s = time.monotonic()
        if now_s - self._saved_s >= SAVE_EVERY_S:
            self._saved_s = now_s
            self._save()

    def _save(self) -> None:
        """Checkpoints that only facts without effect have moved, in one transaction."""
        unsaved = [runner for runner in self._running().values() if runner.has_unsaved]
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


def _has_hole(fresh: Sequence[TicketMessage], position: int) -> bool:
    for message in fresh:
        if message.after > position:
            return True
        position = max(position, message.position)
    return False


def _batches(recorded: Sequence[Recorded], upto: int = 0) -> list[Batch]:
    """In pieces that fit a transaction. Sorted, each position once: what comes again out of order
    must not go backwards. `upto`: how far the lane has been seen, beyond its last event."""
    unique = sorted({one.position: one for one in recorded}.values())
    pieces = [unique[i : i + BATCH_MAX] for i in range(0, len(unique), BATCH_MAX)]
    batches = [Batch(*decode_all(piece), piece[-1].position) for piece in pieces]
    last = batches.pop() if batches else Batch((), (), 0)
    return [*batches, last._replace(upto=max(upto, last.upto))]


def _side_by_side(batches: Mapping[Runner, Sequence[Batch]]) -> Iterator[list[Part]]:
    """Parts that go in one transaction: of each lane at most one, and few facts in all."""
    for round_number in range(max(map(len, batches.values()), default=0)):
        group: list[Part] = []
        for runner, some in batches.items():
            if round_number >= len(some):
                continue
            batch = some[round_number]
            if group and sum(len(b.facts) for _, b in group) + len(batch.facts) > BATCH_MAX:
                yield group
                group = []
            group.append((runner, batch))
        if group:
            yield group
