"""One processor: every fact has its effect once, poison is set aside, outages are waited out."""

import logging

import pytest

from services.domain.codec import Undecodable
from services.domain.commands import CloseTicket
from services.intake import index as intake_index
from services.platform import processor, quarantine
from services.platform.command_handler import CommandHandler
from services.platform.event_log import Change, Checkpoint
from services.platform.failures import ConcurrentAppend, Outage, RowsRefused, StoppedProcessing
from services.platform.processor import Reaction, Runner, read_batch
from tests.domain.facts import MONDAY, TUESDAY, WORDS, ask
from tests.platform.helpers import Idle, Processing, counted, open_tickets, spoil


@pytest.fixture
def counting():
    return Processing()


@pytest.fixture
def runner(counting, log, handler):
    return Runner(counting, log, handler)


def everything(log, after=0, limit=1_000):
    return read_batch(log, after, limit)


def test_every_fact_has_its_effect_once(runner, handler, log):
    open_tickets(handler, 3)
    runner.step(everything(log), MONDAY)
    assert counted(log) == {1: 1, 2: 1, 3: 1}
    assert runner.position == log.checkpoint("counting") == 3


def test_a_redelivery_has_no_effect(runner, counting, handler, log):
    open_tickets(handler, 3)
    batch = everything(log)
    runner.step(batch, MONDAY)
    runner.step(batch, MONDAY)
    open_tickets(handler, 2, first=4)
    runner.step(everything(log), MONDAY)
    assert counted(log) == dict.fromkeys(range(1, 6), 1)
    assert counting.batches == [[1, 2, 3], [4, 5]]


def test_an_event_without_news_does_nothing(runner, counting, log):
    runner.step(everything(log), MONDAY)
    assert (runner.position, counting.batches) == (0, [])


def test_after_a_crash_it_goes_on_where_its_effects_end(runner, handler, log, open_log):
    open_tickets(handler, 4)
    runner.step(everything(log, limit=2), MONDAY)
    restarted = Runner(Processing(), open_log(), handler)
    assert restarted.position == 2
    restarted.step(everything(log), MONDAY)
    assert counted(log) == dict.fromkeys(range(1, 5), 1)


def test_a_crash_between_effect_and_checkpoint_cannot_be(counting, handler, log, monkeypatch):
    open_tickets(handler, 2)
    runner = Runner(counting, log, handler)
    monkeypatch.setattr(log._recorder, "_insert_tracking", fail_with(MemoryError()))
    with pytest.raises(MemoryError):
        runner.step(everything(log), MONDAY)
    assert (counted(log), log.checkpoint("counting"), runner.position) == ({}, 0, 0)


def fail_with(error):
    def fail(*_, **__):
        raise error

    return fail


def test_commands_follow_in_the_transaction_of_the_checkpoint(handler, log):
    runner = Runner(Processing("router", routes=True), log, handler)
    open_tickets(handler, 2)
    runner.step(everything(log), MONDAY)
    assert [one.type for one in log.read_all(2, 10)] == ["ticket.routed.v1"] * 2
    assert log.checkpoint("router") == 2


def test_a_rejected_command_is_noted_and_stepped_past(runner, counting, handler, log, caplog):
    open_tickets(handler, 1)
    closing = Reaction([ask(CloseTicket, ticket_id="ticket-1")])
    counting.react = lambda facts, now: closing
    with caplog.at_level(logging.INFO):
        runner.step(everything(log), MONDAY)
    assert "counting: TicketNotResolved ticket-1" in caplog.text
    assert (log.checkpoint("counting"), log.head()) == (1, 1)
    assert quarantine.waiting(log) == []


def test_a_repeated_command_adds_nothing(handler, log):
    open_tickets(handler, 1)
    for name in ("first", "second"):
        Runner(Processing(name, routes=True), log, handler).step(everything(log), MONDAY)
    assert log.head() == 2


