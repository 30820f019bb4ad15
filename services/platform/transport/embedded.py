"""The embedded transport: one read of the log feeds all processors of this process."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from services.platform.clock import Clock
from services.platform.event_log import EventLog
from services.platform.failures import ConcurrentAppend, Outage, StoppedProcessing
from services.platform.processor import Batch, Runner, read_batch
from services.platform.processor_errors import cleared, noted
from services.platform.tail import Tail

logger = logging.getLogger(__name__)

BATCH_MAX = 1_000
PROJECTIONS_BEHIND_MAX = 2_000
IDLE_WAIT_S = 0.2  # how late another process's events may be seen
TICK_EVERY_S = 1.0
BACK_OFF_S = (0.1, 0.5, 1.0, 2.0, 5.0)


class EmbeddedTransport:
    """Processors of one process, fed in turn. A stopped or failing one does not hold the others."""

    def __init__(
        self, log: EventLog, runners: Sequence[Runner], clock: Clock, tail: Tail | None = None
    ) -> None:
        self._log = log
        self.runners = runners
        self._clock = clock
        self._tail = tail
        self._stopped: set[str] = set()
        self._wake = threading.Event()
        self._stop = threading.Event()

    def wake(self) -> None:
        """Something was appended: look at once."""
        self._wake.set()

    def run(self) -> None:
        """Until `stop`. Outages are waited out, and the same events tried again; clocks go on."""
        failures = 0
        ticked_at: datetime | None = None
        while not self._stop.is_set():
            self._wake.clear()
            moved, failed = self._guarded(self.step)
            now = self._clock.now()
            if ticked_at is None or (now - ticked_at).total_seconds() >= TICK_EVERY_S:
                ticked, tick_failed = self._guarded(partial(self.tick, now))
                moved, failed, ticked_at = moved + ticked, failed or tick_failed, now
            failures = failures + 1 if failed else 0
            if failed:
                self._stop.wait(BACK_OFF_S[min(failures, len(BACK_OFF_S)) - 1])
            elif not moved:
                self.save()
                self._wake.wait(IDLE_WAIT_S)
        self.save()

    def _guarded(self, work: Callable[[], int]) -> tuple[int, bool]:
        """How far it came, and whether it failed. A fault of ours is loud, and tried again."""
        try:
            return work(), False
        except (Outage, ConcurrentAppend) as error:
            logger.warning("processing waits: %s", error)
        except Exception:
            logger.exception("processing failed")
        return 0, True

    def run_until_idle(self) -> None:
        """Everything that is in the log now, and what follows from it. Raises Outage."""
        while self.step() or self.tick(self._clock.now()):
            pass
        self.save()

    def step(self) -> int:
        """One batch for everybody who has not seen it. Returns how many positions it moved.

        Policies go first: work waits for them. Projections follow when policies have nothing to
        do, or when they have fallen far behind; then a ticket's next facts are one change of row.
        """
        active = [runner for runner in self.runners if runner.name not in self._stopped]
        policies = [runner for runner in active if not runner.processor.is_projection]
        projections = [runner for runner in active if runner.processor.is_projection]
        moved = self._feed_all(policies, BATCH_MAX)
        behind = max((p.position for p in policies), default=0) - min(
            (p.position for p in projections), default=0
        )
        if moved and behind < PROJECTIONS_BEHIND_MAX:
            return moved
        return moved + self._feed_all(projections, PROJECTIONS_BEHIND_MAX)

    def _feed_all(self, runners: Sequence[Runner], limit: int) -> int:
        """One read for all of them, from where the last one stands."""
        if not runners:
            return 0
        start = min(runner.position for runner in runners)
        batch = read_batch(self._log, start, limit, tail=self._tail)
        if batch.upto == start:
            return 0
        failure: Exception | None = None
        for runner in runners:
            failure = self._feed(runner, batch) or failure
        if failure is not None:
            raise failure
        return batch.upto - start

    def tick(self, now: datetime) -> int:
        return sum(r.tick(now) for r in self.runners if r.name not in self._stopped)

    def save(self) -> None:
        for runner in self.runners:
            try:
                runner.save()
            except (Outage, ConcurrentAppend) as error:
                logger.warning("%s: checkpoint not saved: %s", runner.name, error)

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()

    def _feed(self, runner: Runner, batch: Batch) -> Outage | ConcurrentAppend | None:
        try:
            runner.step(batch, self._clock.now())
        except StoppedProcessing as error:
            self._stopped.add(runner.name)
            logger.error("%s stopped: %s", runner.name, error)
            self._note(runner, str(error))
        except (Outage, ConcurrentAppend) as error:
            self._note(runner, str(error))
            return error
        else:
            self._note(runner, None)
        return None

    def _note(self, runner: Runner, error: str | None) -> None:
        """Tell other processes how it goes; once per change, and only if the log can be written."""
        if error == runner.last_error:
            return
        runner.last_error = error
        name = runner.name
        change = noted(name, error, self._clock.now()) if error else cleared(name)
        try:
            self._log.apply([change])
        except (Outage, ConcurrentAppend):
            logger.warning("%s: its state could not be written down", name)
