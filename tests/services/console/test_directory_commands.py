"""`yousu directory`: what an office does with a directory, from the spreadsheet to the log."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from city_history import CityHistory, open_city
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from services.audit.replay import live_state, replay
from services.console.directory_commands import directory
from services.console.directory_publishing import NotPublished, publish
from services.console.directory_sources import SHIPPED, Sources, published
from services.console.system import System
from services.domain import events as e
from services.intake.report import NewReport
from services.platform.city_streams import streams_of
from services.platform.clock import VirtualClock
from services.platform.processor import decode_all
from services.platform.transport.relay import outgoing
from services.router.directory import load_directory, shipped_directory
from services.router.directory.packing import PackedFolder

TODAY = date(2026, 3, 2)


def shipped_files() -> dict[str, str]:
    return dict(Sources(None, TODAY).files(SHIPPED))


def lighting_to_power(files: dict[str, str]) -> dict[str, str]:
    """路灯 goes to the power company, in a draft of its own label."""
    row = "01.05.03.01.01,6301,power,urban-management,,《城市照明管理规定》,,\n"
    heading = files["directory.toml"].replace("xining-2026.1", "xining-draft")
    return {**files, "duties.csv": files["duties.csv"] + row, "directory.toml": heading}


def write(files: dict[str, str], folder: Path) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(*arguments: object) -> Result:
    return CliRunner().invoke(directory, [str(one) for one in arguments])


def answer(result: Result) -> Any:
    assert result.exit_code in (0, 1), result.output
    return json.loads(result.stdout)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return write(lighting_to_power(shipped_files()), tmp_path / "draft")


@pytest.fixture
def city(tmp_path: Path) -> Iterator[System]:
    system = open_city(tmp_path / "city")
    yield system
    system.close()


def lead_of_a_dark_lamp(system: System, number: int) -> tuple[str, str]:
    report = NewReport(
        channel="hotline",
        reference=f"lamp-{number}",
        text="路灯不亮",
        title="路灯不亮",
        area="630104001",
        received_at=system.clock.now(),
    )
    ticket_id = system.intake.submit([report])[0].ticket_id
    system.transport.run_until_idle()
    facts, _ = decode_all(system.log.read_stream(ticket_id))
    (routed,) = [fact.event for fact in facts if isinstance(fact.event, e.TicketRouted)]
    return routed.lead, routed.directory_version


def test_a_published_directory_is_used_at_once_and_named_in_the_routing(city: System) -> None:
    shipped = city.directory.version
    assert lead_of_a_dark_lamp(city, 1) == ("630104-urban-management", shipped)
    event, _ = publish(city, lighting_to_power(shipped_files()), actor="operator:li", why="试点")
    assert city.directory.version == event.version != shipped
    report = NewReport(
        channel="hotline",
        reference="other-door",
        text="路灯不亮",
        title="路灯不亮了一排",
        area="630105001",
        received_at=city.clock.now(),
    )
    ticket_id = city.intake.submit([report])[0].ticket_id
    city.transport.run_until_idle()
    facts, _ = decode_all(city.log.read_stream(ticket_id))
    routed = next(fact.event for fact in facts if isinstance(fact.event, e.TicketRouted))
    assert (routed.lead, routed.directory_version) == ("power", event.version)


def test_a_later_first_day_waits_and_a_correction_does_not_undo_it(city: System) -> None:
    today = city.rules().calendar.local_date(city.clock.now())
    plan, _ = publish(
        city,
        lighting_to_power(shipped_files()),
        actor="operator:li",
        why="下月起",
        valid_from=today + timedelta(days=30),
    )
    assert city.directory.version == shipped_directory().version
    files = shipped_files()
    files["directory.toml"] = files["directory.toml"].replace("xining-2026.1", "xining-2026.1b")
    now, _ = publish(city, files, actor="operator:li", why="更正")
    assert city.directory.version == now.version
    assert isinstance(city.clock, VirtualClock)
    city.clock.advance_to(city.clock.now() + timedelta(days=30))
    assert city.directory.version == plan.version


def test_the_fact_of_a_directory_leaves_tickets_and_their_state_alone(city: System) -> None:
    CityHistory(city, 3).run(2)
    before = replay(city.log)
    publish(city, shipped_files(), actor="operator:li", why="首版")
    after = replay(city.log)
    assert after.position == before.position + 1
    assert (after.state_sha256, after.tickets) == (before.state_sha256, before.tickets)
    assert live_state(city.log, city.handler) == after
    assert after.undecodable == 0
    city.transport.run_until_idle()
    assert {runner.position for runner in city.transport.runners} == {city.log.head()}
    assert city.log.query("SELECT COUNT(*) FROM quarantine")[0][0] == 0
    assert city.handler.tickets(["directory"])["directory"].stage == "new"
    assert streams_of(city.log, "directory") == []


def test_the_relay_carries_it_under_its_streams_own_key(city: System) -> None:
    _, position = publish(city, shipped_files(), actor="operator:li", why="首版")
    (recorded,) = city.log.read_all(position - 1, 1)
    (message,), _ = outgoing([recorded], [0, 0, 0])
    assert message.key == b"directory"
    assert dict(message.headers)["type"] == b"directory.published.v1"
    assert len(message.value) < 1_000_000


def test_what_lint_refuses_is_not_published_unless_forced(city: System) -> None:
    files = shipped_files()
    files["duties.csv"] = files["duties.csv"].replace("05,6301,discipline,,,《监察法》,,\n", "")
    with pytest.raises(NotPublished, match="errors") as refused:
        publish(city, files, actor="operator:li", why="漏了一行")
    assert refused.value.report is not None
    assert {f.kind for f in refused.value.report.findings} == {"gap", "unreachable"}
    event, _ = publish(city, files, actor="operator:li", why="确认过", force=True)
    assert event.faults_accepted == refused.value.report.errors > 0


@pytest.mark.parametrize("force", [True, False])
def test_what_cannot_be_loaded_is_never_published(city: System, force: bool) -> None:
    head = city.log.head()
    files = shipped_files()
    files["duties.csv"] += "99,6301,nobody,,,,,\n"
    with pytest.raises(NotPublished, match="cannot be loaded"):
        publish(city, files, actor="operator:li", why="x", force=force)
    yesterday = city.rules().calendar.local_date(city.clock.now()) - timedelta(days=1)
    with pytest.raises(NotPublished, match="is over"):
        publish(city, shipped_files(), actor="operator:li", why="x", valid_from=yesterday)
    with pytest.raises(NotPublished, match="why"):
        publish(city, shipped_files(), actor="operator:li", why=" ", force=force)
    assert city.log.head() == head


def test_published_files_come_back_as_they_were(city: System) -> None:
    publish(city, shipped_files(), actor="operator:li", why="首版")
    (event,) = published(city)
    today = city.rules().calendar.local_date(city.clock.now())
    for name in ("current", event.version, event.version[-12:]):
        assert Sources(city, today).files(name) == shipped_files()


def test_a_workbook_and_back_is_the_same_version(tmp_path: Path) -> None:
    workbook, folder = tmp_path / "directory.xlsx", tmp_path / "back"
    assert run("export", workbook, "--source", "shipped").exit_code == 0
    sheet = load_workbook(workbook)["items.csv"]
    cells = [sheet.cell(row, 1) for row in range(2, 10)]
    assert {cell.number_format for cell in cells} == {"@"}
    assert all(isinstance(cell.value, str) for cell in cells)
    assert run("import", workbook, folder).exit_code == 0
    assert load_directory(folder).version == shipped_directory().version


def test_what_an_office_makes_of_dates_and_numbers_is_understood(tmp_path: Path) -> None:
    workbook = tmp_path / "directory.xlsx"
    run("export", workbook, "--source", "shipped")
    book = load_workbook(workbook)
    duties = book["duties.csv"]
    header = [cell.value for cell in duties[1]]
    duties.cell(2, header.index("valid_from") + 1).value = date(2026, 4, 1)
    duties.cell(2, header.index("area") + 1).value = 6301
    duties.append([])
    book.save(workbook)
    loaded = load_directory(PackedFolder(Sources(None, TODAY).files(str(workbook))))
    assert loaded.duties["01"]["6301"][0].valid_from == date(2026, 4, 1)


def test_a_broken_workbook_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "no.xlsx").write_bytes(b"this is no workbook")
    assert run("import", tmp_path / "no.xlsx", tmp_path / "to").exit_code == 2
    workbook = tmp_path / "directory.xlsx"
    run("export", workbook, "--source", "shipped")
    book = load_workbook(workbook)
    book["duties.csv"].cell(2, 3).value = "nobody"
    book.save(workbook)
    result = run("import", workbook, tmp_path / "to")
    assert result.exit_code == 1
    assert "duties.csv:2: lead: unknown unit nobody" in result.output
    assert not (tmp_path / "to").exists()


def test_lint_answers_with_json_and_an_exit_code(tmp_path: Path, draft: Path) -> None:
    clean = run("lint", "shipped", "--json")
    assert (clean.exit_code, answer(clean)["errors"]) == (0, 0)
    (draft / "duties.csv").write_text("item,area,lead\n", encoding="utf-8")
    broken = run("lint", draft, "--json")
    assert broken.exit_code == 1
    assert answer(broken)["findings"][0]["file"] == "duties.csv"


def test_diff_counts_what_goes_elsewhere(draft: Path) -> None:
    found = answer(run("diff", "shipped", draft, "--json"))
    areas = len(shipped_directory().areas)
    assert list(found["files"]) == ["duties.csv"]
    assert found["files"]["duties.csv"]["added"] == [["01.05.03.01.01", "6301", "power", ""]]
    assert found["moved"]["moved"] == areas
    assert sum(count for *_, count in found["moved"]["by_units"]) == areas
    same = answer(run("diff", "shipped", "shipped", "--json"))
    assert (same["files"], same["moved"]["moved"]) == ({}, 0)


def test_publish_and_versions_through_the_command(tmp_path: Path, draft: Path) -> None:
    open_city(tmp_path / "city").close()
    options = ("--data", tmp_path / "city", "--json")
    told = run("publish", draft, "--why", "试点", "--by", "operator:li", *options)
    assert answer(told)["version"].startswith("xining-draft+")
    listed = answer(run("versions", *options))
    assert [one["why"] for one in listed["published"]] == ["试点"]
    assert "content" not in listed["published"][0]
    assert answer(run("show", *options))["version"] == answer(told)["version"]
    bad = run("publish", draft, "--why", "试点", "--by", "li", *options)
    assert (bad.exit_code, len(answer(run("versions", *options))["published"])) == (1, 1)
