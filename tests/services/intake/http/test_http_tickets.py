"""GET /api/v1/tickets over a real connection."""

from datetime import timedelta

from services.intake.requests_rows import COLUMNS
from tests.services.door_server import ITEM, Door


def test_a_ticket_is_shown_with_its_state_its_clocks_and_its_whole_history(door: Door) -> None:
    ticket_id = door.ticket(text="家里暖气不热，请派人来看看", item=ITEM)
    answer = door.client.get(f"/api/v1/tickets/{ticket_id}")
    found = answer.json()
    assert answer.headers["etag"] == f'"{found["version"]}"'
    assert (found["stage"], found["lead"], found["urgency_days"]) == ("routed", "heating", 3)
    assert found["clocks"]["resolve"]["due_at"] == "2026-03-05T10:00:00Z"
    assert [fact["type"] for fact in found["history"]] == door.events(ticket_id)
    assert [fact["version"] for fact in found["history"]] == list(range(1, found["version"] + 1))
    positions = [fact["position"] for fact in found["history"]]
    assert positions == sorted(positions)
    assert found["history"][0]["facts"]["text"] == "家里暖气不热，请派人来看看"


def test_a_ticket_that_did_not_change_is_not_sent_again(door: Door) -> None:
    ticket_id = door.ticket()
    etag = door.client.get(f"/api/v1/tickets/{ticket_id}").headers["etag"]
    again = door.client.get(f"/api/v1/tickets/{ticket_id}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_an_unknown_ticket_is_not_found(door: Door) -> None:
    answer = door.client.get("/api/v1/tickets/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "ticket_unknown")


def test_the_words_of_an_erased_resident_are_gone_and_marked_so(door: Door) -> None:
    ticket_id = door.ticket(text="请忘记我", item=ITEM, contact="13900000000")
    resident = door.client.get(f"/api/v1/tickets/{ticket_id}").json()["resident"]
    door.system.keyring.erase(resident)
    found = door.client.get(f"/api/v1/tickets/{ticket_id}").json()
    assert (found["text"], found["contact"]) == (None, None)
    assert set(found["history"][0]["erased"]) == {"text", "contact", "address"}
    assert found["lead"] == "heating"


def test_the_list_is_walked_page_by_page_without_gaps_or_repeats(door: Door) -> None:
    made = []
    for _ in range(5):
        door.clock.advance_to(door.clock.now() + timedelta(milliseconds=1))
        made.append(door.ticket(channel="walk"))
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = door.client.get("/api/v1/tickets", params={"limit": 2, "after": after}).json()
        seen += [ticket["ticket_id"] for ticket in page["tickets"]]
        after = page["next"]
    assert seen[:5] == made[::-1]
    assert len(seen) == len(set(seen))


def test_the_list_is_narrowed_by_stage_and_unit(door: Door) -> None:
    routed = door.ticket(item=ITEM)
    triage = door.ticket(text="完全说不清楚", address="某处")
    by_unit = door.client.get("/api/v1/tickets", params={"unit": "heating", "limit": 500}).json()
    by_stage = door.client.get("/api/v1/tickets", params={"stage": "triage", "limit": 500}).json()
    units = {ticket["ticket_id"]: ticket["agency"] for ticket in by_unit["tickets"]}
    stages = {ticket["ticket_id"]: ticket["stage"] for ticket in by_stage["tickets"]}
    assert set(units.values()) == {"heating"}
    assert set(stages.values()) == {"triage"}
    assert routed in units
    assert triage in stages


def test_the_list_and_its_rows_hold_no_words(door: Door) -> None:
    door.ticket(text="绝密的话", title="绝密标题", name="绝密人", contact="13512345678")
    rows = str(door.system.log.query(f"SELECT {COLUMNS} FROM requests"))
    listed = door.client.get("/api/v1/tickets").text
    for words in ("绝密", "13512345678", "西关大街"):
        assert words not in rows
        assert words not in listed


def test_a_page_that_is_too_long_is_refused_with_the_parameter_s_name(door: Door) -> None:
    answer = door.client.get("/api/v1/tickets", params={"limit": 501})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"
