"""All topics in memory, made from their streams: a few hundred, read again when one changes."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from services.domain.topic import Topic
from services.domain.topic_events import FAMILY
from services.domain.topic_evolve import fold_topic, stream_of
from services.governance.reading import topic_facts
from services.platform.city_streams import versions_of
from services.platform.event_log import EventLog
from services.platform.seldom import Seldom


class LiveTopics:
    """As of now, or a moment ago; `refresh` after what this process wrote. Raises Outage,
    Undecodable."""

    def __init__(self, log: EventLog, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._seldom = Seldom(stopwatch)
        self._topics: dict[str, Topic] = {}
        self._of_ticket: dict[str, list[str]] = {}

    def all(self) -> Sequence[Topic]:
        """The newest month first, then by code."""
        found = self._current().values()
        return sorted(sorted(found, key=lambda one: one.code), key=_month, reverse=True)

    def get(self, code: str) -> Topic | None:
        return self._current().get(stream_of(code))

    def of_ticket(self, ticket_id: str) -> Sequence[Topic]:
        """The topics that a ticket is linked to."""
        topics = self._current()
        return [topics[stream] for stream in self._of_ticket.get(ticket_id, ())]

    def refresh(self) -> None:
        self._seldom.look_at_once()

    def _current(self) -> Mapping[str, Topic]:
        with self._lock:
            if self._seldom.is_due():
                self._look()
                self._seldom.looked()
            return self._topics

    def _look(self) -> None:
        """Topics are never deleted, and a stream's facts never change: only more can come."""
        versions = versions_of(self._log, FAMILY)
        changed = {
            stream: fold_topic(topic_facts(self._log, stream))
            for stream, version in versions.items()
            if stream not in self._topics or self._topics[stream].version < version
        }
        if not changed:
            return
        topics = {**self._topics, **changed}
        of_ticket: dict[str, list[str]] = {}
        for stream, topic in topics.items():
            for ticket_id in topic.tickets:
                of_ticket.setdefault(ticket_id, []).append(stream)
        self._topics, self._of_ticket = topics, of_ticket


def _month(topic: Topic) -> str:
    return topic.proposal.month if topic.proposal else ""
