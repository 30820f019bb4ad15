"""Several processes on one data folder at once: they take turns, and the sums are exact."""

import threading
from collections import Counter
from pathlib import Path

from end_to_end_log import assert_whole, head, query, received, types
from end_to_end_processing import start_processing
from end_to_end_program import Finished, finish, start, wait_until, yousu
from end_to_end_reports import rows, write_reports

ROWS = 4_000
MATTERS = 2_500  # told by both channels, in the same order: both want to open the same tickets
LOCKED = ("locked", "Traceback", "busy")


class Reader(threading.Thread):
    """Runs one reading command after the other until it is told to stop."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(daemon=True)
        self._arguments = arguments
        self._enough = threading.Event()
        self.finished: list[Finished] = []
        self.start()

    def run(self) -> None:
        while not self._enough.is_set():
            self.finished.append(yousu(*self._arguments))

    def stop(self) -> list[Finished]:
        self._enough.set()
        self.join(60)
        assert self.finished
        return self.finished


def test_imports_processors_and_readers_share_one_database(
    tmp_path: Path, data: Path, mapping: Path
) -> None:
    # given two imports of the same matters, processors at work, and somebody who looks
    file = write_reports(tmp_path / "reports.csv", rows(ROWS, MATTERS))
    options = ("--mapping", mapping, "--data", data, "--json")
    processors = [start_processing(data, more) for more in range(2)]
    imports = [start("import", file, "--channel", name, *options) for name in ("phone", "app")]
    wait_until(lambda: head(data))
    reader = Reader("status", "--data", data, "--json")

    # when all of them are done
    tallies = [finish(process) for process in imports]
    for process in processors:
        process.ask_to_stop()
    ended = [*tallies, *reader.stop(), *(process.finish() for process in processors)]
    ended.append(yousu("process", "--until-idle", "--data", data, "--json"))

    # then nobody failed, and nobody saw a lock
    for one in ended:
        assert one.code == 0, one.err
        assert not any(word in one.out + one.err for word in LOCKED), one.err
    # and the sums are exact
    total = Counter[str]()
    for tally in tallies:
        total.update(tally.document)
    assert total["received"] == 2 * ROWS
    assert total["opened"] == MATTERS
    assert total["joined"] == 2 * ROWS - MATTERS
    assert (total["duplicates"], total["rejected"]) == (0, 0)
    events = assert_whole(data)
    counts = types(events)
    assert len(received(events)) == 2 * ROWS
    assert counts["ticket.opened.v1"] == MATTERS
    assert counts["ticket.routed.v1"] + counts["ticket.sent_to_triage.v1"] == MATTERS
    assert counts["ticket.deadline_set.v1"] == 2 * counts["ticket.routed.v1"]
    assert ended[-1].document["processors"]["router"]["lag"] == 0


def test_two_imports_of_one_file_through_one_channel_are_one_import(
    tmp_path: Path, data: Path, mapping: Path
) -> None:
    file = write_reports(tmp_path / "reports.csv", rows(ROWS, MATTERS))
    options = ("--channel", "phone", "--mapping", mapping, "--data", data, "--json")
    done = [finish(p) for p in [start("import", file, *options) for _ in range(2)]]
    assert [one.code for one in done] == [0, 0], [one.err for one in done]
    total = Counter[str]()
    for one in done:
        total.update(one.document)
    assert total["opened"] + total["joined"] == total["duplicates"] == ROWS
    assert len(received(assert_whole(data))) == ROWS
    assert query(data / "yousu.db", "SELECT COUNT(*) FROM report_keys") == [(ROWS,)]
