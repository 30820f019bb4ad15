"""The rules of a topic's items: the list, weekly progress, strike-off 销号, look-back 回头看."""

from collections.abc import Sequence

from services.domain import topic_commands as k
from services.domain import topic_item_events as i
from services.domain.topic import ItemPlan, Topic, TopicItem
from services.domain.topic_decide_base import (
    require_adopted,
    require_item,
    said,
    same_person,
    speaks_for,
    topic_meta,
)
from services.domain.topic_events import TopicLookedBack
from services.domain.topic_rejections import (
    CountedAlready,
    DueAfterTarget,
    ItemExists,
    ItemNotStruckOff,
    ItemStruckOffBefore,
    LookBackByThoseInvolved,
    MoreThanTotal,
    NothingLookedAt,
    NothingReported,
    NothingToCorrect,
    NothingToExempt,
    NotYetDone,
    QuantityGoesBack,
    SelfStrikeOff,
    TooManyItems,
    TopicNotAdopted,
    TotalBelowDone,
    WeekBeforeAdoption,
    WeekNotBegun,
    WeekReportedLater,
)
from services.domain.topic_union import AnyTopicEvent
from services.domain.topic_values import monday_of

ITEMS_MAX = 2_000


def add_item(command: k.TopicCommand, deed: k.AddItem, topic: Topic) -> Sequence[i.TopicItemAdded]:
    """The same line again changes nothing, also when the item has been changed since."""
    plan = ItemPlan(
        deed.heading, deed.aspect, deed.counted_in, deed.total, deed.due, deed.responsible
    )
    known = topic.items.get(deed.item_code)
    if known is not None and plan == known.added_as:
        return []
    require_adopted(command, topic)
    if known is not None:
        raise ItemExists(command.code, deed.item_code)
    if len(topic.items) >= ITEMS_MAX:
        raise TooManyItems(command.code, f"at most {ITEMS_MAX:,}")
    _check_due(command, plan, topic)
    return [i.TopicItemAdded(**topic_meta(command), **said(deed))]


def change_item(
    command: k.TopicCommand, deed: k.ChangeItem, topic: Topic
) -> Sequence[i.TopicItemChanged]:
    item = _open_item(command, topic, deed.item_code)
    given = said(deed, "item_code", "why")
    plan = item.plan._replace(**{name: one for name, one in given.items() if one is not None})
    if plan == item.plan:
        return []
    if plan.total < item.done:
        raise TotalBelowDone(command.code, f"{item.done} of {plan.total}")
    if plan.counted_in != item.plan.counted_in and item.weeks:
        raise CountedAlready(command.code, item.plan.counted_in)
    if plan.due != item.plan.due:
        _check_due(command, plan, topic)
    line = plan._asdict()
    return [i.TopicItemChanged(**topic_meta(command), item_code=item.code, **line, why=deed.why)]


def report_progress(
    command: k.TopicCommand, deed: k.ReportProgress, topic: Topic
) -> Sequence[i.TopicProgressReported]:
    item = _open_item(command, topic, deed.item_code)
    deed = deed.model_copy(update={"week": deed.week or monday_of(command.today)})
    if _reported_so(command, deed, item):
        return []
    _check_week(command, deed, topic, item)
    if deed.done > item.plan.total:
        raise MoreThanTotal(command.code, f"{deed.done} of {item.plan.total}")
    if deed.done < item.done and deed.correction is None:
        raise QuantityGoesBack(command.code, f"{deed.done} after {item.done}")
    if deed.done >= item.done and deed.correction is not None:
        raise NothingToCorrect(command.code, f"{deed.done} after {item.done}")
    return [i.TopicProgressReported(**topic_meta(command), **said(deed))]


def strike_off(
    command: k.TopicCommand, deed: k.StrikeOff, topic: Topic
) -> Sequence[i.TopicItemStruckOff]:
    """Two people at least: whoever reported since it was opened, or does it, cannot."""
    item = require_item(command, topic, deed.item_code)
    if not item.is_open:
        return []
    require_adopted(command, topic)
    if not item.reporters:
        raise NothingReported(command.code, item.code)
    if _is_involved(command.actor, item):
        raise SelfStrikeOff(command.code, item.code)
    if not item.is_done and deed.exemption is None:
        raise NotYetDone(command.code, f"{item.done} of {item.plan.total}")
    if item.is_done and deed.exemption is not None:
        raise NothingToExempt(command.code, item.code)
    return [i.TopicItemStruckOff(**topic_meta(command), done=item.done, **said(deed))]


