"""What a client was told is true: accepted ⊆ log, whenever the process is killed."""

import random
import subprocess
import sys
import time
from pathlib import Path

import end_to_end_client
import pytest
from end_to_end_client import AT_ONCE_MAX, CHANNEL, acks
from end_to_end_log import assert_whole, facts, received
from end_to_end_place import ENVIRONMENT
from end_to_end_program import wait_until


@pytest.mark.parametrize(
    "kills", [pytest.param(12, id="12"), pytest.param(50, id="50", marks=pytest.mark.slow)]
)
def test_what_was_accepted_is_in_the_log(kills: int, tmp_path: Path, data: Path) -> None:
    ack_file = tmp_path / "acks"
    dice = random.Random(kills)
    for _ in range(kills):
        # when a client is killed some time after it was told something new
        before = len(acks(ack_file))
        process = subprocess.Popen(
            [sys.executable, end_to_end_client.__file__, data, ack_file], env=ENVIRONMENT
        )
        wait_until(lambda before=before: len(acks(ack_file)) > before)  # type: ignore[misc]
        time.sleep(dice.uniform(0, 0.2))
        process.kill()
        assert process.wait() < 0, "the client ended by itself"

        # then what it was told is there, on the ticket it was told
        told = {(CHANNEL, one.reference): one.ticket_id for one in acks(ack_file)}
        stored = received(facts(data))
        assert told.items() <= stored.items()
        # and beyond that there is at most what was on its way
        assert len(stored) - len(told) <= AT_ONCE_MAX
    assert len(told) == len(acks(ack_file)) > kills
    assert_whole(data)
