"""Load, decide, append: right answers also when somebody else writes the same log."""

import threading
from datetime import timedelta

import pytest

from services.domain import commands as k
from services.domain import rejections as r
from services.domain.codec import Undecodable
from services.domain.ticket import Ticket
from services.intake import index as intake_index
from services.platform import command_handler
from services.platform.command_handler import CommandHandler
from services.platform.event_log import Change, Checkpoint
from services.platform.failures import ConcurrentAppend, Outage, Overtaken, RowsRefused
from services.platform.words import open_words
from tests.domain.facts import HEATING, MONDAY, ROADS, TUESDAY, WORDS, ask, report, words
from tests.platform.helpers import COUNT, counted, open_tickets, spoil

ONE = "ticket-1"


@pytest.fixture
def other(open_log, keyring):
    """The handler of another process on the same file."""
    return CommandHandler(open_log(), keyring, intake_index.index_changes)


def route(lead=HEATING, ticket_id=ONE, **changes):
    return ask(k.RouteTicket, ticket_id=ticket_id, lead=lead, **changes)


def accept(unit=HEATING, ticket_id=ONE, **changes):
    return ask(k.AcceptTicket, ticket_id=ticket_id, unit=unit, **changes)


def test_a_command_gives_its_events_the_ticket_after_them_and_a_position(handler, log):
    open_tickets(handler, 3)
    outcome = handler.execute(route())
    assert [event.type for event in outcome.events] == ["ticket.routed.v1"]
    assert (outcome.ticket.stage, outcome.ticket.version, outcome.position) == ("routed", 2, 4)
    assert handler.tickets([ONE])[ONE] == outcome.ticket
    assert handler.tickets(["unknown"]) == {"unknown": Ticket()}


def test_positions_are_those_of_each_commands_last_event(handler, log):
    open_tickets(handler, 2)
    plan = [route(), accept(), accept(), accept(ROADS), route(ticket_id="ticket-2")]
    outcomes = handler.handle(lambda: plan)
    assert [outcome.position for outcome in outcomes] == [3, 4, 0, 0, 5]
    assert isinstance(outcomes[3].rejection, r.TicketNotRouted)
    assert [one.version for one in log.read_stream(ONE)] == [1, 2, 3]


def test_a_rejection_is_an_answer_and_execute_raises_it(handler, log):
    (outcome,) = handler.handle(lambda: [route()])
    assert isinstance(outcome.rejection, r.TicketUnknown)
    with pytest.raises(r.TicketUnknown):
        handler.execute(route())
    assert log.head() == 0


def test_whoever_looked_at_an_older_version_is_told(handler):
    open_tickets(handler, 1)
    with pytest.raises(r.TicketChanged, match="version 1, not 7"):
        handler.execute(route(expected_version=7))
    assert handler.execute(route(expected_version=1)).ticket.version == 2


def test_words_are_sealed_in_the_log_for_the_place_where_they_stand(handler, keyring, log):
    (opened,) = open_tickets(handler, 1)
    (recorded,) = log.read_stream(ONE)
    assert WORDS.encode() not in recorded.data
    assert open_words(keyring, opened.events[0], 1, "text") == WORDS


def test_a_change_by_another_process_is_seen(handler, other):
    open_tickets(handler, 1)
    handler.execute(route())
    other.execute(accept())
    with pytest.raises(r.ReturnAfterAcceptance):
        handler.execute(ask(k.ReturnTicket, ticket_id=ONE))


def test_what_is_held_in_memory_never_causes_a_wrong_rejection(handler, other):
    open_tickets(handler, 1)
    assert handler.handle(lambda: [accept()])[0].rejection is not None
    other.execute(route())
    assert handler.execute(accept()).ticket.stage == "handling"
    with pytest.raises(r.TicketNotRouted):
        other.execute(accept(ROADS))


def test_a_conflict_is_decided_again_on_what_is_true_now(handler, other):
    open_tickets(handler, 1)
    asked = []

    def plan():
        asked.append(1)
        if len(asked) == 1:
            other.execute(route(ROADS))
        return [route(ROADS), accept(ROADS)]

    first, second = handler.handle(plan)
    assert len(asked) == 2, "the plan is made again"
    assert (first.events, len(second.events)) == ((), 1)
    assert second.ticket.version == 3


def test_after_a_conflict_nothing_stale_is_remembered(handler, other):
    open_tickets(handler, 2)
    asked = []

    def plan():
        asked.append(1)
        if len(asked) == 1:
            other.execute(route(ticket_id="ticket-2"))
        return [route()]

    handler.handle(plan)
    assert handler.tickets(["ticket-2"])["ticket-2"].stage == "routed"
    assert handler.execute(accept(ticket_id="ticket-2")).ticket.version == 3


