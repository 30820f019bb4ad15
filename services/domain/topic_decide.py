"""`decide_topic(command, topic) -> [facts]`: every rule of a topic 每月一题.

`[]` means there is nothing to do (a repeat). A `TopicRejected` means that it may not happen.
"""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from services.domain import topic_commands as k
from services.domain import topic_events as t
from services.domain.topic import Bulletins, Topic
from services.domain.topic_decide_base import (
    require_adopted,
    require_no_resident,
    said,
    same_person,
    says_the_same,
    speaks_for,
    topic_meta,
)
from services.domain.topic_decide_items import (
    add_item,
    change_item,
    look_back,
    reopen_item,
    report_progress,
    strike_off,
)
from services.domain.topic_rejections import (
    AdoptedByItsProposer,
    ClosedByItsLead,
    ItemsOpen,
    LeadAssistsItself,
    MeasureExists,
    MeasuresOpen,
    MeasureUnknown,
    MonthNotOver,
    NothingOnTheList,
    PositionGoesBack,
    TargetBeforeItems,
    TargetInThePast,
    TooManyTickets,
    TopicDeclinedBefore,
    TopicExists,
    TopicNotProposed,
    TopicUnknown,
)
from services.domain.topic_union import AnyTopicEvent

TICKETS_MAX = 10_000
NAMED_MAX = 10  # how many codes an answer lists


def decide_topic(command: k.TopicCommand, topic: Topic) -> Sequence[AnyTopicEvent]:
    """Raises a subclass of TopicRejected."""
    require_no_resident(command, command.code)
    deed = command.deed
    if topic.stage == "new" and not isinstance(deed, k.Propose):
        raise TopicUnknown(command.code)
    match deed:
        case k.Propose():
            return _propose(command, deed, topic)
        case k.Decline():
            return _decline(command, deed, topic)
        case k.Adopt():
            return _adopt(command, deed, topic)
        case k.ChangePlan():
            return _change_plan(command, deed, topic)
        case k.AddMeasure():
            return _add_measure(command, deed, topic)
        case k.CompleteMeasure():
            return _complete_measure(command, deed, topic)
        case k.AddItem():
            return add_item(command, deed, topic)
        case k.ChangeItem():
            return change_item(command, deed, topic)
        case k.ReportProgress():
            return report_progress(command, deed, topic)
        case k.StrikeOff():
            return strike_off(command, deed, topic)
        case k.ReopenItem():
            return reopen_item(command, deed, topic)
        case k.LookBack():
            return look_back(command, deed, topic)
        case k.LinkTickets():
            return _link(command, deed, topic)
        case k.UnlinkTicket():
            return _unlink(command, deed, topic)
        case k.Close():
            return _close(command, deed, topic)
        case _:
            assert_never(deed)


def decide_bulletin(command: k.PinBulletin, bulletins: Bulletins) -> list[t.TopicBulletinPinned]:
    """One bulletin a month, once the month is over; another one only with a reason."""
    require_no_resident(command, command.month)
    pins = bulletins.pins.get(command.month, ())
    if pins and command.why is None:
        return []
    if command.month >= f"{command.today:%Y-%m}":
        raise MonthNotOver(command.month)
    if pins and command.position < pins[-1].position:
        raise PositionGoesBack(command.month, str(pins[-1].position))
    return [
        t.TopicBulletinPinned(
            **topic_meta(command, t.FAMILY),
            month=command.month,
            position=command.position,
            why=command.why,
        )
    ]


def _propose(command: k.TopicCommand, deed: k.Propose, topic: Topic) -> Sequence[t.TopicProposed]:
    if topic.proposal is None:
        return [t.TopicProposed(**topic_meta(command), **said(deed))]
    if says_the_same(topic.proposal, deed):
        return []
    raise TopicExists(command.code)


def _decline(command: k.TopicCommand, deed: k.Decline, topic: Topic) -> Sequence[t.TopicDeclined]:
    if topic.stage == "declined":
        return []
    if topic.stage != "proposed":
        raise TopicNotProposed(command.code, f"it is {topic.stage}")
    return [t.TopicDeclined(**topic_meta(command), why=deed.why)]


