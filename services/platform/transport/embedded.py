"""The embedded transport: one read of the log feeds all processors of this process."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from services.platform.clock import Clock
from services.platform.event_log import EventLog
from services.platform.failures import ConcurrentAppend, Outage, StoppedProcessing
from services.platform.processor import Batch, Runner, read_batch
from services.platform.processor_errors import cleared, noted
from services.platform.quarantine import failed_at
from services.platform.tail import Tail
from services.platform.together import take_in_together
from services.platform.transport.back_off import back_off_s

logger = logging.getLogger(__name__)

BATCH_MAX = 1_000
PROJECTIONS_BEHIND_MAX = 4_000
IDLE_WAIT_S = 0.2  # how late another process's events may be seen
TICK_EVERY_S = 1.0

Failure = Outage | ConcurrentAppend | None


class EmbeddedTransport:
    """Processors of one process, fed in turn. A stopped or failing one does not hold the others."""

    def __init__(
        self,
        log: EventLog,
        runners: Sequence[Runner],
        clock: Clock,
        tail: Tail | None = None,
        projections_behind_max: int = PROJECTIONS_BEHIND_MAX,
    ) -> None:
        """projections_behind_max: the more, the fewer times a ticket's row is written, and the
        longer a step lasts in which nobody else can write. projects: not while another process
        runs the projections."""
        self._log = log
        self.runners = runners
        self._clock = clock
        self._tail = tail
        self._behind_max = projections_behind_max
        self.projects = True
        self._stopped: set[str] = set()
        self._failures: dict[str, int] = {}  # in a row, of those who fail now
        self._rests_until_s: dict[str, float] = {}
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
            moved, failed = self._guarded(self._patient_step)
            now = self._clock.now()
            if ticked_at is None or abs((now - ticked_at).total_seconds()) >= TICK_EVERY_S:
                ticked, _ = self._guarded(partial(self.tick, now))
                moved, ticked_at = moved + ticked, now
            failures = failures + 1 if failed else 0
            if failed:
                self._stop.wait(back_off_s(failures))
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
        except Exception as error:  # what it says may quote a resident
            logger.error("processing failed: %s", failed_at(error))
        return 0, True

    def run_until_idle(self) -> None:
        """Everything that is in the log now, and what follows from it. Raises Outage."""
        while self.step() or self.tick(self._clock.now()):
            pass
        self.save()

    def step(self, *, projections: bool = True) -> int:
        """One batch for everybody who has not seen it. Returns how many positions they moved.
        Without projections these move only when they have fallen far behind.

        Raises Outage when everybody has had their turn.
        """
        moved, failure = self._turn(self._active(), projections=projections)
        if failure is not None:
            raise failure
        return moved

    def _patient_step(self) -> int:
        """Whoever has failed rests for a while, longer each time, and holds nobody up."""
        now_s = time.monotonic()
        rested = [r for r in self._active() if self._rests_until_s.get(r.name, 0.0) <= now_s]
        return self._turn(rested)[0]

    def _turn(self, active: Sequence[Runner], *, projections: bool = True) -> tuple[int, Failure]:
        """Policies go first: work waits for them. Projections follow when policies have nothing to
        do, or when they have fallen far behind; then a ticket's next facts are one change of row.
        """
        policies = [runner for runner in active if not runner.processor.is_projection]
        following = [runner for runner in active if runner.processor.is_projection]
        moved, failure = self._feed_all(policies, BATCH_MAX)
        behind = max((p.position for p in policies), default=0) - min(
            (p.position for p in following), default=0
        )
        if (moved or not projections) and behind < self._behind_max:
            return moved, failure
        unsaved = [runner for runner in policies if runner.has_unsaved]
        moved_too, failure_too = self._feed_all(following, self._behind_max, unsaved)
        return moved + moved_too, failure or failure_too

    def _feed_all(
        self, runners: Sequence[Runner], limit: int, saving: Sequence[Runner] = ()
    ) -> tuple[int, Failure]:
        """One read, and one transaction, for all who stand together; one who is far behind gets a
        read of its own. Checkpoints of `saving` are written down on the way."""
        moved = 0
        failure: Failure = None
        waiting = sorted(runners, key=lambda runner: runner.position)
        while waiting:
            start = waiting[0].position
            batch = read_batch(self._log, start, limit, tail=self._tail)
            reach = max(batch.upto, start + 1)
            together = [runner for runner in waiting if runner.position < reach]
            waiting = waiting[len(together) :]
            if batch.upto == start:
                continue
            positions = [runner.position for runner in together]
            failure = self._feed_together(together, batch, saving) or failure
            moved += sum(abs(r.position - p) for r, p in zip(together, positions, strict=True))
        return moved, failure

    def _feed_together(
        self, runners: Sequence[Runner], batch: Batch, saving: Sequence[Runner]
    ) -> Failure:
        level = len({runner.position for runner in runners}) == 1
        parts = [(runner, batch) for runner in runners]
        if level and take_in_together(parts, saving, self._clock.now()):
            for runner in runners:
                self._went_well(runner)
            return None
        failure: Failure = None
        for runner in runners:
            failure = self._feed(runner, batch) or failure
        return failure

    def tick(self, now: datetime) -> int:
        """Everybody's clocks. Raises the first failure when everybody has had their turn."""
        moved = 0
        failure: Exception | None = None
        for runner in self._active():
            try:
                moved += runner.tick(now)
            except Exception as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return moved

    def _active(self) -> list[Runner]:
        return [
            runner
            for runner in self.runners
            if runner.name not in self._stopped
            and (self.projects or not runner.processor.is_projection)
        ]

    def rejoin(self) -> None:
        """Everybody goes on where another process has left off."""
        for runner in self.runners:
            runner.rejoin()

    def save(self) -> None:
        for runner in self.runners:
            try:
                runner.save()
            except (Outage, ConcurrentAppend) as error:
                logger.warning("%s: checkpoint not saved: %s", runner.name, error)

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()

    def _feed(self, runner: Runner, batch: Batch) -> Failure:
        try:
            runner.step(batch, self._clock.now())
        except StoppedProcessing as error:
            self._stopped.add(runner.name)
            logger.error("%s stopped: %s", runner.name, error)
            self._note(runner, str(error))
        except (Outage, ConcurrentAppend) as error:
            self._rest(runner)
            logger.warning("%s waits: %s", runner.name, error)
            self._note(runner, str(error))
            return error
        else:
            self._went_well(runner)
        return None

    def _went_well(self, runner: Runner) -> None:
        if self._failures:
            self._failures.pop(runner.name, None)
        self._note(runner, None)

    def _rest(self, runner: Runner) -> None:
        failures = self._failures[runner.name] = self._failures.get(runner.name, 0) + 1
        self._rests_until_s[runner.name] = time.monotonic() + back_off_s(failures)

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
