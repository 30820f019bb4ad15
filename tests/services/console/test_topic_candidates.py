"""From what the data show to a topic: over the command line and HTTP."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from click.testing import CliRunner, Result

from services.console.main import main
from services.console.web import create_app
from services.intake.report import NewReport
from tests.services.governance.topic_city import TopicCity

QUIET_DAYS, BURST = 60, 25


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TopicCity]:
    """Two months with little of one item everywhere, then much of it in one street."""
    city = TopicCity(tmp_path_factory.mktemp("findings"))
    sent = 0

    def report(area: str, item: str) -> None:
        nonlocal sent
        sent += 1
        one = NewReport(
            channel="hotline",
            reference=f"r{sent}",
            received_at=city.clock.now(),
            text=f"第{sent}件事情",
            item=item,
            area=area,
        )
        city.system.intake.submit([one])

    streets = sorted(a.code for a in city.system.directory.areas.values() if a.level == "street")
    items = [item.code for item in city.system.directory.leaves()]
    for day in range(QUIET_DAYS):
        for number in range(4):
            report(streets[(day + number) % len(streets)], items[(7 * day + number) % len(items)])
        city.pass_days(1)
    for _ in range(BURST):
        report(streets[3], items[0])
        city.clock.advance_to(city.clock.now() + timedelta(hours=2))
    city.system.transport.run_until_idle()
    yield city
    city.close()


def run(city: TopicCity, *arguments: str) -> Result:
    folder = str(city.system.settings.data_dir)
    return CliRunner().invoke(main, ["topic", *arguments, "--data", folder])


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def get(city: TopicCity, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(city.system))
        async with httpx.AsyncClient(transport=transport, base_url="http://topics") as client:
            return await client.get(path)

    return anyio.run(asked)


def test_the_strongest_finding_is_proposed_once_with_its_tickets(city: TopicCity) -> None:
    first = told(run(city, "candidates", "--month", "2026-06", "--json"))["candidates"][0]
    assert first["covered_by"] is None
    assert len(first["finding"]["tickets"]) >= BURST
    finding_id = first["finding"]["finding_id"]
    by = ("--by", "office:wang", "--json")
    made = told(run(city, "propose-finding", first["code"], finding_id, *by))
    assert made["events"] == ["topic.proposed.v1"]
    shown = told(run(city, "show", first["code"], "--json"))
    assert shown["source"] == "finding"
    assert shown["tickets"] == first["finding"]["tickets"]
    again = run(city, "propose-finding", "2026-06-again", finding_id, "--by", "office:wang")
    assert (again.exit_code, first["code"] in again.stderr) == (1, True)
    listed = get(city, "/api/v1/topic-candidates?month=2026-06").json()
    mine = [one for one in listed["candidates"] if one["finding"]["finding_id"] == finding_id]
    assert [one["covered_by"] for one in mine] == [first["code"]]


def test_what_was_not_found_is_not_proposed(city: TopicCity) -> None:
    refused = run(city, "propose-finding", "2026-06-x", "f-none", "--by", "office:wang")
    assert (refused.exit_code, "no such finding" in refused.stderr) == (1, True)


def test_a_limit_or_month_of_no_form_is_refused(city: TopicCity) -> None:
    assert get(city, "/api/v1/topic-candidates?limit=0").status_code == 422
    assert get(city, "/api/v1/topic-candidates?month=June").status_code == 422


def test_without_tickets_nothing_is_found(tmp_path: Path) -> None:
    empty = TopicCity(tmp_path)
    assert "nothing was found" in run(empty, "candidates").stdout
    empty.close()
