"""What parts of a matter (协办, 分解任务) and another calendar do to promises, in words."""

from collections.abc import Callable
from datetime import datetime

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_parts as p

Local = Callable[[datetime], str]


def calendar_moved(event: c.DeadlineMoved | p.PartDeadlineMoved, local: Local) -> str:
    """Why, from which calendar to which, and from when to when."""
    before = "" if event.from_due_at is None else f"由 {local(event.from_due_at)} "
    versions = f"（工作日历 {event.from_calendar_version or '?'} → {event.calendar_version}）"
    late = "，通知较晚，不早于次一工作日" if event.day else ""
    return f"因工作日历调整{versions}，时限{before}改为 {local(event.due_at)}{late}"


def part_details(event: e.TicketEvent, local: Local) -> list[str]:
    """Nothing for facts of another kind."""
    match event:
        case p.SubtaskGiven():
            return [f"分解任务 {event.subtask}，须于 {event.due_day} 下班前完成"]
        case p.SubtaskAccepted() | p.SubtaskDone():
            return [f"分解任务 {event.subtask}"]
        case p.SubtaskWithdrawn():
            return [f"分解任务 {event.subtask}，原因：{event.reason}"]
        case p.PartDeadlineSet():
            days = f"，{event.working_days} 个工作日" if event.working_days else ""
            bound = "，不晚于主办单位时限" if event.with_lead else ""
            return [f"{_part(event.subtask)}时限 {local(event.due_at)}{days}{bound}"]
        case p.PartDeadlineMoved(reason="calendar"):
            return [f"{_part(event.subtask)}：{calendar_moved(event, local)}"]
        case p.PartDeadlineMoved():
            why = {"suspension": "挂起", "urgency": "提高紧急程度"}[event.reason]
            return [f"因{why}，{_part(event.subtask)}时限改为 {local(event.due_at)}"]
        case p.PartDeadlineWarned() | p.PartDeadlineMissed() | p.PartDeadlineMet():
            return [f"{_part(event.subtask)}时限 {local(event.due_at)}"]
        case _:
            return []


def _part(subtask: int | None) -> str:
    return f"分解任务 {subtask} " if subtask else "协办"
