"""A system with a topic desk, on SQLite, under a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.console.monthly_topics import governance_of
from services.console.system import System, bootstrap
from services.domain import topic_commands as k
from services.governance.topic_desk import Asking, Done
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.settings import Settings
from tests.domain.topic_facts import CHECKER, CODE, LEADER, PROPOSER

WEDNESDAY = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)  # 10:00 in Xining
LEAD, OTHER = "heating", "630104"
REPORTER = "unit:heating"


class TopicCity:
    """`do` is one deed of somebody; the clock moves by whole days."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = VirtualClock(WEDNESDAY)
        self.system: System = bootstrap(
            Settings(folder, folder / "keys" / "master.key", {}, **settings), self.clock
        )
        self.governance = governance_of(self.system)
        self.deeds = 0

    def do(self, deed: k.AnyDeed, actor: str = REPORTER, code: str = CODE, **more: Any) -> Done:
        self.deeds += 1
        return self.governance.execute(Asking(code, deed, actor, f"test/{self.deeds}", **more))

    def adopted(self, code: str = CODE, **proposal: Any) -> None:
        given = {"heading": "失管小区供热", "month": "2026-03", "problem": "无人供热。"}
        self.do(k.Propose(**{**given, **proposal}), PROPOSER, code)
        target = (self.clock.now() + timedelta(days=110)).date()
        self.do(k.Adopt(lead=LEAD, target=target), LEADER, code)

    def item(self, item_code: str = "1", total: int = 471, days: int = 30, **values: Any) -> None:
        given = {
            "heading": "恢复供热",
            "counted_in": "户",
            "responsible": LEAD,
            "due": (self.clock.now() + timedelta(days=days)).date(),
        }
        self.do(k.AddItem(item_code=item_code, total=total, **{**given, **values}), LEADER)

    def report(self, done: int, item_code: str = "1") -> None:
        self.do(k.ReportProgress(item_code=item_code, done=done))

    def strike_off(self, item_code: str = "1") -> None:
        self.do(k.StrikeOff(item_code=item_code, evidence=("验收单",)), CHECKER)

    def pass_days(self, days: int) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(days=days))

    def ticket(self, reference: str, **values: Any) -> str:
        given = {"item": "01.01.01.01.02", "area": "630104", "text": f"没有暖气 {reference}"}
        report = NewReport(
            channel="hotline",
            reference=reference,
            received_at=self.clock.now(),
            **{**given, **values},
        )
        ticket_id = self.system.intake.submit([report])[0].ticket_id
        self.system.transport.run_until_idle()
        return ticket_id

    def close(self) -> None:
        self.system.close()