def reopen_item(
    command: k.TopicCommand, deed: k.ReopenItem, topic: Topic
) -> Sequence[i.TopicItemReopened]:
    item = require_item(command, topic, deed.item_code)
    last = item.last_reopening
    if item.is_open and last is not None and last.why == deed.why:
        return []
    _require_struck_off(command, topic, item)
    return [_reopened(command, deed, item)]


def look_back(command: k.TopicCommand, deed: k.LookBack, topic: Topic) -> Sequence[AnyTopicEvent]:
    failed = tuple(one.item_code for one in deed.failed)
    last = topic.last_look_back
    if last is not None and _looked_so(command, deed, last, failed):
        return []
    codes = (*deed.held, *failed)
    if not codes or len(set(codes)) < len(codes):
        raise NothingLookedAt(command.code)
    for code in codes:
        _require_struck_off(command, topic, require_item(command, topic, code))
    for code in deed.held:
        item = topic.items[code]
        if same_person(command.actor, item.struck_off_by) or _is_involved(command.actor, item):
            raise LookBackByThoseInvolved(command.code, code)
    reopened = [_reopened(command, one, topic.items[one.item_code]) for one in deed.failed]
    looked = TopicLookedBack(**topic_meta(command), **said(deed, "failed"), failed=failed)
    return [looked, *reopened]


def _open_item(command: k.TopicCommand, topic: Topic, item_code: str) -> TopicItem:
    require_adopted(command, topic)
    item = require_item(command, topic, item_code)
    if not item.is_open:
        raise ItemStruckOffBefore(command.code, item_code)
    return item


def _require_struck_off(command: k.TopicCommand, topic: Topic, item: TopicItem) -> None:
    if topic.stage not in ("adopted", "closed"):
        raise TopicNotAdopted(command.code, f"it is {topic.stage}")
    if item.is_open:
        raise ItemNotStruckOff(command.code, item.code)


def _check_due(command: k.TopicCommand, plan: ItemPlan, topic: Topic) -> None:
    if topic.target is not None and plan.due > topic.target:
        raise DueAfterTarget(command.code, f"{plan.due} after {topic.target}")


def _check_week(
    command: k.TopicCommand, deed: k.ReportProgress, topic: Topic, item: TopicItem
) -> None:
    week = deed.week or monday_of(command.today)
    if week > command.today:
        raise WeekNotBegun(command.code, week.isoformat())
    if topic.adopted_on is not None and week < monday_of(topic.adopted_on):
        raise WeekBeforeAdoption(command.code, week.isoformat())
    if item.weeks and week < item.weeks[-1]:
        raise WeekReportedLater(command.code, item.weeks[-1].isoformat())


def _reported_so(command: k.TopicCommand, deed: k.ReportProgress, item: TopicItem) -> bool:
    last = item.last_report
    if last is None or not same_person(last.actor, command.actor):
        return False
    return all(getattr(last, name) == value for name, value in said(deed).items())


def _is_involved(actor: str, item: TopicItem) -> bool:
    is_reporter = any(same_person(actor, one) for one in item.reporters)
    return is_reporter or speaks_for(actor, item.plan.responsible)


def _looked_so(
    command: k.TopicCommand, deed: k.LookBack, last: TopicLookedBack, failed: tuple[str, ...]
) -> bool:
    """Told twice on one day by one person."""
    told = (deed.held, failed, deed.evidence, deed.remark, command.today)
    is_same = told == (last.held, last.failed, last.evidence, last.remark, last.on)
    return is_same and same_person(last.actor, command.actor)


def _reopened(command: k.TopicCommand, deed: k.ReopenItem, item: TopicItem) -> i.TopicItemReopened:
    done = item.done if deed.done is None else deed.done
    if done > item.done:
        raise MoreThanTotal(command.code, f"{done} where {item.done} were done")
    return i.TopicItemReopened(**topic_meta(command), item_code=item.code, done=done, why=deed.why)
