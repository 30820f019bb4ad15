"""The index follows the log: what is open is found, what has ended is not, whoever asks first."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.console.system import System
from services.domain import commands as k
from services.domain.ticket import OPEN
from services.intake.merging_desk import Asking, MergingDesk
from services.intake.similarity import open_tickets as following_module
from services.intake.similarity.index import TicketIndex
from services.intake.similarity.matter import Matter
from services.intake.similarity.open_tickets import OpenTickets
from services.platform.processor import decode_all
from tests.city_history import CityHistory, open_city
from tests.services.intake.intake_city import IntakeCity

HEATING = "雪松苑3号楼暖气不热，家里只有十四度，老人受不了"
ADDRESS = "城西区雪松苑3号楼"
FOLLOW_S_MAX = 20


@pytest.fixture
def city(tmp_path: Path) -> Iterator[IntakeCity]:
    city = IntakeCity(tmp_path)
    yield city
    city.system.close()


def asked(city: IntakeCity, text: str = "雪松苑3号楼供暖不好，室温低", address: str = "") -> Matter:
    return Matter("", text, address, None, None, None, None, city.system.clock.now())


def found(city: IntakeCity, open_tickets: OpenTickets | None = None) -> list[str]:
    """Tickets, the best first, to whoever has read all there is."""
    open_tickets = open_tickets or city.system.similar
    open_tickets.catch_up_all()
    return [match.ticket_id for match in open_tickets.find(asked(city), 10)]


def reports(city: IntakeCity, open_tickets: OpenTickets) -> dict[str, int]:
    """Ticket and how many reports speak for it, to whoever has read all there is."""
    open_tickets.catch_up_all()
    return {ticket: len(some) for ticket, some in open_tickets._index._reports.items()}


def desk(city: IntakeCity) -> MergingDesk:
    system = city.system
    return MergingDesk(system.log, system.handler, system.keyring, system.clock)


def fresh(city: IntakeCity) -> OpenTickets:
    return OpenTickets(city.system.log, city.system.keyring)


def test_an_open_ticket_is_found_and_one_that_ended_is_not(city: IntakeCity) -> None:
    ticket = city.send("1", HEATING, address=ADDRESS).ticket_id
    assert found(city) == [ticket]
    city.answer(ticket)
    assert found(city) == found(city, fresh(city)) == []


def test_a_reopened_ticket_is_found_again_with_all_its_reports(city: IntakeCity) -> None:
    ticket = city.send("1", HEATING, address=ADDRESS).ticket_id
    assert city.send("2", HEATING, address=ADDRESS).status == "joined"
    assert found(city) == [ticket]
    assert city.system.similar.standing.reports == 2
    city.answer(ticket)
    assert found(city) == []
    city.reopen(ticket)
    assert found(city) == found(city, fresh(city)) == [ticket]
    assert city.system.similar.standing.reports == 2


def test_a_merged_ticket_speaks_for_its_primary(city: IntakeCity) -> None:
    primary = city.send("1", "楼下烧烤店半夜扰民", address="五四大街新华公寓").ticket_id
    other = city.send("2", HEATING, address=ADDRESS).ticket_id
    watching = fresh(city)
    assert found(city, watching) == [other]
    city.do(k.MergeTicket, other, primary=primary)
    assert found(city, watching) == found(city, fresh(city)) == [primary]
    city.answer(primary)
    assert found(city, watching) == found(city, fresh(city)) == []
    city.reopen(primary)
    assert found(city, watching) == found(city, fresh(city)) == [primary]


def test_a_report_that_was_split_out_speaks_for_its_new_ticket(city: IntakeCity) -> None:
    other_words = "雪松苑3号楼的电梯总坏"
    ticket = city.send("1", other_words, address=ADDRESS).ticket_id
    moved = city.send("2", other_words, address=ADDRESS)
    assert moved.status == "joined"
    watching = fresh(city)
    assert reports(city, watching) == {ticket: 2}
    new = desk(city).unjoin(Asking(ticket, "dispatcher:li", "asked"), moved.report_id).other
    for open_tickets in (watching, fresh(city)):
        assert reports(city, open_tickets) == {ticket: 1, new: 1}
    city.answer(ticket)
    assert reports(city, watching) == reports(city, fresh(city)) == {new: 1}


@pytest.mark.parametrize("primary_ended", [False, True])
def test_a_ticket_that_is_unmerged_takes_its_reports_and_followers_with_it(
    city: IntakeCity, primary_ended: bool
) -> None:
    primary, other, follower = (
        city.send(number, f"{number}号楼停水", address=f"雪松苑{number}号楼").ticket_id
        for number in ("1", "2", "3")
    )
    city.do(k.MergeTicket, follower, primary=other)
    watching = fresh(city)
    city.do(k.MergeTicket, other, primary=primary)
    for open_tickets in (watching, fresh(city)):
        assert reports(city, open_tickets) == {primary: 3}
    city.system.transport.run_until_idle()
    assert reports(city, fresh(city)) == {primary: 3}
    if primary_ended:
        city.answer(primary)
        assert reports(city, watching) == {}
        city.reopen(primary)
    desk(city).unmerge(Asking(other, "dispatcher:li", "asked"))
    for open_tickets in (watching, fresh(city)):
        assert reports(city, open_tickets) == {primary: 1, other: 2}
    city.system.transport.run_until_idle()
    assert reports(city, fresh(city)) == {primary: 1, other: 2}
    city.answer(primary)
    assert reports(city, watching) == reports(city, fresh(city)) == {other: 2}


def test_who_starts_late_begins_with_the_rows_and_finds_the_same(city: IntakeCity) -> None:
    watching = fresh(city)
    ticket = city.send("1", HEATING, address=ADDRESS).ticket_id
    ended = city.send("2", f"{HEATING}，已经三天了", address="城西区雪松苑3号楼2单元").ticket_id
    city.answer(ended)
    assert found(city, watching) == [ticket]
    city.system.transport.run_until_idle()
    late = fresh(city)
    assert found(city, late) == found(city, watching) == [ticket]
    assert late.standing == watching.standing


def test_the_words_of_an_erased_resident_are_forgotten_here_too(city: IntakeCity) -> None:
    ticket = city.send("1", HEATING, address=ADDRESS).ticket_id
    assert found(city) == [ticket]
    city.system.keyring.erase(city.resident(ticket))
    assert found(city) == []
    assert found(city, fresh(city)) == []
    assert city.system.similar.standing.reports == 0


def test_areas_are_read_from_the_address_and_keep_two_districts_apart(city: IntakeCity) -> None:
    text = "雪松苑3号楼暖气不热，室温只有十四度"
    ticket = city.send("1", text, address="城西区雪松苑3号楼").ticket_id
    open_tickets = city.system.similar
    open_tickets.catch_up_all()
    same = open_tickets.find(asked(city, text, "城西区雪松苑3号楼"), 5)
    assert [(one.ticket_id, one.verdict) for one in same] == [(ticket, "sure")]
    assert open_tickets.find(asked(city, text, "城东区雪松苑3号楼"), 5) == []


def test_a_call_does_a_bounded_amount_of_work(
    city: IntakeCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "services.intake.similarity.open_tickets"
    monkeypatch.setattr(f"{module}.STEP_EVENTS", 3)
    monkeypatch.setattr(f"{module}.STEP_TICKETS", 2)
    for number in range(7):
        city.send(str(number), HEATING, address=f"城西区雪松苑{number + 1}号楼")
    watching = fresh(city)
    assert watching.catch_up()
    assert watching.standing[0] is False
    assert watching.standing.reports <= 3
    watching.catch_up_all()
    assert (watching.standing.complete, watching.standing.reports) == (True, 7)
    city.system.transport.run_until_idle()
    late = fresh(city)
    assert late.catch_up()
    assert late.standing.reports == 2
    late.catch_up_all()
    watching.catch_up_all()
    assert late.standing == watching.standing


def test_it_follows_in_the_background_until_told_to_stop(city: IntakeCity) -> None:
    ticket = city.send("1", HEATING, address=ADDRESS).ticket_id
    stopping = threading.Event()
    thread = threading.Thread(target=city.system.similar.follow, args=(stopping,))
    thread.start()
    give_up_at = time.monotonic() + FOLLOW_S_MAX
    while not city.system.similar.standing.complete and time.monotonic() < give_up_at:
        time.sleep(0.02)
    stopping.set()
    thread.join(FOLLOW_S_MAX)
    assert not thread.is_alive()
    assert [one.ticket_id for one in city.system.similar.find(asked(city), 5)] == [ticket]


def test_a_fault_is_told_without_its_words_and_the_following_goes_on(
    city: IntakeCity, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stopping = threading.Event()
    calls = []

    def faulty() -> bool:
        calls.append(1)
        if len(calls) == 2:
            stopping.set()
            return False
        raise ValueError(HEATING)

    following = fresh(city)
    monkeypatch.setattr(following_module, "FAILED_REST_S", 0.001)
    monkeypatch.setattr(following, "catch_up", faulty)
    following.follow(stopping)
    assert len(calls) == 2
    assert "ValueError at " in caplog.text
    assert HEATING not in caplog.text


def test_after_a_life_of_a_city_it_holds_exactly_the_open_tickets(tmp_path: Path) -> None:
    system = open_city(tmp_path)
    history = CityHistory(system, 5)
    early, late = fresh_of(system), fresh_of(system)
    for _ in range(6):
        history.run(2)
        early.catch_up_all()
    late.catch_up_all()
    facts = decode_all(system.log.read_all(0, 100_000))[0]
    tickets = system.handler.tickets(list({fact.event.ticket_id for fact in facts}))
    is_open = {ticket_id for ticket_id, ticket in tickets.items() if ticket.stage in OPEN}
    assert tickets_of(early) == tickets_of(late) == is_open
    assert early.standing == late.standing
    system.close()


def fresh_of(system: System) -> OpenTickets:
    return OpenTickets(system.log, system.keyring)


def tickets_of(open_tickets: OpenTickets) -> set[str]:
    index: TicketIndex = open_tickets._index
    return set(index._reports)
