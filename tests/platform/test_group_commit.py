"""Many waiting callers, one transaction; one caller's trouble is nobody else's."""

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager

import pytest

from services.platform import group_commit
from services.platform.failures import Outage
from services.platform.group_commit import GroupCommit

WAIT_S = 10


class Writer:
    """Doubles numbers; can be held up, so that a batch gathers behind it."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.free = threading.Event()
        self.busy = threading.Event()
        self.free.set()

    def run(self, numbers):
        self.batches.append(list(numbers))
        self.busy.set()
        assert self.free.wait(WAIT_S)
        if 13 in numbers:
            raise ValueError("unlucky")
        if 99 in numbers:
            raise Outage("the database is away")
        return [2 * number for number in numbers]


@contextmanager
def group(writer: Writer) -> Iterator[GroupCommit[int, int]]:
    commit = GroupCommit(writer.run, "test-group-commit")
    try:
        yield commit
    finally:
        writer.free.set()
        commit.close()


@contextmanager
def gathered(writer: Writer) -> Iterator[GroupCommit[int, int]]:
    """Submissions inside wait behind a first one, and are one batch."""
    with group(writer) as commit:
        writer.free.clear()
        commit.submit(0)
        assert writer.busy.wait(WAIT_S)
        yield commit


def test_every_question_gets_its_own_answer():
    with group(Writer()) as commit:
        answers = [commit.submit(number) for number in range(200) if number not in {13, 99}]
        assert [answer.result(WAIT_S) for answer in answers] == [
            2 * number for number in range(200) if number not in {13, 99}
        ]


def test_what_arrives_while_one_is_written_goes_together():
    writer = Writer()
    with gathered(writer) as commit:
        answers = [commit.submit(number) for number in (1, 2, 3)]
        assert not any(answer.done() for answer in answers), "nothing is answered before its commit"
        writer.free.set()
        assert [answer.result(WAIT_S) for answer in answers] == [2, 4, 6]
    assert writer.batches == [[0], [1, 2, 3]]


def test_a_batch_has_a_limit(monkeypatch):
    monkeypatch.setattr(group_commit, "BATCH_MAX", 2)
    writer = Writer()
    with gathered(writer) as commit:
        for number in (1, 2, 3):
            commit.submit(number)
    assert writer.batches == [[0], [1, 2], [3]]


def test_one_bad_question_fails_alone():
    writer = Writer()
    with gathered(writer) as commit:
        good, bad, also_good = commit.submit(1), commit.submit(13), commit.submit(3)
        writer.free.set()
        assert (good.result(WAIT_S), also_good.result(WAIT_S)) == (2, 6)
        with pytest.raises(ValueError, match="unlucky"):
            bad.result(WAIT_S)
    assert writer.batches == [[0], [1, 13, 3], [1], [13], [3]]


def test_an_outage_is_everybodys_and_is_not_tried_one_by_one():
    writer = Writer()
    with gathered(writer) as commit:
        answers = [commit.submit(1), commit.submit(99)]
        writer.free.set()
        for answer in answers:
            with pytest.raises(Outage):
                answer.result(WAIT_S)
        assert commit.submit(4).result(WAIT_S) == 8, "the next batch is tried"
    assert writer.batches == [[0], [1, 99], [4]]


def test_a_full_queue_refuses_at_once(monkeypatch):
    monkeypatch.setattr(group_commit, "WAITING_MAX", 3)
    with gathered(Writer()) as commit:
        for number in (1, 2, 3):
            commit.submit(number)
        with pytest.raises(Outage, match="waiting"):
            commit.submit(4)


def test_closing_answers_all_that_was_submitted_before():
    writer = Writer()
    with gathered(writer) as commit:
        answers = [commit.submit(number) for number in (1, 2, 3)]
    assert [answer.result(0) for answer in answers] == [2, 4, 6]


def test_after_closing_nothing_is_taken_that_nobody_would_answer():
    with group(Writer()) as commit:
        commit.close()
        with pytest.raises(Outage, match="closing"):
            commit.submit(1)


def test_a_caller_who_left_is_not_served_and_stops_nobody():
    writer = Writer()
    with gathered(writer) as commit:
        left, stayed = commit.submit(1), commit.submit(2)
        assert left.cancel()
        writer.free.set()
        assert stayed.result(WAIT_S) == 4
        with pytest.raises(CancelledError):
            left.result(WAIT_S)
        assert commit.submit(3).result(WAIT_S) == 6
    assert writer.batches == [[0], [2], [3]]


def test_a_batch_of_callers_who_all_left_is_not_run():
    writer = Writer()
    with gathered(writer) as commit:
        assert commit.submit(1).cancel()
    assert writer.batches == [[0]]


def test_a_caller_cannot_leave_once_the_batch_is_being_written():
    writer = Writer()
    with group(writer) as commit:
        writer.free.clear()
        answer = commit.submit(1)
        assert writer.busy.wait(WAIT_S)
        assert not answer.cancel()
        writer.free.set()
        assert answer.result(WAIT_S) == 2


def test_too_few_answers_are_a_fault_and_not_silence():
    commit: GroupCommit[int, int] = GroupCommit(lambda numbers: [], "test-no-answers")
    with pytest.raises(ValueError, match="0 answers to 1"):
        commit.submit(1).result(WAIT_S)
    with pytest.raises(ValueError, match="0 answers to 1"):
        commit.submit(2).result(WAIT_S)
    commit.close()
