"""What facts are called on the pages: Chinese first, English below."""

from collections.abc import Mapping

EVENTS: Mapping[str, tuple[str, str]] = {
    "ticket.opened.v1": ("接到诉求", "Received"),
    "ticket.report_joined.v1": ("并入同一诉求", "Joined"),
    "ticket.supplemented.v1": ("补充说明", "Supplemented"),
    "ticket.declined.v1": ("不予受理", "Declined"),
    "ticket.answered_at_once.v1": ("直接答复", "Answered at once"),
    "ticket.sent_to_triage.v1": ("转人工研判", "Triage"),
    "ticket.routed.v1": ("派单", "Routed"),
    "ticket.accepted.v1": ("签收", "Accepted"),
    "ticket.returned.v1": ("退单", "Returned"),
    "ticket.consulted.v1": ("会商", "Units consulted"),
    "ticket.return_decided.v1": ("退单审核", "Return decided"),
    "ticket.progressed.v1": ("办理进展", "Progress"),
    "ticket.assistance_asked.v1": ("请求协办", "Assistance asked"),
    "ticket.assistance_done.v1": ("协办完成", "Assistance done"),
    "ticket.suspended.v1": ("挂起", "Suspended"),
    "ticket.resumed.v1": ("恢复办理", "Resumed"),
    "ticket.extension_requested.v1": ("申请延期", "Extension asked"),
    "ticket.extension_granted.v1": ("同意延期", "Extension granted"),
    "ticket.extension_refused.v1": ("不同意延期", "Extension refused"),
    "ticket.resolved.v1": ("办结", "Resolved"),
    "ticket.evaluated.v1": ("回访", "Evaluated"),
    "ticket.reopened.v1": ("重办", "Reopened"),
    "ticket.looked_back.v1": ("回头看", "Looked back"),
    "ticket.closed.v1": ("结案", "Closed"),
    "ticket.merged.v1": ("并单", "Merged"),
    "ticket.unmerged.v1": ("撤销并单", "Unmerged"),
    "ticket.join_proposed.v1": ("建议并单", "Joining proposed"),
    "ticket.join_refused.v1": ("不是同一诉求", "Not the same matter"),
    "ticket.report_split.v1": ("诉求拆出", "Report split out"),
    "ticket.deadline_set.v1": ("设定时限", "Deadline set"),
    "ticket.urgency_raised.v1": ("提高紧急程度", "More urgent"),
    "ticket.deadline_moved.v1": ("调整时限", "Deadline moved"),
    "ticket.deadline_shortened.v1": ("缩短时限", "Deadline shortened"),
    "ticket.deadline_warned.v1": ("临期预警", "Warned"),
    "ticket.deadline_missed.v1": ("逾期", "Missed"),
    "ticket.deadline_met.v1": ("按时完成", "Met"),
    "ticket.escalated.v1": ("督办升级", "Escalated"),
    "ticket.subtask_given.v1": ("分解任务", "Sub-task given"),
    "ticket.subtask_accepted.v1": ("接受分解任务", "Sub-task accepted"),
    "ticket.subtask_done.v1": ("完成分解任务", "Sub-task done"),
    "ticket.subtask_withdrawn.v1": ("撤回分解任务", "Sub-task withdrawn"),
    "ticket.part_deadline_set.v1": ("设定分项时限", "Part: deadline set"),
    "ticket.part_deadline_moved.v1": ("调整分项时限", "Part: deadline moved"),
    "ticket.part_deadline_warned.v1": ("分项临期预警", "Part: warned"),
    "ticket.part_deadline_missed.v1": ("分项逾期", "Part: missed"),
    "ticket.part_deadline_met.v1": ("分项按时完成", "Part: met"),
    "ticket.call_back_asked.v1": ("待回访", "Call-back asked"),
    "ticket.call_back_tried.v1": ("回访尝试", "Call-back tried"),
    "ticket.call_back_ended.v1": ("回访终止", "Call-back ended"),
    "ticket.call_back_overdue.v1": ("回访逾期", "Call-back overdue"),
    "ticket.disagreement_escalated.v1": ("再次不认可，转督办", "Disagreement escalated"),
    "ticket.look_back_planned.v1": ("计划回头看", "Look-back planned"),
    "ticket.look_back_overdue.v1": ("回头看逾期", "Look-back overdue"),
    "ticket.appealed.v1": ("单位申诉", "Appealed"),
    "ticket.appeal_decided.v1": ("申诉审定", "Appeal decided"),
}
# How a fact looks: "bad" needs somebody's eye, "warn" may soon, "good" is done.
TONES: Mapping[str, str] = {
    "ticket.deadline_missed.v1": "bad",
    "ticket.escalated.v1": "bad",
    "ticket.part_deadline_missed.v1": "bad",
    "ticket.part_deadline_warned.v1": "warn",
    "ticket.part_deadline_met.v1": "good",
    "ticket.reopened.v1": "bad",
    "ticket.disagreement_escalated.v1": "bad",
    "ticket.call_back_overdue.v1": "warn",
    "ticket.look_back_overdue.v1": "warn",
    "ticket.deadline_warned.v1": "warn",
    "ticket.urgency_raised.v1": "warn",
    "ticket.returned.v1": "warn",
    "ticket.sent_to_triage.v1": "warn",
    "ticket.suspended.v1": "warn",
    "ticket.deadline_met.v1": "good",
    "ticket.resolved.v1": "good",
    "ticket.closed.v1": "good",
    "ticket.answered_at_once.v1": "good",
}
LEVELS: Mapping[int, tuple[str, str]] = {
    0: ("—", "none"),
    1: ("提醒", "reminded"),
    2: ("催办", "urged"),
    3: ("督办", "supervised"),
    4: ("通报", "criticised"),
}
ADDRESSEES: Mapping[str, str] = {
    "unit": "承办单位",
    "unit_leader": "承办单位负责人",
    "supervisor": "督办部门",
    "city": "全市通报",
}
CLOCKS: Mapping[str, tuple[str, str]] = {
    "accept": ("签收", "accept"),
    "resolve": ("办理", "resolve"),
    "assist": ("协办", "assist"),
    "subtask": ("分解任务", "sub-task"),
}
FLOW: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("接", "待派单", "Received", ("received",)),
    ("派", "派单中", "Dispatch", ("triage", "routed", "returned")),
    ("办", "办理中", "Handling", ("handling",)),
    ("评", "待回访", "To evaluate", ("resolved", "answered", "declined")),
    ("结", "已完结", "Closed", ("closed", "merged")),
)


def words_of(type_name: str) -> tuple[str, str]:
    """A type that is not known yet stands for itself."""
    return EVENTS.get(type_name, (type_name, type_name))
