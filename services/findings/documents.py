"""Findings as JSON documents: lists, one with its tickets."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.domain.finding import Finding
from services.findings.facts import Query
from services.platform.names import Names

_TICKETS = (
    "SELECT ticket_id, opened_day, stage, item, area, last_lead, ended_at, reopened FROM tickets"
    " WHERE ticket_id IN ({marks}) ORDER BY opened_day, ticket_id"
)
IDS_MAX = 500  # of one statement


def list_document(
    position: int,
    recorded_at: str,
    days: tuple[date | None, date | None],
    rule_version: str,
    findings: Sequence[Finding],
) -> dict[str, Any]:
    first, last = (day.isoformat() if day else None for day in days)
    return {
        "position": position,
        "recorded_at": recorded_at,
        "first_day": first,
        "last_day": last,
        "rule_version": rule_version,
        "count": len(findings),
        "findings": [one.model_dump(mode="json") for one in findings],
    }


def one_document(finding: Finding, query: Query, names: Names) -> dict[str, Any]:
    """With what is known of each of its tickets; of their words nothing."""
    rows: list[Any] = []
    for start in range(0, len(finding.tickets), IDS_MAX):
        some = finding.tickets[start : start + IDS_MAX]
        rows += query(_TICKETS.format(marks=", ".join("?" * len(some))), some)
    return {
        **finding.model_dump(mode="json"),
        "where": [{"area": code, "name": names.area(code)} for code in finding.areas],
        "units": [{"unit": code, "name": names.unit(code)} for code in finding.who],
        "ticket_rows": [_ticket(row, names) for row in rows],
    }


def _ticket(row: Sequence[Any], names: Names) -> dict[str, Any]:
    ticket_id, opened, stage, item, area, unit, ended, reopened = row
    return {
        "ticket_id": ticket_id,
        "opened_day": opened,
        "stage": stage,
        "item": item,
        "item_name": names.item(item) if item else None,
        "area": area,
        "area_name": names.area(area) if area else None,
        "unit": unit,
        "ended_at": ended,
        "reopened": reopened,
    }
