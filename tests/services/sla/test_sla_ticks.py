"""Ticks: whenever, however often, in whatever order and from however many, once is once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from typing import Any, NamedTuple

import pytest
from city_history import CityHistory, open_city
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audit.clock_lives import state_of
from services.console.system import System
from services.domain import events_clocks as c
from services.platform.event_log import Change
from services.platform.processor import read_batch
from services.platform.stored_time import stored
from services.platform.transport.embedded import EmbeddedTransport
from services.sla import deadlines
from services.sla.processor import SlaProcessor
from tests.services.sla.sla_city import HOUR, MINUTE, SlaCity, local, open_sla_city

START = "2026-09-23 15:00"  # a Wednesday; 25 to 27 September and 1 to 7 October are off
START_AT, END = local(START), local("2026-10-16 20:00")
MINUTES = int((END - START_AT) / MINUTE)
CLOCKS = ("accept", "resolve")
TICKING = c.DeadlineWarned | c.DeadlineMissed | c.TicketEscalated


class Happened(NamedTuple):
    """A fact of the passing of time, but for the moment at which it was written down."""

    ticket: int
    clock: str
    type: str
    due_at: datetime
    level: int


def founded(folder: Path) -> tuple[SlaCity, list[str]]:
    """Three urgencies; the second ticket is accepted at once."""
    city = open_sla_city(folder, START)
    tickets = [city.routed(urgency_days) for urgency_days in (1, 3, 7)]
    city.accept(tickets[1])
    return city, tickets


def happened(city: SlaCity, tickets: Sequence[str]) -> list[Happened]:
    return sorted(
        Happened(n, fact.clock, fact.type, fact.due_at, getattr(fact, "level", 0))
        for n, ticket in enumerate(tickets)
        for fact in city.facts(ticket, *TICKING.__args__)
    )


@pytest.fixture(scope="module")
def every_minute(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Happened]]:
    """What happens when somebody looks each minute."""
    city, tickets = founded(tmp_path_factory.mktemp("every-minute"))
    transport = city.system.transport
    for minute in range(MINUTES + 1):
        if transport.tick(START_AT + minute * MINUTE):
            transport.step()
    yield happened(city, tickets)
    city.system.close()


def expected(
    reference: Sequence[Happened], warn_at: dict[tuple[int, str], datetime], ticks: list[datetime]
) -> list[Happened]:
    """All of it but for the warnings whose time nobody looked at: they come before the miss."""

    def seen(fact: Happened) -> bool:
        first_late = next((n for n, at in enumerate(ticks) if at > fact.due_at), len(ticks))
        begin = warn_at[fact.ticket, fact.clock]
        return any(begin <= at <= fact.due_at for at in ticks[:first_late])

    def is_warning(fact: Happened) -> bool:
        return fact.type == "ticket.deadline_warned.v1" or fact.level == 1

    return [fact for fact in reference if not is_warning(fact) or seen(fact)]


def test_looking_each_minute_sees_everything_once(every_minute: list[Happened]) -> None:
    assert len(every_minute) == len(set(every_minute)) == 5 * 6  # five clocks: warn, miss, rungs
    assert {fact.level for fact in every_minute} == {0, 1, 2, 3, 4}


@settings(max_examples=16)
@given(
    ticks=st.lists(
        st.tuples(st.integers(0, MINUTES), st.integers(0, 1), st.booleans()), max_size=25
    )
)
def test_any_ticks_from_two_transports_in_any_order_make_the_same_facts(
    every_minute: list[Happened], ticks: list[tuple[int, int, bool]]
) -> None:
    with TemporaryDirectory() as name:
        city, tickets = founded(Path(name))
        other = open_sla_city(Path(name), START)
        transports = (city.system.transport, other.system.transport)
        warn_at = {(tickets.index(row.ticket_id), row.clock): row.warn_at for row in city.rows()}
        moments = [START_AT + minute * MINUTE for minute, _, _ in ticks]
        for moment, (_, which, catches_up) in zip(moments, ticks, strict=True):
            transports[which].tick(moment)
            if catches_up:
                transports[which].step()
        for _ in range(4):  # the miss and the two rungs after it
            for transport in transports:
                transport.tick(END)
                transport.step()
        opens = {key: datetime.fromisoformat(at) for key, at in warn_at.items()}
        assert happened(city, tickets) == expected(every_minute, opens, [*moments, END])
        city.system.close()
        other.system.close()


def test_two_transports_ticking_at_the_same_moment_do_everything_once(
    every_minute: list[Happened], tmp_path: Path
) -> None:
    city, tickets = founded(tmp_path)
    other = open_sla_city(tmp_path, START)
    together = Barrier(2)

    def look(transport: EmbeddedTransport, moments: Sequence[datetime]) -> None:
        for moment in moments:
            together.wait(timeout=30)
            transport.tick(moment)
            transport.step()

    moments = [START_AT + n * HOUR for n in range(MINUTES // 60)] + [END] * 4
    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look, one.system.transport, moments) for one in (city, other)]
    for done in looking:
        done.result()
    assert happened(city, tickets) == every_minute
    city.system.close()
    other.system.close()


def rebuilt(system: System) -> list[tuple[Any, ...]]:
    """The rows made from zero in a table of another file, through the processor's own `react`."""
    processor = SlaProcessor(system.log, system.rules)
    with TemporaryDirectory() as name:
        empty = open_city(Path(name), START_AT)
        position = 0
        while (batch := read_batch(system.log, position, 7)).upto > position:
            empty.log.apply(processor.react(batch.facts, START_AT).changes)
            position = batch.upto
        rows = empty.log.query("SELECT * FROM deadlines ORDER BY ticket_id, clock")
        empty.close()
    return rows


