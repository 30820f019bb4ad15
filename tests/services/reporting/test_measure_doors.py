"""The command line and HTTP say the same of measures, tickets and the order of units."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from services.console.main import main
from services.console.system import System
from services.console.web import create_app
from services.reporting.rows import position_of

PERIOD = ["--from", "2026-03-02", "--to", "2026-05-31"]
DAYS = {"from": "2026-03-02", "to": "2026-05-31"}


def asked(system: System, *arguments: str) -> dict[str, Any]:
    data = ["--data", str(system.settings.data_dir), "--json"]
    result = CliRunner().invoke(main, [*arguments, *data])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


class Client:
    """GET of the application itself, without a server."""

    def __init__(self, system: System) -> None:
        self._transport = httpx.ASGITransport(create_app(system))

    def get(self, path: str, params: dict[str, Any]) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://x") as one:
                return await one.get(path, params=params)

        return asyncio.run(ask())


@pytest.fixture(scope="module")
def client(reported_city: System) -> Client:
    return Client(reported_city)


def test_both_doors_list_the_measures(reported_city: System, client: Client) -> None:
    told = asked(reported_city, "measures", "list", *PERIOD)
    assert told == client.get("/api/v1/measures", params=DAYS).json()
    rate = next(one for one in told["measures"] if one["key"] == "satisfaction_rate")
    assert rate["denominator"] > 0
    assert rate["low"] < rate["value"] < rate["high"]
    assert told["position"] == position_of(reported_city.log.query)[0]


def test_both_doors_list_the_tickets_of_a_figure(reported_city: System, client: Client) -> None:
    words = ("measures", "tickets", "--measure", "solution_rate", "--side", "denominator")
    told = asked(reported_city, *words, *PERIOD)
    path = "/api/v1/measures/solution_rate/tickets"
    assert told == client.get(path, params={**DAYS, "side": "denominator"}).json()
    assert sum(one["denominator"] for one in told["tickets"]) == told["measure"]["denominator"]
    first = client.get(path, params={**DAYS, "side": "denominator", "limit": 3}).json()
    assert first["next_after"]


def test_both_doors_rank_units(reported_city: System, client: Client) -> None:
    words = ("units", "rank", "--measure", "on_time_rate", "--level", "1")
    told = asked(reported_city, *words, *PERIOD)
    params = {**DAYS, "measure": "on_time_rate", "level": "1"}
    assert told == client.get("/api/v1/units/ranking", params=params).json()
    listed = told["ranked"] + told["too_few"] + told["nothing"]
    assert listed
    assert {one["level"] for one in listed} == {1}
    composite = asked(reported_city, "units", "rank", *PERIOD)
    assert composite["by"] == "composite"
    assert composite["policy"].startswith("xining-")


def test_an_earlier_position_gives_the_figures_of_then(reported_city: System) -> None:
    half = reported_city.log.head() // 2
    then = asked(reported_city, "measures", "list", *PERIOD, "--as-of", str(half))
    assert then["position"] <= half
    now = asked(reported_city, "measures", "list", *PERIOD)
    assert then["measures"] != now["measures"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("measures", "list", "--from", "2026-03-02", "--to", "2026-03-01"), "lies before"),
        (("measures", "list", "--from", "yesterday", "--to", "2026-03-01"), "yesterday"),
        (("measures", "tickets", "--measure", "nice_rate", *PERIOD), "nice_rate"),
        (("measures", "list", "--unit", "", *PERIOD), "unit: expected a code"),
        (("measures", "list", "--as-of", "99999999", *PERIOD), "positions 0 to"),
        (("units", "rank", "--level", "9", *PERIOD), "level"),
    ],
)
def test_what_cannot_be_asked_is_said_clearly(
    reported_city: System, words: tuple[str, ...], reason: str
) -> None:
    data = ["--data", str(reported_city.settings.data_dir)]
    result = CliRunner().invoke(main, [*words, *data])
    assert result.exit_code == 2
    assert reason in result.output


@pytest.mark.parametrize(
    ("path", "params", "code"),
    [
        ("/api/v1/measures", {"from": "2026-03-02", "to": "2026-03-01"}, "slice_invalid"),
        ("/api/v1/measures/nice_rate/tickets", DAYS, "measure_unknown"),
        ("/api/v1/measures/redo_rate/tickets", {**DAYS, "side": "left"}, "side_unknown"),
        ("/api/v1/units/ranking", {**DAYS, "level": "9"}, "level_unknown"),
        ("/api/v1/units/ranking", {**DAYS, "as_of": "99999999"}, "slice_invalid"),
    ],
)
def test_over_http_too(client: Client, path: str, params: dict[str, str], code: str) -> None:
    found = client.get(path, params=params)
    assert 400 <= found.status_code < 500
    assert found.json()["code"] == code


def test_people_read_the_same(reported_city: System) -> None:
    data = ["--data", str(reported_city.settings.data_dir)]
    for words in (
        ("measures", "list"),
        ("measures", "tickets", "--measure", "redo_rate", "--limit", "5"),
        ("units", "rank"),
    ):
        result = CliRunner().invoke(main, [*words, *PERIOD, *data])
        assert result.exit_code == 0, result.output
        assert "–" in result.output or "÷" in result.output
