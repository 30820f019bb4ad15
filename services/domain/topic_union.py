"""Every fact of topics, in one union."""

from typing import get_args

from services.domain import topic_events as t
from services.domain import topic_item_events as i

AnyTopicEvent = (
    t.TopicProposed
    | t.TopicDeclined
    | t.TopicAdopted
    | t.TopicPlanChanged
    | t.TopicMeasureAdded
    | t.TopicMeasureCompleted
    | i.TopicItemAdded
    | i.TopicItemChanged
    | i.TopicProgressReported
    | i.TopicItemStruckOff
    | i.TopicItemReopened
    | t.TopicLookedBack
    | t.TopicTicketLinked
    | t.TopicTicketUnlinked
    | t.TopicClosed
    | t.TopicBulletinPinned
)
TOPIC_EVENTS: tuple[type[AnyTopicEvent], ...] = get_args(AnyTopicEvent)
