"""`yousu directory returns` and `suggestions`, and the matrix over HTTP: faults are found."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from services.console.directory_commands import directory
from tests.services.door_server import ITEM, Door, opened_door

DISPATCHER = "dispatcher:wang"
BACK = {"unit": "heating", "reason": "not_our_duty", "proposed_unit": "drainage"}


def run(folder: Path, *arguments: str) -> Any:
    result = CliRunner().invoke(directory, [*arguments, "--data", str(folder)])
    assert result.exit_code == 0, result.output
    return result.output


def as_json(folder: Path, *arguments: str) -> Any:
    return json.loads(run(folder, *arguments, "--json"))


def decided_for_drainage(door: Door) -> str:
    """The directory says heating, which returns it; a dispatcher gives it to drainage."""
    ticket_id = door.ticket(item=ITEM)
    assert door.ask(ticket_id, "return", BACK).status_code == 200
    door.process()
    body = {"decision": "upheld", "reason": "duty_list", "lead": "drainage"}
    assert door.ask(ticket_id, "decide-return", body, DISPATCHER).status_code == 200
    assert door.ask(ticket_id, "accept", {"unit": "drainage"}).status_code == 200
    done = {"unit": "drainage", "reply": "已疏通"}
    assert door.ask(ticket_id, "resolve", done).status_code == 200
    door.process()
    return ticket_id


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str], Any]:
    folder = tmp_path_factory.mktemp("learning")
    with opened_door(folder) as door:
        tickets = [decided_for_drainage(door) for _ in range(5)]
        refused = door.ticket(item=ITEM)
        door.ask(refused, "return", BACK)
        door.ask(refused, "decide-return", {"decision": "refused", "reason": "x"}, DISPATCHER)
        door.process()
        answer = door.client.get("/api/v1/directory/returns")
        assert answer.status_code == 200
        wrong = door.client.get("/api/v1/directory/returns", params={"since": "yesterday"})
        assert wrong.status_code == 422
        nothing = door.client.get("/api/v1/directory/returns", params={"until": "2020-01-01"})
        assert nothing.json()["returns"] == 0
    return folder, tickets, answer.json()


def test_the_matrix_names_units_proposals_and_who_resolved(lived: Any) -> None:
    folder, tickets, over_http = lived
    found = as_json(folder, "returns")
    assert found == over_http
    assert (found["returns"], found["routed"]) == (6, 12)
    first, second = found["pairs"]
    assert (first["unit"], first["proposed_unit"], first["resolved_by"]) == (
        "heating",
        "drainage",
        "drainage",
    )
    assert (first["returns"], first["upheld"], first["tickets"]) == (5, 5, sorted(tickets))
    assert first["by_item"] == {ITEM: 5}
    assert (second["resolved_by"], second["refused"]) == (None, 1)
    assert found["units"] == [{"unit": "heating", "routed": 7, "returned": 6, "rate": 0.8571}]
    assert set(found["names"]) == {"heating", "drainage"}
    assert found["reasons"] == {"not_our_duty": "非本单位职责"}


def test_a_planted_fault_of_a_duty_is_suggested_with_its_line_and_nothing_is_changed(
    lived: Any,
) -> None:
    folder, tickets, _ = lived
    before = (folder / "yousu.db").read_bytes()
    found = as_json(folder, "suggestions")
    (duty,) = found["duties"]
    assert (duty["item"], duty["lead"], duty["better"]) == (ITEM, "heating", "drainage")
    assert (duty["tickets"], duty["returned"], duty["resolved"]) == (5, 5, 5)
    assert duty["listed"] == tickets
    assert found["aliases"] == []
    assert as_json(folder, "suggestions", "--min", "6")["duties"] == []
    assert (folder / "yousu.db").read_bytes() == before


def test_both_are_told_in_words(lived: Any) -> None:
    folder, _, _ = lived
    told = run(folder, "returns")
    assert "退单率 50.00%" in told
    assert "（heating） -> " in told
    assert f"duties.csv line {duty_line(folder)}" in run(folder, "suggestions")
    assert run(folder, "returns", "--since", "2030-01-01").startswith("0 returns")


def duty_line(folder: Path) -> int:
    line: int = as_json(folder, "suggestions")["duties"][0]["line"]
    return line
