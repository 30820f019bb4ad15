"""每月一题 in a report: how each topic stood when the period ended, and what the period added."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from services.domain.topic import Topic
from services.domain.topic_union import AnyTopicEvent
from services.governance.figures import figures_of
from services.governance.reading import all_topic_facts, topic_on
from services.platform.event_log import EventLog
from services.reporting.periods.model import TopicLine, TopicQuantity

STRUCK_OFF = "topic.item_struck_off.v1"


def topic_lines(
    log: EventLog, position: int, first: date, last: date, units: Mapping[str, str]
) -> tuple[TopicLine, ...]:
    """Topics that were worked on at some time of the period."""
    histories = all_topic_facts(log, position)
    pairs = [(topic_on(facts, last), facts) for facts in histories]
    lines = [
        _line(topic, facts, first, last, units)
        for topic, facts in pairs
        if topic.adopted_on is not None and (topic.closed_on or last) >= first
    ]
    return tuple(sorted(lines, key=lambda line: line.code))


def _line(
    topic: Topic,
    facts: Sequence[AnyTopicEvent],
    first: date,
    last: date,
    units: Mapping[str, str],
) -> TopicLine:
    before = figures_of(topic_on(list(facts), first - timedelta(days=1)), first)
    now = figures_of(topic, last + timedelta(days=1))
    earlier = {one.counted_in: one.done for one in before.quantities}
    return TopicLine(
        code=topic.code,
        heading=topic.proposal.heading if topic.proposal else "",
        stage=topic.stage,
        lead=topic.lead,
        lead_name=units.get(topic.lead, topic.lead),
        items=now.items,
        struck_off=now.struck_off,
        struck_off_now=sum(f.type == STRUCK_OFF and first <= f.on <= last for f in facts),
        late=now.late,
        quantities=tuple(
            TopicQuantity(
                counted_in=one.counted_in,
                total=one.total,
                done=one.done,
                more=one.done - earlier.get(one.counted_in, 0),
            )
            for one in now.quantities
        ),
    )
