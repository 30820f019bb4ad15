"""What every event log promises. A database joins by a subclass that says how it is opened."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from services.domain.knowledge_events import ArticleWithdrawn
from services.platform.city_streams import (
    append_city_together,
    family_facts,
    family_size,
    streams_of,
)
from services.platform.event_log import (
    Change,
    Checkpoint,
    EventLog,
    NewEvent,
    OnlyAt,
    Recorded,
    merged,
    merged_apart,
)
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.many import PER_QUERY_MAX

ROWS = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, words TEXT NOT NULL)"
NOTE = "INSERT INTO notes (id, words) VALUES (?, ?)"
COUNTS = """CREATE TABLE IF NOT EXISTS counts (
    name TEXT PRIMARY KEY, n INTEGER, share DOUBLE PRECISION)"""
ADD = (
    "INSERT INTO counts (name, n, share) VALUES (?, ?, ?)"
    " ON CONFLICT (name) DO UPDATE SET n = counts.n + excluded.n"
)
SCHEMA = (ROWS, COUNTS)


def event(stream_id: str, version: int, data: bytes = b"{}") -> NewEvent:
    return NewEvent(stream_id, version, "ticket.progressed.v1", data)


def events(stream_id: str, count: int, first: int = 1) -> list[NewEvent]:
    return [event(stream_id, version) for version in range(first, first + count)]


def withdrawn(code: str) -> ArticleWithdrawn:
    now = datetime(2026, 3, 9, tzinfo=UTC)
    return ArticleWithdrawn(
        stream_id=f"knowledge:{code}", actor="operator:zhang", cause="command:1",
        occurred_at=now, recorded_at=now, code=code, why="已废止",
    )  # fmt: skip


def notes(log: EventLog) -> Sequence[Sequence[object]]:
    return log.query("SELECT id, words FROM notes ORDER BY id")


def everything(log: EventLog) -> tuple[object, ...]:
    """All that an append can change."""
    return log.read_all(0, 10_000), notes(log), log.checkpoint("router")


class EventLogContract:
    """Subclasses give the fixture `log`."""

    def test_an_empty_log_has_nothing(self, log: EventLog) -> None:
        assert (log.head(), log.checkpoint("router")) == (0, 0)
        assert log.read_all(0, 10) == log.read_stream("a") == log.read_stream("a", 3) == []
        assert log.read_streams(["a"]) == log.read_streams([]) == log.read_at([1]) == {}
        assert log.streams_changed(0, 10) == []

    def test_a_family_of_the_citys_streams_is_read_in_the_order_of_the_log(
        self, log: EventLog
    ) -> None:
        one, other = (withdrawn(code) for code in ("b-1", "a-1"))
        beside = [event("knowledg", 1), event("knowledge", 1), event("knowledge;", 1)]
        log.append(beside)
        assert family_size(log, "knowledge") == 0
        append_city_together(log, [(one, 1), (other, 1)])
        append_city_together(log, [(one, 2)])
        assert family_facts(log, "knowledge") == [(4, one), (5, other), (6, one)]
        assert family_facts(log, "knowledge", 5) == [(6, one)]
        assert family_size(log, "knowledge") == 3
        assert streams_of(log, "knowledge") == ["knowledge:a-1", "knowledge:b-1"]
        with pytest.raises(ConcurrentAppend):
            append_city_together(log, [(other, 2), (one, 2)])
        assert family_size(log, "knowledge") == 3, "all or none"

    def test_what_is_appended_is_read_as_it_was(self, log: EventLog) -> None:
        data = "暖气不热\x00".encode()
        assert list(log.append([event("a", 1, data)])) == [1]
        assert log.read_stream("a") == [Recorded(1, "a", 1, "ticket.progressed.v1", data)]

    def test_many_streams_go_in_one_transaction(self, log: EventLog) -> None:
        positions = log.append([event("a", 1), event("b", 1), event("a", 2)])
        assert list(positions) == [1, 2, 3]
        found = log.read_streams(["b", "a", "a", "unknown"])
        assert {stream: [one.position for one in found[stream]] for stream in found} == {
            "a": [1, 3],
            "b": [2],
        }

    def test_a_stream_is_read_in_the_order_of_its_versions(self, log: EventLog) -> None:
        for version in range(1, 12):
            log.append([event("a", version)])
        assert [one.version for one in log.read_stream("a")] == list(range(1, 12))
        assert [one.version for one in log.read_stream("a", 9)] == [10, 11]

    def test_more_streams_are_read_than_one_query_asks_for(self, log: EventLog) -> None:
        names = [f"stream-{number}" for number in range(2 * PER_QUERY_MAX + 1)]
        log.append([event(name, 1) for name in names])
        assert set(log.read_streams(names)) == set(names)
        assert set(log.read_at(range(1, len(names) + 5))) == set(range(1, len(names) + 1))

    def test_positions_rise_without_a_gap_also_over_failed_appends(self, log: EventLog) -> None:
        log.append(events("a", 3))
        with pytest.raises(ConcurrentAppend):
            log.append([*events("b", 5), event("a", 1)])
        log.append(events("b", 2))
        assert [one.position for one in log.read_all(0, 100)] == [1, 2, 3, 4, 5]
        assert log.head() == 5

    def test_the_log_is_read_in_steps(self, log: EventLog) -> None:
        log.append(events("a", 7))
        assert [one.position for one in log.read_all(2, 3)] == [3, 4, 5]
        assert [one.position for one in log.read_all(2, 100, to=4)] == [3, 4]
        assert log.read_all(7, 3) == []
        changed = log.streams_changed(5, 10)
        assert [one[:2] for one in changed] == [(6, "a"), (7, "a")]
        assert changed[0][2] == log.read_at([6])[6].type
        assert {at: one.version for at, one in log.read_at([2, 2, 9]).items()} == {2: 2}

    @pytest.mark.parametrize(
        "conflict",
        [
            {"events": [event("b", 1), event("a", 1)]},
            {"events": [event("b", 1), event("b", 1)]},
            {"changes": [Change(NOTE, [(1, "again")])]},
            {"changes": [Change(NOTE, [(9, None)])]},
            {"checkpoint": Checkpoint("router", 5)},
            {"checkpoint": Checkpoint("router", 4)},
            {"checkpoint": Checkpoint("router", 9, after=4)},
            {"checkpoint": Checkpoint("router", 9, after=0)},
            {"checkpoint": Checkpoint("sla", 9, after=1)},
        ],
        ids=str,
    )
    def test_a_conflict_writes_nothing_at_all(
        self, log: EventLog, conflict: dict[str, object]
    ) -> None:
        log.append(
            [event("a", 1)],
            checkpoint=Checkpoint("router", 5),
            changes=[Change(NOTE, [(1, "first")])],
        )
        before = everything(log)
        attempt: dict[str, object] = {
            "events": [event("c", 1)],
            "checkpoint": Checkpoint("router", 6),
            "changes": [Change(NOTE, [(2, "second")])],
        }
        with pytest.raises(ConcurrentAppend):
            log.append(**(attempt | conflict))  # type: ignore[arg-type]
        assert everything(log) == before
        assert log.checkpoint("sla") == 0

    def test_events_rows_and_checkpoint_become_durable_together(self, log: EventLog) -> None:
        log.append(
            [event("a", 1)],
            checkpoint=Checkpoint("router", 3),
            changes=[Change(NOTE, [(1, "one"), (2, "two")])],
        )
        assert (log.head(), log.checkpoint("router")) == (1, 3)
        assert notes(log) == [(1, "one"), (2, "two")]

    def test_a_checkpoint_only_moves_on_and_each_has_its_own(self, log: EventLog) -> None:
        log.append([], checkpoint=Checkpoint("router", 3))
        log.append([], checkpoint=Checkpoint("sla", 1))
        log.append([], checkpoint=Checkpoint("router", 7, after=3))
        assert (log.checkpoint("router"), log.checkpoint("sla")) == (7, 1)

    def test_a_checkpoint_that_follows_is_taken_once(self, log: EventLog) -> None:
        first = Checkpoint("reporting", 5, after=0)
        log.append([], checkpoint=first, changes=[Change(NOTE, [(1, "counted")])])
        with pytest.raises(ConcurrentAppend):
            log.append(
                [],
                checkpoint=Checkpoint("reporting", 8, after=0),
                changes=[Change(NOTE, [(2, "counted twice")])],
            )
        assert (log.checkpoint("reporting"), len(notes(log))) == (5, 1)

    def test_rows_change_without_an_event(self, log: EventLog) -> None:
        log.apply([Change(NOTE, [(1, "one")])])
        assert (notes(log), log.head()) == ([(1, "one")], 0)

    @pytest.mark.parametrize("count", [1, 2, 3, 40])
    def test_many_rows_of_one_statement_are_as_one_after_the_other(
        self, log: EventLog, count: int
    ) -> None:
        rows = [(f"{n:02}", n if n % 3 else None, None) for n in range(count)]
        log.apply([Change(ADD, rows), Change(ADD, [(name, 1, None) for name, *_ in rows])])
        added = [(name, n and n + 1, None) for name, n, _ in rows]
        assert log.query("SELECT name, n, share FROM counts ORDER BY name") == added

    def test_a_row_may_meet_itself_within_a_change(self, log: EventLog) -> None:
        log.apply([Change(ADD, [("a", 1, 0.5), ("b", 1, None), ("a", 2, 0), ("a", 3, None)])])
        found = log.query("SELECT name, n, share FROM counts ORDER BY name")
        assert found == [("a", 6, 0.5), ("b", 1, None)]

    def test_a_change_may_have_no_rows(self, log: EventLog) -> None:
        log.apply([Change(ADD, []), Change(NOTE, [])])
        assert notes(log) == []

    def test_truth_is_a_number_and_sums_are_whole(self, log: EventLog) -> None:
        rows = [("a", True, 1), ("b", False, 0.25), ("c", None, None), ("d", 2, True)]
        log.apply([Change(ADD, rows), Change(ADD, [("e", True, None)])])
        (found,) = log.query("SELECT SUM(n), SUM(share), COUNT(*), MAX(n) FROM counts")
        assert found == (4, 2.25, 5, 2)
        assert [type(value) for value in found] == [int, float, int, int]
        assert log.query("SELECT name FROM counts WHERE n = ? ORDER BY name", (True,)) == [
            ("a",),
            ("e",),
        ]

    def test_text_is_in_the_order_of_its_code_points(self, log: EventLog) -> None:
        names = ["-", "A", "B", "_", "a", "b", "é", "丙", "乙", "😀"]
        log.apply([Change(ADD, [(name, 1, None) for name in reversed(names)])])
        found = log.query("SELECT name FROM counts WHERE name > ? ORDER BY name", ("",))
        assert [name for (name,) in found] == sorted(names)

    def test_statements_keep_what_stands_in_quotes(self, log: EventLog) -> None:
        statement = "SELECT ?, '100 % of ?', 'it''s', COUNT(*) FROM notes WHERE id % 2 = ?"
        assert log.query(statement, (1, 0)) == [(1, "100 % of ?", "it's", 0)]

    def test_lists_of_any_length_are_found_among_other_conditions(self, log: EventLog) -> None:
        log.apply([Change(NOTE, [(n, "odd" if n % 2 else "even") for n in range(50)])])
        statement = "SELECT id FROM notes WHERE words = ? AND id IN ({}) AND id > ? ORDER BY id"
        for wanted in ([5], [5, 6, 7, 99], list(range(40))):
            marks = ",".join("?" * len(wanted))
            found = log.query(statement.format(marks), ("odd", *wanted, 3))
            assert [n for (n,) in found] == [n for n in wanted if n % 2 and 3 < n < 50]

    @pytest.mark.parametrize(
        ("only_at", "done"),
        [
            (None, True),
            (2, True),
            (1, False),
            (Checkpoint("router", 1), True),
            (Checkpoint("router", 2), False),
            (Checkpoint("sla", 0), True),
            ([Checkpoint("router", 1), Checkpoint("sla", 0)], True),
            ([Checkpoint("router", 1), Checkpoint("sla", 1)], False),
        ],
    )
    def test_tables_are_redefined_at_the_very_moment_that_is_named_or_not_at_all(
        self, log: EventLog, only_at: OnlyAt, done: bool
    ) -> None:
        log.append(events("a", 2), checkpoint=Checkpoint("router", 1))
        log.apply([Change(NOTE, [(1, "one")])])
        assert log.redefine(["DELETE FROM notes"], only_at=only_at) is done
        assert len(notes(log)) == (0 if done else 1)

    def test_a_statement_that_cannot_run_is_an_outage_and_writes_nothing(
        self, log: EventLog
    ) -> None:
        with pytest.raises(Outage):
            log.append([event("a", 1)], changes=[Change("INSERT INTO nowhere VALUES (?)", [(1,)])])
        with pytest.raises(Outage):
            log.query("SELECT nothing FROM nowhere")
        assert log.head() == 0

    def test_threads_that_append_at_once_lose_nothing(self, log: EventLog) -> None:
        def write(thread: int) -> None:
            for version in range(1, 26):
                log.append([event(f"thread-{thread}", version)])

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(6)))
        recorded = log.read_all(0, 1_000)
        assert [one.position for one in recorded] == list(range(1, 151))

    def test_of_those_who_want_one_version_one_wins(self, log: EventLog) -> None:
        def write(thread: int) -> bool:
            try:
                log.append([event("a", 1, str(thread).encode())])
            except ConcurrentAppend:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            wins = list(pool.map(write, range(8)))
        assert sum(wins) == 1
        assert log.read_stream("a")[0].data == str(wins.index(True)).encode()


def test_neighbouring_changes_of_one_statement_are_run_together_in_order() -> None:
    changes = [Change("A", [(1,)]), Change("A", [(2,)]), Change("B", [(3,)]), Change("A", [(4,)])]
    assert merged(changes) == [
        Change("A", [(1,), (2,)]),
        Change("B", [(3,)]),
        Change("A", [(4,)]),
    ]


def test_changes_of_different_owners_pass_each_other_and_each_keeps_its_order() -> None:
    one = [Change("A", [("one", 1)]), Change("B", [("one", 2)]), Change("A", [("one", 3)])]
    other = [Change("B", [("other", 1)]), Change("A", [("other", 2)])]
    later = [Change("A", [("one", 4)])]
    assert merged_apart([("one", one), ("other", other), ("none", []), ("one", later)]) == [
        Change("A", [("one", 1)]),
        Change("B", [("other", 1)]),
        Change("B", [("one", 2)]),
        Change("A", [("other", 2)]),
        Change("A", [("one", 3)]),
        Change("A", [("one", 4)]),
    ]
