"""Delivers what is queued, a bounded batch at a time: claimed by a fact, sent, settled by a fact.

The claim is durable before anything leaves. Whoever dies after it leaves a notice that is `sending`
until its lease ends; then nobody knows whether it went out, and the channel's policy decides.
Several postmen may work at once: the log lets one of them have a notice.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from services.domain import notice_commands as k
from services.domain.city_events import encode_city
from services.domain.notice import Notice, fold_notice
from services.domain.notice_decide import decide_notice
from services.domain.notice_values import KINDS
from services.notices.cases import read_notices
from services.notices.channels.message import Channel, Message, Outcome
from services.notices.planning import ACTOR, Planned, Planner, cause_of
from services.notices.rows import due_notices, keep
from services.platform.clock import Clock
from services.platform.event_log import EventLog, NewEvent
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.quarantine import failed_at
from services.platform.transport.back_off import back_off_s

logger = logging.getLogger(__name__)

BATCH_MAX = 200
SETTLE_ATTEMPTS_MAX = 5
LOOK_EVERY_S = 0.5
QueueLists = Callable[[datetime], int]  # today's daily lists, once; how many


class Delivered(NamedTuple):
    """How it went. looked: how many were due; 0: nothing is left to do now."""

    looked: int = 0
    sent: int = 0
    failed: int = 0
    suppressed: int = 0
    postponed: int = 0

    def plus(self, other: "Delivered") -> "Delivered":
        return Delivered(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class _Claimed(NamedTuple):
    notice: Notice
    message: Message | None  # None: it cannot be put into words


class Postman:
    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        planner: Planner,
        channels: Mapping[str, Channel],
        queue_lists: QueueLists = lambda now: 0,
        rest: Callable[[float], None] = time.sleep,
    ) -> None:
        self._log = log
        self._clock = clock
        self._planner = planner
        self._channels = channels
        self._queue_lists = queue_lists
        self._rest = rest

    def run(self, stopping: threading.Event) -> None:
        """Until the event is set. What fails is tried again, and nothing is stepped past."""
        failures = 0
        while not stopping.is_set():
            wait_s = LOOK_EVERY_S
            try:
                wait_s = 0.0 if self.deliver().looked else LOOK_EVERY_S
                failures = 0
            except (Outage, ConcurrentAppend) as error:
                failures += 1
                logger.warning("notices wait: %s", error)
            except Exception as error:  # what it says may quote a resident
                failures += 1
                logger.error("notices failed: %s", failed_at(error))
            stopping.wait(back_off_s(failures) if failures else wait_s)
        self.close()

    def deliver_all(self) -> Delivered:
        """Batch after batch, until nothing is due. Raises Outage, ConcurrentAppend."""
        total = Delivered()
        while (delivered := self.deliver()).looked:
            total = total.plus(delivered)
        return total

    def deliver(self) -> Delivered:
        """One batch of what is due by now. Raises Outage, ConcurrentAppend."""
        now = self._clock.now()
        self._queue_lists(now)
        due = due_notices(self._log, now, BATCH_MAX)
        if not due:
            return Delivered()
        notices = dict(sorted(read_notices(self._log, due).items(), key=_in_order))
        self._mend_rows([one for one in notices.values() if one.next_at is None])
        planned = self._planner.plan(list(notices.values()), now)
        settled = [one.command for one in planned if not isinstance(one.command, k.AttemptNotice)]
        total = self._append_some(settled, notices)
        for some in self._portions(planned):
            total = total.plus(self._deliver_portion(some, notices))
        return total

    def _append_some(
        self, commands: Sequence[k.AnyNoticeCommand], notices: Mapping[str, Notice]
    ) -> Delivered:
        """What is not to be said, or not now."""
        try:
            changed = self._append(commands, notices)
        except ConcurrentAppend:  # another postman has one of them: look again
            return Delivered(looked=len(commands))
        self._mend_rows([notices[c.notice_id] for c in commands if c.notice_id not in changed])
        return Delivered(
            looked=len(changed),
            suppressed=sum(one.status == "suppressed" for one in changed.values()),
            postponed=sum(isinstance(command, k.PostponeNotice) for command in commands),
        )

    def _portions(self, planned: Sequence[Planned]) -> Iterable[Sequence[Planned]]:
        """What is claimed and sent together: of one channel, and no more than it wants at once."""
        by_channel: dict[str, list[Planned]] = {}
        for one in planned:
            if isinstance(one.command, k.AttemptNotice):
                by_channel.setdefault(one.command.through, []).append(one)
        for name, some in by_channel.items():
            at_once = self._planner.policy.channels[name].at_once
            for start in range(0, len(some), at_once):
                yield some[start : start + at_once]

    def _deliver_portion(
        self, portion: Sequence[Planned], notices: Mapping[str, Notice]
    ) -> Delivered:
        now = self._clock.now()
        try:
            claims = self._append([replace(one.command, now=now) for one in portion], notices)
        except ConcurrentAppend:
            return Delivered(looked=len(portion))
        claimed = [
            _Claimed(claims[one.command.notice_id], one.message)
            for one in portion
            if one.command.notice_id in claims
        ]
        unclaimed = [one.command.notice_id for one in portion]
        self._mend_rows([notices[one] for one in unclaimed if one not in claims])
        sent = self._send(claimed)
        return Delivered(looked=len(claimed), sent=sent, failed=len(claimed) - sent)

    def _mend_rows(self, unchanged: Sequence[Notice]) -> None:
        """Rows that say there is something to do where the facts say there is not."""
        if unchanged:
            self._log.apply(keep(unchanged))

    def close(self) -> None:
        for channel in self._channels.values():
            channel.close()

    def _append(
        self, commands: Sequence[k.AnyNoticeCommand], notices: Mapping[str, Notice]
    ) -> dict[str, Notice]:
        """What was decided, in one transaction: the notices that have changed."""
        changed: dict[str, Notice] = {}
        events: list[NewEvent] = []
        for command in commands:
            notice = notices[command.notice_id]
            facts = decide_notice(command, notice)
            events += [
                NewEvent(fact.stream_id, version, fact.type, encode_city(fact))
                for version, fact in enumerate(facts, start=notice.version + 1)
            ]
            if facts:
                changed[command.notice_id] = fold_notice(facts, notice)
        if events:
            self._log.append(events, changes=keep(changed.values()))
        return changed

    def _send(self, claimed: Sequence[_Claimed]) -> int:
        """All of one channel: how many went out."""
        if not claimed:
            return 0
        name = claimed[0].notice.through or ""
        outcomes = iter(self._outcomes(name, [one.message for one in claimed if one.message]))
        results = [
            next(outcomes) if one.message else Outcome("refused", "template") for one in claimed
        ]
        self._settle(
            [self._settling(one.notice, out) for one, out in zip(claimed, results, strict=True)],
            {one.notice.notice_id: one.notice for one in claimed},
        )
        return sum(outcome.result == "sent" for outcome in results)

    def _outcomes(self, name: str, messages: Sequence[Message]) -> list[Outcome]:
        channel = self._channels.get(name)
        if channel is None:
            return [Outcome("failed", "no_such_channel")] * len(messages)
        try:
            return channel.send(messages, self._planner.policy.retry.lease_s / 2)
        except Exception as error:  # a fault of ours; what it says may quote an address
            logger.error("channel %s: %s", name, failed_at(error))
            return [Outcome("unsure", "channel_fault")] * len(messages)

    def _settle(self, commands: Sequence[k.SettleNotice], notices: Mapping[str, Notice]) -> None:
        """Waits out a short outage: what is not settled will count as unsure."""
        for failures in range(1, SETTLE_ATTEMPTS_MAX + 1):
            try:
                self._append(commands, notices)
                return
            except ConcurrentAppend:
                break
            except Outage as error:
                logger.warning("outcomes of notices wait: %s", error)
                self._rest(back_off_s(failures))
        for command in commands:
            self._settle_alone(command)

    def _settle_alone(self, command: k.SettleNotice) -> None:
        """Somebody took us for dead, and has gone on: what is true now decides."""
        for _ in range(SETTLE_ATTEMPTS_MAX):
            try:
                self._append([command], read_notices(self._log, [command.notice_id]))
                return
            except ConcurrentAppend:
                continue
        raise ConcurrentAppend(f"notice {command.notice_id}: somebody else was always first")

    def _settling(self, notice: Notice, outcome: Outcome) -> k.SettleNotice:
        return k.SettleNotice(
            notice_id=notice.notice_id,
            actor=ACTOR,
            cause=cause_of(notice),
            now=self._clock.now(),
            attempt=notice.attempt,
            through=notice.through or "",
            retrying=self._planner.retrying(notice.through),
            reason=None if outcome.result == "sent" else outcome.reason or outcome.result,
            final=outcome.result == "refused",
            unsure=outcome.result == "unsure",
            rest=None if outcome.rest_s is None else timedelta(seconds=outcome.rest_s),
        )


def _in_order(found: tuple[str, Notice]) -> tuple[str, int, int]:
    """Of one ticket as things happened; of one fact as kinds are listed."""
    notice = found[1]
    return notice.ticket_id or "", notice.fact_version or 0, KINDS.index(notice.kind)
