"""`yousu ticket …`: a dispatcher's decisions by hand."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from city_history import open_city
from click.testing import CliRunner, Result

from services.console.ticket_commands import ticket
from services.domain import commands as k
from services.intake.report import NewReport

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.fixture
def tickets(tmp_path: Path) -> list[str]:
    """Two tickets, the second with a proposal and a joined report: their ids, and the report's."""
    city = open_city(tmp_path, environment={"YOUSU_SIMILAR": "off"})  # the proposal is made below
    reports = [
        NewReport(channel="app", reference=f"r{n}", received_at=NOW, text=text, address="海晏路1号")
        for n, text in enumerate(("路灯坏了", "路灯不亮", "路灯不亮"))
    ]
    receipts = city.intake.submit(reports)
    first, second = receipts[0].ticket_id, receipts[1].ticket_id
    city.handler.execute(
        k.ProposeJoin(
            ticket_id=second,
            actor="system:intake",
            cause="command:1",
            now=NOW,
            other=first,
            report_ids=(receipts[1].report_id, receipts[0].report_id),
            score=0.75,
            explanation="同一地点，同一事项",
            match_version="alike-1",
        )
    )
    city.transport.run_until_idle()
    city.close()
    return [first, second, receipts[2].report_id]


def yousu(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(ticket, [*arguments, "--data", str(folder)])


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_proposal_is_listed_confirmed_and_undone(tmp_path: Path, tickets: list[str]) -> None:
    first, second, _ = tickets
    (proposal,) = told(yousu(tmp_path, "proposals", "--json"))["proposals"]
    assert (proposal["ticket_id"], proposal["other"]) == (second, first)
    assert "0.75  同一地点，同一事项" in yousu(tmp_path, "proposals").stdout
    by = ("--by", "dispatcher:li")
    merged = told(yousu(tmp_path, "confirm-join", second, first, *by, "--json"))
    assert merged["events"] == ["ticket.merged.v1"]
    follower = second if merged["stage"] == "merged" else first
    again = yousu(tmp_path, "refuse-join", second, first, *by)
    assert (again.exit_code, "StillMerged" in again.stderr) == (1, True)
    assert "ticket.unmerged.v1" in yousu(tmp_path, "unmerge", follower, *by).stdout
    assert "nothing to do" in yousu(tmp_path, "refuse-join", second, first, *by).stdout


def test_a_joined_report_is_split_out(tmp_path: Path, tickets: list[str]) -> None:
    _, second, report_id = tickets
    split = told(yousu(tmp_path, "unjoin", second, report_id, "--by", "dispatcher:li", "--json"))
    assert split["events"] == ["ticket.report_split.v1", "ticket.opened.v1"]
    shown = yousu(tmp_path, "show", split["other"])
    assert "路灯不亮" in shown.stdout
    assert second in shown.stdout


def test_who_decides_must_have_a_role(tmp_path: Path, tickets: list[str]) -> None:
    refused = yousu(tmp_path, "unjoin", tickets[1], tickets[2], "--by", "李")
    assert (refused.exit_code, "role:name" in refused.stderr) == (2, True)
