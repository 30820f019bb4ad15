"""Merging over a real connection: proposals, decisions, reporters, and the public face."""

from datetime import timedelta
from typing import Any

import httpx

from services.domain import commands as k
from services.intake.requests import IntakeProcessor
from services.intake.requests_rows import COLUMNS
from services.platform.event_log import Change
from services.platform.processor import read_batch
from tests.services.door_server import ITEM, MONDAY, Door

DISPATCHER = "dispatcher:wang"
UNIT = {"unit": "heating"}


def propose(door: Door, ticket_id: str, other: str) -> None:
    door.system.handler.execute(
        k.ProposeJoin(
            ticket_id=ticket_id,
            actor="system:intake",
            cause="command:1",
            now=MONDAY,
            other=other,
            report_ids=("report-1", "report-2"),
            score=0.7,
            explanation="同一小区，同一事项",
            match_version="alike-1",
        )
    )
    door.process()


def pages(door: Door) -> list[dict[str, Any]]:
    """One at a time, so that every page is asked for."""
    found: list[dict[str, Any]] = []
    after: int | None = 0
    while after is not None:
        page = door.client.get(f"/api/v1/join-proposals?limit=1&after={after}").json()
        found += page["proposals"]
        after = page["next"]
    return found


def ticket(door: Door, **values: Any) -> str:
    """A second younger than the one before, so that it is known which is the older."""
    door.clock.advance_to(door.clock.now() + timedelta(seconds=1))
    return door.ticket(item=ITEM, **values)


def decide(door: Door, ticket_id: str, verb: str, body: Any, **headers: str) -> httpx.Response:
    answer = door.ask(ticket_id, verb, body, DISPATCHER, **headers)
    door.process()
    return answer


def public(door: Door, ticket_id: str) -> dict[str, Any]:
    found = door.client.get(f"/open311/v2/requests/{ticket_id}.json").json()
    return dict(found[0])


def test_proposals_wait_in_their_order_until_somebody_decides(door: Door) -> None:
    one, two, three, four = (ticket(door) for _ in range(4))
    for ticket_id, other in ((two, one), (four, three), (four, two)):
        propose(door, ticket_id, other)
    mine = [p for p in pages(door) if p["ticket_id"] in {two, four}]
    assert [(p["ticket_id"], p["other"]) for p in mine] == [(two, one), (four, three), (four, two)]
    assert (mine[0]["score"], mine[0]["explanation"]) == (0.7, "同一小区，同一事项")
    confirmed = decide(door, two, "confirm-join", {"other": one})
    assert confirmed.json()["events"] == ["ticket.merged.v1"]
    assert confirmed.headers["etag"] == f'"{confirmed.json()["version"]}"'
    refused = decide(door, three, "refuse-join", {"other": four})
    assert refused.json()["events"] == ["ticket.join_refused.v1"] * 2
    left = [p for p in pages(door) if p["ticket_id"] in {two, four}]
    assert left == [], "about a merged ticket nobody is asked"
    decide(door, two, "unmerge", {})
    assert [(p["ticket_id"], p["other"]) for p in pages(door) if p["ticket_id"] == four] == [
        (four, two)
    ]


def test_decisions_that_may_not_be_are_answered_by_name(door: Door) -> None:
    one, two = ticket(door), ticket(door)
    for verb, body, status, code in (
        ("confirm-join", {"other": two}, 409, "JoinNotProposed"),
        ("confirm-join", {"other": "nobody"}, 404, "TicketUnknown"),
        ("unmerge", {}, 409, "TicketNotMerged"),
        ("unjoin", {"report_id": "nobody"}, 409, "ReportNotInTicket"),
        ("unjoin", {}, 422, "invalid_body"),
        ("refuse-join", {"other": one}, 409, "MergedWithItself"),
    ):
        answer = decide(door, one, verb, body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), verb
    changed = decide(door, one, "refuse-join", {"other": two}, **{"If-Match": '"99"'})
    assert changed.status_code == 412
    assert door.ask(one, "unmerge", {}, "system:intake").status_code == 400


def test_a_decision_under_one_key_is_taken_once(door: Door) -> None:
    one, two = ticket(door), ticket(door)
    propose(door, two, one)
    first, again = (
        decide(door, two, "confirm-join", {"other": one}, **{"Idempotency-Key": "once"})
        for _ in range(2)
    )
    assert first.json() == again.json()
    assert door.events(two).count("ticket.merged.v1") == 1


def test_a_merge_goes_to_the_end_of_the_way_and_never_in_a_circle(door: Door) -> None:
    one, two, three = (ticket(door) for _ in range(3))
    assert decide(door, two, "merge", {"primary": one}).status_code == 200
    assert decide(door, three, "merge", {"primary": two}).status_code == 200
    assert door.client.get(f"/api/v1/tickets/{three}").json()["primary"] == one
    circle = decide(door, one, "merge", {"primary": three})
    assert (circle.status_code, circle.json()["code"]) == (409, "MergedInCircle")
    over = ticket(door)
    decide(door, over, "answer", {"reply": "已答复"})
    refused = decide(door, ticket(door), "merge", {"primary": over})
    assert (refused.status_code, refused.json()["code"]) == (409, "PrimaryNotOpen")


