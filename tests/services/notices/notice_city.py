"""A system with notices switched on, under a clock that the test moves; mornings are 10:00."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.console.notices import planner_of, postman_of
from services.console.notices_queue import policy_of
from services.console.system import System, bootstrap
from services.domain import commands as k
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.notices.channels.message import SENT, Channel, Message, Outcome
from services.notices.policy import NoticePolicy
from services.notices.postman import Delivered, Postman
from services.notices.reading import Asked, list_notices
from services.notices.rows import NoticeRow
from services.notices.templates import default_templates
from services.platform.clock import VirtualClock
from services.platform.settings import Settings

WEDNESDAY = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)  # 10:00 in Xining
PHONE, OTHER_PHONE = "13897000001", "13897000002"
UNIT = "heating"
shipped_templates = cache(default_templates)


class Box:
    """A channel in memory: what it was handed, and what it says to each, in turn."""

    def __init__(self, *outcomes: Outcome | Exception) -> None:
        self.outcomes = list(outcomes)
        self.taken: list[Message] = []

    def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
        return [self._take(message) for message in messages]

    def _take(self, message: Message) -> Outcome:
        outcome = self.outcomes.pop(0) if self.outcomes else SENT
        if isinstance(outcome, Exception):
            raise outcome
        if outcome.result in ("sent", "unsure"):
            self.taken.append(message)
        return outcome

    def close(self) -> None:
        """Nothing is held."""


class NoticeCity:
    def __init__(self, folder: Path, now: datetime = WEDNESDAY, **settings: Any) -> None:
        self.folder = folder
        self.clock = VirtualClock(now)
        given = {"notices": "on", "similar": "off"} | settings
        self.settings = Settings(folder, folder / "keys" / "master.key", {}, **given)
        self.system: System = bootstrap(self.settings, self.clock)
        self.deeds = 0

    @property
    def file(self) -> Path:
        return self.folder / "notices.jsonl"

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.file.read_text("utf-8").splitlines()]

    def process(self) -> None:
        self.system.transport.run_until_idle()

    def deliver(self) -> Delivered:
        self.process()
        return postman_of(self.system).deliver_all()

    def postman(
        self, channels: Mapping[str, Channel], policy: NoticePolicy | None = None, **more: Any
    ) -> Postman:
        """With channels of the test's own, under the names that the policy gives them."""
        policy = policy or policy_of(self.settings)
        planner = planner_of(self.system, policy, shipped_templates())
        return Postman(self.system.log, self.clock, planner, channels, **more)

    def rows(self, **asked: Any) -> list[NoticeRow]:
        return list_notices(self.system.log, Asked(limit=1_000, **asked))

    def stands(self, **asked: Any) -> dict[tuple[str, str], tuple[str, str | None]]:
        """(kind, recipient) → (status, reason); residents are all called resident."""
        return {
            (row.kind, "resident" if row.audience == "resident" else row.recipient): (
                row.status,
                row.reason,
            )
            for row in self.rows(**asked)
        }

    def ticket(self, reference: str = "a", **values: Any) -> str:
        """Of heating, in the first district; `item=None` leaves it to triage."""
        given = {
            "item": "01.01.01.01.02",
            "area": "630104",
            "text": f"没有暖气 {reference}",
            "contact": PHONE,
            "received_at": self.clock.now(),
        } | values
        report = NewReport(channel="hotline", reference=reference, **given)
        ticket_id = self.system.intake.submit([report])[0].ticket_id
        self.process()
        return ticket_id

    def do(self, command: type[k.Command], ticket_id: str, **values: Any) -> None:
        self.deeds += 1
        self.system.handler.execute(
            command(
                ticket_id=ticket_id,
                actor="unit:heating",
                cause=f"command:test/{self.deeds}",
                now=self.clock.now(),
                **values,
            )
        )
        self.process()

    def resolve(self, ticket_id: str, reply: str = "已修好，室温正常。") -> None:
        ticket = self.system.handler.tickets([ticket_id])[ticket_id]
        rules = self.system.rules().clock_rules()
        if ticket.stage == "routed":
            self.do(k.AcceptTicket, ticket_id, unit=ticket.lead)
        words = Personal(ticket.resident, reply)
        self.do(k.ResolveTicket, ticket_id, unit=ticket.lead, reply=words, rules=rules)

    def pass_time(self, **amount: float) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(**amount))
        self.process()

    def again(self) -> "NoticeCity":
        """The same data, opened as by another process, under the same clock."""
        other = NoticeCity.__new__(NoticeCity)
        other.folder, other.clock, other.deeds = self.folder, self.clock, 1_000
        other.settings = replace(self.settings)
        other.system = bootstrap(self.settings, self.clock)
        return other

    def close(self) -> None:
        self.system.close()