def test_facts_without_effect_move_the_checkpoint_now_and_then(handler, log, monkeypatch):
    idle = Runner(Idle(), log, handler)
    open_tickets(handler, 3)
    idle.step(everything(log), MONDAY)
    assert (idle.position, log.checkpoint("counting")) == (3, 0)
    idle.save()
    assert log.checkpoint("counting") == 3
    monkeypatch.setattr(processor, "UNSAVED_MAX", 2)
    open_tickets(handler, 2, first=4)
    idle.step(everything(log), MONDAY)
    assert log.checkpoint("counting") == 5


def test_poison_is_found_in_its_batch_and_set_aside_alone(runner, counting, handler, log):
    open_tickets(handler, 5)
    counting.poison = {3}
    runner.step(everything(log), MONDAY)
    assert counted(log) == {1: 1, 2: 1, 4: 1, 5: 1}
    assert log.checkpoint("counting") == 5
    (letter,) = quarantine.waiting(log)
    assert (letter.processor, letter.position, letter.stream_id) == ("counting", 3, "ticket-3")
    assert letter.error.startswith("ValueError at ")
    assert WORDS not in letter.error
    assert "react" in letter.error


def test_nothing_that_a_resident_said_is_logged(runner, counting, handler, log, caplog):
    open_tickets(handler, 3)
    counting.poison = {2}
    counting.tick_reaction = Reaction([ask(CloseTicket, ticket_id="spoiled")])
    spoil(log)
    with caplog.at_level(logging.DEBUG):
        runner.step(everything(log), MONDAY)
        runner.tick(MONDAY)
    assert caplog.records
    assert "暖气" not in caplog.text
    assert "暖气" not in str(quarantine.waiting(log))


def test_bytes_that_are_no_event_are_set_aside_with_reason_and_place(runner, handler, log):
    open_tickets(handler, 1)
    spoil(log)
    open_tickets(handler, 1, first=2)
    runner.step(everything(log), MONDAY)
    assert counted(log) == {1: 1, 3: 1}
    (letter,) = quarantine.waiting(log, "counting")
    assert (letter.position, letter.stream_id, letter.payload) == (2, "spoiled", None)
    assert letter.error.startswith("ticket.closed.v1: ")
    assert quarantine.find(log, letter.id) == letter
    assert quarantine.find(log, 99) is None
    assert quarantine.counts(log) == {"counting": 1}
    assert quarantine.waiting(log, "another") == []


def test_undecodable_events_among_poison_are_set_aside_too(runner, counting, handler, log):
    open_tickets(handler, 1)
    spoil(log)
    open_tickets(handler, 2, first=2)
    counting.poison = {3}
    runner.step(everything(log), MONDAY)
    assert counted(log) == {1: 1, 4: 1}
    assert [letter.position for letter in quarantine.waiting(log)] == [2, 3]


def test_each_processor_has_its_own_quarantine(handler, log):
    spoil(log)
    for name in ("one", "other"):
        Runner(Processing(name), log, handler).step(everything(log), MONDAY)
    assert quarantine.counts(log) == {"one": 1, "other": 1}


def test_what_is_poison_again_after_a_rebuild_waits_once(runner, counting, handler, log):
    open_tickets(handler, 1)
    counting.poison = {1}
    runner.step(everything(log), MONDAY)
    log.apply([quarantine.set_status(1, "discarded"), Change("DELETE FROM tracking", [()])])
    Runner(counting, log, handler).step(everything(log), TUESDAY)
    (letter,) = quarantine.waiting(log)
    assert letter.at == TUESDAY.isoformat()


@pytest.mark.parametrize("failure", [Outage("away"), ConcurrentAppend("somebody else")])
def test_an_outage_is_never_stepped_past(runner, counting, handler, log, failure):
    open_tickets(handler, 2)
    counting.failure = failure
    with pytest.raises(type(failure)):
        runner.step(everything(log), MONDAY)
    assert (runner.position, log.checkpoint("counting"), quarantine.waiting(log)) == (0, 0, [])
    counting.failure = None
    runner.step(everything(log), MONDAY)
    assert counted(log) == {1: 1, 2: 1}


