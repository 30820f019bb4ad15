import json
from datetime import timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from city_history import CityHistory, open_city

from services.audit.ticket_view import TicketView, masked, ticket_view
from services.console.system import System
from services.domain import commands as k
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.event_log import NewEvent
from services.platform.words import open_words

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def city(tmp_path: Path) -> System:
    return open_city(tmp_path)


def one_ticket(city: System) -> str:
    report = NewReport(
        channel="hotline",
        reference="r1",
        received_at=city.clock.now(),
        title="暖气不热",
        text="家里只有十二度。",
        contact="13812345678",
        name="王小明",
        address="测试路1号",
        area="630104",
    )
    ticket_id = city.intake.submit([report])[0].ticket_id
    city.transport.run_until_idle()
    return ticket_id


def view(city: System, ticket_id: str) -> TicketView:
    words = partial(open_words, city.keyring)
    return ticket_view(city.log.read_stream(ticket_id), words, SHANGHAI)


def test_a_ticket_tells_what_was_said_who_routed_it_and_why(city: System) -> None:
    ticket_id = one_ticket(city)
    found = view(city, ticket_id)
    opened, routed = found.history[0], found.history[1]
    assert opened["words"] == {
        "title": "暖气不热",
        "text": "家里只有十二度。",
        "address": "测试路1号",
        "contact": "138******78",
        "name": "王**",
    }
    assert opened["position"] == 1
    assert routed["actor"] == "processor:router"
    assert routed["cause"] == f"event:{ticket_id}/1"
    assert routed["facts"]["explanation"]
    assert found.state["stage"] == "routed"
    kinds = [entry["type"] for entry in found.history[2:]]
    assert kinds == ["ticket.deadline_set.v1"] * 2 + ["ticket.part_deadline_set.v1"] * 2
    assert [entry["version"] for entry in found.history] == [1, 2, 3, 4, 5, 6]


def test_a_promise_tells_why_it_ends_when_it_does(city: System) -> None:
    ticket_id = one_ticket(city)
    ticket = city.handler.tickets([ticket_id])[ticket_id]
    history = CityHistory(city, seed=1)
    city.handler.execute(history.accepted(ticket))
    city.handler.execute(history.suspended(ticket))
    clock = city.clock
    assert isinstance(clock, VirtualClock)
    clock.advance_to(clock.now() + timedelta(days=2))
    city.handler.execute(k.ResumeTicket(**history.meta(ticket), rules=history.rules()))
    accept, resolve, *parts = view(city, ticket_id).clocks
    assert [part["clock"].partition(":")[0] for part in parts] == ["assist", "assist"]
    assert ticket.resolve is not None
    assert accept["clock"] == "accept"
    assert resolve["starts_at"] == "2026-03-02T09:30:00+08:00"
    assert resolve["working_days"] == ticket.urgency_days
    assert resolve["first_due_at"] == ticket.resolve.due_at.astimezone(SHANGHAI).isoformat()
    assert resolve["calendar_version"] == city.rules().calendar.version
    assert [move["working_days"] for move in resolve["moved"]] == [2]
    assert resolve["due_at"] == resolve["moved"][0]["due_at"] > resolve["first_due_at"]
    assert "moved by 2 working days (suspension)" in resolve["why"]


def test_the_document_is_json_for_every_ticket_of_a_mixed_history(city: System) -> None:
    history = CityHistory(city, seed=9)
    history.run(20)
    for ticket_id in history.tickets:
        document = view(city, ticket_id).document()
        assert json.loads(json.dumps(document)) == document
        assert document["state"]["version"] == len(document["history"])
        words = [entry["words"].get("contact") for entry in document["history"]]
        assert all(word is None or "****" in word for word in words)


def test_words_of_an_erased_resident_are_gone_and_the_rest_stays(city: System) -> None:
    ticket_id = one_ticket(city)
    resident = city.handler.tickets([ticket_id])[ticket_id].resident
    city.keyring.erase(resident)
    opened = view(city, ticket_id).history[0]
    assert set(opened["words"].values()) == {None}
    assert set(opened["erased"]) == {"title", "text", "address", "contact", "name"}
    assert opened["facts"]["channel"] == "hotline"


def test_a_fact_that_cannot_be_read_stands_where_it_is(city: System) -> None:
    ticket_id = one_ticket(city)
    version = city.handler.tickets([ticket_id])[ticket_id].version + 1
    city.log.append([NewEvent(ticket_id, version, "alien.landed.v1", b'{"text": "secret"}')])
    last = view(city, ticket_id).history[-1]
    assert last["type"] == "alien.landed.v1"
    assert "secret" not in json.dumps(last)


def test_a_note_by_a_unit_is_shown(city: System) -> None:
    ticket_id = one_ticket(city)
    ticket = city.handler.tickets([ticket_id])[ticket_id]
    history = CityHistory(city, seed=1)
    note = Personal(ticket.resident, "请补充楼栋号")
    city.handler.execute(k.SupplementTicket(**history.meta(ticket), note=note))
    assert view(city, ticket_id).history[-1]["words"] == {"note": "请补充楼栋号"}


@pytest.mark.parametrize(
    ("words", "shown"),
    [("13812345678", "138******78"), ("王小明", "王**"), ("王", "王"), ("123456", "1*****")],
)
def test_masks_leave_enough_to_recognise_and_too_little_to_call(words: str, shown: str) -> None:
    assert masked(words) == shown
