"""Given facts, when a deed, then facts: what the tests of supervision's deciders share."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from services.domain import supervision_commands as k
from services.domain.personal import Personal
from services.domain.supervision_case import Case, fold_case
from services.domain.supervision_decide import decide_case
from services.domain.supervision_union import CaseFact
from services.sla.calendar import default_calendar

CODE = "2026-000001"
TICKET = "01936f2e-5b00-7c41-9a52-6f1d2b3c4d5e"
SUPERVISOR, CHIEF, UNIT = "supervisor:li", "supervisor:zhao", "unit:heating/wang"
CALENDAR = default_calendar()
RULES = k.ReplyRules(CALENDAR, 3, 0.8, 1, 3, "policy-1")


def at(text: str) -> datetime:
    """`2026-03-09 09:00` by the city's clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=CALENDAR.zone).astimezone(UTC)


MONDAY = at("2026-03-09 09:00")
DUE = at("2026-03-12 18:00")  # three working days after Monday


def ask(deed: k.AnyCaseDeed, actor: str = SUPERVISOR, now: datetime = MONDAY) -> k.CaseCommand:
    return k.CaseCommand(code=CODE, actor=actor, cause="command:1", now=now, deed=deed, rules=RULES)


def opening(**values: Any) -> k.OpenCase:
    given: dict[str, Any] = {
        "reason": "not_solved",
        "why": "两次回访均未解决",
        "basis": "回访办法第八条",
        "unit": "heating",
        "tickets": (TICKET,),
    }
    return k.OpenCase(**given | values)


def reply(unit: str = "heating") -> k.Reply:
    return k.Reply(unit=unit, reply=Personal("resident-1", "已派人维修"))


class Story:
    """A case as deeds have made it so far."""

    def __init__(self) -> None:
        self.case = Case()
        self.facts: list[CaseFact] = []

    def do(
        self, deed: k.AnyCaseDeed, actor: str = SUPERVISOR, now: datetime = MONDAY
    ) -> Sequence[str]:
        """The short names of the facts that followed."""
        new = decide_case(ask(deed, actor, now), self.case)
        self.case = fold_case(new, self.case)
        self.facts += new
        return [fact.type.removeprefix("supervision.").removesuffix(".v1") for fact in new]


def opened(**values: Any) -> Story:
    story = Story()
    story.do(opening(**values))
    return story


def escalate(level: int, due_at: datetime = DUE) -> k.EscalateReply:
    return k.EscalateReply(due_at, level, "leader", "heating", "主要负责人", "xining-1")
