"""热点问题 of the log: what residents told, grouped by what they say, with where, what and who."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from city_history import open_city
from click.testing import CliRunner

from services.console import log_messages
from services.console.findings_commands import findings
from services.console.findings_meaning import by_meaning
from services.console.system import System
from services.domain import commands as k
from services.domain.personal import Personal
from services.intake.report import NewReport
from tests.services.findings.test_findings_doors import get
from tests.services.findings.test_meaning import MIXER, OTHER, PARKING

FIRST = datetime(2026, 3, 2, 1, tzinfo=UTC)


class Teller:
    def __init__(self, system: System) -> None:
        self.system, self.count = system, 0

    def tell(self, title: str, text: str, **values: Any) -> str:
        """The ticket that the report became, or joined."""
        self.count += 1
        clock: Any = self.system.clock
        clock.advance_to(FIRST + timedelta(hours=self.count))
        report = NewReport(
            channel="app",
            reference=f"r{self.count}",
            received_at=clock.now(),
            title=title,
            text=text,
            **{"contact": f"1389700{self.count:04}"} | values,
        )
        (receipt,) = self.system.intake.submit([report])
        self.system.transport.run_until_idle()
        return receipt.ticket_id

    def resolve(self, ticket_id: str) -> None:
        handler, rules = self.system.handler, self.system.rules().clock_rules()
        ticket = handler.tickets([ticket_id])[ticket_id]
        about: dict[str, Any] = {"ticket_id": ticket_id, "unit": ticket.lead}
        about |= {"actor": f"unit:{ticket.lead}", "now": self.system.clock.now()}
        handler.execute(k.AcceptTicket(**about, cause="command:accept"))
        reply = Personal(ticket.resident, "已关停")
        handler.execute(k.ResolveTicket(**about, cause="command:resolve", reply=reply, rules=rules))


@pytest.fixture
def teller(tmp_path: Path) -> Iterator[Teller]:
    system = open_city(tmp_path / "city", FIRST)
    yield Teller(system)
    system.close()


def topics(teller: Teller, *options: str) -> list[dict[str, Any]]:
    return list(asked(teller, *options)["topics"])


def asked(teller: Teller, *options: str) -> dict[str, Any]:
    data = ("--data", str(teller.system.settings.data_dir))
    result = CliRunner().invoke(findings, ["hot", "--json", *options, *data])
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_reports_of_one_matter_are_one_topic_whatever_their_items(teller: Teller) -> None:
    items = ("05.01.01.01.01", "01.05.02.01.01", None, None)
    mixer = [
        teller.tell(*said, item=item, area="630104")
        for said, item in zip(MIXER, items, strict=True)
    ]
    parking = [teller.tell(*said, area="630102") for said in PARKING]
    for said in OTHER:
        teller.tell(*said)
    first, second = topics(teller)
    assert (first["tickets"], second["tickets"]) == (mixer, parking)
    assert "搅拌站" in first["label"]
    assert (first["count"], first["residents"], first["open"]) == (4, 4, 4)
    assert (first["first_day"], first["last_day"]) == ("2026-03-02", "2026-03-02")
    assert first["where"] == [{"code": "630104", "name": "城西区", "count": 4}]
    assert {one["code"] for one in first["what"]} >= {"05.01.01.01.01", "01.05.02.01.01"}
    assert first["explanation"].endswith("+ 未办结20")
    assert "open 20" in first["explanation_en"]


def test_a_report_that_joined_counts_and_its_ticket_is_told_once(teller: Teller) -> None:
    here = {"area": "630104", "address": "瑞禾家园"}
    for said in OTHER:
        teller.tell(*said)
    tickets = [teller.tell(*said, **here) for said in MIXER]
    assert teller.tell(*MIXER[0], **here) == tickets[0]  # the same words of the same place
    (topic,) = topics(teller)
    assert (topic["count"], topic["tickets"]) == (5, tickets)


def test_who_is_confidential_or_erased_is_left_out(teller: Teller) -> None:
    tickets = [teller.tell(*said) for said in [*MIXER, *PARKING]]
    teller.tell(*MIXER[0], kind="tipoff")
    keyring = teller.system.keyring
    resident = keyring.resident_of("13897000001")
    assert resident is not None
    keyring.erase(resident)
    document = asked(teller)
    assert (document["messages"], document["unreadable"]) == (len(tickets) - 1, 1)
    assert document["topics"][0]["tickets"] == tickets[1:4]


def test_a_period_and_a_position_know_nothing_of_later(teller: Teller) -> None:
    for said in MIXER:
        teller.tell(*said)
    position = teller.system.log.head()
    for said in PARKING:
        teller.tell(*said)
    assert len(topics(teller)) == 2
    assert len(topics(teller, "--as-of", str(position))) == 1
    assert topics(teller, "--to", "2026-03-01") == []
    assert topics(teller, "--from", "2026-03-03") == []
    assert len(topics(teller, "--date", "2026-03-02")) == 2


def test_what_is_done_weighs_less(teller: Teller) -> None:
    tickets = [teller.tell(*said) for said in MIXER]
    before = topics(teller)[0]["index"]
    for ticket_id in tickets[:2]:
        teller.resolve(ticket_id)
    teller.system.transport.run_until_idle()
    (after,) = topics(teller)
    assert after["open"] == 2
    assert after["index"] == pytest.approx(before - 10)


def test_over_http_it_is_the_same(teller: Teller) -> None:
    for said in MIXER:
        teller.tell(*said)
    assert get(teller.system, "/api/v1/findings-hot").json() == asked(teller)
    later = get(teller.system, "/api/v1/findings-hot?since=2026-03-03").json()
    assert later["topics"] == []
    assert get(teller.system, "/api/v1/findings-hot?as_of=100000").status_code == 422


def test_an_empty_log_has_no_topics_and_says_so(teller: Teller) -> None:
    document = by_meaning(teller.system, None, None, None)
    assert (document["count"], document["messages"]) == (0, 0)
    assert (document["first_day"], document["last_day"]) == ("2025-12-03", "2026-03-02")
    data = ("--data", str(teller.system.settings.data_dir))
    told = CliRunner().invoke(findings, ["hot", *data]).stdout
    assert told.startswith("0 topics in 0 reports of ")


def test_it_is_told_in_lines(teller: Teller) -> None:
    for said in MIXER:
        teller.tell(*said, area="630104")
    data = ("--data", str(teller.system.settings.data_dir))
    lines = CliRunner().invoke(findings, ["hot", *data]).stdout.splitlines()
    assert lines[0].startswith("1 topics in 4 reports")
    assert any(line.strip() == "where: 城西区 4" for line in lines)


def test_what_cannot_be_asked_is_told(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    for said in MIXER:
        teller.tell(*said)
    data = ("--data", str(teller.system.settings.data_dir))
    unknown = CliRunner().invoke(findings, ["hot", "--as-of", "99999", *data])
    assert (unknown.exit_code, "--as-of position 99999" in unknown.stderr) == (2, True)
    monkeypatch.setattr(log_messages, "MESSAGES_MAX", 3)
    many = CliRunner().invoke(findings, ["hot", *data])
    assert (many.exit_code, "ask for fewer days" in many.stderr) == (2, True)
    with pytest.raises(log_messages.TooManyMessages):
        by_meaning(teller.system, None, None, None)