def test_an_outage_among_poison_keeps_what_was_done_and_steps_past_nothing(
    runner, counting, handler, log
):
    open_tickets(handler, 3)
    counting.poison = {1}
    react = counting.react

    def away_at_the_third(facts, now):
        if [fact.position for fact in facts] == [3]:
            raise Outage("away")
        return react(facts, now)

    counting.react = away_at_the_third
    with pytest.raises(Outage):
        runner.step(everything(log), MONDAY)
    assert runner.position == log.checkpoint("counting") == 2
    counting.react = react
    runner.step(everything(log), MONDAY)
    assert counted(log) == {2: 1, 3: 1}


def test_too_many_dead_letters_in_a_row_stop_the_processor(runner, counting, handler, log):
    open_tickets(handler, 120)
    counting.poison = set(range(1, 121))
    with pytest.raises(StoppedProcessing, match="counting: too many dead letters"):
        runner.step(everything(log), MONDAY)
    assert len(quarantine.waiting(log)) == log.checkpoint("counting") == 100


def test_too_many_undecodable_events_in_a_row_stop_it_too(runner, handler, log):
    open_tickets(handler, 1)
    spoil(log, 60)
    runner.step(everything(log), MONDAY)
    spoil(log, 60)
    with pytest.raises(StoppedProcessing):
        runner.step(everything(log), MONDAY)
    assert len(quarantine.waiting(log)) == 100
    assert log.checkpoint("counting") == 101


def test_dead_letters_with_good_facts_between_them_never_stop_it(
    runner, counting, handler, log, monkeypatch
):
    monkeypatch.setattr(processor, "DEAD_LETTERS_IN_A_ROW_MAX", 2)
    for number in range(1, 7):
        open_tickets(handler, 1, first=number)
        if number % 2:
            counting.poison = {log.head()}
        else:
            spoil(log)
        runner.step(everything(log), MONDAY)
    assert quarantine.counts(log) == {"counting": 6}
    assert sum(counted(log).values()) == 3


def test_one_dead_letter_is_tried_again_and_leaves_the_quarantine(runner, counting, handler, log):
    open_tickets(handler, 2)
    counting.poison = {1}
    runner.step(everything(log), MONDAY)
    (letter,) = quarantine.waiting(log)
    recorded = log.read_at([letter.position])[letter.position]
    done = quarantine.set_status(letter.id, "retried")
    with pytest.raises(ValueError, match="暖气"):
        runner.retry(recorded, done, MONDAY)
    assert quarantine.waiting(log) == [letter]
    counting.poison = set()
    runner.retry(recorded, done, MONDAY)
    assert quarantine.waiting(log) == []
    assert counted(log) == {1: 1, 2: 1}
    assert log.checkpoint("counting") == 2


def test_what_still_cannot_be_decoded_stays_in_quarantine(runner, handler, log):
    spoil(log)
    runner.step(everything(log), MONDAY)
    (letter,) = quarantine.waiting(log)
    with pytest.raises(Undecodable):
        runner.retry(log.read_at([1])[1], quarantine.set_status(letter.id, "retried"), MONDAY)
    assert quarantine.waiting(log) == [letter]


def test_a_discarded_letter_waits_no_more(runner, handler, log):
    spoil(log)
    runner.step(everything(log), MONDAY)
    log.apply([quarantine.set_status(1, "discarded")])
    assert quarantine.waiting(log) == []
    assert quarantine.find(log, 1).status == "discarded"


def test_a_row_that_is_refused_is_poison_and_holds_up_nobody(runner, counting, handler, log):
    open_tickets(handler, 2)
    log.apply(
        [
            Change(
                "CREATE TRIGGER no BEFORE INSERT ON seen WHEN new.position = 1 BEGIN"
                " SELECT RAISE(ABORT, 'no'); END",
                [()],
            )
        ]
    )
    runner.step(everything(log), MONDAY)
    assert counted(log) == {2: 1}
    assert quarantine.waiting(log)[0].error.startswith("RowsRefused at ")


