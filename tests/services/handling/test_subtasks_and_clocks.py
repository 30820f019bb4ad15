"""Sub-tasks, pauses with a limit, and why it is due then: over HTTP and at the command line."""

import json
from datetime import timedelta

from click.testing import CliRunner

from services.console.main import main
from tests.services.door_server import ITEM, Door

UNIT = {"unit": "heating"}


def accepted(door: Door) -> str:
    ticket_id = door.ticket(item=ITEM)
    assert door.ask(ticket_id, "accept", UNIT).status_code == 200
    door.process()
    return ticket_id


def tomorrow(door: Door) -> str:
    calendar = door.system.rules().calendar
    return calendar.local_date(calendar.due_at(door.clock.now(), 1)).isoformat()


def test_a_sub_task_from_hand_to_hand(door: Door) -> None:
    ticket_id = accepted(door)
    task = {**UNIT, "to": "water-supply", "due_day": tomorrow(door), "note": "请关总阀"}
    given = door.ask(ticket_id, "give-subtask", task)
    assert given.json()["events"] == ["ticket.subtask_given.v1", "ticket.part_deadline_set.v1"]
    other = {"unit": "water-supply", "subtask": 1}
    assert door.ask(ticket_id, "accept-subtask", other).status_code == 200
    refused = door.ask(ticket_id, "resolve", {**UNIT, "reply": "好了"})
    assert (refused.status_code, refused.json()["code"]) == (409, "SubtasksOpen")
    part = door.client.get(f"/api/v1/tickets/{ticket_id}").json()["parts"][-1]
    assert (part["unit"], part["subtask"], part["clock"]["running"]) == ("water-supply", 1, True)
    done = door.ask(ticket_id, "finish-subtask", {**other, "note": "已关"})
    assert done.json()["events"] == ["ticket.subtask_done.v1", "ticket.part_deadline_met.v1"]
    assert door.ask(ticket_id, "resolve", {**UNIT, "reply": "好了"}).status_code == 200


def test_too_late_a_day_is_refused_with_the_days_that_may_be(door: Door) -> None:
    ticket_id = accepted(door)
    task = {**UNIT, "to": "water-supply", "due_day": "2026-12-31", "note": "请关总阀"}
    refused = door.ask(ticket_id, "give-subtask", task)
    assert (refused.status_code, refused.json()["code"]) == (409, "SubtaskTooLate")
    assert "from 2026-" in refused.text


def test_reasons_for_a_pause_are_a_closed_list_with_limits(door: Door) -> None:
    ticket_id = accepted(door)
    offered = door.client.get("/api/v1/suspension-reasons").json()
    days = {reason["code"]: reason["working_days"] for reason in offered["reasons"]}
    assert days["weather"] == 10
    assert door.ask(ticket_id, "suspend", {"reason": "weather"}).status_code == 200
    ticket = door.client.get(f"/api/v1/tickets/{ticket_id}").json()
    assert ticket["suspended_until"] is not None
    assert door.ask(ticket_id, "resume", {}).status_code == 200
    too_long = {**UNIT, "working_days": 99, "reason": "parts"}
    refused = door.ask(ticket_id, "request-extension", too_long)
    assert refused.json()["code"] == "ExtensionTooLong"


def test_why_it_is_due_then_day_by_day(door: Door) -> None:
    ticket_id = accepted(door)
    door.ask(ticket_id, "suspend", {"reason": "weather"})
    door.clock.advance_to(door.clock.now() + timedelta(days=7))
    door.ask(ticket_id, "resume", {})
    answer = door.client.get(f"/api/v1/tickets/{ticket_id}/clocks")
    clocks = {one["clock"]: one for one in answer.json()["clocks"]}
    assert clocks["accept"]["verdict"] == "met"
    resolve = clocks["resolve"]
    assert [step["step"] for step in resolve["why"]] == ["term", "pause"]
    first = resolve["why"][0]["days"]
    assert first[0]["what"] == "the day it began: not counted"
    counted = [day for day in first if "number" in day]
    assert [day["number"] for day in counted] == list(range(1, resolve["working_days"] + 1))
    assert resolve["why"][-1]["due_at"] == resolve["due_at"]
    assert resolve["moves"][0]["reason"] == "suspension"
    assert door.client.get("/api/v1/tickets/nobody/clocks").status_code == 404


def test_the_same_at_the_command_line(door: Door) -> None:
    ticket_id = accepted(door)
    data = ["--data", str(door.system.settings.data_dir)]
    told = CliRunner().invoke(main, ["ticket", "clock", ticket_id, *data])
    assert told.exit_code == 0, told.output
    assert "the day it began: not counted" in told.output
    assert "working day: 1 of" in told.output
    asked = CliRunner().invoke(main, ["ticket", "clock", ticket_id, "--json", *data])
    assert json.loads(asked.output)["clocks"][0]["clock"] == "accept"
    assert CliRunner().invoke(main, ["ticket", "clock", "nobody", *data]).exit_code == 1
    shown = CliRunner().invoke(main, ["ticket", "show", ticket_id, *data])
    assert "assist:" in shown.output
