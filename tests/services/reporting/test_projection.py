from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from city_history import CityHistory, open_city
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reporting_rows import rows_after

from services.console.system import System
from services.domain import events as e
from services.domain.events import TicketEvent
from services.platform.event_log import Change, EventLog, open_sqlite_log
from services.platform.failures import ConcurrentAppend
from services.platform.processor import Fact, read_batch
from services.reporting.fold import HANDLERS
from services.reporting.processor import ReportingProcessor
from services.reporting.rows import COLUMNS, SCHEMA, TABLES, position_of
from tests.domain.facts import FRIDAY, RESOLVED, RETURNED, ROADS, fact

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_the_history_holds_every_fact_that_is_folded(facts: Sequence[Fact]) -> None:
    missing = set(HANDLERS) - {type(fact.event) for fact in facts}
    assert not missing


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_rows_do_not_depend_on_where_batches_are_cut(
    facts: Sequence[Fact], data: st.DataObject
) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(facts)), max_size=12))
    edges = [0, *sorted(cuts), len(facts)]
    batches = [facts[start:end] for start, end in pairwise(edges)]
    assert rows_after(batches) == rows_after([facts])


def test_one_fact_at_a_time_gives_the_same_rows(facts: Sequence[Fact]) -> None:
    some = facts[:600]
    assert rows_after([fact] for fact in some) == rows_after([some])


def test_facts_that_come_again_change_nothing(facts: Sequence[Fact]) -> None:
    again = [facts[:400], facts[100:700], facts[:50], facts[300:]]
    assert rows_after(again) == rows_after([facts])


def test_live_rows_are_those_of_the_facts(reported_city: System, facts: Sequence[Fact]) -> None:
    expected = rows_after([facts])
    for table in TABLES:
        assert reported_city.log.query(f"SELECT * FROM {table}") == expected[table]


def test_the_columns_stand_in_the_order_of_the_table(reported_city: System) -> None:
    found = reported_city.log.query("SELECT name FROM pragma_table_info('tickets') ORDER BY cid")
    assert tuple(name for (name,) in found) == COLUMNS


def test_rows_hold_nothing_that_a_resident_wrote(reported_city: System) -> None:
    text = "".join(str(reported_city.log.query(f"SELECT * FROM {table}")) for table in TABLES)
    for words in ("尽快处理", "测试路", "1380000", "小区问题"):
        assert words not in text


def _apply(log: EventLog, changes: Sequence[Change]) -> None:
    log.append([], changes=changes)


def test_two_workers_with_the_same_facts_count_them_once(
    tmp_path: Path, facts: Sequence[Fact]
) -> None:
    log = open_sqlite_log(tmp_path / "rows.db", SCHEMA)
    slow, quick = ReportingProcessor(log.query), ReportingProcessor(log.query)
    changes_of_slow = slow.react(facts[:500], NOW).changes
    _apply(log, quick.react(facts[:200], NOW).changes)
    with pytest.raises(ConcurrentAppend):
        _apply(log, changes_of_slow)
    _apply(log, slow.react(facts[:500], NOW).changes)
    found = {table: log.query(f"SELECT * FROM {table}") for table in TABLES}
    assert found == rows_after([facts[:500]])
    log.close()


def test_two_processes_that_follow_one_log_count_every_fact_once(tmp_path: Path) -> None:
    one = open_city(tmp_path)
    CityHistory(one, seed=3).run(3)
    two = open_city(tmp_path, start=one.clock.now())
    history = CityHistory(one, seed=4)
    history.sent = 1_000
    one.intake.submit([history.report() for _ in range(30)])
    facts = read_batch(one.log, one.log.checkpoint("reporting"), 10).facts
    reporting = next(r for r in two.transport.runners if r.name == "reporting")
    one.log.append([], changes=ReportingProcessor(one.log.query).react(facts, NOW).changes)
    assert position_of(two.log.query)[0] > reporting.position
    two.transport.run_until_idle()
    one.transport.run_until_idle()
    expected = rows_after([read_batch(one.log, 0, 1_000_000).facts])
    assert {table: one.log.query(f"SELECT * FROM {table}") for table in TABLES} == expected
    one.close()
    two.close()


@pytest.mark.parametrize(("history", "first_returned"), [(RETURNED, 1), (RESOLVED, 0)])
def test_a_return_after_a_reopening_does_not_undo_the_first_routing(
    history: Sequence[TicketEvent], first_returned: int
) -> None:
    """退单 and 派单 are counted each time, 一派到位 by the first routing alone."""
    later = [
        fact(e.TicketReopened, FRIDAY),
        fact(e.TicketRouted, FRIDAY, attempt=2, lead=ROADS),
        fact(e.TicketReturned, FRIDAY, unit=ROADS),
    ]
    course = [*history, *(later[1:] if history is RETURNED else later)]
    told = [Fact(number, number, event) for number, event in enumerate(course, start=1)]
    counts: Counter[str] = Counter()
    for _, measure, *_, n in rows_after([told])["daily_counts"]:
        counts[measure] += n
    assert counts["first_routed"] == 1
    assert counts["first_returned"] == first_returned
    assert counts["returned"] == first_returned + 1