def test_a_report_that_two_processes_take_at_once_is_one(handler, other):
    def opening(ticket_id):
        return ask(k.OpenTicket, ticket_id=ticket_id, report=report(text=words_of(handler)))

    other.execute(opening("ticket-of-other"))
    with pytest.raises(RowsRefused):
        handler.handle(lambda: [opening("ticket-of-this")])
    assert handler.tickets(["ticket-of-this"])["ticket-of-this"] == Ticket()


def words_of(handler):
    return words(subject=handler._keyring.residents([None], MONDAY)[0])


def test_somebody_who_is_always_first_ends_in_a_named_failure(handler, other):
    open_tickets(handler, 1)
    held = handler.tickets([ONE])[ONE]
    asked = []

    def plan():
        asked.append(1)
        other.execute(ask(k.SupplementTicket, ticket_id=ONE, note=words_of(other)))
        handler._tickets[ONE] = held  # as if the other had written just after we looked
        return [ask(k.SupplementTicket, ticket_id=ONE, note=words_of(handler))]

    with pytest.raises(ConcurrentAppend, match="always first"):
        handler.handle(plan)
    assert len(asked) == command_handler.ATTEMPTS_MAX


def test_what_another_process_has_done_already_is_not_done_again(handler, other, log):
    open_tickets(handler, 1)
    done = Checkpoint("router", 1)
    other.handle(lambda: [route()], checkpoint=done, changes=[Change(COUNT, [(1,)])])
    again = handler.handle(lambda: [route()], checkpoint=done, changes=[Change(COUNT, [(1,)])])
    assert again == []
    assert (counted(log), log.head()) == ({1: 1}, 2)


def test_a_step_that_overlaps_with_another_processs_is_refused(handler, other, log):
    open_tickets(handler, 3)
    other.handle(list, checkpoint=Checkpoint("router", 2, 0), changes=[Change(COUNT, [(1,)])])
    with pytest.raises(Overtaken, match="router stands at 2"):
        handler.handle(list, checkpoint=Checkpoint("router", 3, 0), changes=[Change(COUNT, [(1,)])])
    assert (counted(log), log.checkpoint("router")) == ({1: 1}, 2)


def test_rows_that_refuse_a_change_are_not_asked_for_ever(handler, log):
    asked = []

    def plan():
        asked.append(1)
        return []

    refused = Change("INSERT INTO seen VALUES (1, 1), (1, 1)", [()])
    with pytest.raises(RowsRefused):
        handler.handle(plan, changes=[refused])
    assert len(asked) == 1


def test_a_year_that_is_not_loaded_is_an_outage_and_not_the_tickets_fault(handler, log):
    open_tickets(handler, 1)
    handler.execute(route())
    far = MONDAY + timedelta(days=3_650)
    with pytest.raises(Outage, match="2036"):
        handler.execute(ask(k.SetDeadline, far, ticket_id=ONE, starts_at=far))
    assert log.head() == 2


def test_a_ticket_whose_history_cannot_be_read_says_so_and_others_go_on(handler, log):
    open_tickets(handler, 2)
    spoil(log, stream_id=ONE)
    with pytest.raises(Undecodable):
        handler.execute(route())
    assert handler.execute(route(ticket_id="ticket-2")).position == 4


def test_whoever_waits_is_woken_after_events_only(handler):
    woken = []
    handler.appended = lambda: woken.append(1)
    open_tickets(handler, 1)
    assert woken == [1]
    handler.handle(lambda: [accept()])
    handler.handle(list, changes=[Change(COUNT, [(1,)])])
    handler.handle(list)
    assert woken == [1]


def test_a_full_memory_forgets_and_reads_again(handler, monkeypatch):
    monkeypatch.setattr(command_handler, "CACHE_MAX", 2)
    open_tickets(handler, 5)
    assert len(handler._tickets) == 2
    assert handler.execute(route()).ticket.version == 2


def test_having_missed_more_than_is_looked_through_forgets_everything(handler, other, monkeypatch):
    monkeypatch.setattr(command_handler, "CATCH_UP_MAX", 2)
    open_tickets(handler, 1)
    open_tickets(other, 5, first=2)
    other.execute(route())
    assert handler.execute(accept()).ticket.version == 3


def test_threads_of_one_process_take_turns(handler, log):
    open_tickets(handler, 1)
    handler.execute(route())
    handler.execute(accept())

    def work():
        for _ in range(10):
            handler.execute(ask(k.ReportProgress, TUESDAY, ticket_id=ONE, note=words_of(handler)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.version for one in log.read_stream(ONE)] == list(range(1, 44))
