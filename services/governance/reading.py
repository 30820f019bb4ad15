"""Topics out of the log: as of now, or as it stood at a position or on a day."""

from datetime import date

from services.domain.city_events import decode_city
from services.domain.topic import Topic
from services.domain.topic_events import FAMILY
from services.domain.topic_evolve import fold_topic
from services.domain.topic_union import TOPIC_EVENTS, AnyTopicEvent
from services.platform.city_streams import streams_of
from services.platform.event_log import EventLog


def placed_facts(
    log: EventLog, stream_id: str, to: int | None = None
) -> list[tuple[int, AnyTopicEvent]]:
    """(position, fact) of one topic, in order, up to position `to` if it is given. Raises
    Undecodable."""
    placed = [
        (one.position, decode_city(one.type, one.data))
        for one in log.read_stream(stream_id)
        if to is None or one.position <= to
    ]
    return [(at, fact) for at, fact in placed if isinstance(fact, TOPIC_EVENTS)]


def topic_facts(log: EventLog, stream_id: str, to: int | None = None) -> list[AnyTopicEvent]:
    return [fact for _, fact in placed_facts(log, stream_id, to)]


def all_topic_facts(log: EventLog, to: int | None = None) -> list[list[AnyTopicEvent]]:
    """Of each topic that existed at that position."""
    found = (topic_facts(log, stream_id, to) for stream_id in streams_of(log, FAMILY))
    return [facts for facts in found if facts]


def topic_on(facts: list[AnyTopicEvent], last_day: date) -> Topic:
    """The topic at the end of a local day. Facts are written down day after day."""
    return fold_topic(fact for fact in facts if fact.on <= last_day)
