"""A city of one file: tickets that are done, and time that passes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from city_history import open_city

from services.console.system import System
from services.domain import commands as k
from services.domain.events import TicketEvent
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.processor import decode_all

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEATING, WATER = "heating", "water-supply"
POLICY = """
name = "test"
[call_back]
due_working_days = 5
tries = 3
days = 2
answers_within_days = 30
[[call_back.rules]]
code = "all"
rate = 1.0
[[call_back.replies]]
words = ["1", "满意"]
responded = true
solved = true
satisfaction = "satisfied"
[[call_back.replies]]
words = ["3", "不满意"]
responded = true
solved = false
satisfaction = "dissatisfied"
[disagreement]
reopenings = 1
addressee = "supervisor"
[look_back]
rate = 1.0
after_days_min = 30
after_days_max = 90
due_days = 14
[appeals]
within_working_days = 5
"""


def local(text: str) -> datetime:
    """`2026-03-09 09:00` by the city's clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


class EvaluationCity:
    def __init__(self, folder: Path, start: str = "2026-03-09 09:00", policy: str = POLICY) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "evaluation.toml").write_text(policy, encoding="utf-8")
        self.system: System = open_city(folder, local(start))
        self.sent = 0

    @property
    def now(self) -> datetime:
        return self.system.clock.now()

    def go_to(self, text: str) -> None:
        clock = self.system.clock
        assert isinstance(clock, VirtualClock)
        clock.advance_to(local(text))
        self.process()

    def process(self) -> None:
        self.system.transport.run_until_idle()

    def ticket(self, unit: str = HEATING) -> str:
        """Opened, routed and accepted."""
        self.sent += 1
        report = NewReport(
            channel="hotline",
            reference=f"r{self.sent}",
            received_at=self.now,
            title="暖气",
            text=f"第{self.sent}家的暖气一直不热，请尽快派人来看看。",
            contact=f"1380000{self.sent:04}",
        )
        ticket_id = self.system.intake.submit([report])[0].ticket_id
        self.do(
            k.RouteTicket,
            ticket_id,
            lead=unit,
            urgency_days=3,
            method="person",
            confidence=1.0,
            explanation="by a person",
            directory_version="test",
        )
        self.do(k.AcceptTicket, ticket_id, f"unit:{unit}", unit=unit)
        self.process()
        return ticket_id

    def resolved(self, unit: str = HEATING) -> str:
        ticket_id = self.ticket(unit)
        self.resolve(ticket_id, unit)
        return ticket_id

    def resolve(self, ticket_id: str, unit: str = HEATING) -> None:
        rules = self.system.rules().clock_rules()
        words = Personal(self.state(ticket_id).resident, "已经修好。")
        self.do(k.ResolveTicket, ticket_id, f"unit:{unit}", unit=unit, reply=words, rules=rules)
        self.process()

    def evaluate(self, ticket_id: str, **said: Any) -> None:
        self.do(k.EvaluateTicket, ticket_id, "caller:wang", **{"reached": True, **said})
        self.process()

    def do(
        self, command: Any, ticket_id: str, actor: str = "person:dispatcher", **values: Any
    ) -> Any:
        meta = {"ticket_id": ticket_id, "actor": actor, "cause": "command:test", "now": self.now}
        return self.system.handler.execute(command(**meta, **values))

    def state(self, ticket_id: str) -> Any:
        return self.system.handler.tickets([ticket_id])[ticket_id]

    def facts(self, ticket_id: str) -> list[TicketEvent]:
        found, _ = decode_all(self.system.log.read_stream(ticket_id))
        return [one.event for one in found]

    def kinds(self, ticket_id: str) -> list[str]:
        return [
            one.type.removeprefix("ticket.").removesuffix(".v1") for one in self.facts(ticket_id)
        ]

    def rows(self) -> list[Any]:
        return self.system.log.query(
            "SELECT ticket_id, task, handling, tries, overdue FROM evaluation_tasks"
            " ORDER BY ticket_id, task"
        )
