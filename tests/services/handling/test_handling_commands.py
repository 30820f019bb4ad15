"""Commands of units, dispatchers and residents over a real connection."""

from datetime import timedelta
from typing import Any

import pytest

from services.domain.events import TICKET_EVENT
from services.handling.verbs import VERBS
from tests.services.door_server import ITEM, MONDAY, Door

UNIT = {"unit": "heating"}


def accepted(door: Door) -> str:
    ticket_id = door.ticket(item=ITEM)
    assert door.ask(ticket_id, "accept", UNIT).status_code == 200
    return ticket_id


def resolved(door: Door) -> str:
    ticket_id = accepted(door)
    assert door.ask(ticket_id, "resolve", {**UNIT, "reply": "已修好"}).status_code == 200
    return ticket_id


def in_triage(door: Door) -> str:
    return door.ticket(text=f"完全说不清楚 {door.system.log.head()}", address="某处")


TASK = {**UNIT, "to": "water-supply", "due_day": "2026-03-03", "note": "请关总阀"}
Step = tuple[str, dict[str, Any], str, str]  # verb, body, actor, the first fact that follows
LIFE: list[Step] = [
    ("accept", UNIT, "unit:heating", "ticket.accepted.v1"),
    ("progress", {**UNIT, "note": "师傅已上门"}, "unit:heating", "ticket.progressed.v1"),
    ("ask-assistance", {"unit": "water-supply"}, "unit:heating", "ticket.assistance_asked.v1"),
    ("assist", {"unit": "water-supply"}, "unit:water", "ticket.assistance_done.v1"),
    ("suspend", {"reason": "waiting_for_parts"}, "unit:heating", "ticket.suspended.v1"),
    ("resume", {}, "unit:heating", "ticket.resumed.v1"),
    (
        "request-extension",
        {**UNIT, "working_days": 2, "reason": "parts"},
        "unit:heating",
        "ticket.extension_requested.v1",
    ),
    ("refuse-extension", {"note": "不行"}, "supervisor:li", "ticket.extension_refused.v1"),
    (
        "request-extension",
        {**UNIT, "working_days": 3, "reason": "parts"},
        "unit:heating",
        "ticket.extension_requested.v1",
    ),
    ("grant-extension", {}, "supervisor:li", "ticket.extension_granted.v1"),
    ("supplement", {"note": "我家在三楼"}, "resident:zhang", "ticket.supplemented.v1"),
    ("resolve", {**UNIT, "reply": "已修好"}, "unit:heating", "ticket.resolved.v1"),
    (
        "evaluate",
        {"reached": True, "solved": False, "satisfaction": "dissatisfied", "comment": "还是冷"},
        "callback:wang",
        "ticket.evaluated.v1",
    ),
    ("reopen", {"reason": "not_solved"}, "callback:wang", "ticket.reopened.v1"),
    ("resolve", {**UNIT, "reply": "这次修好了"}, "unit:heating", "ticket.resolved.v1"),
    ("close", {"reason": "done"}, "dispatcher:wang", "ticket.closed.v1"),
    ("look-back", {"holds": True}, "supervisor:li", "ticket.looked_back.v1"),
]  # fmt: skip


def test_a_ticket_s_whole_life_over_http(door: Door) -> None:
    ticket_id = door.ticket(item=ITEM)
    for verb, body, actor, fact in LIFE:
        answer = door.ask(ticket_id, verb, body, actor)
        assert answer.status_code == 200, (verb, answer.text)
        done = answer.json()
        assert fact in done["events"], verb
        assert done["position"] == door.system.log.head()
        assert answer.headers["etag"] == f'"{done["version"]}"'
    found = door.client.get(f"/api/v1/tickets/{ticket_id}").json()
    assert found["stage"] == "closed"
    assert found["history"][-1]["actor"] == "supervisor:li"
    notes = [fact["facts"].get("note") for fact in found["history"]]
    assert "师傅已上门" in notes


def test_words_of_units_are_sealed_with_the_resident_s_key(door: Door) -> None:
    ticket_id = accepted(door)
    door.ask(ticket_id, "progress", {**UNIT, "note": "张先生家三楼"})
    stored = door.system.log.read_stream(ticket_id)[-1]
    assert "张先生".encode() not in stored.data
    event = TICKET_EVENT.validate_json(stored.data)
    resident = door.system.handler.tickets([ticket_id])[ticket_id].resident
    assert getattr(event, "note").subject == resident  # noqa: B009


