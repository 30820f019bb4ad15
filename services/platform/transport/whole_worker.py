"""A projection over the whole log in its one order: the bus only says that there is something new.

A report states the one position it was made from; split by ticket there would be no such position.
"""

import time
from collections.abc import Mapping, Sequence

from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog
from services.platform.processor import Processor, Runner, Watch, unwatched
from services.platform.transport.embedded import PROJECTIONS_BEHIND_MAX, EmbeddedTransport
from services.platform.transport.ticket_message import TicketMessage

HOLDING_PARTITION = 0  # whoever holds it runs the projection; the others stand by
SAVE_EVERY_S = 2.0
NEVER_S = float("-inf")
STEP_EVERY_S = 0.5  # nobody waits for a projection, and a step costs the same for one fact or fifty


class WholeWorker:
    """`processor` is a projection. Taken up where its checkpoint stands."""

    def __init__(
        self,
        processor: Processor,
        log: EventLog,
        handler: CommandHandler,
        clock: Clock,
        *,
        watch: Watch = unwatched,
        step_every_s: float = STEP_EVERY_S,
    ) -> None:
        self._processor = processor
        self._log = log
        self._handler = handler
        self._clock = clock
        self._watch = watch
        self._step_every_s = step_every_s
        self._wanted = False
        self._saved_s = self._stepped_s = NEVER_S
        self._more = False
        self.transport: EmbeddedTransport | None = None  # None: another process runs it

    @property
    def name(self) -> str:
        return self._processor.name

    @property
    def pace_s(self) -> float:
        return self._step_every_s

    def hold(self, partitions: frozenset[int]) -> None:
        self._wanted = HOLDING_PARTITION in partitions

    def take(self, messages: Mapping[int, Sequence[TicketMessage]]) -> None:
        """Nothing: the log is read when we look, and that comes next."""

    def look(self) -> bool:
        if not self._wanted:
            self.transport = None
            return False
        if self.transport is None:
            runner = Runner(self._processor, self._log, self._handler, watch=self._watch)
            self.transport = EmbeddedTransport(self._log, [runner], self._clock)
            self._stepped_s = NEVER_S
        now_s = time.monotonic()
        if not self._more and now_s - self._stepped_s < self._step_every_s:
            return False
        self._stepped_s = now_s
        moved = self.transport.step()
        self._more = moved >= PROJECTIONS_BEHIND_MAX
        if not moved and now_s - self._saved_s >= SAVE_EVERY_S:
            self._saved_s = now_s
            self.transport.save()
        return self._more

    def close(self) -> None:
        if self.transport is not None:
            self.transport.save()
