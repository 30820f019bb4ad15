"""Whatever the bus does, and whoever else works on the same lanes: every fact has its effect once,
in order within its ticket, and no checkpoint goes back."""

from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.platform import processor
from services.platform.clock import VirtualClock
from services.platform.failures import Outage
from services.platform.keys import Keyring
from services.platform.transport import lane_batches, lane_worker
from services.platform.transport.lane_worker import LaneWorker
from services.platform.transport.lanes import lane_names
from tests.domain.facts import MONDAY
from tests.platform.bus import (
    Noting,
    Seconds,
    append,
    effects,
    handler_of,
    log_file,
    on_the_bus,
    opened,
    quarantined,
)

KINDS = ("ticket", "ticket", "ticket", "quiet", "poison", "spoiled")
TICKETS = [f"{kind}-{number}" for number in range(3) for kind in KINDS]
WORKERS = 2

numbers = st.integers(0, 40)
workers = st.integers(0, WORKERS - 1)
lanes_held = st.frozensets(st.integers(0, 4))
facts = st.lists(st.sampled_from(TICKETS), min_size=1, max_size=12)
steps = st.one_of(
    st.tuples(st.just("append"), facts),
    st.tuples(st.just("bring"), workers, st.integers(1, 12)),
    st.tuples(st.just("bring"), workers, st.integers(1, 12)),
    st.tuples(st.just("again"), workers, st.integers(0, 4), st.lists(numbers, max_size=8)),
    st.tuples(st.just("foreign"), workers, st.integers(0, 4), st.integers(0, 4), numbers),
    st.tuples(st.just("from the start"), workers),
    st.tuples(st.just("hold"), workers, lanes_held),
    st.tuples(st.just("look"), workers),
    st.tuples(st.just("look"), workers),
    st.tuples(st.just("wait"), st.floats(0, 5)),
    st.tuples(st.just("kill"), workers),
    st.tuples(st.just("close"), workers),
    st.tuples(st.just("away"), workers, st.frozensets(st.sampled_from(TICKETS), max_size=2)),
    st.tuples(st.just("log away"), workers, st.integers(0, 3)),
)