def test_a_resident_s_name_is_not_written_down_as_the_actor(door: Door) -> None:
    ticket_id = door.ticket(item=ITEM)
    door.ask(ticket_id, "supplement", {"note": "我家在三楼"}, "resident:zhangsan")
    found = door.client.get(f"/api/v1/tickets/{ticket_id}")
    assert found.json()["history"][-1]["actor"] == f"resident:{found.json()['resident']}"
    assert b"zhangsan" not in door.system.log.read_stream(ticket_id)[-1].data


@pytest.mark.parametrize(("named", "days"), [({}, 1), ({"urgency_days": 7}, 7)])
def test_what_rules_ask_for_holds_unless_the_dispatcher_says_otherwise(
    door: Door, named: dict[str, int], days: int
) -> None:
    ticket_id = door.ticket(text=f"有人触电 {door.system.log.head()}", address="某处")
    assert door.system.handler.tickets([ticket_id])[ticket_id].stage == "triage"
    door.ask(ticket_id, "route", {"lead": "heating", "item": ITEM, **named}, "dispatcher:wang")
    assert door.system.handler.tickets([ticket_id])[ticket_id].urgency_days == days


def test_a_dispatcher_routes_what_the_rules_could_not(door: Door) -> None:
    ticket_id = in_triage(door)
    body = {"lead": "heating", "assisting": ["water-supply"], "item": ITEM}
    answer = door.ask(ticket_id, "route", body, "dispatcher:%E7%8E%8B%E8%8A%B3")
    assert answer.json()["events"] == ["ticket.routed.v1"]
    ticket = door.system.handler.tickets([ticket_id])[ticket_id]
    assert (ticket.lead, ticket.assisting, ticket.urgency_days) == ("heating", ("water-supply",), 3)
    found = door.client.get(f"/api/v1/tickets/{ticket_id}").json()
    assert found["history"][-1]["actor"] == "dispatcher:王芳"


COMMUNITY = "630102001001"
ACTIVITIES = "社区活动与文体场地"  # a community may lead; of CERTIFICATES it may only assist
CERTIFICATES = "社区证明与便民服务"


def item_named(door: Door, name: str) -> str:
    return next(item.code for item in door.system.directory.leaves() if item.name == name)


@pytest.mark.parametrize(
    ("name", "lead", "assisting", "is_refused"),
    [
        (ACTIVITIES, COMMUNITY, [], False),
        (CERTIFICATES, "630102001", [COMMUNITY], False),
        (CERTIFICATES, COMMUNITY, [], True),
        ("停水", COMMUNITY, [], True),
        ("停水", "water-supply", [COMMUNITY], True),
        (None, COMMUNITY, [], True),
    ],
)
def test_no_dispatcher_hands_a_community_what_is_not_on_its_list(
    door: Door, name: str | None, lead: str, assisting: list[str], is_refused: bool
) -> None:
    ticket_id = in_triage(door)
    body = {"lead": lead, "assisting": assisting}
    answer = door.ask(ticket_id, "route", body | ({"item": item_named(door, name)} if name else {}))
    assert answer.status_code == (409 if is_refused else 200)
    if is_refused:
        assert answer.json()["code"] == "NotACommunityMatter"
        assert door.system.handler.tickets([ticket_id])[ticket_id].stage == "triage"


def test_a_community_is_not_asked_to_assist_with_what_is_not_on_its_list(door: Door) -> None:
    ticket_id = accepted(door)
    refused = door.ask(ticket_id, "ask-assistance", {"unit": COMMUNITY})
    assert (refused.status_code, refused.json()["code"]) == (409, "NotACommunityMatter")
    assert door.ask(ticket_id, "ask-assistance", {"unit": "water-supply"}).status_code == 200


@pytest.mark.parametrize(("rule", "handed_over"), [("emergency", True), ("petition", False)])
def test_what_is_not_accepted_is_declined_by_a_rule_with_its_legal_route(
    door: Door, rule: str, handed_over: bool
) -> None:
    ticket_id = in_triage(door)
    answer = door.ask(ticket_id, "decline", {"rule": rule, "reply": "已告知"}, "dispatcher:wang")
    assert answer.json()["stage"] == "declined"
    facts = door.client.get(f"/api/v1/tickets/{ticket_id}").json()["history"][-1]["facts"]
    offered = door.client.get("/api/v1/decline-rules").json()
    by_code = {one["code"]: one for one in offered["rules"]}
    assert facts["rule_version"] == offered["version"]
    assert facts["basis"] == by_code[rule]["basis"]
    assert facts["legal_route"] == by_code[rule]["legal_route"]
    assert facts["handed_over"] is handed_over


