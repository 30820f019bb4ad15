"""One table: which words in an address become which command. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any, Literal, NamedTuple, cast

from msgspec.structs import replace

from services.domain import commands as k
from services.domain.commands import ClockRules, ExtensionLimits, TicketCommand, TryLimits
from services.domain.event_base import UrgencyDays
from services.domain.personal import Personal
from services.domain.ticket import Ticket
from services.handling import bodies as b
from services.handling.decline_rules import DeclineRules
from services.handling.subtask_bodies import (
    GiveSubtaskBody,
    SubtaskBody,
    SubtaskNoteBody,
    WithdrawSubtaskBody,
)
from services.platform.attempts_told import told_attempts

URGENCY_DAYS_DEFAULT: UrgencyDays = 7  # 一般事项, for a matter without an item


def no_limit(reason: str) -> None:
    return None


def once(urgency: int | None) -> ExtensionLimits:
    return ExtensionLimits()


class Rules(NamedTuple):
    """item_urgency: the directory's working days for an item; None if it is unknown.

    may_be_given: (unit, item, "lead" or "assist"); False only for a community whose list of matters
    does not have the item. unit_name: what a unit is called in explanations. suspension_days: the
    most for a reason; None: no limit. extension_limits: by urgency. tries: after which a resident
    counts as not reached.
    """

    clocks: ClockRules
    declining: DeclineRules
    directory_version: str
    item_urgency: Callable[[str], int | None]
    may_be_given: Callable[[str, str | None, Literal["lead", "assist"]], bool]
    article_version: b.ArticleVersion
    unit_name: Callable[[str], str] = str
    suspension_days: Callable[[str], int | None] = no_limit
    extension_limits: Callable[[int | None], ExtensionLimits] = once
    tries: TryLimits = TryLimits()


class Given(NamedTuple):
    """What a builder works with. meta: the fields that every command has."""

    meta: dict[str, Any]
    body: Any
    ticket: Ticket
    rules: Rules

    def sealed(self, words: str | None) -> Personal | None:
        """Words about a ticket belong to the resident who opened it, and are erased with them."""
        return None if words is None else Personal(self.ticket.resident, words)


Build = Callable[[Given], TicketCommand]


class Verb(NamedTuple):
    name: str
    summary: str
    body: type[b.CommandBody]
    build: Build


def _plain(command: Callable[..., TicketCommand], *, clocks: bool = False) -> Build:
    """The body's fields are the command's; free text is sealed."""

    def build(given: Given) -> TicketCommand:
        values = given.body.model_dump(exclude={"at"})
        for name in {"note", "reply", "comment"} & values.keys():
            values[name] = given.sealed(values[name])
        if "attachments" in values:
            values["attachments"] = tuple(values["attachments"])
        if clocks:
            values["rules"] = given.rules.clocks
        return command(**given.meta, **values)

    return build


def _suspend(given: Given) -> TicketCommand:
    asked = cast(k.SuspendTicket, _plain(k.SuspendTicket, clocks=True)(given))
    return replace(asked, working_days_max=given.rules.suspension_days(asked.reason))


def _request_extension(given: Given) -> TicketCommand:
    asked = cast(k.RequestExtension, _plain(k.RequestExtension)(given))
    return replace(asked, limits=given.rules.extension_limits(given.ticket.urgency_days))


def _grant_extension(given: Given) -> TicketCommand:
    asked = cast(k.GrantExtension, _plain(k.GrantExtension, clocks=True)(given))
    return replace(asked, limits=given.rules.extension_limits(given.ticket.urgency_days))


def _give_subtask(given: Given) -> TicketCommand:
    body: GiveSubtaskBody = given.body
    return k.GiveSubtask(
        **given.meta,
        unit=body.unit,
        to=body.to,
        due_day=date.fromisoformat(body.due_day),
        note=Personal(given.ticket.resident, body.note),
        rules=given.rules.clocks,
    )


def _decline(given: Given) -> TicketCommand:
    rule = given.rules.declining.rules[given.body.rule]
    return k.DeclineTicket(
        **given.meta,
        rule=rule.code,
        rule_version=given.rules.declining.version,
        basis=rule.basis,
        legal_route=rule.legal_route,
        handed_over=rule.handed_over,
        reply=given.sealed(given.body.reply),
    )


def _answer(given: Given) -> TicketCommand:
    body: b.AnswerBody = given.body
    answered_at = given.meta["at"] or given.meta["now"]
    version = body.article and given.rules.article_version(body.article, answered_at)
    return k.AnswerAtOnce(
        **given.meta,
        reply=Personal(given.ticket.resident, body.reply),
        article=body.article,
        article_version=version or None,
    )


def _route(given: Given) -> TicketCommand:
    body: b.RouteBody = given.body
    item = body.item or given.ticket.item
    because = f"（{body.reason}）" if body.reason else ""
    named = given.rules.unit_name(body.lead)
    return k.RouteTicket(
        **given.meta,
        lead=body.lead,
        assisting=tuple(dict.fromkeys(unit for unit in body.assisting if unit != body.lead)),
        item=item,
        area=body.area or given.ticket.area,
        urgency_days=body.urgency_days or _urgency(given, item),
        method="person",
        confidence=1.0,
        explanation=f"{_earlier(given)}派单员指定{named}主办{because}。",
        directory_version=given.rules.directory_version,
    )


def _late(given: Given) -> TicketCommand:
    """A promise to accept that was missed stays missed."""
    return replace(cast(k.ReturnTicket, _plain(k.ReturnTicket)(given)), late=True)


def _evaluate(given: Given) -> TicketCommand:
    """Who was not reached counts as one more try, by the policy's limits."""
    command = cast(k.EvaluateTicket, _plain(k.EvaluateTicket)(given))
    return replace(command, limits=given.rules.tries)


