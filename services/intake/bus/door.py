"""The door of the bus: messages of `intake-reports` become reports, once.

Effects, what was set aside and the position are one transaction. Synchronous, safe to repeat, and
knows nothing of Kafka: whoever fetches the messages calls `take`.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from services.intake.bus import set_aside
from services.intake.bus.message import described, read_message, without_names
from services.intake.bus.sealing import Envelope, open_sealed
from services.intake.bus.set_aside import Refused
from services.intake.report import NewReport
from services.intake.submission import ATTEMPTS_MAX, Intake
from services.platform.clock import Clock
from services.platform.event_log import Change, Checkpoint, EventLog
from services.platform.failures import ConcurrentAppend, Outage, Overtaken
from services.platform.keys import Keyring
from services.platform.quarantine import Quarantined, failed_at
from services.platform.transport.bus_door import MessagesMissing, OffsetMessage

logger = logging.getLogger(__name__)

BusMessage = OffsetMessage
BATCH_MAX = 500
BATCH_BYTES_MAX = 16 * 1024 * 1024


class StillRefused(ValueError):
    """A message that was set aside cannot be taken in now, either."""


class _Read(NamedTuple):
    came: "_Came"
    report: NewReport | None
    why: str = ""  # it was refused


class _Came(NamedTuple):
    partition_name: str
    message: BusMessage


class IntakeDoor:
    """counts: opened, joined, duplicate, quarantined, skipped; since the start of the process."""

    def __init__(
        self,
        log: EventLog,
        intake: Intake,
        keyring: Keyring,
        clock: Clock,
        private_key: X25519PrivateKey,
    ) -> None:
        self._log = log
        self._intake = intake
        self._keyring = keyring
        self._clock = clock
        self._private_key = private_key
        self.counts: Counter[str] = Counter()

    def position(self, partition_name: str) -> int:
        """The next offset to take. `partition_name`: `intake-reports/<topic id>/<partition>`."""
        return self._log.checkpoint(partition_name)

    def take(self, messages: Mapping[str, Sequence[BusMessage]]) -> None:
        """Messages by partition, each in their order; those taken before are skipped.

        Raises MessagesMissing, Outage, ConcurrentAppend; what was taken until then stays taken.
        """
        for _ in range(ATTEMPTS_MAX):
            known = self._log.checkpoints()
            stands_at = {name: known.get(name, 0) for name in messages}
            try:
                for batch in _batches(self._fresh(messages, stands_at)):
                    self._take_batch(batch, stands_at)
                return
            except Overtaken:
                continue  # another process took some of them: look again at where it stands
        raise ConcurrentAppend(f"{', '.join(messages)}: always moved by somebody else")

    def give_up_until(self, partition_name: str, offset: int) -> bool:
        """The topic holds nothing below `offset` any more: go on there. False if there was
        nothing to give up. Raises Outage, ConcurrentAppend."""
        stands_at = self.position(partition_name)
        if offset <= stands_at:
            return False
        self._log.append([], checkpoint=Checkpoint(partition_name, offset, stands_at))
        logger.error(
            "%s: messages %d to %d are gone from the topic and were never taken",
            partition_name,
            stands_at,
            offset - 1,
        )
        return True

    def retry(self, letter: Quarantined) -> None:
        """A message that was set aside, once more. Raises StillRefused, SealBroken, Outage."""
        value = set_aside.opened(self._keyring, letter)
        if value is None:
            raise StillRefused("its bytes are gone")
        at = datetime.fromisoformat(letter.at)
        read = self._read(_Came("", BusMessage(0, 0, value, at)), self._clock.now())
        if read.report is None:
            raise StillRefused(read.why)
        self._intake.submit([read.report], changes=set_aside.taken_in(letter))
        set_aside.forget(self._keyring, letter)

    def _fresh(
        self, messages: Mapping[str, Sequence[BusMessage]], stands_at: Mapping[str, int]
    ) -> list[_Came]:
        return [
            _Came(name, message)
            for name, some in messages.items()
            for message in self._of_partition(name, some, stands_at[name])
        ]

    def _of_partition(
        self, partition_name: str, messages: Sequence[BusMessage], stands_at: int
    ) -> Iterator[BusMessage]:
        for message in messages:
            if message.offset < stands_at:
                self.counts["skipped"] += 1
                continue
            if message.after > stands_at:
                raise MessagesMissing(
                    f"{partition_name} stands at {stands_at}, the next message is"
                    f" {message.offset} after {message.after}"
                )
            yield message
            stands_at = message.offset + 1

    def _take_batch(self, batch: Sequence[_Came], stands_at: dict[str, int]) -> None:
        now = self._clock.now()
        read = [self._read(came, now) for came in batch]
        try:
            self._store(read, stands_at)
        except (Outage, ConcurrentAppend, Overtaken):
            raise
        except Exception as error:  # one that passed the rules and still cannot be stored: find it
            logger.warning("messages one by one after %s", type(error).__name__)
            for one in read:
                self._store_alone(one, stands_at)

    def _store_alone(self, read: _Read, stands_at: dict[str, int]) -> None:
        try:
            self._store([read], stands_at)
        except (Outage, ConcurrentAppend, Overtaken):
            raise
        except Exception as error:  # what it says may quote a resident: only its kind is kept
            self._store([_Read(read.came, None, failed_at(error))], stands_at)

    def _store(self, read: Sequence[_Read], stands_at: dict[str, int]) -> None:
        """Of several partitions at once: every transaction waits for the disk."""
        ends = {one.came.partition_name: one.came.message.offset + 1 for one in read}
        checkpoints = [Checkpoint(name, end, stands_at[name]) for name, end in ends.items()]
        reports = [one.report for one in read if one.report is not None]
        changes = self._set_aside([one for one in read if one.report is None])
        receipts = self._intake.submit(reports, checkpoints=checkpoints, changes=changes)
        stands_at.update(ends)
        self.counts.update(receipt.status for receipt in receipts)
        self.counts["quarantined"] += len(read) - len(reports)

    def _set_aside(self, refused: Sequence[_Read]) -> Sequence[Change]:
        if not refused:
            return ()
        logger.warning("%d messages set aside", len(refused))
        letters = [
            Refused(f"{partition_name}@{message.offset}", message.value, why)
            for (partition_name, message), _, why in refused
        ]
        return set_aside.changes(self._keyring, letters, self._clock.now())

    def _read(self, came: _Came, now: datetime) -> _Read:
        result = read_message(came.message.value, now, self._open, came.message.timestamp)
        if isinstance(result, list):
            return _Read(came, None, described(without_names(result)))
        return _Read(came, result)

    def _open(self, envelope: Envelope) -> bytes:
        return open_sealed(envelope, self._private_key)


def _batches(came: Sequence[_Came]) -> list[list[_Came]]:
    """Few enough, and small enough, for one transaction each."""
    batches: list[list[_Came]] = []
    room = 0
    for one in came:
        size = len(one.message.value or b"")
        if not batches or len(batches[-1]) == BATCH_MAX or size > room:
            batches.append([])
            room = BATCH_BYTES_MAX
        batches[-1].append(one)
        room -= size
    return batches
