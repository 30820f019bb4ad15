"""Everything about topics 每月一题 that a door needs: deeds, what stands now, figures."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from services.domain.topic import Topic
from services.domain.topic_evolve import stream_of
from services.domain.topic_union import AnyTopicEvent
from services.domain.working_time import ZONE_NAME
from services.governance.bulletin import Bulletin, month_bulletin
from services.governance.bulletin_tables import MonthMade
from services.governance.documents import Json, bulletin_document, history_document
from services.governance.effect import Effect, MonthCounts, effect_of, every_month
from services.governance.live_topics import LiveTopics
from services.governance.reading import all_topic_facts, placed_facts, topic_on
from services.governance.schedule import Schedule, weekly_schedule
from services.governance.topic_desk import Asking, Done, TopicDesk
from services.platform.event_log import EventLog


class Counted(NamedTuple):
    """Requests of a topic's kind by month YYYY-MM, and the first day that was counted."""

    months: Mapping[str, MonthCounts]
    counted_from: date


class Governance:
    """count: of the requests that a topic is about, by whoever keeps the tickets' rows."""

    def __init__(
        self, log: EventLog, desk: TopicDesk, count: Callable[[Topic], Counted | None]
    ) -> None:
        self._log = log
        self._count = count
        self.desk = desk
        self.topics = LiveTopics(log)

    def execute(self, asking: Asking) -> Done:
        done = self.desk.execute(asking)
        self.topics.refresh()
        return done

    def schedule(self, week: date | None = None, unit: str | None = None) -> Schedule:
        """Of the week that a day lies in, of this week if none is given; of one unit's items."""
        today = self.desk.today()
        return weekly_schedule(self.topics.all(), week or today, today, unit)

    def effect(self, topic: Topic) -> Effect | None:
        """None while it is not adopted, or if it does not say which requests it is about."""
        counted = self._count(topic) if topic.adopted_on else None
        if counted is None or topic.adopted_on is None:
            return None
        today = self.desk.today()
        return effect_of(
            counted.months, counted.counted_from, topic.adopted_on, topic.closed_on, today
        )

    def bulletin(self, month: str) -> Json:
        """From the position it was pinned at, else from the log as it is. Raises ValueError."""
        pins = self.desk.bulletins().pins.get(month, ())
        position = pins[-1].position if pins else self._log.head()
        return bulletin_document(self.bulletin_at(month, position), position, bool(pins))

    def month_made(self, month: str) -> MonthMade:
        """What a month's bulletin says, with the topics as they stood at its end; from the same
        position as `bulletin`. Raises ValueError."""
        pins = self.desk.bulletins().pins.get(month, ())
        position = pins[-1].position if pins else self._log.head()
        histories = all_topic_facts(self._log, position)
        made = month_bulletin(histories, month)
        worked_on = {one.code for one in made.topics}
        standing = [topic_on(facts, made.last_day) for facts in histories]
        topics = sorted((one for one in standing if one.code in worked_on), key=_code)
        after = made.last_day + timedelta(days=1)
        next_monday = after + timedelta(days=-after.weekday() % 7)
        schedule = weekly_schedule(topics, next_monday, after)
        return MonthMade(made, tuple(topics), schedule, position, bool(pins), ZONE_NAME)

    def bulletin_at(self, month: str, position: int) -> Bulletin:
        return month_bulletin(all_topic_facts(self._log, position), month)

    def history(self, code: str) -> list[Json]:
        return history_document(placed_facts(self._log, stream_of(code)))

    def facts(self, code: str) -> list[tuple[int, AnyTopicEvent]]:
        """Every fact with its position, oldest first."""
        return placed_facts(self._log, stream_of(code))

    def months(self, topic: Topic) -> list[tuple[str, MonthCounts]]:
        """Requests of its kind, month by month up to this one; none if it does not say which."""
        counted = self._count(topic)
        if counted is None:
            return []
        return list(every_month(counted.months, counted.counted_from, self.desk.today()))

    def head(self) -> int:
        return self._log.head()


def _code(topic: Topic) -> str:
    return topic.code