def _consult(given: Given) -> TicketCommand:
    body: b.ConsultBody = given.body
    return k.HoldConsultation(
        **given.meta,
        units=tuple(body.units),
        lead=body.lead,
        minutes=body.minutes,
        note=given.sealed(body.note),
    )


def _decide_return(given: Given) -> TicketCommand:
    body: b.DecideReturnBody = given.body
    return k.DecideReturn(
        **given.meta,
        decision=body.decision,
        by="person",
        reason=body.reason,
        explanation=_earlier(given) + _decision_told(given),
        directory_version=given.rules.directory_version,
        attempt=body.attempt,
        lead=body.lead,
        assisting=tuple(dict.fromkeys(unit for unit in body.assisting if unit != body.lead)),
        item=body.item,
        area=body.area,
        urgency_days=body.urgency_days,
    )


def _earlier(given: Given) -> str:
    return told_attempts(given.ticket, given.rules.unit_name)


def _decision_told(given: Given) -> str:
    body, held, named = given.body, given.ticket.consultation, given.rules.unit_name
    by = "会商后决定" if held else "派单员决定"
    if body.decision == "refused":
        return f"{by}（{body.reason}）：退单不成立，仍由原单位承办，须签收。"
    return f"{by}（{body.reason}）：退单成立，改由{named(body.lead)}主办。"


def _urgency(given: Given, item: str | None) -> UrgencyDays:
    """As promised before; else the item's, else that of a general matter, or what rules have asked
    for meanwhile, whichever is more urgent."""
    ticket = given.ticket
    days = ticket.urgency_days or (item and given.rules.item_urgency(item)) or URGENCY_DAYS_DEFAULT
    return cast(UrgencyDays, min(days, ticket.urgency_at_most or days))


SUBTASK_VERBS = (
    Verb(
        "give-subtask", "分解任务: a part of the matter, by a day", GiveSubtaskBody, _give_subtask
    ),
    Verb("accept-subtask", "接受分解任务", SubtaskBody, _plain(k.AcceptSubtask)),
    Verb("finish-subtask", "完成分解任务", SubtaskNoteBody, _plain(k.FinishSubtask)),
    Verb("withdraw-subtask", "撤回分解任务", WithdrawSubtaskBody, _plain(k.WithdrawSubtask)),
)
VERBS = (
    Verb("route", "派单: a dispatcher names the unit", b.RouteBody, _route),
    Verb("accept", "签收", b.UnitBody, _plain(k.AcceptTicket)),
    Verb("return", "退单: not ours, with the reason", b.ReturnBody, _plain(k.ReturnTicket)),
    Verb("return-late", "退单 by the dispatch centre, for a unit too late", b.ReturnBody, _late),
    Verb("consult", "会商: units were heard about a return", b.ConsultBody, _consult),
    Verb("decide-return", "退单审核: decided once", b.DecideReturnBody, _decide_return),
    Verb("progress", "办理进展", b.UnitNoteBody, _plain(k.ReportProgress)),
    Verb("ask-assistance", "请求协办", b.UnitMaybeNoteBody, _plain(k.AskAssistance)),
    Verb("assist", "协办完成", b.UnitMaybeNoteBody, _plain(k.FinishAssistance)),
    *SUBTASK_VERBS,
    Verb(
        "suspend",
        "中止: stops the clock, for as long as the reason allows",
        b.SuspendBody,
        _suspend,
    ),
    Verb("resume", "恢复", b.CommandBody, _plain(k.ResumeTicket, clocks=True)),
    Verb("request-extension", "申请延期", b.ExtensionBody, _request_extension),
    Verb("grant-extension", "批准延期", b.GrantBody, _grant_extension),
    Verb("refuse-extension", "不批准延期", b.NoteBody, _plain(k.RefuseExtension)),
    Verb("resolve", "办结", b.ResolveBody, _plain(k.ResolveTicket, clocks=True)),
    Verb("evaluate", "回访", b.EvaluateBody, _evaluate),
    Verb("reopen", "重办", b.ReasonNoteBody, _plain(k.ReopenTicket)),
    Verb("look-back", "回头看", b.LookBackBody, _plain(k.LookBack)),
    Verb("close", "归档", b.ReasonBody, _plain(k.CloseTicket)),
    Verb("decline", "不予受理, by a rule", b.DeclineBody, _decline),
    Verb("answer", "直接答复", b.AnswerBody, _answer),
    Verb("supplement", "补充", b.SupplementBody, _plain(k.SupplementTicket)),
    Verb("merge", "并单: follows its primary", b.MergeBody, _plain(k.MergeTicket)),
)
