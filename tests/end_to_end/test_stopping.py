"""SIGTERM and Ctrl-C: a clean end within seconds, and the next start goes on where this stopped."""

import signal
import time
from pathlib import Path

import pytest
from conftest import Import
from end_to_end_log import assert_whole, head, types
from end_to_end_processing import start_processing
from end_to_end_program import wait_until, yousu
from end_to_end_reports import rows

TICKETS = 3_000
STOP_WITHIN_S = 10


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_processors_stop_cleanly_in_the_middle_of_their_work(
    signum: signal.Signals, data: Path, take_in: Import
) -> None:
    # given processors that have begun, and have a lot before them
    take_in(rows(TICKETS, TICKETS))
    process = start_processing(data)
    wait_until(lambda: head(data) > TICKETS)

    # when they are asked to stop
    process.ask_to_stop(signum)
    asked = time.monotonic()
    done = process.finish(STOP_WITHIN_S)

    # then they do, and say how far they came
    assert time.monotonic() - asked < STOP_WITHIN_S
    assert (done.code, done.err) == (0, "")
    assert done.document["position"] == head(data)
    # and the rest is done later, once
    rest = yousu("process", "--until-idle", "--data", data, "--json")
    assert rest.code == 0
    assert {one["lag"] for one in rest.document["processors"].values()} == {0}
    counts = types(assert_whole(data))
    assert counts["ticket.routed.v1"] + counts["ticket.sent_to_triage.v1"] == TICKETS
    assert counts["ticket.deadline_set.v1"] == 2 * counts["ticket.routed.v1"]


def test_idle_processors_stop_at_once(data: Path, take_in: Import) -> None:
    process = start_processing(data)
    take_in(rows(3, 3))
    wait_until(lambda: head(data) >= 3 * 4)  # opened, routed, two clocks
    time.sleep(0.5)  # now it sleeps between two looks at the log
    process.ask_to_stop()
    assert process.finish(STOP_WITHIN_S).code == 0
