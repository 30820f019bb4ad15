import json
from pathlib import Path
from typing import Any

import pytest
from city_history import CityHistory, open_city
from click import Command
from click.testing import CliRunner, Result

from services.console.replay_commands import rebuild_command, replay_command
from services.console.report_commands import report
from services.console.ticket_commands import ticket


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    system = open_city(folder)
    CityHistory(system, seed=31).run(8)
    system.close()
    return folder


def run(command: Command, *arguments: object, data: Path) -> Result:
    return CliRunner().invoke(command, [*map(str, arguments), "--data", str(data)])


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_replay_answers_with_four_values(data: Path) -> None:
    found = answer(run(replay_command, "--json", data=data))
    assert list(found) == ["position", "tickets", "by_stage", "state_sha256"]
    again = answer(run(replay_command, "--to", found["position"], "--json", data=data))
    assert again == found
    text = run(replay_command, data=data)
    assert found["state_sha256"] in text.stdout


def test_replay_takes_a_local_time(data: Path) -> None:
    local = answer(run(replay_command, "--as-of", "2026-03-02T10:00", "--json", data=data))
    zoned = answer(run(replay_command, "--as-of", "2026-03-02T02:00:00Z", "--json", data=data))
    assert local == zoned
    assert local["position"] > 0
    before = answer(run(replay_command, "--as-of", "2026-03-01", "--json", data=data))
    assert (before["position"], before["tickets"]) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--to", "-1"), "positions 0 to"),
        (("--to", "999999"), "positions 0 to"),
        (("--as-of", "yesterday"), "ISO 8601"),
        (("--to", "1", "--as-of", "2026-03-02"), "exclude each other"),
    ],
)
def test_replay_says_why_it_cannot(data: Path, arguments: tuple[str, ...], reason: str) -> None:
    result = run(replay_command, *arguments, data=data)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert result.stdout == ""


def test_rebuild_names_what_it_rebuilt(data: Path) -> None:
    position = answer(run(replay_command, "--json", data=data))["position"]
    everything = answer(run(rebuild_command, "--json", data=data))
    names = ("evaluation", "intake", "notices", "reporting", "sla", "supervision")
    assert everything == {"rebuilt": dict.fromkeys(names, position)}
    assert "sla: rebuilt up to position" in run(rebuild_command, "sla", data=data).stdout
    assert run(rebuild_command, "nothing", data=data).exit_code == 2


def test_a_folder_without_a_log_cannot_be_replayed(tmp_path: Path) -> None:
    for command in (replay_command, rebuild_command):
        result = run(command, data=tmp_path / "nothing")
        assert result.exit_code == 2
        assert not (tmp_path / "nothing" / "yousu.db").exists()


def test_the_daily_report_is_written_where_asked(data: Path, tmp_path: Path) -> None:
    page = tmp_path / "daily.html"
    result = run(report, "daily", "--date", "2026-03-03", "--out", page, data=data)
    assert (result.exit_code, result.stdout) == (0, "")
    assert page.read_text().startswith("<!doctype html>")
    found = answer(run(report, "daily", "--date", "2026-03-03", "--format", "json", data=data))
    assert found["day"] == "2026-03-03"
    position = found["position"]
    again = run(report, "daily", "--date", "2026-03-03", "--as-of", position, data=data)
    assert again.stdout == page.read_text()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--date", "03/03/2026"), "YYYY-MM-DD"),
        (("--date", "2026-02-30"), "YYYY-MM-DD"),
        (("--date", "2026-03-03", "--as-of", "-1"), "positions 0 to"),
        (("--date", "2026-03-03", "--as-of", "999999"), "positions 0 to"),
        (("--date", "2026-03-03", "--out", "/nowhere/at/all"), "/nowhere/at/all"),
    ],
)
def test_the_daily_report_says_why_it_cannot(
    data: Path, arguments: tuple[str, ...], reason: str
) -> None:
    result = run(report, "daily", *arguments, data=data)
    assert result.exit_code == 2
    assert reason in result.stderr


def test_own_values_of_the_measures_are_taken_from_the_data_folder(tmp_path: Path) -> None:
    open_city(tmp_path).close()
    own = tmp_path / "measures.toml"
    own.write_text('name = "own"\nfairly_satisfied_weight = 0.5\n')
    found = answer(run(report, "daily", "--date", "2026-03-03", "--json", data=tmp_path))
    assert (found["measure_policy"], found["fairly_satisfied_weight"]) == ("own-w0.5", 0.5)
    own.write_text("name = 1\n")
    result = run(report, "daily", "--date", "2026-03-03", data=tmp_path)
    assert result.exit_code == 2
    assert "measures.toml" in result.stderr


def test_rows_that_are_behind_the_log_are_said_to_be(tmp_path: Path) -> None:
    system = open_city(tmp_path)
    system.intake.submit([CityHistory(system, seed=1).report()])
    system.close()
    result = run(report, "daily", "--date", "2026-03-02", "--json", data=tmp_path)
    assert result.exit_code == 0
    assert "position 0 of 1" in result.stderr


def test_ticket_show_tells_state_promises_and_history(data: Path) -> None:
    listed = answer(run(report, "daily", "--date", "2026-03-20", "--json", data=data))
    ticket_id = listed["overdue"][0]["ticket_id"]
    found = answer(run(ticket, "show", ticket_id, "--json", data=data))
    assert found["state"]["ticket_id"] == ticket_id
    assert found["clocks"]
    text = run(ticket, "show", ticket_id, data=data).stdout
    assert "ticket.opened.v1" in text
    assert "working days from" in text
    assert all(f"#{entry['position']} " in text for entry in found["history"])


def test_an_unknown_ticket_falls_short(data: Path) -> None:
    result = run(ticket, "show", "no-such-ticket", data=data)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no such ticket" in result.stderr
