"""Callers by key, residents by link or text message, units that appeal: over HTTP."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.services.door_server import Door

CALLER, UNIT, CENTRE = "caller:wang", "unit:heating", "supervisor:li"
GOOD = {"responded": True, "solved": True, "satisfaction": "satisfied"}
APPEAL = {"unit": "heating", "verdict": "evaluated", "reason": "x"}
BAD = {"responded": True, "solved": False, "satisfaction": "dissatisfied"}


def resolved(door: Door) -> str:
    ticket_id = door.ticket()
    resolve(door, ticket_id)
    return ticket_id


def resolve(door: Door, ticket_id: str) -> None:
    ticket = door.system.handler.tickets([ticket_id])[ticket_id]
    if ticket.stage != "routed":
        body = {"lead": "heating", "urgency_days": 3}
        assert door.ask(ticket_id, "route", body, "dispatcher:1").status_code == 200
    lead = door.system.handler.tickets([ticket_id])[ticket_id].lead
    door.ask(ticket_id, "accept", {"unit": lead})
    answer = door.ask(ticket_id, "resolve", {"unit": lead, "reply": "已修好"})
    assert answer.status_code == 200, answer.text
    door.process()


def lead_of(door: Door, ticket_id: str) -> str:
    return str(door.system.handler.tickets([ticket_id])[ticket_id].evaluation.last_lead)


def link(door: Door, ticket_id: str) -> str:
    path: str = door.client.get(f"/api/v1/tickets/{ticket_id}/call-back-link").json()["path"]
    return path


def listed(door: Door, path: str, **params: Any) -> list[str]:
    found = door.client.get(f"/api/v1/{path}", params=params).json()
    return [one["ticket_id"] for one in found["tasks" if "tasks" in found else "appeals"]]


def reply(door: Door, ticket_id: str, text: str, key: str | None = None) -> httpx.Response:
    body = {"ticket_id": ticket_id, "text": text}
    headers = {"Idempotency-Key": key} if key else {}
    return door.client.post("/api/v1/call-backs/text-messages", json=body, headers=headers)


def test_a_caller_finds_the_ticket_tries_and_asks(door: Door) -> None:
    ticket_id = resolved(door)
    assert ticket_id in listed(door, "call-backs")
    assert ticket_id in listed(door, "call-backs", unit=lead_of(door, ticket_id))
    tried = door.ask(ticket_id, "call-back-try", {"through": "phone", "outcome": "busy"}, CALLER)
    assert tried.json()["events"] == ["ticket.call_back_tried.v1"]
    answer = door.ask(ticket_id, "evaluate", {"reached": True, "through": "phone", **GOOD}, CALLER)
    assert answer.status_code == 200, answer.text
    door.process()
    assert ticket_id not in listed(door, "call-backs")


def test_a_unit_does_not_end_its_own_call_back(door: Door) -> None:
    ticket_id = resolved(door)
    before = door.events(ticket_id)
    for outcome in ("busy", "declined"):
        body = {"through": "phone", "outcome": outcome}
        tried = door.ask(ticket_id, "call-back-try", body, f"unit:{lead_of(door, ticket_id)}")
        assert (tried.status_code, tried.json()["code"]) == (409, "CentreOnly")
    assert door.events(ticket_id) == before


def test_a_try_sent_again_under_its_own_key_is_one_try(door: Door) -> None:
    ticket_id = resolved(door)
    body = {"through": "phone", "outcome": "busy"}
    key = {"Idempotency-Key": "try-1", "If-Match": f'"{len(door.events(ticket_id))}"'}
    first = door.ask(ticket_id, "call-back-try", body, CALLER, **key)
    again = door.ask(ticket_id, "call-back-try", body, CALLER, **key)
    assert (first.status_code, again.json()) == (200, first.json())
    other = door.ask(ticket_id, "call-back-try", body, CALLER, **{"Idempotency-Key": "try-2"})
    assert other.json()["version"] == first.json()["version"] + 1
    assert door.events(ticket_id).count("ticket.call_back_tried.v1") == 2


def test_a_text_message_sent_again_under_its_own_key_is_answered_as_before(door: Door) -> None:
    ticket_id = resolved(door)
    for _ in range(2):
        unclear = reply(door, ticket_id, "你们自己看", "gateway-1")
        assert (unclear.status_code, unclear.json()["code"]) == (422, "reply_not_understood")
    first, again = (reply(door, ticket_id, "1", "gateway-2") for _ in range(2))
    assert (first.status_code, again.json()) == (200, first.json())
    late = reply(door, ticket_id, "你们自己看", "gateway-1")
    assert (late.status_code, late.json()["code"]) == (422, "reply_not_understood")
    said = ("ticket.call_back_tried.v1", "ticket.evaluated.v1")
    assert [one for one in door.events(ticket_id) if one in said] == list(said)


def test_calls_told_as_not_reached_are_tries_by_the_policys_rule(door: Door) -> None:
    ticket_id = resolved(door)
    for day in (2, 2, 3):
        at = f"2026-03-0{day}T09:00:00+08:00"
        body = {"reached": False, "through": "phone"} | ({"at": at} if day == 2 else {})
        if day == 3:
            door.clock.advance_to(door.clock.now() + timedelta(days=1))
        assert door.ask(ticket_id, "evaluate", body, CALLER).status_code == 200
    (ended,) = [one for one in door.events(ticket_id) if "call_back_ended" in one]
    assert door.events(ticket_id)[-1] == ended
    assert b"xining-" in door.system.log.read_stream(ticket_id)[-1].data


def test_a_page_of_the_list_goes_on_where_the_last_one_ended(door: Door) -> None:
    ids = [resolved(door) for _ in range(3)]
    seen: list[str] = []
    after = ""
    while after is not None:
        page = door.client.get("/api/v1/call-backs", params={"limit": 2, "after": after}).json()
        seen += [one["ticket_id"] for one in page["tasks"]]
        after = page["next_after"]
    assert set(ids) <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_resident_answers_by_the_link_once(door: Door) -> None:
    ticket_id = resolved(door)
    path = link(door, ticket_id)
    page = door.client.get(path)
    assert page.status_code == 200
    assert "请您评价" in page.text
    assert "<script" not in page.text
    assert "暖气不热" not in page.text  # what the resident wrote is nobody's to read here
    form = {name: str(value).lower() for name, value in GOOD.items()}
    assert door.client.post(path, data={**form, "comment": "师傅很好"}).status_code == 200
    assert "ticket.evaluated.v1" in door.events(ticket_id)
    assert door.client.post(path, data=form).status_code == 409
    assert door.client.get(path).status_code == 409
    assert door.events(ticket_id).count("ticket.evaluated.v1") == 1


def test_another_reporters_answer_does_not_close_a_residents_own_link(door: Door) -> None:
    text = f"整栋楼的暖气一直不热 {door.system.log.head()}"
    ticket_id = door.ticket(text=text)
    door.report(text=text, address="城西区西关大街3号", contact="13897009999")
    door.process()
    ticket = door.system.handler.tickets([ticket_id])[ticket_id]
    (_, other) = ticket.reports
    resolve(door, ticket_id)
    body = {"reached": True, "through": "phone", "report_id": other, **GOOD}
    assert door.ask(ticket_id, "evaluate", body, CALLER).status_code == 200
    path = link(door, ticket_id)
    assert door.client.get(path).status_code == 200
    form = {name: str(value).lower() for name, value in GOOD.items()}
    assert door.client.post(path, data=form).status_code == 200
    assert door.client.get(path).status_code == 409


def test_an_answer_by_the_link_may_come_as_json(door: Door) -> None:
    ticket_id = resolved(door)
    token = link(door, ticket_id).partition("token=")[2]
    done = door.client.post("/api/v1/rate", params={"token": token}, json=GOOD)
    assert done.status_code == 200, done.text
    again = door.client.post("/api/v1/rate", params={"token": token}, json=GOOD)
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyEvaluated")
    wrong = door.client.post("/api/v1/rate", params={"token": token}, json={"solved": True})
    assert wrong.status_code == 422


@pytest.mark.parametrize("token", ["", "x", "a.1.b", "a.1", "ä.1.x", "9" * 150])
def test_a_link_that_is_not_ours_opens_nothing(door: Door, token: str) -> None:
    assert door.client.get("/rate", params={"token": token}).status_code == 404
    assert door.client.post("/rate", params={"token": token}, data=GOOD).status_code == 404
    found = door.client.post("/api/v1/rate", params={"token": token}, json=GOOD)
    assert found.status_code == 404


def test_a_link_fits_its_own_ticket_and_handling_alone(door: Door) -> None:
    ticket_id, other = resolved(door), resolved(door)
    token = link(door, ticket_id).partition("token=")[2]
    forged = token.replace(ticket_id, other)
    assert door.client.get("/rate", params={"token": forged}).status_code == 404
    assert door.client.post("/api/v1/rate", params={"token": token}, json=BAD).status_code == 200
    door.process()  # it is reopened by the rule
    assert door.client.get("/rate", params={"token": token}).status_code == 410
    late = door.client.post("/api/v1/rate", params={"token": token}, json=GOOD)
    assert (late.status_code, late.json()["code"]) == (410, "LinkOver")


def test_a_form_that_says_too_little_is_sent_back(door: Door) -> None:
    path = link(door, resolved(door))
    assert door.client.post(path, data={"solved": "true"}).status_code == 422
    assert door.client.post(path, data={**GOOD, "satisfaction": "great"}).status_code == 422


def test_a_text_message_is_taken_word_for_word(door: Door) -> None:
    ticket_id = resolved(door)
    unclear = reply(door, ticket_id, "你们自己看")
    assert (unclear.status_code, unclear.json()["code"]) == (422, "reply_not_understood")
    assert "你们" not in unclear.text
    assert door.events(ticket_id)[-1] == "ticket.call_back_tried.v1"
    assert reply(door, ticket_id, "１").status_code == 200
    again = reply(door, ticket_id, "3")
    assert (again.status_code, again.json()["code"]) == (409, "AlreadyEvaluated")
    assert reply(door, "nobody", "1").status_code == 404


def test_a_second_disagreement_waits_for_a_supervisor(door: Door) -> None:
    ticket_id = resolved(door)
    assert reply(door, ticket_id, "3").status_code == 200
    door.process()
    lead = lead_of(door, ticket_id)
    assert door.ask(ticket_id, "resolve", {"unit": lead, "reply": "又修"}).status_code == 200
    door.process()
    assert reply(door, ticket_id, "3").status_code == 200
    door.process()
    assert ticket_id in listed(door, "disagreements")
    door.ask(ticket_id, "reopen", {"reason": "supervised"}, CENTRE)
    door.process()
    assert ticket_id not in listed(door, "disagreements")


def test_an_appeal_is_asked_for_by_the_unit_and_decided_by_the_centre(door: Door) -> None:
    ticket_id = resolved(door)
    reply(door, ticket_id, "3")
    door.process()
    lead = lead_of(door, ticket_id)
    body = {"unit": lead, "verdict": "evaluated", "reason": "out_of_our_hands", "evidence": ["p-1"]}
    asked = door.ask(ticket_id, "appeal", body, f"unit:{lead}")
    assert asked.status_code == 200, asked.text
    door.process()
    assert ticket_id in listed(door, "appeals")
    decision = {"decision": "upheld", "reason": "proven"}
    own = door.ask(ticket_id, "decide-appeal", decision, f"unit:{lead}")
    assert (own.status_code, own.json()["code"]) == (409, "OwnAppeal")
    assert door.ask(ticket_id, "decide-appeal", decision, CENTRE).status_code == 200
    door.process()
    assert ticket_id not in listed(door, "appeals")
    assert ticket_id in listed(door, "appeals", stage="upheld", unit=lead)
    days = {"from": "2026-03-01", "to": "2026-03-31", "side": "excluded"}
    found = door.client.get("/api/v1/measures/satisfaction_rate/tickets", params=days).json()
    (left,) = [x for t in found["tickets"] if t["ticket_id"] == ticket_id for x in t["excluded"]]
    assert (left["reason"], left["detail"]) == ("appeal_upheld", "proven")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("call-back-try", {"through": "pigeon", "outcome": "busy"}),
        ("call-back-try", {"through": "phone"}),
        ("appeal", {"unit": "heating", "verdict": "evaluated", "reason": "x", "evidence": []}),
        ("appeal", {**APPEAL, "evidence": ["p-1", "张先生13897001234"]}),
        ("appeal", {**APPEAL, "evidence": ["630102199001011234"]}),
        ("appeal", {"unit": "heating", "verdict": "bad", "reason": "x", "evidence": ["a"]}),
        ("decide-appeal", {"decision": "perhaps", "reason": "x"}),
    ],
)
def test_a_body_that_does_not_say_what_is_needed_is_refused(
    door: Door, verb: str, body: dict[str, Any]
) -> None:
    assert door.ask(resolved(door), verb, body, CALLER).status_code == 422


def test_the_link_does_not_stand_in_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    path = link(door, resolved(door))
    token = path.partition("token=")[2]
    with caplog.at_level("INFO"):
        door.client.get(path)
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("http")]
    assert not any(token.rpartition(".")[2] in line for line in ours)
    assert any(line.startswith("GET /rate ") for line in ours)


def test_a_locked_door_lets_residents_in_by_their_link_only(locked_door: Door) -> None:
    assert locked_door.client.get("/api/v1/call-backs").status_code == 401
    assert locked_door.client.get("/rate", params={"token": "x"}).status_code == 404


def test_a_residents_contact_does_not_stand_as_the_actor(door: Door) -> None:
    ticket_id = resolved(door)
    who = "resident:13897001234"
    body = {"through": "sms", "outcome": "sent"}
    assert door.ask(ticket_id, "call-back-try", body, who).status_code == 200
    reply(door, ticket_id, "3")
    verdict = {"unit": lead_of(door, ticket_id), "verdict": "evaluated"}
    asked = {**verdict, "reason": "other", "evidence": ["p-1"]}
    assert door.ask(ticket_id, "appeal", asked, who).status_code == 200
    decision = {"decision": "upheld", "reason": "proven"}
    refused = door.ask(ticket_id, "decide-appeal", decision, "resident:13897005678")
    assert (refused.status_code, refused.json()["code"]) == (409, "OwnAppeal")
    resident = door.system.handler.tickets([ticket_id])[ticket_id].resident
    stored = door.system.log.read_stream(ticket_id)
    assert b"1389700" not in b"".join(one.data for one in stored)
    assert f"resident:{resident}".encode() in stored[-1].data


def test_what_a_resident_writes_is_sealed(door: Door) -> None:
    ticket_id = resolved(door)
    token = link(door, ticket_id).partition("token=")[2]
    said = {**GOOD, "comment": "张师傅电话13897001234"}
    assert door.client.post("/api/v1/rate", params={"token": token}, json=said).status_code == 200
    stored = b"".join(one.data for one in door.system.log.read_stream(ticket_id))
    assert b"13897001234" not in stored