def test_a_unit_returns_what_is_not_its_own_and_a_person_decides(door: Door) -> None:
    ticket_id = door.ticket(item=ITEM)
    body = {
        **UNIT,
        "reason": "not_our_area",
        "proposed_unit": "water-supply",
        "note": "应由供水负责",
    }
    assert door.ask(ticket_id, "return", body).json()["stage"] == "returned"
    door.process()
    assert door.client.get(f"/api/v1/tickets/{ticket_id}").json()["stage"] == "triage"


def test_a_simple_question_is_answered_at_once(door: Door) -> None:
    answer = door.ask(in_triage(door), "answer", {"reply": "窗口九点开门"}, "seat:7")
    assert answer.json()["events"] == ["ticket.answered_at_once.v1"]


def test_a_merged_ticket_follows_its_primary_which_must_exist(door: Door) -> None:
    first, second = in_triage(door), door.ticket(text="另一件说不清的事", address="某处")
    unknown = door.ask(second, "merge", {"primary": "nobody"}, "dispatcher:wang")
    merged = door.ask(second, "merge", {"primary": first}, "dispatcher:wang")
    itself = door.ask(first, "merge", {"primary": first}, "dispatcher:wang")
    assert (unknown.status_code, merged.status_code, itself.status_code) == (404, 200, 409)
    assert merged.json()["stage"] == "merged"


def test_a_command_on_an_older_version_is_refused_and_changes_nothing(door: Door) -> None:
    ticket_id = door.ticket(item=ITEM)
    etag = door.client.get(f"/api/v1/tickets/{ticket_id}").headers["etag"]
    assert door.ask(ticket_id, "accept", UNIT, **{"If-Match": etag}).status_code == 200
    before = door.events(ticket_id)
    late = door.ask(ticket_id, "resolve", {**UNIT, "reply": "好了"}, **{"If-Match": etag})
    assert (late.status_code, late.json()["code"]) == (412, "TicketChanged")
    assert door.events(ticket_id) == before


def test_a_command_sent_again_under_its_own_id_happens_once(door: Door) -> None:
    ticket_id = accepted(door)
    key = {"Idempotency-Key": "note-1"}
    first = door.ask(ticket_id, "progress", {**UNIT, "note": "上门"}, **key)
    again = door.ask(ticket_id, "progress", {**UNIT, "note": "上门"}, **key)
    assert first.json() == again.json()
    assert door.events(ticket_id).count("ticket.progressed.v1") == 1


def test_a_repeat_that_changes_nothing_says_so(door: Door) -> None:
    answer = door.ask(accepted(door), "accept", UNIT)
    assert (answer.status_code, answer.json()["events"], answer.json()["position"]) == (200, [], 0)


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("accept", {"unit": "water-supply"}, "WrongUnit"),
        ("resolve", {**UNIT, "reply": "好了"}, "TicketNotInHandling"),
        ("resume", {}, "TicketNotSuspended"),
        ("grant-extension", {}, "ExtensionNotRequested"),
        ("close", {"reason": "done"}, "TicketNotResolved"),
        ("reopen", {"reason": "again"}, "TicketNotResolved"),
    ],
)
def test_a_rule_s_no_is_a_conflict_with_its_name(
    door: Door, verb: str, body: dict[str, Any], code: str
) -> None:
    answer = door.ask(door.ticket(item=ITEM), verb, body, "unit:x")
    assert (answer.status_code, answer.json()["code"]) == (409, code)


@pytest.mark.parametrize(
    ("verb", "body", "code"),
    [
        ("evaluate", {"reached": False}, "TicketNotResolved"),
        ("evaluate", {"reached": True}, "TicketNotResolved"),
        ("look-back", {"holds": True}, "TicketNotClosed"),
    ],
)
def test_how_a_unit_did_is_not_for_a_unit_to_say(
    door: Door, verb: str, body: dict[str, Any], code: str
) -> None:
    ticket_id = door.ticket(item=ITEM)
    for actor, expected in (("unit:heating", "CentreOnly"), ("caller:wang", code)):
        answer = door.ask(ticket_id, verb, body, actor)
        assert (answer.status_code, answer.json()["code"]) == (409, expected)


