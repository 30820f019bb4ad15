"""One system whose processors nobody runs: what intake itself keeps."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from city_history import START

from services.console.system import System, bootstrap
from services.domain import commands as k
from services.domain.personal import Personal
from services.domain.ticket_evolve import evolve, fold
from services.intake import index
from services.intake.report import NewReport, Receipt
from services.platform.clock import VirtualClock
from services.platform.processor import decode_all
from services.platform.settings import load_settings

TABLES = {
    "report_keys": "channel, reference",
    "open_matters": "fingerprint",
    "merged_tickets": "ticket_id, fingerprint",
}
ROADS = "roads-office"
Rows = dict[str, list[tuple[Any, ...]]]


class IntakeCity:
    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        """Reports here differ in a number only: they are joined by their words, unless told."""
        apart = {"YOUSU_SIMILAR": "off"}
        settings = load_settings(folder, environment=apart if environment is None else environment)
        self.system: System = bootstrap(settings, VirtualClock(START))

    def report(self, reference: str, text: str = "路灯坏了", **values: Any) -> NewReport:
        values = {"channel": "app", "address": "海晏路1号"} | values
        now = self.system.clock.now()
        return NewReport(reference=reference, text=text, received_at=now, **values)

    def send(self, reference: str, text: str = "路灯坏了", **values: Any) -> Receipt:
        return self.submit(self.report(reference, text, **values))[0]

    def submit(self, *reports: NewReport) -> list[Receipt]:
        return self.system.intake.submit(reports)

    def do(self, command: Any, ticket_id: str, **values: Any) -> None:
        meta = {"ticket_id": ticket_id, "actor": "person:test", "cause": "command:1"}
        asked = command(**meta, now=self.system.clock.now(), **values)
        self.system.handler.execute(asked)

    def answer(self, ticket_id: str) -> None:
        """Solved on the call: an end without a unit."""
        resident = self.system.handler.tickets([ticket_id])[ticket_id].resident
        self.do(k.AnswerAtOnce, ticket_id, reply=Personal(resident, "修好了"))

    def close(self, ticket_id: str) -> None:
        self.do(k.CloseTicket, ticket_id, reason="done")

    def reopen(self, ticket_id: str) -> None:
        self.do(k.ReopenTicket, ticket_id, reason="not_solved")

    def resident(self, ticket_id: str) -> str:
        return self.system.handler.tickets([ticket_id])[ticket_id].resident

    def rows(self) -> Rows:
        query = self.system.log.query
        return {t: query(f"SELECT * FROM {t} ORDER BY {by}") for t, by in TABLES.items()}

    def rows_from_the_log(self, folder: Path) -> Rows:
        """The same rows, made anew elsewhere out of nothing but the events."""
        facts, broken = decode_all(self.system.log.read_all(0, 100_000))
        assert broken == []
        tickets = {fact.event.ticket_id: fold(()) for fact in facts}
        folded = []
        for fact in facts:
            ticket = evolve(tickets[fact.event.ticket_id], fact.event)
            tickets[ticket.ticket_id] = ticket
            folded.append((ticket, fact.event))
        empty = IntakeCity(folder)
        for start in range(0, len(folded), 7):
            empty.system.log.apply(index.index_changes(folded[start : start + 7]))
        rows = empty.rows()
        empty.system.close()
        return rows
