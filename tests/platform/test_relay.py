"""The log comes to the topic in its order, whatever fails; what is written down is never ahead."""

import threading
import time
from collections import deque
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.platform.failures import ConcurrentAppend, Outage
from services.platform.transport import back_off
from services.platform.transport import relay as relays
from services.platform.transport.lanes import LanesChanged, lane_names, set_lanes
from services.platform.transport.relay import NAME, Relay, outgoing
from services.platform.transport.topics import partition_of
from tests.platform.bus import MemoryBus, append, log_file, opened, tickets_of

LANES = 3
WAIT_S = 10
TICKETS = [f"ticket-{number}" for number in range(12)]


class MemoryPublisher:
    """Stores in order within a partition. `failures`: what becomes of the next calls."""

    def __init__(self, bus: MemoryBus) -> None:
        self.bus = bus
        self.under_way: deque = deque()
        self.failures: deque[str] = deque()
        self.closed = False
        self.count = bus.lanes

    def partitions(self) -> int:
        return self.count

    def send(self, messages):
        sent = list(messages)
        self.under_way.append(sent)
        if self._fails("send"):
            raise Outage("broker: away")
        return sent

    def confirm(self, sent) -> None:
        """All before it are stored too: one connection, in order."""
        if self._fails("confirm"):
            raise Outage("broker: away")
        lost = self._fails("confirmation lost")
        while any(one is sent for one in self.under_way):
            for message in self.under_way.popleft():
                self.bus.store(message)
        if lost:
            raise Outage("broker: the answer was lost")

    def reset(self) -> None:
        self.under_way.clear()

    def close(self) -> None:
        self.closed = True

    def _fails(self, kind: str) -> bool:
        if self.failures and self.failures[0] == kind:
            self.failures.popleft()
            return True
        return False


@pytest.fixture
def log(tmp_path):
    with opened(tmp_path / "yousu.db") as log:
        yield log


@pytest.fixture
def other_log(tmp_path, log):
    with opened(tmp_path / "yousu.db") as other:
        yield other


@pytest.fixture
def bus():
    return MemoryBus(LANES)


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(relays, "SAVE_EVERY_S", 0.0)
    monkeypatch.setattr(relays, "STAND_BY_S", 0.05)
    monkeypatch.setattr(back_off, "BACK_OFF_S", (0.01,))


def check(log, bus) -> None:
    """In each partition: the log's order after dropping copies, each naming the one before."""
    recorded = log.read_all(0, 100_000)
    for partition, messages in enumerate(bus.stored):
        expected = [one for one in recorded if partition_of(one.stream_id, bus.lanes) == partition]
        news, last = [], 0
        for message in messages:
            if message.position > last:
                news.append(message)
                last = message.position
        assert [message.recorded for message in news] == expected
        before = dict(
            zip([e.position for e in expected], [0, *(e.position for e in expected)], strict=False)
        )
        assert all(message.after == before[message.position] for message in messages)


def check_checkpoints(log, bus) -> None:
    """Never ahead of what is stored."""
    stands_at = log.checkpoint(NAME)
    for one in log.read_all(0, 100_000, stands_at):
        stored = bus.stored[partition_of(one.stream_id, bus.lanes)]
        assert any(message.position == one.position for message in stored)
    for partition, name in enumerate(lane_names(NAME, bus.lanes)):
        ours = [
            one.position
            for one in log.read_all(0, 100_000, stands_at)
            if partition_of(one.stream_id, bus.lanes) == partition
        ]
        assert log.checkpoint(name) == max(ours, default=0)


def until_idle(relay: Relay) -> None:
    while relay.step():
        pass
    relay.save()


def test_the_log_comes_to_the_topic(log, bus):
    append(log, TICKETS * 2)
    relay = Relay(log, MemoryPublisher(bus), LANES)
    until_idle(relay)
    check(log, bus)
    check_checkpoints(log, bus)
    assert relay.position == log.checkpoint(NAME) == log.head()
    assert sum(map(len, bus.stored)) == log.head()


def test_messages_are_for_the_partition_of_their_ticket(log):
    [ticket] = tickets_of(2, LANES, 1)
    append(log, [ticket, ticket])
    [one, two], lasts = outgoing(log.read_all(0, 10), (0, 0, 0))
    assert (one.partition, one.key) == (2, ticket.encode())
    assert one.value == log.read_all(0, 1)[0].data
    assert dict(two.headers)["after"] == b"1"
    assert lasts == (0, 0, 2)


def test_the_log_is_read_while_the_broker_writes(log, bus, monkeypatch):
    monkeypatch.setattr(relays, "BATCH_MAX", 5)
    publisher = MemoryPublisher(bus)
    relay = Relay(log, publisher, LANES)
    append(log, TICKETS)
    relay.step()
    assert (relay.position, len(publisher.under_way)) == (0, 1)
    relay.step()
    assert (relay.position, len(publisher.under_way)) == (5, 1)
    until_idle(relay)
    assert relay.position == 12
    check(log, bus)