def _adopt(command: k.TopicCommand, deed: k.Adopt, topic: Topic) -> Sequence[AnyTopicEvent]:
    if topic.stage == "adopted" and _planned_so(topic, deed):
        return []
    if topic.stage != "proposed":
        raise TopicNotProposed(command.code, f"it is {topic.stage}")
    if same_person(command.actor, topic.proposed_by):
        raise AdoptedByItsProposer(command.code)
    _check_plan(command, deed.lead, deed.assisting, deed.target)
    facts: list[AnyTopicEvent] = [t.TopicAdopted(**topic_meta(command), **said(deed, "measures"))]
    codes: set[str] = set()
    for measure in deed.measures:
        if measure.measure_code in codes:
            raise MeasureExists(command.code, measure.measure_code)
        codes.add(measure.measure_code)
        facts.append(t.TopicMeasureAdded(**topic_meta(command), **dict(measure)))
    return facts


def _planned_so(topic: Topic, deed: k.Adopt | k.ChangePlan) -> bool:
    return (topic.lead, topic.assisting, topic.target) == (deed.lead, deed.assisting, deed.target)


def _check_plan(
    command: k.TopicCommand, lead: str, assisting: tuple[str, ...], target: date
) -> None:
    if lead in assisting:
        raise LeadAssistsItself(command.code)
    if target < command.today:
        raise TargetInThePast(command.code, target.isoformat())


def _change_plan(
    command: k.TopicCommand, deed: k.ChangePlan, topic: Topic
) -> Sequence[t.TopicPlanChanged]:
    require_adopted(command, topic)
    if _planned_so(topic, deed):
        return []
    _check_plan(command, deed.lead, deed.assisting, deed.target)
    late = [item.code for item in topic.open_items if item.plan.due > deed.target]
    if late:
        raise TargetBeforeItems(command.code, _named(late))
    return [t.TopicPlanChanged(**topic_meta(command), **said(deed))]


def _add_measure(
    command: k.TopicCommand, deed: k.AddMeasure, topic: Topic
) -> Sequence[t.TopicMeasureAdded]:
    require_adopted(command, topic)
    known = topic.measures.get(deed.measure_code)
    if known is None:
        return [t.TopicMeasureAdded(**topic_meta(command), **said(deed))]
    if (known.wording, known.responsible) == (deed.wording, deed.responsible):
        return []
    raise MeasureExists(command.code, deed.measure_code)


def _complete_measure(
    command: k.TopicCommand, deed: k.CompleteMeasure, topic: Topic
) -> Sequence[t.TopicMeasureCompleted]:
    measure = topic.measures.get(deed.measure_code)
    if measure is None:
        raise MeasureUnknown(command.code, deed.measure_code)
    if measure.completed_on is not None:
        return []
    require_adopted(command, topic)
    return [t.TopicMeasureCompleted(**topic_meta(command), **said(deed))]


def _link(
    command: k.TopicCommand, deed: k.LinkTickets, topic: Topic
) -> Sequence[t.TopicTicketLinked]:
    if topic.stage == "declined":
        raise TopicDeclinedBefore(command.code)
    new = [one for one in dict.fromkeys(deed.tickets) if one not in topic.tickets]
    if len(topic.tickets) + len(new) > TICKETS_MAX:
        raise TooManyTickets(command.code, f"at most {TICKETS_MAX:,}")
    return [t.TopicTicketLinked(**topic_meta(command), ticket_id=one) for one in new]


def _unlink(
    command: k.TopicCommand, deed: k.UnlinkTicket, topic: Topic
) -> Sequence[t.TopicTicketUnlinked]:
    if deed.ticket_id not in topic.tickets:
        return []
    return [t.TopicTicketUnlinked(**topic_meta(command), **said(deed))]


def _close(command: k.TopicCommand, deed: k.Close, topic: Topic) -> Sequence[t.TopicClosed]:
    if topic.stage == "closed":
        return []
    require_adopted(command, topic)
    if not topic.items:
        raise NothingOnTheList(command.code)
    if topic.open_items:
        raise ItemsOpen(command.code, _named([item.code for item in topic.open_items]))
    undone = [one.code for one in topic.measures.values() if one.completed_on is None]
    if undone:
        raise MeasuresOpen(command.code, _named(undone))
    if speaks_for(command.actor, topic.lead):
        raise ClosedByItsLead(command.code)
    return [t.TopicClosed(**topic_meta(command), **said(deed))]


def _named(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - NAMED_MAX} more" if len(codes) > NAMED_MAX else ""
    return ", ".join(codes[:NAMED_MAX]) + more
