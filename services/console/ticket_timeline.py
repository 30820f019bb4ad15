"""One ticket's life in words: what happened, why, and why its clocks are due when they are."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from services.console.clock_lines import calendar_moved, part_details
from services.console.evaluation_lines import evaluation_details
from services.console.overview_figures import unit_of
from services.console.overview_words import ADDRESSEES, CLOCKS, LEVELS, TONES, words_of
from services.console.return_lines import consulted, return_decided, returned
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain import events_urgency as u
from services.domain.event_base import PERSONAL_FIELDS
from services.domain.events_returns import TicketConsulted, TicketReturnDecided
from services.platform.processor import Fact

Local = Callable[[datetime], str]
Named = Callable[[str], str]
Opened = Callable[[Fact, str], str | None]
FIELD_NAMES = {
    "title": "标题",
    "text": "内容",
    "address": "地址",
    "contact": "联系方式",
    "name": "称呼",
    "reply": "答复",
    "note": "备注",
    "comment": "评价",
}
SATISFACTION = {"satisfied": "满意", "fairly": "基本满意", "dissatisfied": "不满意"}
METHODS = {
    "item_given": "按所选事项",
    "alias": "按关键词",
    "model": "按模型",
    "model_and_alias": "按模型和关键词",
    "person": "人工派单",
    "return_rule": "退单按规则改派",
    "return_refused": "退单不成立，派回原单位",
    "consultation": "会商决定",
}


class Entry(NamedTuple):
    """One line of the timeline. details: why it is so; words: (field, what was said)."""

    position: int
    at: str
    zh: str
    en: str
    tone: str
    actor: str
    unit: str
    details: tuple[str, ...]
    words: tuple[tuple[str, str], ...]


def entry(fact: Fact, local: Local, unit_name: Named, opened: Opened | None) -> Entry:
    """`opened` gives a personal field's words (masked); None: the words are not shown."""
    event = fact.event
    zh, en = words_of(event.type)
    said = []
    for field in PERSONAL_FIELDS if opened else ():
        if opened and getattr(event, field, None) is not None:
            said.append((FIELD_NAMES[field], opened(fact, field) or "（已按要求删除）"))
    return Entry(
        position=fact.position,
        at=local(event.occurred_at),
        zh=zh,
        en=en,
        tone=TONES.get(event.type, ""),
        actor=event.actor,
        unit=unit_name(unit_of(event)),
        details=tuple(_details(event, local, unit_name)),
        words=tuple(said),
    )


def _details(event: e.TicketEvent, local: Local, unit_name: Named) -> list[str]:
    match event:
        case e.TicketOpened() | e.ReportJoined():
            return [f"渠道 {event.channel}，编号 {event.reference}", *_whence(event)]
        case e.TicketRouted():
            return _routed(event, unit_name)
        case u.TicketUrgencyRaised():
            return [_urgency_raised(event), event.explanation]
        case e.TicketSentToTriage():
            found = "、".join(candidate.item for candidate in event.candidates)
            candidates = [f"候选事项：{found}"] if found else []
            return [event.explanation, *candidates, *_model(event.model_version)]
        case e.TicketDeclined():
            return [f"依据：{event.basis}", f"告知途径：{event.legal_route}"]
        case e.TicketAnsweredAtOnce(article=str(article)):
            number = f" 第 {event.article_version} 版" if event.article_version else ""
            return [f"依据解答文章：{article}{number}"]
        case e.TicketReturned():
            return returned(event, unit_name)
        case TicketConsulted():
            return consulted(event, unit_name)
        case TicketReturnDecided():
            return return_decided(event, unit_name)
        case e.TicketSuspended(ends_at=datetime() as ends_at):
            return [f"原因：{event.reason}", f"最迟至 {local(ends_at)}，到时自动恢复计时"]
        case e.TicketResumed(because="limit"):
            return ["中止期限已满，自动恢复计时"]
        case e.TicketSuspended() | e.TicketReopened() | e.TicketClosed():
            return [f"原因：{event.reason}"]
        case e.ExtensionRequested():
            return [f"申请延长 {event.working_days} 个工作日，原因：{event.reason}"]
        case e.ExtensionGranted():
            return [f"延长 {event.working_days} 个工作日"]
        case e.TicketEvaluated():
            return [_evaluated(event)]
        case e.TicketLookedBack():
            return ["问题未反弹" if event.holds else "问题反弹"]
        case e.TicketMerged():
            return [f"并入工单 {event.primary}", *_likeness(event)]
        case m.JoinProposed():
            return [f"可能与工单 {event.other} 为同一诉求，待人工确认", *_likeness(event)]
        case m.JoinRefused():
            return [f"与工单 {event.other} 不是同一诉求，今后不再建议或自动并单"]
        case m.ReportSplit():
            return [f"另立工单 {event.to_ticket}"]
        case m.TicketUnmerged():
            return [f"不再并入工单 {event.primary}，恢复并单前的办理环节和时限"]
        case _:
            return part_details(event, local) or _clock_details(event, local)


