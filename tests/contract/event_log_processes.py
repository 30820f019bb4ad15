"""What every event log promises to processes that share it, and to those that are killed."""

import multiprocessing
import time
from collections import Counter
from pathlib import Path

from services.platform.event_log import EventLog, NewEvent
from tests.contract.event_log_contract import notes
from tests.contract.log_writers import BATCH, write_many, write_until_killed

SPAWN = multiprocessing.get_context("spawn")
KILLS = 6


class EventLogOfManyProcesses:
    """Subclasses give the fixtures `log`, and `place`: where `log_writers.open_at` finds it."""

    def test_processes_that_write_at_once_wait_for_each_other_and_lose_nothing(
        self, place: str, log: EventLog
    ) -> None:
        with SPAWN.Pool(3) as pool:
            written = pool.starmap(write_many, [(place, f"writer-{n}", 40) for n in range(3)])
        recorded = log.read_all(0, 10_000)
        assert [one.position for one in recorded] == list(range(1, sum(written) + 1))
        assert Counter(one.stream_id.rsplit("-", 1)[0] for one in recorded) == {
            f"writer-{n}": 40 * BATCH for n in range(3)
        }

    def test_a_reader_sees_whole_batches_without_a_gap_while_processes_write(
        self, place: str, log: EventLog
    ) -> None:
        names = ("one", "other")
        writers = [SPAWN.Process(target=write_many, args=(place, name, 60)) for name in names]
        for writer in writers:
            writer.start()
        seen: list[int] = []
        while any(writer.is_alive() for writer in writers) or log.head() > len(seen):
            batch = [one.position for one in log.read_all(len(seen), 10_000)]
            assert len(batch) % BATCH == 0, "part of an append"
            seen += batch
        for writer in writers:
            writer.join()
        assert [writer.exitcode for writer in writers] == [0, 0]
        assert seen == list(range(1, 2 * 60 * BATCH + 1)), "a position came after a higher one"

    def test_killing_the_writer_at_any_moment_loses_nothing_and_leaves_nothing_half_done(
        self, place: str, log: EventLog, tmp_path: Path
    ) -> None:
        acknowledged = tmp_path / "acknowledged"
        acknowledged.touch()
        for kill in range(KILLS):
            writer = SPAWN.Process(target=write_until_killed, args=(place, str(acknowledged)))
            before = acknowledged.stat().st_size
            writer.start()
            while acknowledged.stat().st_size == before:
                assert writer.is_alive()
                time.sleep(0.005)
            time.sleep(0.013 * kill)
            writer.kill()
            writer.join()
        assert_nothing_lost(log, acknowledged, KILLS)
        assert log.append([NewEvent("after", 1, "t", b"{}")])


def assert_nothing_lost(log: EventLog, acknowledged: Path, acknowledged_min: int) -> None:
    """Of what `write_until_killed` wrote."""
    recorded = log.read_all(0, 1_000_000)
    batches = Counter(one.stream_id for one in recorded)
    acks = [int(line) for line in acknowledged.read_text().split()]
    assert len(acks) == len(set(acks)) >= acknowledged_min
    assert {f"batch-{number}" for number in acks} <= set(batches), "acknowledged and lost"
    assert set(batches.values()) == {BATCH}, "a batch is half there"
    assert [one.position for one in recorded] == list(range(1, len(recorded) + 1))
    last = log.checkpoint("writer")
    assert [row[0] for row in notes(log)] == list(range(1, last + 1))
    assert len(batches) == last, "events, rows and checkpoint disagree"