class Play:
    """Two workers on connections of their own, which may believe that they hold the same lanes."""

    def __init__(self, stack: ExitStack, keyring: Keyring, lanes: int, path) -> None:
        self.lanes = lanes
        self.logs = [stack.enter_context(opened(path)) for _ in range(WORKERS)]
        self.log = stack.enter_context(opened(path))
        self.handlers = [handler_of(log, keyring) for log in self.logs]
        self.seconds = Seconds()
        self.policies = [Noting() for _ in range(WORKERS)]
        self.workers = [self.made(number) for number in range(WORKERS)]
        self.cursors = [dict.fromkeys(range(lanes), 0) for _ in range(WORKERS)]
        self.workers[0].hold(frozenset(range(lanes)))
        self.checkpoints = dict.fromkeys(lane_names("noting", lanes), 0)
        self.fails_in: list[int | None] = [None] * WORKERS
        for number in range(WORKERS):
            self.make_fallible(number)

    def made(self, number: int) -> LaneWorker:
        return LaneWorker(
            self.policies[number],
            self.logs[number],
            self.handlers[number],
            VirtualClock(MONDAY),
            self.lanes,
            far_behind=15,
            elapsed_s=self.seconds,
        )

    def make_fallible(self, number: int) -> None:
        """Its database goes away at a write: before it, or after it with the answer lost."""
        log = self.logs[number]
        write = log.append

        def append_or_not(*events, **rest):
            left = self.fails_in[number]
            if left is None:
                return write(*events, **rest)
            self.fails_in[number] = left - 1 if left else None
            if left == 0:
                raise Outage("database: away")
            if left == 1:
                write(*events, **rest)
                self.fails_in[number] = None
                raise Outage("database: the answer was lost")
            return write(*events, **rest)

        log.append = append_or_not

    def step(self, name: str, *rest) -> None:
        if name == "append":
            append(self.log, rest[0])
        elif name == "wait":
            self.seconds.pass_(rest[0])
        else:
            self.of_worker(name, *rest)
        self.check_checkpoints()

    def of_worker(self, name: str, number: int, *rest) -> None:
        worker = self.workers[number]
        try:
            match name, *rest:
                case "bring", count:
                    self.bring(number, count)
                case "again", lane, which:
                    messages = on_the_bus(self.log, self.lanes)[lane % self.lanes]
                    some = [messages[n % len(messages)] for n in which] if messages else []
                    worker.take({lane % self.lanes: some})
                case "foreign", lane, other, which:
                    messages = on_the_bus(self.log, self.lanes)[other % self.lanes]
                    worker.take({lane % self.lanes: messages[: which + 1]})
                case ("from the start",):
                    worker.take(dict(enumerate(on_the_bus(self.log, self.lanes))))
                case "hold", wanted:
                    worker.hold(frozenset(lane for lane in wanted if lane < self.lanes))
                case ("look",):
                    worker.look()
                case ("kill",):
                    held = worker._wanted
                    self.workers[number] = self.made(number)
                    self.workers[number].hold(held)
                case ("close",):
                    worker.close()
                case "away", tickets:
                    self.policies[number].away = set(tickets)
                case "log away", writes:
                    self.fails_in[number] = writes
                case _:
                    raise AssertionError(name)
        except Outage as error:
            if "database" not in str(error):  # one lane's trouble is not everybody's
                raise

    def bring(self, number: int, count: int) -> None:
        """As the bus does: what comes next in each partition."""
        cursors = self.cursors[number]
        found = {}
        for lane, messages in enumerate(on_the_bus(self.log, self.lanes)):
            found[lane] = messages[cursors[lane] : cursors[lane] + count]
            cursors[lane] += len(found[lane])
        self.workers[number].take(found)
        self.workers[number].look()

    def check_checkpoints(self) -> None:
        now = {name: self.log.checkpoint(name) for name in self.checkpoints}
        assert all(now[name] >= before for name, before in self.checkpoints.items())
        assert all(at <= self.log.head() for at in now.values())
        self.checkpoints = now

    def end_well(self) -> None:
        for number in range(WORKERS):
            self.policies[number].away = set()
            self.fails_in[number] = None
        self.workers[1].hold(frozenset())
        self.workers[0].hold(frozenset(range(self.lanes)))
        for _ in range(2):  # the first may end with following the other
            self.seconds.pass_(10)
            while self.workers[0].look():
                pass
        self.workers[0].close()


def check(log, lanes: int, stopped: set[int]) -> None:
    recorded = log.read_all(0, 100_000)
    noted = [one.position for one in recorded if one.stream_id.startswith("ticket-")]
    set_aside = [
        one.position for one in recorded if one.stream_id.startswith(("poison-", "spoiled-"))
    ]
    done = effects(log)
    assert sorted(position for _, position in done) == noted, "every effect once"
    for ticket in TICKETS:
        mine = [position for name, position in done if name == ticket]
        assert mine == sorted(mine), "in order within a ticket"
    assert quarantined(log) == set_aside
    assert stopped == set()
    assert {log.checkpoint(name) for name in lane_names("noting", lanes)} == {log.head()}


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """So that short logs have many batches, reads and unsaved checkpoints."""
    monkeypatch.setattr(lane_batches, "BATCH_MAX", 3)
    monkeypatch.setattr(lane_worker, "READ_MAX", 5)
    monkeypatch.setattr(processor, "UNSAVED_MAX", 7)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lanes=st.integers(1, 5), schedule=st.lists(steps, min_size=5, max_size=40))
def test_every_fact_has_its_effect_once_and_in_order(keyring, lanes, schedule):
    with ExitStack() as stack:
        path = stack.enter_context(log_file())
        play = Play(stack, keyring, lanes, path)
        append(play.log, TICKETS)
        for one in schedule:
            play.step(*one)
        play.end_well()
        check(play.log, lanes, play.workers[0].stopped)
