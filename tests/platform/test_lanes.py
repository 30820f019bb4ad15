"""The number of lanes changes for all at once, when nothing can be lost by it, and never back."""

import pytest

from services.platform.clock import VirtualClock
from services.platform.event_log import Checkpoint
from services.platform.processor import Runner, read_batch
from services.platform.transport import lanes
from services.platform.transport.lane_worker import LaneWorker
from services.platform.transport.lanes import (
    CLOSED,
    RELAY,
    LanesChanged,
    LanesInUse,
    checkpoint_name,
    lane_count,
    lane_names,
    set_lanes,
)
from tests.domain.facts import MONDAY
from tests.platform.bus import Seconds
from tests.platform.helpers import Processing, counted, open_tickets

POLICIES = ("router", "sla")


def stand(log, names, position, after=None):
    log.append([], also=[Checkpoint(name, position, after) for name in names])


def stands(log, names):
    return {log.checkpoint(name) for name in names}


def test_names_say_which_lane_of_how_many():
    assert checkpoint_name("router", 3, 8) == "router/3-of-8"
    assert lane_names("router", 2) == ["router/0-of-2", "router/1-of-2"]
    assert lane_names("router", None) == ["router"]


def test_a_log_is_whole_until_it_is_split(log):
    assert lane_count(log) is None
    assert set_lanes(log, 8, POLICIES)
    assert lane_count(log) == 8


@pytest.mark.parametrize("number", [-1, 0, lanes.LANES_MAX + 1])
def test_there_are_neither_no_lanes_nor_too_many(log, number):
    with pytest.raises(LanesInUse, match="are possible"):
        set_lanes(log, number, POLICIES)
    assert lane_count(log) is None


def test_the_lanes_of_a_whole_log_begin_where_it_stood(log):
    stand(log, ["router"], 40)
    stand(log, ["sla"], 30)
    set_lanes(log, 3, POLICIES)
    assert stands(log, lane_names("router", 3)) == {40}
    assert stands(log, lane_names("sla", 3)) == {30}
    assert stands(log, POLICIES) == {CLOSED}


def test_what_is_so_already_stays_as_it_is(log):
    stand(log, ["router"], 40)
    set_lanes(log, 3, POLICIES)
    stand(log, ["router/1-of-3"], 50, after=40)
    assert set_lanes(log, 3, POLICIES) is False
    assert [log.checkpoint(name) for name in lane_names("router", 3)] == [40, 50, 40]


def test_level_lanes_may_become_more(log):
    set_lanes(log, 2, POLICIES)
    stand(log, lane_names("router", 2), 50)
    assert set_lanes(log, 5, POLICIES)
    assert stands(log, lane_names("router", 5)) == {50}
    assert stands(log, lane_names("sla", 5)) == {0}
    assert stands(log, lane_names("router", 2)) == {CLOSED}


def test_lanes_that_are_not_level_finish_first(log):
    set_lanes(log, 2, POLICIES)
    stand(log, ["router/0-of-2"], 50)
    with pytest.raises(LanesInUse, match="different positions"):
        set_lanes(log, 5, POLICIES)
    assert lane_count(log) == 2
    assert log.checkpoint("router/0-of-2") == 50


def test_there_is_no_way_back_to_a_number_that_was(log):
    set_lanes(log, 2, POLICIES)
    set_lanes(log, 3, POLICIES)
    with pytest.raises(LanesInUse, match="there were 2 lanes before"):
        set_lanes(log, 2, POLICIES)
    assert lane_count(log) == 3


@pytest.mark.parametrize("mover", ["router/1-of-2", "relay/0-of-2"])
def test_who_moves_meanwhile_is_not_stepped_over(log, open_log, monkeypatch, mover):
    set_lanes(log, 2, POLICIES)
    stand(log, [*lane_names("router", 2), RELAY, *lane_names(RELAY, 2)], 50)
    other, append = open_log(), log.append

    def late(*events, **rest):
        stand(other, [mover], 60, after=50)
        return append(*events, **rest)

    monkeypatch.setattr(log, "append", late)
    with pytest.raises(LanesInUse, match="moved meanwhile"):
        set_lanes(log, 5, POLICIES)
    assert lane_count(other) == 2
    assert stands(other, lane_names("router", 5)) == {0}


def test_two_who_split_it_at_once_do_not_both(log, open_log, monkeypatch):
    other, append = open_log(), log.append

    def late(*events, **rest):
        set_lanes(other, 4, POLICIES)
        return append(*events, **rest)

    monkeypatch.setattr(log, "append", late)
    with pytest.raises(LanesInUse):
        set_lanes(log, 2, POLICIES)
    assert lane_count(other) == 4


def test_who_ran_the_whole_log_finds_nothing_left_to_do(log, open_log, handler):
    counting = Processing("router")
    runner = Runner(counting, log, handler)
    open_tickets(handler, 3)
    set_lanes(open_log(), 2, ["router"])
    runner.step(read_batch(log, 0, 100), MONDAY)
    assert counted(log) == {}
    assert runner.position == CLOSED


def test_a_worker_of_an_earlier_number_does_nothing_and_leaves(log, open_log, handler):
    set_lanes(log, 2, ["counting"])
    counting = Processing()
    worker = LaneWorker(counting, log, handler, VirtualClock(MONDAY), 2, elapsed_s=Seconds())
    worker.hold(frozenset({0, 1}))
    worker.look()
    open_tickets(handler, 5)
    set_lanes(open_log(), 3, ["counting"])
    worker.look()
    assert counted(log) == {}
    with pytest.raises(LanesChanged):
        worker.look()
    again = LaneWorker(counting, log, handler, VirtualClock(MONDAY), 2)
    again.hold(frozenset({1}))
    with pytest.raises(LanesChanged):
        again.take({})
    assert counting.ticks == 1, "nor does it go on with the clocks"


def test_lanes_of_the_relay_never_begin_as_if_their_partitions_had_been_empty(log):
    set_lanes(log, 2, POLICIES)
    stand(log, [RELAY], 90)
    stand(log, ["relay/0-of-2"], 88)
    stand(log, ["relay/1-of-2"], 90)
    set_lanes(log, 4, POLICIES)
    assert stands(log, [RELAY, *lane_names(RELAY, 4)]) == {90}
    assert stands(log, lane_names(RELAY, 2)) == {CLOSED}
