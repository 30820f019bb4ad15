"""The intake processor's rows follow from the facts alone."""

from services.intake.requests import IntakeProcessor
from services.intake.requests_rows import COLUMNS
from services.platform.event_log import Change
from services.platform.processor import Reaction, read_batch
from tests.services.door_server import ITEM, MONDAY, Door

ALL_ROWS = f"SELECT {COLUMNS} FROM requests ORDER BY ticket_id"
UNIT = {"unit": "heating"}


def live_through(door: Door) -> str:
    ticket_id = door.ticket(item=ITEM, kind="complaint", longitude=101.7, latitude=36.6)
    door.ask(ticket_id, "return", {**UNIT, "reason": "not_ours"})
    door.process()
    door.ask(ticket_id, "route", {"lead": "water-supply"}, "dispatcher:wang")
    door.ask(ticket_id, "accept", {"unit": "water-supply"})
    door.ask(ticket_id, "suspend", {"reason": "waiting_for_parts"})
    door.ask(ticket_id, "resolve", {"unit": "water-supply", "reply": "好了"})
    door.ask(ticket_id, "close", {"reason": "done"}, "dispatcher:wang")
    door.ask(ticket_id, "reopen", {"reason": "not_solved"}, "callback:li")
    door.process()
    return ticket_id


def test_a_row_says_what_the_ticket_says(door: Door) -> None:
    ids = [live_through(door), door.ticket(item=ITEM), door.ticket(text="说不清", address="某处")]
    tickets = door.system.handler.tickets(ids)
    for ticket_id in ids:
        statement = "SELECT stage, agency, service_code FROM requests WHERE ticket_id = ?"
        (row,) = door.system.log.query(statement, [ticket_id])
        ticket = tickets[ticket_id]
        assert row == (ticket.stage, ticket.lead or "", ticket.item or "")


def apply(door: Door, reaction: Reaction) -> None:
    door.system.log.apply(reaction.changes)


def test_rows_made_again_from_the_beginning_are_the_same_whatever_the_steps(door: Door) -> None:
    live_through(door)
    live = door.system.log.query(ALL_ROWS)
    assert live
    for step in (1, 7, 10_000):
        door.system.log.apply([Change("DELETE FROM requests", [()])])
        position = 0
        while facts := (batch := read_batch(door.system.log, position, step)).facts:
            apply(door, IntakeProcessor(door.system.log).react(facts, MONDAY))
            position = batch.upto
        assert door.system.log.query(ALL_ROWS) == live


def test_facts_that_come_again_change_nothing(door: Door) -> None:
    ticket_id = live_through(door)
    live = door.system.log.query(ALL_ROWS)
    head = door.system.log.head()
    facts = read_batch(door.system.log, head - 3, 10).facts
    assert facts[0].event.ticket_id == ticket_id
    apply(door, IntakeProcessor(door.system.log).react(facts, MONDAY))
    assert door.system.log.query(ALL_ROWS) == live
