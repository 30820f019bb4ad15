"""kill -9 while tickets are routed and get their clocks: the end is that of an undisturbed run."""

import random
import shutil
import time
from collections import Counter
from pathlib import Path

import pytest
from conftest import Import
from end_to_end_log import Fact, assert_whole, by_ticket, head, query, types
from end_to_end_program import kill, start, wait_until, yousu
from end_to_end_reports import row

pytestmark = pytest.mark.embedded_only("kills the one process; tests/cluster kills workers")
TICKETS = 4_000
KILLS_MIN = 4
TEXTS = (
    "小区暖气不热，室温只有十二度",
    "路灯不亮，晚上看不见路",
    "楼下饭店油烟太大",
    "我想说一件说不清楚的事情",
)


def told(history: list[Fact]) -> list[tuple[str, str | None, str | None, str | None]]:
    """A ticket's life without ids and times."""
    return [
        (fact.type, fact.data.get("lead"), fact.data.get("item"), fact.data.get("clock"))
        for fact in history
    ]


@pytest.fixture
def imported(data: Path, take_in: Import) -> Path:
    texts = [f"{TEXTS[number % len(TEXTS)]}，第{number}次" for number in range(TICKETS)]
    reports = [row(number, number, text=text) for number, text in enumerate(texts)]
    done = take_in(reports)
    assert done.document["opened"] == TICKETS, done.err
    return data


def test_killed_processors_end_where_undisturbed_ones_do(imported: Path, tmp_path: Path) -> None:
    # given the same reports twice, and processors that are left alone with one of them
    undisturbed = shutil.copytree(imported, tmp_path / "undisturbed")
    assert yousu("process", "--until-idle", "--data", undisturbed).code == 0
    expected = assert_whole(undisturbed)

    # when the others are killed a moment after each step forward
    dice = random.Random(7)
    killed = 0
    while head(imported) < len(expected):
        before = head(imported)
        process = start("process", "--until-idle", "--data", imported)
        wait_until(lambda: head(imported) > before or process.poll() is not None)  # noqa: B023
        time.sleep(dice.uniform(0, 0.05))
        killed += kill(process)
    last = yousu("process", "--until-idle", "--data", imported, "--json")
    assert last.code == 0, last.err

    # then nobody can tell
    events = assert_whole(imported)
    assert killed >= KILLS_MIN
    assert types(events) == types(expected)
    found, wanted = by_ticket(events), by_ticket(expected)
    assert {t: told(h) for t, h in found.items()} == {t: told(h) for t, h in wanted.items()}
    # and nothing was done twice
    for ticket_id, history in found.items():
        whose = ("clock", "unit")  # one of the lead's promises, or that of a unit that assists
        counts = Counter((fact.type, *map(fact.data.get, whose)) for fact in history)
        assert set(counts.values()) == {1}, ticket_id
    clocks = "SELECT ticket_id, clock, step FROM deadlines ORDER BY ticket_id, clock"
    assert query(imported / "yousu.db", clocks) == query(undisturbed / "yousu.db", clocks)
    status = last.document["processors"]
    assert {one["lag"] for one in status.values()} == {0}
    assert {one["quarantined"] for one in status.values()} == {0}
    assert 0 < types(events)["ticket.routed.v1"] < TICKETS == types(events)["ticket.opened.v1"]