def test_two_processes_with_one_processor_never_do_the_same_twice(
    counting, handler, keyring, log, open_log
):
    other_log = open_log()
    other_handler = CommandHandler(other_log, keyring, intake_index.index_changes)
    one, other = Runner(counting, log, handler), Runner(Processing(), other_log, other_handler)
    open_tickets(handler, 4)
    other.step(everything(log, limit=2), MONDAY)
    open_tickets(handler, 2, first=5)
    one.step(everything(log), MONDAY)
    assert one.position == 2, "it goes on where the other process stands"
    one.step(everything(log, after=2), MONDAY)
    other.step(everything(log, after=2), MONDAY)
    assert counted(log) == dict.fromkeys(range(1, 7), 1)
    assert one.position == other.position == log.checkpoint("counting") == 6


def test_the_same_holds_while_poison_is_looked_for_and_when_saving(counting, handler, log):
    other = Runner(Processing(), log, handler)
    one, idle = Runner(counting, log, handler), Runner(Idle(), log, handler)
    open_tickets(handler, 4)
    idle.step(everything(log), MONDAY)
    counting.poison = {1}
    other.step(everything(log, limit=3), MONDAY)
    one.step(everything(log), MONDAY)
    assert (one.position, quarantine.waiting(log)) == (3, [])
    idle.save()
    assert idle.position == log.checkpoint("counting") == 3


def test_a_checkpoint_that_was_set_back_is_followed(runner, handler, log):
    open_tickets(handler, 3)
    runner.step(everything(log), MONDAY)
    log.apply(
        [
            Change("DELETE FROM tracking WHERE application_name = ?", [("counting",)]),
            Change("DELETE FROM seen", [()]),
        ]
    )
    open_tickets(handler, 1, first=4)
    runner.step(everything(log, after=3), MONDAY)
    assert runner.position == 0
    runner.step(everything(log), MONDAY)
    assert counted(log) == dict.fromkeys(range(1, 5), 1)


def test_a_tick_counts_what_followed_from_it(runner, counting, handler, log):
    assert runner.tick(MONDAY) == 0
    open_tickets(handler, 2)
    counting.tick_reaction = Processing(routes=True).react(everything(log).facts, MONDAY)
    assert runner.tick(MONDAY) == 3  # two facts and a row
    assert counted(log) == {1: 1, 2: 1}
    assert log.checkpoint("counting") == 0


def test_a_ticket_that_cannot_be_read_does_not_stop_the_clocks_of_others(
    runner, counting, handler, log, caplog
):
    open_tickets(handler, 3)
    spoil(log, stream_id="ticket-2")
    routing = Processing(routes=True).react(everything(log).facts, MONDAY)
    counting.tick_reaction = Reaction(routing.commands)
    assert runner.tick(MONDAY) == 2
    assert "tick of ticket-2 failed: Undecodable" in caplog.text
    assert runner.tick(MONDAY) == 0


def test_an_outage_during_a_tick_is_an_outage(runner, counting, handler, monkeypatch):
    open_tickets(handler, 1)
    counting.tick_reaction = Reaction([ask(CloseTicket, ticket_id="ticket-1")])
    monkeypatch.setattr(handler, "handle", fail_with(Outage("away")))
    with pytest.raises(Outage):
        runner.tick(MONDAY)


def test_an_outage_in_the_middle_of_a_tick_is_one_too(runner, counting, handler, log, monkeypatch):
    open_tickets(handler, 1)
    counting.tick_reaction = Reaction([ask(CloseTicket, ticket_id="ticket-1")])
    failures = iter([RowsRefused("no"), None, Outage("away")])

    def handle(*_, **__):
        if failure := next(failures):
            raise failure
        return []

    monkeypatch.setattr(handler, "handle", handle)
    with pytest.raises(Outage):
        runner.tick(MONDAY)


def test_an_old_checkpoint_of_somebody_elses_making_is_not_believed(handler, log):
    open_tickets(handler, 1)
    log.append([], checkpoint=Checkpoint("counting", 1))
    assert Runner(Processing(), log, handler).position == 1
