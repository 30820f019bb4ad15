"""What arrives waits its turn; what fails is tried again; nothing is acknowledged too early."""

import asyncio
import threading
import time

import pytest

from services.platform.failures import ConcurrentAppend, Outage
from services.platform.transport import back_off
from services.platform.transport import pump as pumps
from services.platform.transport.pump import SOFTWARE_ERROR, Pump
from tests.domain.facts import WORDS

WAIT_S = 10


class Left(BaseException):
    """Where the process would have ended."""


class Bench:
    def __init__(self) -> None:
        self.turns: list[list[int]] = []
        self.looks = 0
        self.more = 0  # looks that ask for another at once
        self.done: list[int] = []
        self.codes: list[int] = []
        self.failures: list[Exception] = []
        self.gate = threading.Event()
        self.gate.set()
        self.threads: set[str] = set()
        self.pump = Pump[int](self.take, self.look, self.done.append, self.fail)

    def take(self, items) -> None:
        assert self.gate.wait(WAIT_S)
        self.turns.append(list(items))
        self.threads.add(threading.current_thread().name)
        if self.failures:
            raise self.failures.pop(0)

    def look(self) -> bool:
        self.threads.add(threading.current_thread().name)
        self.looks += 1
        self.more -= 1
        return self.more >= 0

    def fail(self, code: int) -> None:
        self.codes.append(code)
        raise Left

    async def until(self, condition) -> None:
        until_s = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < until_s, "it never happened"
            await asyncio.sleep(0.002)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(back_off, "BACK_OFF_S", (0.01, 0.02))
    monkeypatch.setattr(pumps, "LOOK_EVERY_S", 0.01)


def run(play):
    """`play(bench, pumping)` beside a pump that runs, and is stopped at the end."""

    async def main() -> Bench:
        bench = Bench()
        pumping = asyncio.create_task(bench.pump.run())
        await play(bench, pumping)
        bench.pump.stop()
        await asyncio.wait_for(pumping, WAIT_S)
        bench.pump.close()
        return bench

    return asyncio.run(main())


def test_what_arrives_meanwhile_goes_together():
    async def play(bench, _):
        bench.gate.clear()
        await bench.pump.put(1)
        await bench.until(lambda: not bench.pump._waiting)
        for item in (2, 3, 4):
            await bench.pump.put(item)
        assert bench.done == [], "not before it is taken in"
        bench.gate.set()
        await bench.until(lambda: len(bench.done) == 4)

    bench = run(play)
    assert bench.turns == [[1], [2, 3, 4]]
    assert bench.done == [1, 2, 3, 4]
    assert len(bench.threads) == 1


def test_it_looks_when_nothing_comes_and_at_once_when_asked_to():
    async def play(bench, _):
        await bench.until(lambda: bench.looks >= 3)

    assert run(play).turns == []


def test_more_to_do_is_done_without_waiting(monkeypatch):
    monkeypatch.setattr(pumps, "LOOK_EVERY_S", 3_600)

    async def play(bench, _):
        bench.more = 5
        await bench.until(lambda: bench.looks >= 6)
        before = bench.looks
        bench.pump.wake()
        await bench.until(lambda: bench.looks > before)

    run(play)


@pytest.mark.parametrize("failure", [Outage("away"), ConcurrentAppend("never first")])
def test_the_same_again_until_it_is_done(failure):
    async def play(bench, _):
        bench.gate.clear()
        bench.failures = [failure] * 4
        await bench.pump.put(1)
        bench.gate.set()
        await bench.until(lambda: bench.pump.failures == 2)
        assert bench.done == []
        await bench.pump.put(2)
        await bench.until(lambda: bench.done == [1, 2])

    bench = run(play)
    assert bench.turns == [[1]] * 5 + [[2]]
    assert bench.pump.failures == 0


def test_no_more_waits_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(pumps, "WAITING_MAX", 3)

    async def play(bench, _):
        bench.gate.clear()
        await bench.pump.put(0)
        await bench.until(lambda: not bench.pump._waiting)
        for item in (1, 2, 3):
            await asyncio.wait_for(bench.pump.put(item), WAIT_S)
        fourth = asyncio.create_task(bench.pump.put(4))
        await asyncio.sleep(0.05)
        assert not fourth.done()
        bench.gate.set()
        await asyncio.wait_for(fourth, WAIT_S)
        await bench.until(lambda: bench.done == [0, 1, 2, 3, 4])

    assert run(play).turns == [[0], [1, 2, 3], [4]]


class StartAgain(Exception):
    exit_code = 75


@pytest.mark.parametrize(
    ("failure", "code"), [(ValueError(WORDS), SOFTWARE_ERROR), (StartAgain(), 75)]
)
def test_a_fault_ends_the_process_before_anything_is_acknowledged(failure, code, caplog):
    async def main() -> Bench:
        bench = Bench()
        bench.failures = [failure]
        await bench.pump.put(1)
        with pytest.raises(Left):
            await bench.pump.run()
        bench.pump.close()
        return bench

    bench = asyncio.run(main())
    assert (bench.codes, bench.done) == ([code], [])
    assert WORDS not in caplog.text


def test_leaving_finishes_the_turn_and_begins_no_other():
    async def play(bench, pumping):
        bench.gate.clear()
        await bench.pump.put(1)
        await bench.until(lambda: not bench.pump._waiting)
        await bench.pump.put(2)
        bench.pump.stop()
        await asyncio.sleep(0.05)
        assert not pumping.done()
        bench.gate.set()
        await asyncio.wait_for(pumping, WAIT_S)

    bench = run(play)
    assert (bench.turns, bench.done) == ([[1]], [1])


def test_leaving_during_an_outage_waits_for_nothing_and_acknowledges_nothing(monkeypatch):
    monkeypatch.setattr(back_off, "BACK_OFF_S", (3_600.0,))

    async def play(bench, pumping):
        bench.failures = [Outage("away")]
        await bench.pump.put(1)
        await bench.until(lambda: bench.pump.failures == 1)
        bench.pump.stop()
        await asyncio.wait_for(pumping, WAIT_S)

    bench = run(play)
    assert (bench.turns, bench.done) == ([[1]], [])


def test_every_turn_is_a_sign_of_life_and_so_is_every_outage():
    async def play(bench, _):
        began_s = bench.pump.turned_s
        await bench.until(lambda: bench.pump.turned_s > began_s)
        bench.failures = [Outage("away")] * 1_000
        await bench.pump.put(1)
        await bench.until(lambda: bench.pump.failures > 0)
        before_s = bench.pump.turned_s
        await bench.until(lambda: bench.pump.turned_s > before_s)
        assert bench.done == []

    run(play)