@pytest.mark.parametrize("seed", [3, 4])
def test_rows_made_from_zero_are_the_live_rows_after_a_city_life(tmp_path: Path, seed: int) -> None:
    system = open_city(tmp_path, seed=seed)
    CityHistory(system, seed).run(20)
    live = system.log.query("SELECT * FROM deadlines ORDER BY ticket_id, clock")
    assert {row[4] for row in live} > {0, 2}  # running and broken clocks are among them
    assert rebuilt(system) == live
    open_tickets = {ticket for ticket in {row[0] for row in live}}
    for ticket in system.handler.tickets(sorted(open_tickets)).values():
        clocks = {row[1]: row for row in live if row[0] == ticket.ticket_id}
        for name, row in clocks.items():
            clock = state_of(ticket, name)
            assert clock is not None
            before = (
                ticket.before_merge
            )  # a merged ticket's clocks stand still until it is unmerged
            assert clock.running == (before is None)
            assert (row[2], row[3]) == (
                stored(clock.due_at),
                stored(clock.warn_at),
            )
            suspended_since = before.suspended_since if before else ticket.suspended_since
            is_suspended = name != "accept" and suspended_since is not None
            assert row[6] == is_suspended + 2 * (before is not None)
    system.close()


def test_thousands_of_due_clocks_are_worked_off_in_batches(tmp_path: Path) -> None:
    city = open_sla_city(tmp_path, START)
    tickets = city.many_routed(1_100)
    (tick_max, clocks) = deadlines.TICK_BATCH_MAX, len(city.rows())
    assert clocks == 2 * len(tickets) > 2 * tick_max
    assert city.system.transport.tick(END) == 2 * tick_max  # missed and urged
    city.go_to(END)
    courses = {tuple(city.course(ticket, clock)) for ticket in tickets for clock in CLOCKS}
    assert courses == {("set", "missed", "urge", "supervise", "criticise")}
    assert {row.next_at for row in city.rows()} == {None}
    city.system.close()


def test_ten_thousand_rows_for_which_nothing_can_be_done_hold_up_no_other(tmp_path: Path) -> None:
    city = open_sla_city(tmp_path, START)
    ticket = city.routed(1)
    due = city.rows(ticket)[0]
    earlier = [
        due._replace(ticket_id=f"gone-{n:05}", next_at=due.due_at[:10]) for n in range(10_000)
    ]
    city.system.log.apply([Change("INSERT INTO deadlines VALUES (?, ?, ?, ?, ?, ?, ?)", earlier)])
    moved = [city.system.transport.tick(END) for _ in range(11)]
    assert moved == [0] * 10 + [4]
    city.system.close()