def test_who_asks_for_an_extension_does_not_grant_it(door: Door) -> None:
    ticket_id = accepted(door)
    door.ask(ticket_id, "request-extension", {**UNIT, "working_days": 2, "reason": "parts"})
    assert door.ask(ticket_id, "grant-extension", {}).json()["code"] == "SelfApproval"


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_no_command_finds_a_ticket_that_is_not_there_nor_takes_an_unknown_field(
    door: Door, verb: str
) -> None:
    bodies = {step[0]: step[1] for step in LIFE} | {
        "route": {"lead": "heating"},
        "return": {**UNIT, "reason": "facts_unclear"},
        "return-late": {**UNIT, "reason": "facts_unclear"},
        "consult": {"units": ["heating"]},
        "decide-return": {"decision": "refused", "reason": "duty_list"},
        "decline": {"rule": "petition"},
        "answer": {"reply": "a"},
        "merge": {"primary": "nobody"},
        "give-subtask": TASK,
        "accept-subtask": {**UNIT, "subtask": 1},
        "finish-subtask": {**UNIT, "subtask": 1},
        "withdraw-subtask": {**UNIT, "subtask": 1, "reason": "not_needed"},
    }
    unknown = door.ask("nobody", verb, bodies[verb])
    assert (unknown.status_code, unknown.json()["code"]) == (404, "TicketUnknown")
    extra = door.ask("nobody", verb, {**bodies[verb], "colour": "red"})
    assert extra.status_code == 422


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("accept", {"unit": "no-such-unit"}, "unit"),
        ("accept", {}, "unit"),
        ("accept", {**UNIT, "at": "2026-03-02T02:00:00Z"}, "at"),
        ("accept", {**UNIT, "at": "2026-03-01T08:00:00"}, "at"),
        ("progress", {**UNIT, "note": "a\x00"}, "note"),
        ("progress", {**UNIT, "note": "字" * 10_001}, "note"),
        ("suspend", {"reason": "a whole sentence about Mr Zhang"}, "reason"),
        ("suspend", {"reason": "no_such_reason"}, "reason"),
        ("give-subtask", {**TASK, "due_day": "2026-03-32"}, "due_day"),
        ("give-subtask", {**TASK, "to": "nobody"}, "to"),
        ("accept-subtask", {**UNIT, "subtask": 0}, "subtask"),
        ("route", {"lead": "heating", "assisting": ["nobody"]}, "assisting.0"),
        ("route", {"lead": "heating", "item": "77.77"}, "item"),
        ("route", {"lead": "heating", "urgency_days": 5}, "urgency_days"),
        ("decline", {"rule": "no_wish"}, "rule"),
        ("request-extension", {**UNIT, "working_days": 0, "reason": "x"}, "working_days"),
        ("evaluate", {"reached": "yes"}, "reached"),
    ],
)
def test_a_wrong_body_is_named_by_field(
    door: Door, verb: str, body: dict[str, Any], field: str
) -> None:
    answer = door.ask("nobody", verb, body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "actor"),
        ({"X-Actor": "wang"}, "actor"),
        ({"X-Actor": "unit:"}, "actor"),
        ({"X-Actor": "unit:a%0Ab"}, "actor"),
        ({"X-Actor": "unit:%ff"}, "actor"),
        ({"X-Actor": "processor:router"}, "actor_reserved"),
        ({"X-Actor": "unit:a", "If-Match": "3"}, "if_match"),
        ({"X-Actor": "unit:a", "If-Match": 'W/"3"'}, "if_match"),
        ({"X-Actor": "unit:a", "Idempotency-Key": "x" * 65}, "command_id"),
    ],
)
def test_wrong_headers_are_named(door: Door, headers: dict[str, str], code: str) -> None:
    answer = door.client.post("/api/v1/tickets/x/accept", json=UNIT, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_what_happened_earlier_counts_from_then_but_not_from_before_the_ticket(door: Door) -> None:
    ticket_id = door.ticket(item=ITEM, received_at=(MONDAY - timedelta(hours=1)).isoformat())
    too_early = {**UNIT, "at": (MONDAY - timedelta(hours=2)).isoformat()}
    assert door.ask(ticket_id, "accept", too_early).json()["code"] == "HappenedBeforeOpening"
    at = MONDAY - timedelta(minutes=30)
    assert door.ask(ticket_id, "accept", {**UNIT, "at": at.isoformat()}).status_code == 200
    assert door.system.handler.tickets([ticket_id])[ticket_id].accepted_at == at


def test_work_goes_on_for_an_erased_resident_and_no_word_of_it_is_kept(door: Door) -> None:
    ticket_id = accepted(door)
    door.system.keyring.erase(door.system.handler.tickets([ticket_id])[ticket_id].resident)
    assert door.ask(ticket_id, "progress", {**UNIT, "note": "上门"}).status_code == 200
    assert "上门" not in door.client.get(f"/api/v1/tickets/{ticket_id}").text
    assert door.ask(ticket_id, "resolve", {**UNIT, "reply": "好了"}).status_code == 200
