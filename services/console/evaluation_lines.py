"""What facts about evaluation 评 say in a ticket's timeline."""

from collections.abc import Callable
from datetime import datetime

from services.domain import events as e
from services.domain import events_evaluation as v

THROUGH = {"phone": "电话", "sms": "短信", "web": "网页"}
OUTCOMES = {
    "no_answer": "无人接听",
    "busy": "占线",
    "switched_off": "关机",
    "wrong_number": "号码有误",
    "undeliverable": "未能送达",
    "call_later": "请稍后再拨",
    "not_understood": "回复无法识别",
    "declined": "群众不愿评价",
    "sent": "已发送，待回复",
    "not_reached": "多次未联系上",
}
VERDICTS = {
    "late_accept": "签收逾期",
    "late_resolve": "办理逾期",
    "evaluated": "群众评价",
    "returned": "退单",
    "reopened": "重办",
}


def evaluation_details(event: e.TicketEvent, local: Callable[[datetime], str]) -> list[str]:
    match event:
        case v.CallBackAsked():
            return [
                f"第 {event.handling} 次办理，{local(event.due_at)} 前回访"
                f"（{event.working_days} 个工作日）；规则 {event.rule}，抽取 {event.rate:.0%}，"
                f"{event.policy_version}"
            ]
        case v.CallBackTried():
            return [f"{THROUGH[event.through]}：{OUTCOMES[event.result]}"]
        case v.CallBackEnded():
            return [f"{OUTCOMES[event.result]}：{event.days} 天内 {event.tries} 次，不计入评价"]
        case v.CallBackOverdue() | v.LookBackOverdue():
            return [f"时限 {local(event.due_at)}"]
        case v.DisagreementEscalated():
            return [event.explanation]
        case v.LookBackPlanned():
            return [
                f"结案后 {event.after_days} 天（{local(event.opens_at)}）起，"
                f"{local(event.due_at)} 前回头看；抽取 {event.rate:.0%}，{event.policy_version}"
            ]
        case v.TicketAppealed():
            return [
                f"{VERDICTS[event.verdict]}（第 {event.fact} 条记录），理由：{event.reason}",
                f"指标：{'、'.join(event.measures)}；证据：{'、'.join(event.evidence)}",
            ]
        case v.AppealDecided():
            upheld = event.decision == "upheld"
            words = "成立，不再计入指标" if upheld else "不成立"
            return [f"申诉{words}，理由：{event.reason}", event.explanation]
        case _:
            return []
