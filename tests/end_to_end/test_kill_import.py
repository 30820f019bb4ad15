"""kill -9 while a file is being imported, at moments nobody chose: again until it is done."""

import random
import time
from pathlib import Path

import pytest
from end_to_end_log import assert_whole, received, taken_in
from end_to_end_program import kill, start, yousu
from end_to_end_reports import rows, write_reports

from services.console.import_commands import BATCH_MAX

ROWS = 12_000
MATTERS = 9_000


@pytest.mark.parametrize(
    "kills", [pytest.param(12, id="12"), pytest.param(50, id="50", marks=pytest.mark.slow)]
)
def test_a_killed_import_is_finished_by_running_it_again(
    kills: int, tmp_path: Path, data: Path, mapping: Path
) -> None:
    # given a file that takes longer to import than we let it live
    reports = rows(ROWS, MATTERS)
    file = write_reports(tmp_path / "reports.csv", reports)
    dice = random.Random(kills)

    def command(channel: int) -> tuple[object, ...]:
        return ("import", file, "--channel", f"c{channel}", "--mapping", mapping,
                "--data", data, "--json")  # fmt: skip

    # when it is killed again and again, also while it makes its first files
    channel, killed = 0, 0
    while killed < kills:
        process = start(*command(channel))
        time.sleep(dice.uniform(0.2, 1.6))
        if kill(process):
            killed += 1
            # then batches are whole: all of their rows, or none
            assert taken_in(data) % BATCH_MAX == 0
        else:
            channel += 1  # it was faster than the dice: the same matters, told elsewhere
    last = yousu(*command(channel))
    assert last.code == 0, last.err

    # then every row of every file is in the log, once
    events = assert_whole(data)
    expected = {(f"c{c}", report.ref) for c in range(channel + 1) for report in reports}
    assert received(events).keys() == expected
    assert len({fact.ticket_id for fact in events}) == MATTERS
    # and one more run finds that there is nothing to do
    again = yousu(*command(0)).document
    assert (again["received"], again["duplicates"]) == (ROWS, ROWS)
    assert taken_in(data) == len(received(events))
