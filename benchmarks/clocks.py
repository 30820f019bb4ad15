"""A million open clocks: a look when nothing is due, and all that one due clock costs.

A due clock costs its row read, its ticket read and folded, the rules asked, its facts stored, and
its row moved; many of them share a transaction. Every row is a ticket's promise to resolve; those
that fall due have their facts in the log, the others are rows of tickets nobody looks at.

    python -m benchmarks.clocks [--quick]
"""

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.figures import Figure, show
from services.console.main import COLLECT_EVERY
from services.console.system import System, bootstrap
from services.domain import events as e
from services.domain.codec import encode
from services.domain.events import TicketEvent
from services.domain.events_clocks import DeadlineSet
from services.domain.personal import Personal, SealingContext
from services.platform.clock import VirtualClock
from services.platform.event_log import Change, NewEvent
from services.platform.processor import Runner, read_batch
from services.platform.settings import load_settings
from services.platform.stored_time import stored

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # a Monday, 09:30 by the city's clock
LATER = START + timedelta(days=120)
CLOCKS, DUE = 1_000_000, 40_000
QUICK_CLOCKS, QUICK_DUE = 100_000, 8_000
LOOKS = 200
PART = 5_000
IDLE_MS_MAX, DUE_US_MAX = 5.0, 50.0


def clocks(count: int, due: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yousu-clocks-") as folder:
        system = bootstrap(
            load_settings(Path(folder), environment={}),
            VirtualClock(START),
            random.Random(1).randbytes,
        )
        try:
            before_mib = _resident_mib()
            _write_facts(system, due)
            _write_rows(system, count - due)
            yield from _looked_at(system, count)
            yield from _worked_off(system, count, due)
            yield Figure(f"memory that {count:,} clocks take", _resident_mib() - before_mib, "MiB")
        finally:
            system.close()


def _looked_at(system: System, count: int) -> Iterator[Figure]:
    runner = _sla(system)
    system.transport.run_until_idle()
    took_ms = [_processor_s(lambda: runner.tick(START)) * 1_000 for _ in range(LOOKS)]
    name = f"a tick with nothing due, {count:,} clocks"
    yield Figure(name, median(took_ms), "ms", None, IDLE_MS_MAX, "<=", of="value")


def _worked_off(system: System, count: int, due: int) -> Iterator[Figure]:
    """Warned of, all of them; then missed, all of them. Floor: the same facts stored alone."""
    runner, head = _sla(system), system.log.head()
    for word, moment in (("warned of", _warn_at(0)), ("missed", _due_at(0))):
        now = moment + timedelta(minutes=1)
        before = system.log.head()
        began_s = time.perf_counter()
        took_s = _processor_s(lambda now=now: _work(system, now))  # type: ignore[misc]
        wall_s = time.perf_counter() - began_s
        done = system.log.head() - before
        assert done == 2 * due, f"{done} facts of {due} clocks"
        floor_us = _stored_alone_us(system, before, done) / due
        name = f"a clock {word}, all in, {count:,} open"
        yield Figure(name, took_s / due * 1e6, "us", floor_us, DUE_US_MAX, "<=", of="value")
        yield Figure(f"{name}, by the wall", wall_s / due * 1e6, "us")
    assert runner.position >= head


def _work(system: System, now: datetime) -> None:
    """As the embedded transport does: ticks, and rows that follow what they wrote."""
    runner = _sla(system)
    while runner.tick(now):
        _follow(system)


def _follow(system: System) -> None:
    runner = _sla(system)
    tail = system.handler.tail
    while (batch := read_batch(system.log, runner.position, 10_000, tail=tail)).facts:
        runner.step(batch, system.clock.now())


def _stored_alone_us(system: System, after: int, count: int) -> float:
    """The same events into the same kind of file, encoded already, a thousand clocks at a time."""
    events = [
        NewEvent(f"floor-{one.stream_id}", one.version, one.type, one.data)
        for one in system.log.read_all(after, count)
    ]
    with tempfile.TemporaryDirectory(prefix="yousu-floor-") as folder:
        other = bootstrap(load_settings(Path(folder), environment={}), VirtualClock(START))
        parts = [events[at : at + 2_000] for at in range(0, len(events), 2_000)]
        took_s = _processor_s(lambda: [other.log.append(part) for part in parts])
        other.close()
    return took_s * 1e6


def _processor_s(work: Callable[[], object]) -> float:
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def _sla(system: System) -> Runner:
    return next(runner for runner in system.transport.runners if runner.name == "sla")


def _warn_at(number: int) -> datetime:
    return START + timedelta(days=2, hours=4)


def _due_at(number: int) -> datetime:
    return START + timedelta(days=3, hours=8, minutes=30)


def _write_facts(system: System, count: int) -> None:
    for first in range(0, count, PART):
        tickets = [_ticket_id(number) for number in range(first, min(first + PART, count))]
        system.log.append(
            [
                NewEvent(ticket, version, event.type, encode(event, _CONTEXT))
                for ticket in tickets
                for version, event in enumerate(_facts(ticket), start=1)
            ],
        )
    for runner in system.transport.runners:
        if runner.name != "sla":  # they are not what is measured
            system.log.append([], checkpoint=runner.checkpoint(system.log.head()))
            runner.taken_in(system.log.head())


def _facts(ticket_id: str) -> Iterable[TicketEvent]:
    """As a ticket is that a unit has accepted."""
    common = {
        "ticket_id": ticket_id,
        "actor": "unit:heating",
        "cause": "command:0",
        "occurred_at": START,
        "recorded_at": START,
    }
    resident = f"{ticket_id[-20:]:0>20}"
    words = Personal(resident, sealed=f"s1.{resident}.{'q' * 160}")
    yield e.TicketOpened(
        **common,
        report_id=f"r{ticket_id}",
        channel="hotline",
        reference=f"c{ticket_id}",
        resident=resident,
        text=words,
        fingerprint=f"f{ticket_id}",
        rule_version="rule-1",
    )
    yield e.TicketRouted(
        **common,
        attempt=1,
        lead="heating",
        urgency_days=3,
        method="alias",
        confidence=0.9,
        explanation="找到“暖气”",
        directory_version="xining-1",
    )
    for clock in ("accept", "resolve"):
        yield DeadlineSet(
            **common,
            clock=clock,
            starts_at=START,
            working_days=3,
            warn_at=_warn_at(0),
            due_at=_due_at(0),
            calendar_version="calendar-1",
            policy_version="policy-1",
        )
    yield e.TicketAccepted(**common, unit="heating")


def _write_rows(system: System, count: int) -> None:
    """Due far away, one each half minute."""
    statement = "INSERT INTO deadlines VALUES (?, 'resolve', ?, ?, 0, ?, 0)"
    for first in range(0, count, 50_000):
        rows = []
        for number in range(first, min(first + 50_000, count)):
            due = LATER + timedelta(seconds=30 * number)
            warn = stored(due - timedelta(days=1))
            rows.append((_ticket_id(10**9 + number), stored(due), warn, warn))
        system.log.apply([Change(statement, rows)])


def _ticket_id(number: int) -> str:
    return f"01960000-0000-7000-8000-{number:012x}"


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


_CONTEXT = SealingContext(lambda word, data: word.sealed or "", 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    gc.set_threshold(*COLLECT_EVERY)
    sizes = (QUICK_CLOCKS, QUICK_DUE) if arguments.quick else (CLOCKS, DUE)
    for figure in clocks(*sizes):
        show(figure)


if __name__ == "__main__":
    main()
