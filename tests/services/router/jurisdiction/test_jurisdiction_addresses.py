"""The addresses written by hand: how many are right, and that none is surely wrong."""

import pytest
from jurisdiction_addresses import (
    BEFORE_FILE,
    Expected,
    answer,
    is_confidently_wrong,
    read_addresses,
    score,
)

BEFORE = read_addresses(BEFORE_FILE)


def test_there_are_enough_addresses() -> None:
    assert len(BEFORE) >= 300
    assert len({(row.address, row.text) for row in BEFORE}) == len(BEFORE)


def test_the_addresses_written_before_meet_the_aims() -> None:
    reached = score(BEFORE)
    assert reached.district >= 0.99
    assert reached.street >= 0.97
    assert reached.community >= 0.95
    assert reached.not_flagged == ()
    assert reached.dispatched >= 0.75  # flagging everything would be easy


@pytest.mark.parametrize("row", BEFORE, ids=lambda row: f"line {row.line}")
def test_no_answer_is_surely_wrong(row: Expected) -> None:
    found = answer(row)
    assert not is_confidently_wrong(row, found), found
