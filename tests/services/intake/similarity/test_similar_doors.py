"""POST /api/v1/similar and `yousu similar`: what a call-taker sees, and what nobody may see."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from services.console.main import main
from services.console.system import bootstrap
from services.intake.report import NewReport
from services.platform.settings import load_settings
from tests.services.door_server import ITEM, Door, opened_door

SECRET = "老王家三楼的孩子"
TEXT = f"雪松苑3号楼暖气不热，{SECRET}感冒了"
ADDRESS = "城西区雪松苑3号楼2单元"
KEYS = {"app": "key-of-the-app"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened_door(tmp_path_factory.mktemp("similar"), KEYS) as opened:
        opened.client.headers["X-Api-Key"] = KEYS["app"]
        yield opened


@pytest.fixture(scope="module")
def ticket(door: Door) -> str:
    door.ticket(text="海晏路路灯不亮", address="城西区海晏路12号")
    return door.ticket(text=TEXT, address=ADDRESS, item=ITEM)


def ask(door: Door, **body: object) -> httpx.Response:
    return door.client.post("/api/v1/similar", json=body)


def test_an_open_ticket_of_the_matter_is_shown_with_why_and_where_it_stands(
    door: Door, ticket: str
) -> None:
    answer = ask(door, text="雪松苑三号楼供暖不好，室温低", address="雪松苑3号楼")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["complete"] is True
    (one,) = answer.json()["tickets"]
    assert (one["ticket_id"], one["verdict"], one["item"]) == (ticket, "sure", ITEM)
    assert one["stage"] == "routed"
    assert one["area"].startswith("630104")
    assert "地址相同" in one["why"]
    assert SECRET not in answer.text


def test_nothing_is_written_by_looking(door: Door, ticket: str) -> None:
    head = door.system.log.head()
    assert ask(door, text="完全没有人说过的事情").json()["tickets"] == []
    assert door.system.log.head() == head


def test_what_is_new_is_found_without_a_restart(door: Door, ticket: str) -> None:
    new = door.ticket(text="青稞小区整个小区没有暖气，换热站坏了", address="城北区青稞小区")
    found = ask(door, text="青稞小区停暖，换热站的泵坏了").json()["tickets"]
    assert [one["ticket_id"] for one in found] == [new]


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 0},
        {"limit": 51},
        {"latitude": 91.0},
        {"text": "字" * 20_001},
        {"text": 1},
        {"words": "x"},
    ],
)
def test_what_is_no_question_is_refused_without_being_quoted(
    door: Door, body: dict[str, object]
) -> None:
    answer = ask(door, **body)
    assert answer.status_code == 422
    assert "字字" not in answer.text


@pytest.mark.parametrize("text", ["", "😡", "ѕnоw ісe", "a" * 20_000, "\u202e停水", "暖" * 10_000])
def test_any_words_are_answered(door: Door, ticket: str, text: str) -> None:
    assert ask(door, text=text, title=text[:100], address=text[:100]).status_code == 200


def test_it_needs_a_key_and_a_json_body(door: Door) -> None:
    assert (
        door.client.post("/api/v1/similar", json={}, headers={"X-Api-Key": "no"}).status_code == 401
    )
    assert door.client.post("/api/v1/similar", content="text=x").status_code == 415


def test_how_far_it_has_read_can_be_asked(door: Door, ticket: str) -> None:
    ask(door, text="x")
    standing = door.client.get("/api/v1/similar").json()
    assert standing["complete"] is True
    assert standing["tickets"] >= 2
    assert standing["position"] == door.system.log.head()


def test_the_command_lists_the_same(tmp_path: Path) -> None:
    system = bootstrap(load_settings(tmp_path, environment={}))
    report = NewReport(
        channel="app", reference="1", received_at=system.clock.now(), text=TEXT, address=ADDRESS
    )
    (receipt,) = system.intake.submit([report])
    system.close()
    asked = ["similar", "--text", "雪松苑三号楼供暖不好，室温低", "--data", str(tmp_path)]
    told = CliRunner().invoke(main, [*asked, "--json"])
    assert told.exit_code == 0, told.output
    document = json.loads(told.output)
    assert [one["ticket_id"] for one in document["tickets"]] == [receipt.ticket_id]
    assert document["open_tickets"] == 1
    plain = CliRunner().invoke(main, asked)
    assert receipt.ticket_id in plain.output
    assert SECRET not in plain.output


def test_the_command_says_what_it_needs(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["similar", "--data", str(tmp_path)]).exit_code == 2
    asked = ["similar", "--text", "x", "--data", str(tmp_path)]
    assert CliRunner().invoke(main, asked).exit_code == 2
