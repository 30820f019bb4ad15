"""One read of the log feeds all; whoever stops, fails or lags behind holds up nobody else."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from services.platform import processor_errors
from services.platform.city_streams import append_city
from services.platform.clock import VirtualClock
from services.platform.event_log import NewEvent
from services.platform.failures import Outage
from services.platform.processor import Runner
from services.platform.transport import back_off, embedded
from services.platform.transport.embedded import EmbeddedTransport
from tests.contract.event_log_contract import withdrawn
from tests.domain.facts import MONDAY, TUESDAY, WORDS
from tests.platform.helpers import Idle, Processing, counted, open_tickets, spoil

WAIT_S = 10


class Projecting(Idle):
    is_projection = True


def build(log, handler, *processors, clock=None, tail=None) -> EmbeddedTransport:
    runners = [Runner(processor, log, handler) for processor in processors]
    transport = EmbeddedTransport(log, runners, clock or VirtualClock(MONDAY), tail)
    handler.appended = transport.wake
    return transport


@contextmanager
def running(transport: EmbeddedTransport) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=transport.run)
    thread.start()
    try:
        yield thread
    finally:
        transport.stop()
        thread.join(WAIT_S)
        assert not thread.is_alive()


def wait_until(condition) -> None:
    until = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.005)


def reads_of(log, monkeypatch) -> list[int]:
    reads: list[int] = []
    read_all = log.read_all

    def counting(after, limit, to=None):
        reads.append(after)
        return read_all(after, limit, to)

    monkeypatch.setattr(log, "read_all", counting)
    return reads


def test_one_read_of_the_log_feeds_everybody(handler, log, monkeypatch):
    one, other = Processing("one"), Idle("other")
    transport = build(log, handler, one, other)
    open_tickets(handler, 3)
    reads = reads_of(log, monkeypatch)
    assert transport.step() == 6
    assert reads == [0]
    assert one.batches == other.batches == [[1, 2, 3]]
    assert transport.step() == 0


def test_what_this_process_wrote_is_not_read_again(handler, log, monkeypatch):
    one = Processing("one")
    transport = build(log, handler, one, tail=handler.tail)
    open_tickets(handler, 3)
    reads = reads_of(log, monkeypatch)
    transport.step()
    assert (reads, one.batches) == ([], [[1, 2, 3]])


def test_what_the_city_says_of_other_things_is_no_reason_to_read_again(handler, log, monkeypatch):
    one = Processing("one")
    transport = build(log, handler, one, tail=handler.tail)
    open_tickets(handler, 2)
    append_city(log, withdrawn("k1"), 1)  # as another writer, or process, does
    open_tickets(handler, 1, first=3)
    reads = reads_of(log, monkeypatch)
    assert transport.step() == 4
    assert (reads, one.batches) == ([], [[1, 2, 4]])
    log.append([NewEvent("T9", 1, "ticket.of_the_future.v1", b"{}")])
    open_tickets(handler, 1, first=4)
    transport.step()
    assert reads == [4], "what may be about a ticket is read from the log"


def test_until_idle_is_everything_and_what_follows_from_it(handler, log):
    clock = VirtualClock(MONDAY)
    routing, projecting = Processing("router", routes=True), Projecting("reporting")
    transport = build(log, handler, routing, projecting, clock=clock)
    open_tickets(handler, 3)
    transport.run_until_idle()
    assert log.head() == 6
    assert routing.batches == [[1, 2, 3], [4, 5, 6]]
    assert projecting.batches == [[1, 2, 3, 4, 5, 6]], "a projection follows, in larger steps"
    assert {log.checkpoint(name) for name in ("router", "reporting")} == {6}
    assert routing.ticks == projecting.ticks == 1


def test_an_empty_transport_is_idle(handler, log):
    open_tickets(handler, 1)
    assert build(log, handler).step() == 0


def test_a_processor_that_stopped_holds_up_nobody(handler, log, monkeypatch):
    sick, well = Processing("sick"), Idle("well")
    sick.poison = set(range(1, 1_000))
    transport = build(log, handler, sick, well)
    open_tickets(handler, 150)
    transport.run_until_idle()
    assert (log.checkpoint("sick"), log.checkpoint("well")) == (100, 150)
    open_tickets(handler, 1, first=151)
    transport.run_until_idle()
    assert (log.checkpoint("sick"), log.checkpoint("well")) == (100, 151)
    assert "too many dead letters" in processor_errors.current(log)["sick"]
    assert sick.ticks < well.ticks, "a stopped one has no clocks either"


def test_an_outage_of_one_is_raised_after_everybody_had_their_turn(handler, log):
    away, well, projecting = Processing("away"), Idle("well"), Projecting("reporting")
    away.failure = Outage("no calendar")
    transport = build(log, handler, away, well, projecting)
    open_tickets(handler, 2)
    for _ in range(2):
        with pytest.raises(Outage, match="no calendar"):
            transport.run_until_idle()
    assert well.batches == projecting.batches == [[1, 2]]
    assert processor_errors.current(log) == {"away": "no calendar"}
    away.failure = None
    transport.run_until_idle()
    assert counted(log) == {1: 1, 2: 1}
    assert processor_errors.current(log) == {}


def test_one_that_fails_for_long_never_holds_back_the_news_of_others(handler, log, monkeypatch):
    monkeypatch.setattr(embedded, "BATCH_MAX", 5)
    away, well = Processing("away"), Idle("well")
    away.failure = Outage("no calendar")
    transport = build(log, handler, away, well)
    open_tickets(handler, 23)
    for _ in range(5):
        with pytest.raises(Outage):
            transport.step()
    assert transport.runners[1].position == 23
    away.failure = None
    transport.run_until_idle()
    assert counted(log) == dict.fromkeys(range(1, 24), 1)


def test_whoever_begins_far_behind_holds_back_nobody(handler, log, monkeypatch):
    monkeypatch.setattr(embedded, "BATCH_MAX", 4)
    first = Idle("first")
    transport = build(log, handler, first)
    open_tickets(handler, 10)
    transport.run_until_idle()
    late = build(log, handler, first, Processing("late"))
    open_tickets(handler, 1, first=11)
    late.step()
    assert [runner.position for runner in late.runners] == [11, 4]
    late.run_until_idle()
    assert counted(log) == dict.fromkeys(range(1, 12), 1)


def test_it_runs_until_it_is_stopped_and_saves_where_it_stands(handler, log):
    transport = build(log, handler, Processing("router", routes=True), Idle("idle"))
    with running(transport):
        open_tickets(handler, 3)
        wait_until(lambda: log.head() == 6)
        wait_until(lambda: transport.runners[1].position == 6)
        began = time.monotonic()
    assert time.monotonic() - began < 2, "a stop is a matter of moments"
    assert log.checkpoint("idle") == log.checkpoint("router") == 6


def test_events_of_another_process_are_seen_without_being_told(handler, log, open_log):
    one = Processing("one")
    with running(build(log, handler, one)):
        spoil(open_log())
        wait_until(lambda: log.checkpoint("one") == 1)


def test_while_one_is_away_the_others_go_on_and_it_is_tried_again(handler, log, monkeypatch):
    monkeypatch.setattr(back_off, "BACK_OFF_S", (0.02, 0.04))
    away, well = Processing("away"), Processing("well", routes=True)
    well.react = Processing.react.__get__(well)
    away.failure = Outage("no calendar")
    transport = build(log, handler, away, well)
    with running(transport):
        open_tickets(handler, 1)
        wait_until(lambda: len(away.batches) > 3)
        wait_until(lambda: transport.runners[1].position == 2)
        away.failure = None
        wait_until(lambda: log.checkpoint("away") == 2)
    assert away.batches[0] == [1]
    assert processor_errors.current(log) == {}


def test_who_fails_rests_longer_each_time(handler, log):
    away = Processing("away")
    away.failure = Outage("no calendar")
    transport = build(log, handler, away)
    open_tickets(handler, 1)
    began = time.monotonic()
    with running(transport):
        wait_until(lambda: len(away.batches) == 3)
        took_s = time.monotonic() - began
    assert took_s >= sum(back_off.BACK_OFF_S[:2])


def test_a_database_that_is_away_is_waited_for(handler, log, monkeypatch, caplog):
    monkeypatch.setattr(back_off, "BACK_OFF_S", (0.01,))
    one = Processing("one")
    transport = build(log, handler, one)
    open_tickets(handler, 1)
    read_all = log.read_all
    failures = iter([Outage("disk is full")] * 3)

    def flaky(*arguments):
        if failure := next(failures, None):
            raise failure
        return read_all(*arguments)

    monkeypatch.setattr(log, "read_all", flaky)
    with running(transport):
        wait_until(lambda: log.checkpoint("one") == 1)
    assert counted(log) == {1: 1}
    assert "processing waits: disk is full" in caplog.text


def test_a_tick_that_fails_holds_up_neither_facts_nor_other_clocks(
    handler, log, monkeypatch, caplog
):
    monkeypatch.setattr(embedded, "TICK_EVERY_S", 0.0)
    sick, well = Processing("sick"), Idle("well")
    sick.tick_failure = ValueError(WORDS)
    with running(build(log, handler, sick, well)):
        wait_until(lambda: well.ticks > 3)
        open_tickets(handler, 1)
        wait_until(lambda: log.checkpoint("sick") == 1)
    assert "processing failed: ValueError at" in caplog.text
    assert WORDS not in caplog.text


def test_clocks_tick_as_the_citys_time_passes(handler, log):
    clock = VirtualClock(MONDAY)
    one = Processing("one")
    with running(build(log, handler, one, clock=clock)):
        wait_until(lambda: one.ticks == 1)
        time.sleep(0.1)
        assert one.ticks == 1, "no time has passed in the city"
        clock.advance_to(TUESDAY)
        wait_until(lambda: one.ticks == 2)


def test_a_checkpoint_that_cannot_be_saved_is_saved_later(handler, log, monkeypatch, caplog):
    idle = Idle("idle")
    transport = build(log, handler, idle)
    open_tickets(handler, 1)
    handle = handler.handle
    monkeypatch.setattr(handler, "handle", raise_outage)
    transport.run_until_idle()
    assert "checkpoint not saved: away" in caplog.text
    monkeypatch.setattr(handler, "handle", handle)
    transport.save()
    assert log.checkpoint("idle") == 1


def raise_outage(*_, **__):
    raise Outage("away")


def test_how_it_goes_is_written_down_once_per_change(handler, log, monkeypatch, caplog):
    away = Processing("away")
    away.failure = Outage("no calendar")
    transport = build(log, handler, away)
    open_tickets(handler, 1)
    written = []
    apply = log.apply
    monkeypatch.setattr(log, "apply", lambda changes: written.append(changes) or apply(changes))
    for _ in range(3):
        with pytest.raises(Outage):
            transport.step()
    assert len(written) == 1
    assert transport.runners[0].last_error == "no calendar"
    assert Runner(Processing("away"), log, handler).last_error == "no calendar"
    monkeypatch.setattr(log, "apply", raise_outage)
    away.failure = None
    with caplog.at_level(logging.WARNING):
        transport.step()
    assert "could not be written down" in caplog.text
