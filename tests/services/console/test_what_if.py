"""What-if: history through a draft, counted by hand beside it, and nothing written."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from a_classifier import WordClassifier
from city_history import CityHistory, open_city
from click.testing import CliRunner

from services.console.directory_commands import directory
from services.console.directory_sources import SHIPPED, Sources
from services.console.system import System
from services.console.what_if import TRIAGE, what_if
from services.domain import events as e
from services.platform.processor import decode_all
from services.router.directory import (
    Directory,
    Route,
    RouteQuery,
    find_route,
    load_directory,
    shipped_directory,
)
from services.router.directory.packing import PackedFolder


def edited(old: str, new: str) -> Directory:
    return load_directory(PackedFolder(edited_files(old, new)))


def edited_files(old: str, new: str) -> dict[str, str]:
    files = dict(Sources(None, START_DAY).files(SHIPPED))
    assert old in files["duties.csv"]
    return {**files, "duties.csv": files["duties.csv"].replace(old, new)}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = open_city(tmp_path_factory.mktemp("what-if"))
    CityHistory(system, 5).run(12, reports=10)
    yield system
    system.close()


START_DAY = date(2026, 3, 2)
POLICE = "13,6301,{district}-police,police,,公安机关职责清单,,\n"


def everything_stored(system: System) -> list[object]:
    tables = system.log.query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    )
    return [system.log.query(f"SELECT * FROM {name}") for (name,) in sorted(tables)]


def first_units(system: System) -> dict[str, str]:
    facts, _ = decode_all(system.log.read_all(0, 1_000_000))
    first: dict[str, str] = {}
    for fact in facts:
        if isinstance(fact.event, e.TicketRouted):
            first.setdefault(fact.event.ticket_id, fact.event.lead)
        elif isinstance(fact.event, e.TicketSentToTriage):
            first.setdefault(fact.event.ticket_id, TRIAGE)
    return first


def test_the_directory_that_was_used_sends_nothing_elsewhere(lived: System) -> None:
    found = what_if(lived, shipped_directory(), START_DAY)
    assert found.tickets == len(first_units(lived)) > 50
    assert found.elsewhere == []
    assert found.load_before == found.load_after
    assert (found.dispatched_before, found.right_before) == (
        found.dispatched_after,
        found.right_after,
    )
    assert found.resolved > 0
    assert not found.gaps


def test_a_draft_moves_what_counting_by_hand_moves(lived: System) -> None:
    draft = edited(POLICE, "13,6301,{district},police,,试点,,\n")
    found = what_if(lived, draft, START_DAY)
    facts, _ = decode_all(lived.log.read_all(0, 1_000_000))
    first = first_units(lived)
    expected: Counter[tuple[str, str]] = Counter()
    for fact in facts:
        event = fact.event
        if not isinstance(event, e.TicketOpened) or event.ticket_id not in first:
            continue
        query = RouteQuery(event.item, "小区问题", "", event.area, None, START_DAY)
        route = find_route(draft, query)
        unit = route.lead if isinstance(route, Route) else TRIAGE
        if unit != first[event.ticket_id]:
            expected[first[event.ticket_id], unit] += 1
    assert found.moves == expected
    assert expected
    assert all(start.endswith("-police") for start, _ in found.moves)
    assert sum(found.load_after.values()) == sum(found.load_before.values()) == found.tickets
    assert {one.ticket_id for one in found.elsewhere} <= first.keys()
    assert all("小区问题" not in one.why for one in found.elsewhere)


def test_a_missing_duty_shows_as_a_new_gap(lived: System) -> None:
    files = edited_files(POLICE, "")
    files["duties.csv"] = "".join(
        line for line in files["duties.csv"].splitlines(keepends=True) if not line.startswith("13")
    )
    draft = load_directory(PackedFolder(files))
    found = what_if(lived, draft, START_DAY)
    assert found.gaps
    assert all(item.startswith("13.") for item, _ in found.gaps)


def test_a_draft_model_sends_what_it_is_sure_of_elsewhere(lived: System) -> None:
    """The simulated city says one thing of every matter; half of them have an item of their own."""
    classifier = WordClassifier({"小区问题": {"14": 0.99}}, ("14",))
    plain = what_if(lived, shipped_directory(), START_DAY)
    found = what_if(lived, shipped_directory(), START_DAY, classifier=classifier)
    assert found.tickets == plain.tickets
    assert plain.reasons["no_item"] > 0
    assert found.reasons["no_item"] == 0
    moved = {start for start, end in found.moves if end.endswith("education")}
    assert moved == {TRIAGE}
    assert sum(found.moves.values()) == plain.reasons["no_item"]
    assert max(classifier.asked) > 1  # many at once


def test_only_the_days_asked_for_are_replayed(lived: System) -> None:
    draft = shipped_directory()
    whole = what_if(lived, draft, START_DAY).tickets
    ((first,),) = lived.log.query("SELECT MIN(opened_day) FROM tickets")
    middle = date.fromisoformat(first)
    before = what_if(lived, draft, START_DAY, until=middle).tickets
    after = what_if(lived, draft, START_DAY, since=middle + timedelta(days=1)).tickets
    assert (before > 0, after > 0, before + after) == (True, True, whole)


def test_nothing_is_written(lived: System, tmp_path: Path) -> None:
    head, stored = lived.log.head(), everything_stored(lived)
    folder = tmp_path / "draft"
    folder.mkdir()
    for name, text in edited_files(POLICE, "13,6301,{district},police,,试点,,\n").items():
        (folder / name).write_text(text, encoding="utf-8")
    options = ["what-if", str(folder), "--data", str(lived.settings.data_dir), "--list", "3"]
    result = CliRunner().invoke(directory, [*options, "--json"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["tickets"] == len(first_units(lived))
    assert answer["elsewhere"] == sum(move["tickets"] for move in answer["moves"]) > 0
    assert len(answer["list"]) == min(3, answer["elsewhere"])
    assert answer["model"] is None
    assert sum(answer["triage_by_draft"].values()) == answer["load"][TRIAGE]["by_draft"]
    assert CliRunner().invoke(directory, [*options, "--model", "none"]).exit_code == 0
    unknown = CliRunner().invoke(directory, [*options, "--model", "0123456789ab"])
    assert (unknown.exit_code, "no model of this version" in unknown.output) == (2, True)
    assert (lived.log.head(), everything_stored(lived)) == (head, stored)
