"""What a worker does with the bus, whatever carries the bus to it."""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from services.platform.clock import Clock
from services.platform.event_log import EventLog
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.processor import Runner
from services.platform.processor_errors import cleared, noted
from services.platform.transport.ticket_message import TicketMessage

logger = logging.getLogger(__name__)

# A fetch, a turn and a transaction cost nearly the same for one message or fifty: so long others
# may gather. Whoever a resident waits for goes at the first pace, everybody else at the second.
AT_ONCE_S = 0.01
SOON_S = 0.1


class Worker(Protocol):
    """All but `hold` are called from one thread, one at a time, and `look` after every `take`.
    Raises Outage, ConcurrentAppend: then the same again, later; nothing was stepped over."""

    @property
    def name(self) -> str: ...

    @property
    def pace_s(self) -> float:
        """How long messages may gather before they are handed over."""
        ...

    def hold(self, partitions: frozenset[int]) -> None:
        """These are ours from now on, and no others. Any thread."""

    def take(self, messages: Mapping[int, Sequence[TicketMessage]]) -> None:
        """What came, by partition, in the order it came. Safe to repeat."""

    def look(self) -> bool:
        """What the bus did not bring, and what is due. Whether there is more to do at once."""
        ...

    def close(self) -> None:
        """Write down how far it came."""


def tell(log: EventLog, runner: Runner, error: str | None, clock: Clock) -> None:
    """Let other processes know how it goes: once per change, and only if the log can be written."""
    if error == runner.last_error:
        return
    change = noted(runner.name, error, clock.now()) if error else cleared(runner.name)
    try:
        log.apply([change])
    except (Outage, ConcurrentAppend):
        logger.warning("%s: its state could not be written down", runner.name)
    else:
        runner.last_error = error
