"""The same findings at the command line, over HTTP and on the page; the season, and the map."""

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import anyio
import httpx
import pytest
from city_history import CityHistory, open_city
from click.testing import CliRunner

from services.console import live_findings
from services.console.findings_commands import findings
from services.console.findings_door import SystemFindings
from services.console.findings_page import findings_router
from services.console.live_findings import LiveFindings
from services.console.system import System
from services.console.web import create_app
from services.platform.event_log import Change
from services.reporting import at_position
from services.reporting.at_position import rows_at
from services.reporting.rows import UPSERT_TICKET, TicketRow, row_values

HERE, ITEM, HEATING = "630102001001", "01.05.01.01.01", "01.01.01.01.01"
LAST = date(2026, 3, 2)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A few real facts, and two years before them written into the rows: quiet, but for a
    burst in February 2026 and heating from October to April."""
    folder = Path(tmp_path_factory.mktemp("findings"))
    system = open_city(folder)
    CityHistory(system, seed=3).run(1, reports=2)
    rows, reports = [], []
    for number, (day, item, area) in enumerate(told()):
        row = TicketRow(f"t{number:05}", "app", None, day.isoformat(), item=item, area=area)
        row.stage, row.last_lead = "routed", "heating"
        rows.append(row_values(row))
        reports.append((row.ticket_id, "r", day.isoformat(), f"r{number % 900}", 20350, 7320))
    insert = "INSERT INTO ticket_reports VALUES (?, ?, ?, ?, ?, ?)"
    system.log.apply([Change(UPSERT_TICKET, rows), Change(insert, reports)])
    yield system
    system.close()


def told() -> Iterator[tuple[date, str, str]]:
    chance = Random(2)
    areas = [
        f"630102{street:03}{community:03}" for street in (1, 2, 3) for community in range(1, 9)
    ]
    for ordinal in range(700):
        day = LAST - timedelta(days=700 - ordinal)
        for _ in range(8):
            yield (
                day,
                chance.choice((ITEM, "01.05.02.01.01", "06.01.01.01.01")),
                chance.choice(areas),
            )
        if day.month in (1, 2, 3, 4, 10, 11, 12) and ordinal % 2:
            yield day, HEATING, chance.choice(areas)
    for n in range(14):
        yield date(2026, 2, 10 + n % 3), "13.04.01.01.01", HERE


def command(system: System, *arguments: str) -> tuple[int, str]:
    data = ("--data", str(system.settings.data_dir))
    result = CliRunner().invoke(findings, [*arguments, *data])
    return result.exit_code, result.output


def listed(system: System, *options: str) -> list[dict[str, object]]:
    code, output = command(system, "list", "--json", *options)
    assert code == 0, output
    document = json.loads(output)
    assert document["count"] == len(document["findings"])
    found: list[dict[str, object]] = document["findings"]
    return found


def get(system: System, path: str) -> httpx.Response:
    app = create_app(system, [findings_router(system)])

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://pages") as client:
            return await client.get(path)

    return anyio.run(asked)


def the_burst(system: System) -> dict[str, object]:
    (one,) = (one for one in listed(system) if one["kind"] == "concentrated")
    return one


def test_the_burst_is_listed_and_shown_with_its_tickets(city: System) -> None:
    one = the_burst(city)
    assert (one["item"], one["areas"], one["first_day"]) == (
        "13.04.01.01.01",
        [HERE],
        "2026-02-10",
    )
    code, output = command(city, "show", str(one["finding_id"]), "--json")
    shown = json.loads(output)
    assert code == 0
    assert [row["ticket_id"] for row in shown["ticket_rows"]] == one["tickets"]
    assert command(city, "show", str(one["finding_id"]))[0] == 0
    assert command(city, "show", "f-none")[0] == 1


def test_a_period_and_a_day_know_nothing_of_later(city: System) -> None:
    assert listed(city, "--to", "2026-02-09", "--kind", "concentrated") == []
    assert listed(city, "--date", "2026-02-09", "--kind", "concentrated") == []
    assert len(listed(city, "--date", "2026-02-20", "--kind", "concentrated")) == 1
    assert len(listed(city, "--from", "2026-02-12", "--area", HERE[:6])) >= 1
    assert command(city, "list")[0] == 0


def test_as_of_a_position_is_made_from_the_log_alone(city: System) -> None:
    assert listed(city, "--as-of", str(city.log.head())) == []


@pytest.mark.parametrize(
    ("arguments", "told_of"),
    [
        (("list", "--date", "tomorrow"), "YYYY-MM-DD"),
        (("list", "--date", "0001-01-01"), "1970"),
        (("list", "--date", "2026-03-01", "--from", "2026-03-01"), "--date"),
        (("list", "--from", "2026-03-02", "--to", "2026-03-01"), "--from"),
        (("list", "--as-of", "999999999"), "--as-of"),
        (("list", "--kind", "odd"), "odd"),
    ],
)
def test_what_cannot_be_is_said(city: System, arguments: tuple[str, ...], told_of: str) -> None:
    code, output = command(city, *arguments)
    assert code == 2
    assert told_of in output


def test_a_policy_of_nonsense_ends_the_command_with_its_place(city: System) -> None:
    own = city.settings.data_dir / "findings.toml"
    own.write_text("name = 3\n")
    try:
        code, output = command(city, "list")
    finally:
        own.unlink()
    assert code == 2
    assert "findings.toml" in output


def test_over_http_there_is_the_same(city: System) -> None:
    one = the_burst(city)
    document = get(city, "/api/v1/findings?kind=concentrated&area=630102").json()
    assert document["findings"] == [one]
    shown = get(city, f"/api/v1/findings/{one['finding_id']}").json()
    assert shown["tickets"] == one["tickets"]
    assert get(city, "/api/v1/findings/f-none").status_code == 404
    assert get(city, "/api/v1/findings?as_of=99999999").status_code == 422
    assert get(city, "/api/v1/findings?kind=odd").status_code == 422


def test_the_pages_link_findings_and_tickets_under_a_strict_policy(city: System) -> None:
    one = the_burst(city)
    page = get(city, "/findings")
    assert f"/findings/{one['finding_id']}" in page.text
    shown = get(city, f"/findings/{one['finding_id']}")
    assert f"/tickets/{one['tickets'][0]}" in shown.text  # type: ignore[index]
    for some in (page, shown):
        assert some.status_code == 200
        assert not re.search(r"<script>|<style>|\son\w+=|\sstyle=|https?://", some.text)
    assert get(city, "/findings/f-none").status_code == 404


def test_no_page_shows_which_tickets_are_one_resident_s(
    city: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    burst = next(one for one in LiveFindings(city).found().findings if one.kind == "concentrated")
    theirs = burst.model_copy(update={"finding_id": "f-theirs", "repeated_by": "resident"})
    place = burst.model_copy(update={"finding_id": "f-place", "repeated_by": "place"})
    monkeypatch.setattr(live_findings, "find", lambda *_: (theirs, place))
    page = get(city, "/findings").text
    assert "/findings/f-place" in page
    assert "f-theirs" not in page
    assert get(city, "/findings/f-place").status_code == 200
    assert get(city, "/findings/f-theirs").status_code == 404
    listed = get(city, "/api/v1/findings").json()["findings"]
    assert [one["finding_id"] for one in listed] == ["f-theirs", "f-place"]


def test_the_map_shows_cells_and_areas_and_no_few(city: System, tmp_path: Path) -> None:
    out = tmp_path / "hot.geojson"
    assert command(city, "map", "--out", str(out))[0] == 0
    document = json.loads(out.read_text(encoding="utf-8"))
    assert document["type"] == "FeatureCollection"
    kinds = {feature["properties"]["kind"] for feature in document["features"]}
    assert kinds == {"cell", "area"}
    assert all(feature["properties"]["count"] >= 5 for feature in document["features"])
    (here,) = (f for f in document["features"] if f["properties"].get("area") == HERE)
    assert here["geometry"]["coordinates"] == [101.7525, 36.6025]
    assert here["properties"]["finding"] == the_burst(city)["finding_id"]
    assert get(city, "/api/v1/findings-map").json()["features"] == document["features"]
    assert json.loads(command(city, "map", "--to", "2024-01-01")[1])["features"] == []


def test_before_a_season_the_last_one_says_where_and_how_many(city: System) -> None:
    code, output = command(city, "warn", "--date", "2026-02-20", "--json")
    assert code == 0
    document = json.loads(output)
    (heating,) = (one for one in document["warnings"] if one["item"] == HEATING)
    assert heating["first_day"] == "2025-10-01"
    assert heating["last_day"] == "2026-04-30"
    assert get(city, "/api/v1/findings-warnings?day=2026-02-20").json() == document
    assert command(city, "warn", "--date", "2026-02-20")[0] == 0


def test_trends_name_what_surely_changes(city: System) -> None:
    code, output = command(city, "trends", "--json")
    document = json.loads(output)
    assert code == 0
    (heating,) = (one for one in document["seasons"] if one["item"] == HEATING)
    assert heating["by_month"][10] > 1 > heating["by_month"][6]
    assert {one["direction"] for one in document["trends"]} <= {"rising", "falling"}
    assert command(city, "trends")[0] == 0


def test_the_pages_show_what_is_a_minute_old_and_the_keyed_door_what_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = open_city(tmp_path)
    history = CityHistory(system, seed=3)
    history.run(1, reports=2)
    door = SystemFindings(system)
    now_s = [1_000.0]
    monkeypatch.setattr("services.console.live_findings.time.monotonic", lambda: now_s[0])
    first = door.recent()
    history.run(1, reports=2)
    assert door.recent() is first
    assert door.found().position > first.position
    assert door.recent() is door.found()  # made meanwhile
    history.run(1, reports=2)
    now_s[0] += 61
    assert door.recent().position > first.position
    system.close()


def test_days_that_have_not_ended_are_asked_for_as_one(city: System) -> None:
    live = LiveFindings(city)
    last = live.found().last_day
    assert last is not None
    assert all(live.found(last + timedelta(days=n)) is live.found() for n in (0, 1, 9_000))
    assert live.found(last - timedelta(days=1)).last_day == last - timedelta(days=1)


def test_a_fold_of_the_log_holds_up_nobody(city: System, monkeypatch: pytest.MonkeyPatch) -> None:
    live = LiveFindings(city)
    folding, go_on = threading.Event(), threading.Event()

    @contextmanager
    def slow_rows(*arguments: Any) -> Iterator[Any]:
        folding.set()
        assert go_on.wait(20)
        with rows_at(*arguments) as query:
            yield query

    monkeypatch.setattr(at_position, "rows_at", slow_rows)
    head = city.log.head()
    with ThreadPoolExecutor(1) as pool:
        folded = pool.submit(live.found, None, head)
        assert folding.wait(20)
        assert live.found().findings  # while the fold goes on
        go_on.set()
        assert folded.result(20) is live.found(position=head)
