"""A projection over the whole log: one process runs it, and others stand by."""

import pytest

from services.platform.clock import VirtualClock
from services.platform.failures import Outage
from services.platform.transport import whole_worker
from services.platform.transport.whole_worker import WholeWorker
from tests.domain.facts import MONDAY
from tests.platform.helpers import Idle, Processing, counted, open_tickets

FIRST, OTHERS = frozenset({0, 2}), frozenset({1, 3})


class Projecting(Processing):
    is_projection = True


class Seeing(Idle):
    is_projection = True


@pytest.fixture
def made(log, handler):
    def make(projection=None, on=log):
        clock = VirtualClock(MONDAY)
        return WholeWorker(projection or Projecting(), on, handler, clock, step_every_s=0)

    return make


def look_until_idle(worker):
    while worker.look():
        pass


def test_it_takes_the_name_of_its_projection(made):
    assert made().name == "counting"


def test_whoever_holds_the_first_partition_runs_it(made, handler, log):
    ours, other = made(), made()
    ours.hold(FIRST)
    other.hold(OTHERS)
    open_tickets(handler, 3)
    assert other.look() is False
    assert counted(log) == {}
    ours.look()
    assert ours.look() is False
    assert counted(log) == {1: 1, 2: 1, 3: 1}


def test_messages_only_wake_it(made, handler, log):
    worker = made()
    worker.hold(FIRST)
    open_tickets(handler, 3)
    worker.take({0: []})
    look_until_idle(worker)
    assert counted(log) == {1: 1, 2: 1, 3: 1}


def test_it_keeps_the_logs_one_order(made, handler):
    projection = Projecting()
    worker = made(projection)
    worker.hold(FIRST)
    open_tickets(handler, 5)
    look_until_idle(worker)
    assert projection.batches == [[1, 2, 3, 4, 5]]


def test_another_goes_on_where_it_was_given_up(made, handler, log, open_log):
    ours, other = made(), made(on=open_log())
    ours.hold(FIRST)
    open_tickets(handler, 3)
    look_until_idle(ours)
    ours.hold(frozenset())
    other.hold(FIRST)
    open_tickets(handler, 2, first=4)
    look_until_idle(ours)
    look_until_idle(other)
    assert counted(log) == dict.fromkeys(range(1, 6), 1)
    ours.hold(FIRST)
    open_tickets(handler, 1, first=6)
    look_until_idle(ours)
    assert counted(log) == dict.fromkeys(range(1, 7), 1)


def test_two_who_believe_that_they_hold_it_do_nothing_twice(made, handler, log, open_log):
    ours, other = made(), made(on=open_log())
    for worker in (ours, other):
        worker.hold(FIRST)
        worker.look()
    for number in range(1, 7):
        open_tickets(handler, 1, first=number)
        for worker in (ours, other) if number % 2 else (other, ours):
            look_until_idle(worker)
    assert counted(log) == dict.fromkeys(range(1, 7), 1)


def test_an_outage_is_raised_and_nothing_is_stepped_over(made, handler, log):
    projection = Projecting()
    worker = made(projection)
    worker.hold(FIRST)
    open_tickets(handler, 3)
    projection.failure = Outage("away")
    with pytest.raises(Outage):
        worker.look()
    projection.failure = None
    look_until_idle(worker)
    assert counted(log) == {1: 1, 2: 1, 3: 1}


def test_facts_without_effect_are_written_down_now_and_then(made, handler, log, monkeypatch):
    worker = made(Seeing())
    worker.hold(FIRST)
    open_tickets(handler, 3)
    worker.look()
    assert log.checkpoint("counting") == 0
    worker.look()
    assert log.checkpoint("counting") == 3
    monkeypatch.setattr(whole_worker, "SAVE_EVERY_S", 3_600.0)
    open_tickets(handler, 1, first=4)
    look_until_idle(worker)
    assert log.checkpoint("counting") == 3
    worker.close()
    assert log.checkpoint("counting") == 4


def test_who_stands_by_has_nothing_to_write_down(made, handler, log):
    worker = made()
    worker.hold(OTHERS)
    open_tickets(handler, 3)
    worker.look()
    worker.close()
    assert log.checkpoint("counting") == 0


def test_a_step_waits_until_it_is_worth_its_transaction(log, handler):
    worker = WholeWorker(
        Projecting(), log, handler, VirtualClock(MONDAY), step_every_s=1_000_000_000
    )
    worker.hold(frozenset({0}))
    open_tickets(handler, 1)
    assert not worker.look()
    assert worker.transport is not None
    assert [runner.position for runner in worker.transport.runners] == [1], "the first is at once"
    open_tickets(handler, 1, first=2)
    assert not worker.look()
    assert [runner.position for runner in worker.transport.runners] == [1]
