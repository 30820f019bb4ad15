"""Deeds on topics 每月一题: load, decide, append; decided again if somebody was first."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from services.domain import topic_commands as k
from services.domain.topic import Bulletins, Topic
from services.domain.topic_decide import decide_bulletin, decide_topic
from services.domain.topic_events import FAMILY, TopicBulletinPinned
from services.domain.topic_evolve import fold_bulletins, fold_topic, stream_of
from services.domain.topic_rejections import TopicChanged, TopicRejected
from services.domain.topic_union import AnyTopicEvent
from services.governance.known import Known, check_known
from services.governance.reading import placed_facts
from services.platform.city_streams import append_all_city, city_facts
from services.platform.clock import Clock
from services.platform.event_log import EventLog
from services.platform.failures import ConcurrentAppend

ATTEMPTS_MAX = 20


class Asking(NamedTuple):
    """One deed: on which topic, by whom (`role:name`), and as which command.

    expected_version: refuse if the topic has changed since the actor looked at it. once: whoever
    asks has chosen the command id, so that what comes again under it was done before.
    """

    code: str
    deed: k.AnyDeed
    actor: str
    command_id: str
    expected_version: int | None = None
    once: bool = False

    @property
    def cause(self) -> str:
        return f"command:{self.command_id}"


class Done(NamedTuple):
    """position: of the last fact; 0 if there was nothing to do."""

    topic: Topic
    position: int
    facts: Sequence[AnyTopicEvent]


class Pinned(NamedTuple):
    bulletins: Bulletins
    position: int


class DeedsRefused(Exception):
    """Of several deeds that are done all or none: (number from 0, why), all of them."""

    def __init__(self, refusals: Sequence[tuple[int, TopicRejected]]) -> None:
        super().__init__(f"{len(refusals)} refused")
        self.refusals = refusals


class TopicDesk:
    """local_date: the city's day of a moment. known: what codes may be named. appended: called
    after every append."""

    def __init__(
        self,
        log: EventLog,
        clock: Clock,
        local_date: Callable[[datetime], date],
        known: Known,
        appended: Callable[[], None] = lambda: None,
    ) -> None:
        self._log = log
        self._clock = clock
        self._local_date = local_date
        self._known = known
        self._appended = appended

    def today(self) -> date:
        return self._local_date(self._clock.now())

    def execute(self, asking: Asking) -> Done:
        """Raises TopicRejected, Outage, ConcurrentAppend; ValueError for an actor of no form."""

        def facts(topic: Topic) -> Sequence[AnyTopicEvent]:
            expected = asking.expected_version
            if expected is not None and expected != topic.version:
                detail = f"it is at version {topic.version}, not {expected}"
                raise TopicChanged(asking.code, detail)
            check_known(asking.code, asking.deed, self._known)
            return decide_topic(self._command(asking), topic)

        return self._attempts(asking.code, facts, asking.cause if asking.once else None)

    def execute_all(self, askings: Sequence[Asking]) -> Done:
        """Deeds on one topic, each on what the ones before have made of it; all or none of them.
        Raises DeedsRefused with every one that is refused, else as `execute`."""

        def facts(topic: Topic) -> Sequence[AnyTopicEvent]:
            found: list[AnyTopicEvent] = []
            refusals: list[tuple[int, TopicRejected]] = []
            for number, asking in enumerate(askings):
                try:
                    check_known(asking.code, asking.deed, self._known)
                    new = decide_topic(self._command(asking), topic)
                except TopicRejected as rejection:
                    refusals.append((number, rejection))
                    continue
                topic = fold_topic(new, topic)
                found += new
            if refusals:
                raise DeedsRefused(refusals)
            return found

        return self._attempts(askings[0].code, facts)

    def pin_bulletin(
        self, month: str, position: int, actor: str, command_id: str, why: str | None = None
    ) -> Pinned:
        """Raises TopicRejected, Outage, ConcurrentAppend; ValueError for a month or actor of no
        form."""
        now = self._clock.now()
        command = k.PinBulletin(
            month=month,
            position=position,
            actor=actor,
            cause=f"command:{command_id}",
            now=now,
            today=self._local_date(now),
            why=why,
        )
        for _ in range(ATTEMPTS_MAX):
            bulletins = self.bulletins()
            new = decide_bulletin(command, bulletins)
            if not new:
                return Pinned(bulletins, 0)
            try:
                at = append_all_city(self._log, new, bulletins.version + 1, self._appended)
            except ConcurrentAppend:
                continue
            return Pinned(self.bulletins(), at[-1])
        raise ConcurrentAppend("somebody else was always first")

    def bulletins(self) -> Bulletins:
        facts = city_facts(self._log, FAMILY)
        return fold_bulletins(fact for fact in facts if isinstance(fact, TopicBulletinPinned))

    def _attempts(
        self,
        code: str,
        decide: Callable[[Topic], Sequence[AnyTopicEvent]],
        cause: str | None = None,
    ) -> Done:
        """cause: what stands in the stream under it already is the answer."""
        for _ in range(ATTEMPTS_MAX):
            placed = placed_facts(self._log, stream_of(code))
            topic = fold_topic(fact for _, fact in placed)
            mine = [one for one in placed if one[1].cause == cause]
            if mine:
                return Done(topic, mine[-1][0], [fact for _, fact in mine])
            new = decide(topic)
            if not new:
                return Done(topic, 0, ())
            try:
                at = append_all_city(self._log, new, topic.version + 1, self._appended)
            except ConcurrentAppend:
                continue
            return Done(fold_topic(new, topic), at[-1], new)
        raise ConcurrentAppend("somebody else was always first")

    def _command(self, asking: Asking) -> k.TopicCommand:
        now = self._clock.now()
        return k.TopicCommand(
            code=asking.code,
            actor=asking.actor,
            cause=asking.cause,
            now=now,
            today=self._local_date(now),
            deed=asking.deed,
        )
