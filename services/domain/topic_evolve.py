"""`evolve_topic(topic, fact) -> topic`: what each fact makes of a topic. Total: never refuses."""

from collections.abc import Iterable
from typing import assert_never

from services.domain import topic_events as t
from services.domain import topic_item_events as i
from services.domain.topic import Bulletins, ItemPlan, Measure, Pin, Topic, TopicItem
from services.domain.topic_events import FAMILY
from services.domain.topic_union import AnyTopicEvent

ItemFact = i.TopicItemChanged | i.TopicProgressReported | i.TopicItemStruckOff | i.TopicItemReopened


def evolve_topic(topic: Topic, event: AnyTopicEvent) -> Topic:
    return _evolved(topic, event)._replace(version=topic.version + 1)


def fold_topic(events: Iterable[AnyTopicEvent], topic: Topic = Topic()) -> Topic:  # noqa: B008
    for event in events:
        topic = evolve_topic(topic, event)
    return topic


def stream_of(code: str) -> str:
    return f"{FAMILY}:{code}"


def code_of(stream_id: str) -> str:
    return stream_id.partition(":")[2]


def _evolved(topic: Topic, event: AnyTopicEvent) -> Topic:
    match event:
        case t.TopicProposed():
            return topic._replace(
                code=code_of(event.stream_id),
                stage="proposed",
                proposal=event,
                proposed_by=event.actor,
                tickets={**topic.tickets, **dict.fromkeys(event.tickets)},
            )
        case t.TopicDeclined():
            return topic._replace(stage="declined", declined_why=event.why)
        case t.TopicAdopted():
            return _planned(topic, event)._replace(
                stage="adopted", adopted_on=event.on, adopted_by=event.actor
            )
        case t.TopicPlanChanged():
            return _planned(topic, event)
        case t.TopicMeasureAdded() | t.TopicMeasureCompleted():
            return _measured(topic, event)
        case i.TopicItemAdded():
            plan = plan_of(event)
            item = TopicItem(event.item_code, plan, plan, event.imported_from)
            return topic._replace(items={**topic.items, item.code: item})
        case (
            i.TopicItemChanged()
            | i.TopicProgressReported()
            | i.TopicItemStruckOff()
            | i.TopicItemReopened()
        ):
            return _with_item(topic, event)
        case t.TopicLookedBack():
            return topic._replace(look_backs=topic.look_backs + 1, last_look_back=event)
        case t.TopicTicketLinked():
            return topic._replace(tickets={**topic.tickets, event.ticket_id: None})
        case t.TopicTicketUnlinked():
            kept = [one for one in topic.tickets if one != event.ticket_id]
            return topic._replace(tickets=dict.fromkeys(kept))
        case t.TopicClosed():
            return topic._replace(stage="closed", closed_on=event.on, outcome=event.outcome)
        case t.TopicBulletinPinned():
            return topic  # it stands in the stream of bulletins
        case _:
            assert_never(event)


def plan_of(fact: i.ItemLine) -> ItemPlan:
    return ItemPlan(
        fact.heading, fact.aspect, fact.counted_in, fact.total, fact.due, fact.responsible
    )


def _planned(topic: Topic, event: t.TopicAdopted | t.TopicPlanChanged) -> Topic:
    return topic._replace(lead=event.lead, assisting=event.assisting, target=event.target)


def _measured(topic: Topic, event: t.TopicMeasureAdded | t.TopicMeasureCompleted) -> Topic:
    code = event.measure_code
    if isinstance(event, t.TopicMeasureAdded):
        measure = Measure(code, event.wording, event.responsible)
    elif code in topic.measures:
        measure = topic.measures[code]._replace(completed_on=event.on)
    else:
        return topic
    return topic._replace(measures={**topic.measures, code: measure})


def _with_item(topic: Topic, event: ItemFact) -> Topic:
    item = topic.items.get(event.item_code)
    if item is None:
        return topic
    topic = topic._replace(items={**topic.items, item.code: _item_after(item, event)})
    if isinstance(event, i.TopicItemReopened) and topic.stage == "closed":
        return topic._replace(stage="adopted", closed_on=None, outcome="")
    return topic


def _item_after(item: TopicItem, event: ItemFact) -> TopicItem:
    match event:
        case i.TopicItemChanged():
            return item._replace(plan=plan_of(event))
        case i.TopicProgressReported():
            return item._replace(
                done=event.done,
                weeks=tuple(sorted({*item.weeks, event.week})),
                reporters=item.reporters | {event.actor},
                last_report=event,
            )
        case i.TopicItemStruckOff():
            return item._replace(
                struck_off_by=event.actor, struck_off_on=event.on, exemption=event.exemption
            )
        case i.TopicItemReopened():
            return item._replace(
                done=event.done,
                reporters=frozenset(),
                last_report=None,
                struck_off_by="",
                struck_off_on=None,
                exemption=None,
                reopened=item.reopened + 1,
                last_reopening=event,
            )
        case _:
            assert_never(event)


def fold_bulletins(events: Iterable[t.TopicBulletinPinned]) -> Bulletins:
    state = Bulletins()
    for event in events:
        state = evolve_bulletins(state, event)
    return state


def evolve_bulletins(state: Bulletins, event: t.TopicBulletinPinned) -> Bulletins:
    pin = Pin(event.position, event.on, event.actor)
    pins = {**state.pins, event.month: (*state.pins.get(event.month, ()), pin)}
    return Bulletins(state.version + 1, pins)