def test_a_relay_that_was_killed_publishes_a_little_again_and_steps_over_nothing(log, bus, quick):
    append(log, TICKETS)
    Relay(log, MemoryPublisher(bus), LANES).step()
    first = Relay(log, MemoryPublisher(bus), LANES)
    first.step()
    first._confirm()
    again = Relay(log, MemoryPublisher(bus), LANES)
    assert again.position == 0
    until_idle(again)
    check(log, bus)
    assert sum(map(len, bus.stored)) == 24


@pytest.mark.parametrize("failure", ["send", "confirm", "confirmation lost"])
def test_what_failed_is_published_again_from_what_is_written_down(log, bus, quick, failure):
    publisher = MemoryPublisher(bus)
    relay = Relay(log, publisher, LANES)
    append(log, TICKETS)
    until_idle(relay)
    append(log, TICKETS)
    publisher.failures.append(failure)
    with pytest.raises(Outage, match="broker"):
        until_idle(relay)
    check_checkpoints(log, bus)
    relay.recover()
    assert relay.position == 12
    until_idle(relay)
    check(log, bus)
    check_checkpoints(log, bus)


def test_a_topic_of_another_size_gets_nothing(log, bus):
    publisher = MemoryPublisher(bus)
    publisher.count = LANES + 1
    append(log, TICKETS)
    relay = Relay(log, publisher, LANES)
    with pytest.raises(Outage, match="4 partitions, and the log 3 lanes"):
        relay.step()
    assert not publisher.under_way
    publisher.count = LANES
    until_idle(relay)
    check(log, bus)


def test_the_second_relay_notices_at_its_first_save(log, other_log, bus, quick):
    first, second = (Relay(one, MemoryPublisher(bus), LANES) for one in (log, other_log))
    append(log, TICKETS)
    until_idle(first)
    with pytest.raises(ConcurrentAppend):
        until_idle(second)
    second.recover()
    append(log, TICKETS)
    until_idle(second)
    check(log, bus)
    check_checkpoints(log, bus)


def test_with_another_number_of_lanes_it_leaves(log, bus, quick):
    set_lanes(log, LANES, [])
    relay = Relay(log, MemoryPublisher(bus), LANES)
    append(log, TICKETS)
    until_idle(relay)
    set_lanes(log, LANES + 1, [])
    append(log, TICKETS)
    with pytest.raises(ConcurrentAppend):
        until_idle(relay)
    with pytest.raises(LanesChanged):
        relay.recover()
    with pytest.raises(LanesChanged):
        Relay(log, MemoryPublisher(bus), LANES)
    wider = MemoryBus(LANES + 1)
    later = Relay(log, MemoryPublisher(wider), LANES + 1)
    until_idle(later)
    for messages in wider.stored:
        assert all(message.after >= 12 for message in messages), "so a worker behind sees a hole"
    assert {m.position for messages in wider.stored for m in messages} == set(range(13, 25))


class Running:
    """A relay in a thread of its own."""

    def __init__(self, log, bus) -> None:
        self.publisher = MemoryPublisher(bus)
        self.relay = Relay(log, self.publisher, bus.lanes)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.relay.run, args=(self.stop,))

    def __enter__(self) -> "Running":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()


def wait_until(condition) -> None:
    until_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until_s, "it never happened"
        time.sleep(0.005)


def test_it_runs_until_it_is_told_to_leave_and_writes_down_what_is_confirmed(log, bus):
    with Running(log, bus) as running:
        append(log, TICKETS)
        wait_until(lambda: running.relay.position == 12)
        append(log, TICKETS)
        wait_until(lambda: running.relay.position == 24)
    assert running.publisher.closed
    assert log.checkpoint(NAME) == 24
    check(log, bus)


def test_outages_are_waited_out(log, bus, quick):
    with Running(log, bus) as running:
        running.publisher.failures.extend(["send", "confirm", "confirmation lost", "confirm"])
        append(log, TICKETS)
        wait_until(lambda: log.checkpoint(NAME) == 12)
    check(log, bus)


def test_an_outage_of_the_log_while_recovering_sends_nothing_meanwhile(
    log, bus, quick, monkeypatch
):
    with Running(log, bus) as running:
        append(log, TICKETS)
        wait_until(lambda: log.checkpoint(NAME) == 12)
        asked = threading.Event()
        checkpoint = log.checkpoint

        def away(name):
            asked.set()
            raise Outage("database: away")

        with monkeypatch.context() as broken:
            broken.setattr(log, "checkpoint", away)
            running.publisher.failures.append("confirm")
            append(log, TICKETS)
            assert asked.wait(WAIT_S)
            assert not running.publisher.under_way
        wait_until(lambda: checkpoint(NAME) == 24)
    check(log, bus)


