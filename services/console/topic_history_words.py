"""A topic's facts in words, one line each with what explains it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple, assert_never

from services.domain import topic_events as t
from services.domain import topic_item_events as i
from services.domain.topic_union import AnyTopicEvent
from services.domain.topic_values import TopicFigure

Named = Callable[[str], str]
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "topic.proposed.v1": ("提出", "proposed"),
    "topic.declined.v1": ("不予立题", "declined"),
    "topic.adopted.v1": ("立题", "adopted"),
    "topic.plan_changed.v1": ("调整方案", "plan changed"),
    "topic.measure_added.v1": ("增加措施", "measure added"),
    "topic.measure_completed.v1": ("措施落实", "measure completed"),
    "topic.item_added.v1": ("列入问题清单", "item added"),
    "topic.item_changed.v1": ("调整问题清单", "item changed"),
    "topic.progress_reported.v1": ("周调度", "progress"),
    "topic.item_struck_off.v1": ("销号", "struck off"),
    "topic.item_reopened.v1": ("重新打开", "reopened"),
    "topic.looked_back.v1": ("回头看", "looked back"),
    "topic.ticket_linked.v1": ("关联工单", "ticket linked"),
    "topic.ticket_unlinked.v1": ("取消关联", "ticket unlinked"),
    "topic.closed.v1": ("结题", "closed"),
    "topic.bulletin_pinned.v1": ("月通报定稿", "bulletin pinned"),
}
GOOD = {"topic.item_struck_off.v1", "topic.closed.v1", "topic.measure_completed.v1"}
BAD = {"topic.item_reopened.v1", "topic.declined.v1"}


class Told(NamedTuple):
    """tone: a class of the page. ticket: of a link, to be opened."""

    position: int
    on: date
    zh: str
    en: str
    tone: str
    actor: str
    details: tuple[str, ...]
    ticket: str | None


def told(position: int, fact: AnyTopicEvent, named: Named) -> Told:
    zh, en = WORDS[fact.type]
    tone = "good" if fact.type in GOOD else "bad" if fact.type in BAD else ""
    ticket: str | None = getattr(fact, "ticket_id", None)
    details = tuple(line for line in _details(fact, named) if line)
    return Told(position, fact.on, zh, en, tone, fact.actor, details, ticket)


def _details(fact: AnyTopicEvent, named: Named) -> Iterator[str]:
    match fact:
        case t.TopicProposed():
            yield fact.problem
            yield "；".join(map(_figure, fact.figures))
        case t.TopicAdopted() | t.TopicPlanChanged():
            assisting = _listed(map(named, fact.assisting))
            yield f"牵头 {named(fact.lead)}；配合 {assisting}；目标 {fact.target} 前"
            yield getattr(fact, "why", "")
        case t.TopicMeasureAdded():
            yield f"{fact.measure_code} {fact.wording}（{named(fact.responsible)}）"
        case t.TopicMeasureCompleted():
            yield f"{fact.measure_code}　佐证：{'、'.join(fact.evidence)}"
            yield fact.remark or ""
        case i.TopicItemAdded() | i.TopicItemChanged():
            yield (
                f"{fact.item_code} {fact.heading}：{fact.total:,}{fact.counted_in}，"
                f"{fact.due} 前，{named(fact.responsible)}"
            )
            yield getattr(fact, "why", "")
        case i.TopicProgressReported():
            yield f"{fact.item_code}：累计完成 {fact.done:,}（{fact.week:%Y-%m-%d} 当周）"
            yield fact.remark or ""
            yield f"更正：{fact.correction}" if fact.correction else ""
            yield f"佐证：{'、'.join(fact.evidence)}" if fact.evidence else ""
        case i.TopicItemStruckOff():
            yield f"{fact.item_code}：完成 {fact.done:,}；佐证：{'、'.join(fact.evidence)}"
            yield f"例外：{fact.exemption}" if fact.exemption else ""
        case i.TopicItemReopened():
            yield f"{fact.item_code}：{fact.why}（仍有效 {fact.done:,}）"
        case t.TopicLookedBack():
            yield f"经查有效：{_listed(fact.held)}；反弹：{_listed(fact.failed)}"
            yield fact.remark or ""
        case t.TopicDeclined() | t.TopicTicketUnlinked():
            yield fact.why
        case t.TopicTicketLinked():
            return
        case t.TopicClosed():
            yield fact.outcome
        case t.TopicBulletinPinned():
            yield f"{fact.month}，日志位置 {fact.position}"
        case _:
            assert_never(fact)


def _figure(one: TopicFigure) -> str:
    return f"{one.label} {one.value:g}{one.counted_in or ''}"


def _listed(names: Iterable[str]) -> str:
    return "、".join(names) or "无"