def _whence(event: e.TicketOpened | e.ReportJoined) -> list[str]:
    if isinstance(event, e.ReportJoined):
        return _likeness(event)
    return [f"自工单 {event.split_from} 拆出"] if event.split_from else []


def _likeness(event: e.ReportJoined | e.TicketMerged | m.JoinProposed) -> list[str]:
    if event.score is None or event.explanation is None:
        return []
    return [f"相似度 {event.score:.0%}：{event.explanation}（规则 {event.match_version}）"]


def _routed(event: e.TicketRouted, unit_name: Named) -> list[str]:
    method = METHODS.get(event.method, event.method)
    details = [
        f"第 {event.attempt} 次派单，{method}，置信度 {event.confidence:.0%}，"
        f"{event.urgency_days} 个工作日办结",
        event.explanation,
    ]
    if event.assisting:
        details.append("协办：" + "、".join(unit_name(unit) for unit in event.assisting))
    return [*details, f"目录版本 {event.directory_version}", *_model(event.model_version)]


def _model(version: str | None) -> list[str]:
    return [] if version is None else [f"模型版本 {version}"]


def _urgency_raised(event: u.TicketUrgencyRaised) -> str:
    before = f"由 {event.from_days} 个工作日" if event.from_days else ""
    told_by = f"，已有 {event.reporters} 人反映"
    return f"紧急程度{before}提为 {event.urgency_days} 个工作日{told_by}"


def _evaluated(event: e.TicketEvaluated) -> str:
    if not event.reached:
        return "未联系上"
    solved = {True: "已解决", False: "未解决", None: "未表示是否解决"}[event.solved]
    return f"{solved}，{SATISFACTION.get(event.satisfaction or '', '未表示是否满意')}"


def _clock_details(event: e.TicketEvent, local: Local) -> list[str]:
    match event:
        case c.DeadlineSet():
            return [
                f"{_clock(event.clock)}时限 {local(event.due_at)}：自 {local(event.starts_at)} 起"
                f" {event.working_days} 个工作日，起算当日不计，至末日下班为止",
                f"{local(event.warn_at)} 预警；工作日历 {event.calendar_version}，"
                f"规则 {event.policy_version}",
            ]
        case c.DeadlineMoved():
            if event.reason == "calendar":
                return [calendar_moved(event, local)]
            why = {"suspension": "挂起", "extension": "延期"}[event.reason]
            return [
                f"因{why}顺延 {event.working_days} 个工作日，{_clock(event.clock)}时限改为"
                f" {local(event.due_at)}"
            ]
        case u.DeadlineShortened():
            return [
                f"自 {local(event.starts_at)} 起 {event.working_days} 个工作日，"
                f"{_clock(event.clock)}时限由 {local(event.from_due_at)} 提前到"
                f" {local(event.due_at)}"
            ]
        case c.DeadlineWarned() | c.DeadlineMissed() | c.DeadlineMet():
            return [f"{_clock(event.clock)}时限 {local(event.due_at)}"]
        case c.TicketEscalated():
            level = LEVELS.get(event.level, (str(event.level), ""))[0]
            sent_to = ADDRESSEES.get(event.addressee, event.addressee)
            return [f"{_clock(event.clock)}时限：{level}（第 {event.level} 级），送{sent_to}"]
        case _:
            return evaluation_details(event, local)


def _clock(name: str) -> str:
    return CLOCKS[name][0]