def test_two_relays_by_mistake_come_to_terms_and_one_that_dies_is_replaced(
    log, other_log, bus, quick, tmp_path
):
    with opened(tmp_path / "yousu.db") as writer:
        with Running(log, bus) as first, Running(other_log, bus) as second:
            for _ in range(20):
                append(writer, TICKETS)
                at = writer.head()
                wait_until(lambda at=at: writer.checkpoint(NAME) == at)
            first.stop.set()
            first.thread.join(WAIT_S)
            append(writer, TICKETS)
            wait_until(lambda: writer.checkpoint(NAME) == writer.head())
            assert not second.stop.is_set()
        check_any_order(writer, bus)


def check_any_order(log, bus) -> None:
    """Two at once may mix copies in, but what is new comes in order."""
    check(log, bus)
    check_checkpoints(log, bus)


@pytest.mark.parametrize("log_is_away", [False, True])
def test_a_relay_stands_by_while_another_keeps_up(
    log, other_log, bus, quick, monkeypatch, log_is_away
):
    """Also while the log cannot be asked: to take over then would be to fight."""
    active = Relay(other_log, MemoryPublisher(bus), LANES)
    standing = Relay(log, MemoryPublisher(bus), LANES)
    append(log, TICKETS)
    until_idle(active)
    stop = threading.Event()
    recovered = threading.Event()
    monkeypatch.setattr(standing, "recover", recovered.set)
    checkpoint, asked = log.checkpoint, threading.Semaphore(0)

    def asking(name):
        asked.release()
        if log_is_away:
            raise Outage("database: away")
        return checkpoint(name)

    monkeypatch.setattr(log, "checkpoint", asking)
    thread = threading.Thread(target=standing._stand_by, args=(stop,))
    thread.start()
    turned_s = standing.turned_s
    for _ in range(4):
        assert asked.acquire(timeout=WAIT_S)
    assert standing.turned_s > turned_s, "who stands by is alive"
    assert not recovered.is_set()
    log_is_away = False
    append(other_log, TICKETS)
    assert recovered.wait(WAIT_S), "nobody moved it, and there is something to publish"
    stop.set()
    thread.join(WAIT_S)


def test_leaving_while_the_broker_is_away_is_no_failure(log, bus):
    publisher = MemoryPublisher(bus)
    relay = Relay(log, publisher, LANES)
    append(log, TICKETS)
    relay.step()
    publisher.failures.append("confirm")
    stop = threading.Event()
    stop.set()
    relay.run(stop)
    assert publisher.closed
    check_checkpoints(log, bus)


def test_leaving_while_the_log_is_away_is_no_failure(log, bus, monkeypatch):
    relay = Relay(log, MemoryPublisher(bus), LANES)
    append(log, TICKETS)
    relay.step()

    def away(*_, **__):
        raise Outage("database: away")

    monkeypatch.setattr(log, "append", away)
    stop = threading.Event()
    stop.set()
    relay.run(stop)
    assert log.checkpoint(NAME) == 0


def test_how_far_each_partition_is(log, bus):
    append(log, TICKETS)
    until_idle(Relay(log, MemoryPublisher(bus), LANES))
    assert relays.relayed(log, LANES) == {
        partition: messages[-1].position for partition, messages in enumerate(bus.stored)
    }


whose = st.integers(0, 1)
steps = st.one_of(
    st.tuples(st.just("append"), st.lists(st.sampled_from(TICKETS), min_size=1, max_size=9)),
    st.tuples(st.just("step"), whose),
    st.tuples(st.just("step"), whose),
    st.tuples(st.just("save"), whose),
    st.tuples(st.just("kill"), whose),
    st.tuples(st.just("fail"), whose, st.sampled_from(["send", "confirm", "confirmation lost"])),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lanes=st.integers(1, 4), schedule=st.lists(steps, min_size=5, max_size=40))
def test_whatever_fails_each_partition_has_the_logs_order(monkeypatch, lanes, schedule):
    monkeypatch.setattr(relays, "BATCH_MAX", 4)
    monkeypatch.setattr(relays, "SAVE_EVERY_S", 3_600.0)
    with ExitStack() as stack:
        path = stack.enter_context(log_file())
        logs = [stack.enter_context(opened(path)) for _ in range(2)]
        bus = MemoryBus(lanes)
        relay = [Relay(log, MemoryPublisher(bus), lanes) for log in logs]
        for name, which, *rest in schedule:
            if name == "append":
                append(logs[0], which)
                continue
            one = relay[which]
            try:
                if name == "step":
                    one.step()
                elif name == "save":
                    one.save()
                elif name == "kill":
                    relay[which] = Relay(logs[which], MemoryPublisher(bus), lanes)
                else:
                    one._publisher.failures.append(rest[0])
            except (Outage, ConcurrentAppend):
                one.recover()
            check_checkpoints(logs[0], bus)
        last = Relay(logs[1], MemoryPublisher(bus), lanes)
        until_idle(last)
        check(logs[0], bus)
        check_checkpoints(logs[0], bus)
