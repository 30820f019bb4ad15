"""Rows of a made-up city, written straight into reporting's tables: thousands in a moment."""

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from services.domain.finding import Finding
from services.findings.facts import Facts, load_facts, span_of
from services.findings.find import find
from services.findings.policy import FindingPolicy, default_policy
from services.platform.names import Names
from services.reporting.rows import SCHEMA, UPSERT_TICKET, TicketRow, row_values

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = date(2025, 3, 3)
DISTRICTS = ("630102", "630103", "630104", "630105")
COMMUNITIES = tuple(
    f"{district}{street:03}{community:03}"
    for district in DISTRICTS
    for street in range(1, 5)
    for community in range(1, 11)
)
ITEMS = tuple(f"01.01.01.{group:02}.{leaf:02}" for group in range(1, 6) for leaf in range(1, 5))


class ACity:
    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:")
        for statement in SCHEMA:
            self._database.execute(statement)
        self.count = 0

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        return self._database.execute(statement, parameters).fetchall()

    def tell(
        self,
        day: date,
        item: str | None,
        area: str | None,
        resident: str = "",
        closed: date | None = None,
        primary: str | None = None,
        point: tuple[int, int] | None = None,
    ) -> str:
        self.count += 1
        ticket_id = f"t{self.count:07}"
        row = TicketRow(ticket_id, opened_day=day.isoformat(), item=item, area=area)
        row.stage, row.last_lead, row.primary_ticket = "routed", "roads", primary
        if closed is not None:
            row.stage, row.closed_at = "closed", f"{closed}T04:00:00.000000Z"
            row.ended_at = row.closed_at
        self._database.execute(UPSERT_TICKET, row_values(row))
        x, y = point or (None, None)
        report = (ticket_id, "r", day.isoformat(), resident or f"r{self.count}", x, y)
        self._database.execute("INSERT INTO ticket_reports VALUES (?, ?, ?, ?, ?, ?)", report)
        return ticket_id

    def background(
        self, days: int, a_day: int, seed: int = 1, items: Sequence[str] = ITEMS
    ) -> None:
        chance = Random(seed)
        for ordinal in range(days):
            day = BEGIN + timedelta(days=ordinal)
            usual = a_day if day.weekday() < 5 else a_day * 0.6
            for _ in range(round(usual * chance.uniform(0.9, 1.1))):
                resident = f"r{chance.randrange(5_000)}"
                self.tell(day, chance.choice(ITEMS), chance.choice(COMMUNITIES), resident)

    def ends(self, day: date) -> None:
        """The last moment at which anything was recorded."""
        recorded = f"{day}T15:00:00.000000Z"
        self._database.execute(
            "INSERT INTO reporting_position VALUES (1, ?, ?)", (self.count, recorded)
        )

    def facts(self, until: date | None = None) -> Facts | None:
        span = span_of(self.query, ZONE, default_policy().history_days, until)
        return load_facts(self.query, ZONE, *span) if span and span[0] <= span[1] else None

    def findings(
        self, until: date | None = None, policy: FindingPolicy | None = None
    ) -> tuple[Finding, ...]:
        facts = self.facts(until)
        return find(facts, Names(), policy or default_policy()) if facts else ()


def day(ordinal: int) -> date:
    return BEGIN + timedelta(days=ordinal)
