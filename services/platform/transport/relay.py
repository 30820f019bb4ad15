"""The relay: the log is the outbox, and this carries it to `ticket-events`.

At least once, in the log's order within each partition. Killed, it publishes a little again; run
twice by mistake, the second sees that its checkpoint was moved and stands by.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, Protocol

from services.platform.event_log import Checkpoint, EventLog, Recorded
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.transport.back_off import back_off_s, longest_back_off_s
from services.platform.transport.lanes import CLOSED, RELAY, LanesChanged, lane_names
from services.platform.transport.ticket_message import Header, headers_of
from services.platform.transport.topics import partition_of

logger = logging.getLogger(__name__)

NAME = RELAY
BATCH_MAX = 2_000
IN_FLIGHT_MAX = 2  # batches sent and not confirmed: the log is read while the broker writes
SAVE_EVERY_S = 0.5  # what a killed relay publishes again
POLL_EVERY_S = 0.01
STAND_BY_S = 3.0  # a checkpoint that another relay does not move for so long is ours to move


class Outgoing(NamedTuple):
    partition: int
    key: bytes
    value: bytes
    headers: list[Header]


class Publisher(Protocol):
    """Raises Outage."""

    def partitions(self) -> int:
        """How many the topic has."""
        ...

    def send(self, messages: Sequence[Outgoing]) -> Any:
        """Under way, in this order within a partition. Gives what `confirm` takes."""
        ...

    def confirm(self, sent: Any) -> None:
        """Returns when all are stored by the broker."""

    def reset(self) -> None:
        """Give up what is under way, and start anew."""

    def close(self) -> None: ...


class _Sent(NamedTuple):
    position: int
    lasts: tuple[int, ...]
    receipt: Any
    oldest: Recorded


class RelayWatch:
    """Told what happens; here it does nothing. Cheap: it is called for every batch."""

    def sending(self, count: int) -> AbstractContextManager[Sequence[Header]]:
        """Around the sending of one batch. Gives headers that all its messages carry."""
        return nullcontext(())

    def published(self, count: int, oldest: Recorded) -> None:
        """So many are confirmed, and this is the first of them."""

    def outage(self) -> None:
        """A step failed, and will be tried again."""


class Relay:
    """turned_s: when `run` last took a turn, on the monotonic clock."""

    def __init__(
        self,
        log: EventLog,
        publisher: Publisher,
        lanes: int,
        watch: RelayWatch | None = None,
    ) -> None:
        self._log = log
        self._publisher = publisher
        self._names = [NAME, *lane_names(NAME, lanes)]
        self._lanes = lanes
        self._watch = watch or RelayWatch()
        self.turned_s = time.monotonic()
        self._sent: deque[_Sent] = deque()
        self._checked = False
        self._saved_s = 0.0
        self._follow()

    def _follow(self) -> None:
        """Stand where the checkpoints stand: behind what was sent, if it was not written down.
        Raises LanesChanged."""
        stored = [self._log.checkpoint(name) for name in self._names]
        if CLOSED in stored:
            raise LanesChanged(f"relay: the log has no longer {self._lanes} lanes")
        self._stored = stored
        self._confirmed = stored
        self._read_to, self._lasts = stored[0], tuple(stored[1:])

    @property
    def position(self) -> int:
        """Everything up to here is on the topic."""
        return self._confirmed[0]

    def step(self) -> int:
        """Publish the next events. Returns how many were sent or confirmed. Raises Outage;
        ConcurrentAppend if another relay is at work. Then `recover`."""
        self._check_topic()
        recorded = self._log.read_all(self._read_to, BATCH_MAX)
        moved = len(recorded)
        if recorded:
            with self._watch.sending(moved) as extra:
                messages, lasts = outgoing(recorded, self._lasts, extra)
                receipt = self._publisher.send(messages)
            self._read_to, self._lasts = recorded[-1].position, lasts
            self._sent.append(_Sent(self._read_to, lasts, receipt, recorded[0]))
        while len(self._sent) >= (IN_FLIGHT_MAX if recorded else 1):
            moved += self._confirm()
        if time.monotonic() - self._saved_s >= SAVE_EVERY_S:
            self.save()
        return moved

    def _confirm(self) -> int:
        sent = self._sent[0]
        self._publisher.confirm(sent.receipt)
        self._sent.popleft()
        count = sent.position - self._confirmed[0]
        self._confirmed = [sent.position, *sent.lasts]
        self._watch.published(count, sent.oldest)
        return count

    def save(self) -> None:
        """Write down what is confirmed."""
        self._saved_s = time.monotonic()
        moved = [
            Checkpoint(name, at, after=before)
            for name, at, before in zip(self._names, self._confirmed, self._stored, strict=True)
            if at != before
        ]
        if moved:
            self._log.append([], also=moved)
            self._stored = self._confirmed

    def recover(self) -> None:
        """After a failure: forget what is under way, and go on from what is written down."""
        self._forget()
        self._follow()

    def _forget(self) -> None:
        """What is under way: confirmed or not, it counts only from what is written down."""
        self._checked = False
        self._sent.clear()
        self._publisher.reset()

    def _check_topic(self) -> None:
        """With another number of partitions, tickets would go where nobody looks for them."""
        if self._checked:
            return
        found = self._publisher.partitions()
        if found != self._lanes:
            raise Outage(f"the topic has {found} partitions, and the log {self._lanes} lanes")
        self._checked = True

    def run(self, stop: threading.Event) -> None:
        """Until `stop`. Outages are waited out; beside another relay this one stands by."""
        failures = 0
        while not stop.is_set():
            self.turned_s = time.monotonic()
            try:
                if not self.step():
                    stop.wait(POLL_EVERY_S)
                failures = 0
            except ConcurrentAppend:
                self._stand_by(stop)
            except Outage as error:
                failures += 1
                self._watch.outage()
                logger.warning("relay waits: %s", error)
                stop.wait(back_off_s(failures))
                self._recover_patiently(stop)
        self._leave()

    def _recover_patiently(self, stop: threading.Event) -> None:
        """Nothing is sent from where we only think that we stand."""
        while not stop.is_set():
            self.turned_s = time.monotonic()
            try:
                self.recover()
                return
            except Outage as error:
                logger.warning("relay waits: %s", error)
                stop.wait(longest_back_off_s())

    def _stand_by(self, stop: threading.Event) -> None:
        """Until a checkpoint that is behind the log has not moved for STAND_BY_S. Whoever moved it
        last is never standing by, so there is always one at work."""
        logger.warning("another relay is at work: standing by")
        self._forget()
        seen: int | None = None
        while not stop.is_set():
            self.turned_s = time.monotonic()
            stands_at = self._stored_if_behind()
            if stands_at is not None and stands_at == seen:
                break
            seen = stands_at
            stop.wait(STAND_BY_S)
        if not stop.is_set():
            logger.warning("the other relay rests: going on")
            self._recover_patiently(stop)

    def _stored_if_behind(self) -> int | None:
        """None if there is nothing left to publish, or the log is away."""
        try:
            stands_at, head = self._log.checkpoint(NAME), self._log.head()
        except Outage as error:
            logger.warning("relay waits: %s", error)
            return None
        return stands_at if stands_at < head else None

    def _leave(self) -> None:
        try:
            while self._sent:
                self._confirm()
            self.save()
        except (Outage, ConcurrentAppend) as error:
            logger.warning("relay: left with what is written down: %s", error)
        self._publisher.close()


def relayed(log: EventLog, lanes: int) -> Mapping[int, int]:
    """By partition, the last position that is on the topic for certain. Raises Outage."""
    return {lane: log.checkpoint(name) for lane, name in enumerate(lane_names(NAME, lanes))}


def outgoing(
    recorded: Sequence[Recorded], lasts: Sequence[int], extra: Sequence[Header] = ()
) -> tuple[list[Outgoing], tuple[int, ...]]:
    """The messages, with `extra` headers each, and the last position in each partition after."""
    after = list(lasts)
    messages = []
    for one in recorded:
        partition = partition_of(one.stream_id, len(after))
        headers = headers_of(one, after[partition])
        if extra:
            headers += extra
        messages.append(Outgoing(partition, one.stream_id.encode(), one.data, headers))
        after[partition] = one.position
    return messages, tuple(after)