def test_a_split_report_is_routed_like_any_other_and_found_by_its_sender(door: Door) -> None:
    text, address = f"暖气一直不热 {door.system.log.head()}", "城西区西关大街9号"
    first = door.report(text=text, address=address, item=ITEM).json()
    second = door.report(text=text, address=address, item=ITEM, reference="mine").json()
    door.process()
    assert second["ticket_id"] == first["ticket_id"]
    new = decide(door, first["ticket_id"], "unjoin", {"report_id": second["report_id"]}).json()
    found = door.client.get(f"/api/v1/tickets/{new['other']}").json()
    assert (found["stage"], found["text"], found["lead"]) == ("routed", text, "heating")
    again = door.report(text=text, address=address, item=ITEM, reference="mine").json()
    assert (again["status"], again["ticket_id"]) == ("duplicate", new["other"])


def test_every_reporter_is_shown_and_each_can_be_asked(door: Door) -> None:
    primary, merged = ticket(door, contact="13800000001"), ticket(door)
    decide(door, merged, "merge", {"primary": primary})
    for verb, body in (("accept", UNIT), ("resolve", {**UNIT, "reply": "好了"})):
        assert door.ask(primary, verb, body).status_code == 200
    reporters = door.client.get(f"/api/v1/tickets/{primary}").json()["reporters"]
    assert [one["ticket_id"] for one in reporters] == [primary, merged]
    assert "13800000001" not in str(reporters)
    said = {"reached": True, "solved": True}
    for reporter in reporters:
        body = {**said, "report_id": reporter["report_id"]}
        assert decide(door, primary, "evaluate", body).status_code == 200
        twice = decide(door, primary, "evaluate", body)
        assert (twice.status_code, twice.json()["code"]) == (409, "AlreadyEvaluated")
    stranger = decide(door, primary, "evaluate", {**said, "report_id": "nobody"})
    assert (stranger.status_code, stranger.json()["code"]) == (409, "ReportNotInTicket")


def test_a_merged_request_shows_how_far_its_primary_has_come(door: Door) -> None:
    primary, merged = ticket(door), ticket(door)
    last = ticket(door)
    decide(door, merged, "merge", {"primary": primary})
    decide(door, primary, "merge", {"primary": last})
    for verb, body, status in (
        ("accept", UNIT, "open"),
        ("resolve", {**UNIT, "reply": "好了"}, "closed"),
        ("reopen", {"reason": "not_solved"}, "open"),
    ):
        assert door.ask(last, verb, body).status_code == 200
        door.process()
        shown = public(door, merged)
        assert (shown["service_request_id"], shown["status"]) == (merged, status)
        assert shown["status_notes"] == public(door, last)["status_notes"]
        listed = door.client.get(f"/open311/v2/requests.json?status={status}").json()
        by_id = {one["service_request_id"]: one for one in listed}
        assert by_id[merged]["status_notes"] == by_id[last]["status_notes"]
    decide(door, merged, "unmerge", {})
    assert public(door, merged)["status_notes"] == "已派单，待承办单位签收"


def test_a_tip_off_s_answer_is_shown_to_nobody_else(door: Door) -> None:
    primary = ticket(door, kind="tipoff", channel="open311")
    merged = ticket(door, channel="open311")
    decide(door, merged, "merge", {"primary": primary})
    door.ask(primary, "accept", UNIT)
    door.ask(primary, "resolve", {**UNIT, "reply": "举报属实"})
    door.process()
    assert "举报属实" not in str(public(door, merged))
    ordinary, other = (ticket(door, channel="open311") for _ in range(2))
    decide(door, other, "merge", {"primary": ordinary})
    door.ask(ordinary, "accept", UNIT)
    door.ask(ordinary, "resolve", {**UNIT, "reply": "已修好"})
    door.process()
    assert public(door, other)["status_notes"] == "已修好"


def test_rows_of_merged_requests_are_the_same_whatever_the_steps(door: Door) -> None:
    tables = {"requests": "ticket_id", "join_proposals": "position"}
    selects = [f"SELECT * FROM {table} ORDER BY {by}" for table, by in tables.items()]
    assert "status" in COLUMNS
    live = [door.system.log.query(select) for select in selects]
    assert any(row[4] == "merged" for row in live[0])
    for step in (1, 5, 10_000):
        door.system.log.apply([Change(f"DELETE FROM {table}", [()]) for table in tables])
        position = 0
        while facts := (batch := read_batch(door.system.log, position, step)).facts:
            changes = IntakeProcessor(door.system.log).react(facts, MONDAY).changes
            door.system.log.apply(changes)
            position = batch.upto
        assert [door.system.log.query(select) for select in selects] == live


def test_an_unmerged_ticket_that_nobody_had_dispatched_goes_before_a_person(door: Door) -> None:
    primary = ticket(door)
    merged = door.report(text="谁也没看过", address="某处 9 号").json()["ticket_id"]
    decide(door, merged, "merge", {"primary": primary})
    decide(door, merged, "unmerge", {})
    found = door.client.get(f"/api/v1/tickets/{merged}").json()
    assert (found["stage"], found["history"][-1]["facts"]["reason"]) == ("triage", "unmerged")
