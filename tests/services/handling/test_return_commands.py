"""退单, 会商 and 退单审核 over a real connection."""

from datetime import timedelta
from typing import Any

import pytest

from services.domain.events import TICKET_EVENT
from services.platform.return_reasons import read_return_reasons, shipped_return_reasons
from tests.services.door_server import ITEM, Door

UNIT = {"unit": "heating"}
BACK = {**UNIT, "reason": "not_our_duty", "proposed_unit": "water-supply"}
DISPATCHER = "dispatcher:wang"


def returned(door: Door, **changes: Any) -> str:
    ticket_id = door.ticket(item=ITEM)
    answer = door.ask(ticket_id, "return", {**BACK, **changes})
    assert answer.status_code == 200, answer.text
    door.process()
    return ticket_id


def last_fact(door: Door, ticket_id: str) -> Any:
    return TICKET_EVENT.validate_json(door.system.log.read_stream(ticket_id)[-1].data)


def test_the_reasons_are_offered_with_what_each_needs(door: Door) -> None:
    offered = door.client.get("/api/v1/return-reasons").json()
    assert offered["version"] == shipped_return_reasons().version
    needs = {one["code"]: one["proposal"] for one in offered["reasons"]}
    assert needs["not_our_duty"] == "unit"
    assert needs["wrong_item"] == "item"
    assert needs["duty_unclear"] == ""
    assert all(one["name"] and one["meaning"] for one in offered["reasons"])


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({**UNIT, "reason": "not_ours"}, "reason", "unknown_return_reason"),
        ({**UNIT, "reason": "not_our_duty"}, "proposed_unit", "proposal_needed"),
        ({**UNIT, "reason": "wrong_item"}, "proposed_item", "proposal_needed"),
        ({**BACK, "proposed_unit": "nobody"}, "proposed_unit", "unknown_unit"),
        ({**BACK, "proposed_unit": "heating"}, "proposed_unit", "proposes_itself"),
        ({**BACK, "proposed_item": "77.77"}, "proposed_item", "unknown_item"),
    ],
)
def test_a_return_says_what_its_reason_needs(
    door: Door, body: dict[str, Any], field: str, code: str
) -> None:
    answer = door.ask(door.ticket(item=ITEM), "return", body)
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (
        field,
        code,
    )


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("decide-return", {"decision": "upheld", "reason": "duty_list"}, "lead"),
        ("decide-return", {"decision": "refused", "reason": "x", "lead": "heating"}, "lead"),
        ("decide-return", {"decision": "perhaps", "reason": "x"}, "decision"),
        ("consult", {"units": []}, "units"),
        ("consult", {"units": ["nobody"]}, "units.0"),
        ("consult", {"units": ["heating"], "minutes": "13800001234"}, "minutes"),
    ],
)
def test_a_decision_that_says_too_little_is_named_by_field(
    door: Door, verb: str, body: dict[str, Any], field: str
) -> None:
    answer = door.ask("nobody", verb, body, DISPATCHER)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_an_upheld_return_explains_the_next_attempt_against_the_last(door: Door) -> None:
    ticket_id = returned(door)
    body = {"decision": "upheld", "reason": "duty_list", "lead": "water-supply"}
    answer = door.ask(ticket_id, "decide-return", body, DISPATCHER)
    assert answer.json()["events"] == ["ticket.return_decided.v1", "ticket.routed.v1"]
    routed = last_fact(door, ticket_id)
    assert (routed.attempt, routed.lead, routed.urgency_days) == (2, "water-supply", 3)
    for told in (
        "（heating）（首接单位）",
        "非本单位职责",
        "退单成立",
        "（water-supply）",
        "duty_list",
    ):
        assert told in routed.explanation
    again = door.ask(ticket_id, "decide-return", body, DISPATCHER)
    assert (again.status_code, again.json()["events"]) == (200, [])
    other = {"decision": "refused", "reason": "duty_list"}
    refused = door.ask(ticket_id, "decide-return", other, DISPATCHER)
    assert (refused.status_code, refused.json()["code"]) == (409, "ReturnDecidedOtherwise")


def test_a_refused_return_goes_back_with_a_new_accept_clock_and_the_first_promise(
    door: Door,
) -> None:
    ticket_id = returned(door)
    first = door.system.handler.tickets([ticket_id])[ticket_id]
    body = {"decision": "refused", "reason": "duty_list"}
    assert door.ask(ticket_id, "decide-return", body, DISPATCHER).status_code == 200
    assert "须签收" in last_fact(door, ticket_id).explanation
    door.process()
    ticket = door.system.handler.tickets([ticket_id])[ticket_id]
    assert (ticket.lead, ticket.stage, ticket.attempt) == ("heating", "routed", 2)
    assert ticket.accept is not None
    assert ticket.accept.running
    assert ticket.resolve == first.resolve
    back = {**BACK, "reason": "needs_other_lead"}
    assert door.ask(ticket_id, "return", back).json()["code"] == "ReturnDecided"
    assert door.ask(ticket_id, "accept", UNIT).status_code == 200


def test_units_that_were_heard_stand_in_the_decision(door: Door) -> None:
    ticket_id = returned(door, reason="duty_unclear")
    held = {"units": ["heating", "water-supply"], "minutes": "HS-2026-017", "note": "张先生家"}
    assert door.ask(ticket_id, "consult", held, DISPATCHER).json()["events"] == [
        "ticket.consulted.v1"
    ]
    assert "张先生".encode() not in door.system.log.read_stream(ticket_id)[-1].data
    other = {"decision": "upheld", "reason": "x", "lead": "water-supply"}
    refused = door.ask(ticket_id, "decide-return", other, DISPATCHER)
    assert (refused.status_code, refused.json()["code"]) == (409, "FirstReceiverLeads")
    body = {"decision": "refused", "reason": "no_agreement"}
    assert door.ask(ticket_id, "decide-return", body, DISPATCHER).status_code == 200
    decided, routed = [
        TICKET_EVENT.validate_json(one.data) for one in door.system.log.read_stream(ticket_id)[-2:]
    ]
    assert (decided.decided_by, decided.minutes) == ("consultation", "HS-2026-017")  # type: ignore[union-attr]
    assert routed.assisting[-1] == "water-supply"  # type: ignore[union-attr]


def test_only_the_centre_decides_consults_and_takes_back(door: Door) -> None:
    ticket_id = returned(door)
    for verb, body in (
        ("return-late", BACK),
        ("consult", {"units": ["heating"]}),
        ("decide-return", {"decision": "refused", "reason": "x"}),
    ):
        answer = door.ask(ticket_id, verb, body, "unit:heating")
        assert (answer.status_code, answer.json()["code"]) == (409, "CentreOnly")


def test_a_community_is_not_decided_to_lead_what_is_not_on_its_list(door: Door) -> None:
    body = {"decision": "upheld", "reason": "duty_list", "lead": "630102001001"}
    answer = door.ask(returned(door), "decide-return", body, DISPATCHER)
    assert (answer.status_code, answer.json()["code"]) == (409, "NotACommunityMatter")


def test_too_late_to_return_the_centre_may_still_take_it_back(door: Door) -> None:
    ticket_id = door.ticket(item=ITEM)
    door.clock.advance_to(door.clock.now() + timedelta(days=2))
    door.process()
    late = door.ask(ticket_id, "return", BACK)
    assert (late.status_code, late.json()["code"]) == (409, "ReturnTooLate")
    assert "协办" in late.json()["detail"]
    taken = door.ask(ticket_id, "return-late", BACK, DISPATCHER)
    assert taken.json()["events"][0] == "ticket.returned.v1"
    assert door.events(ticket_id).count("ticket.deadline_missed.v1") == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        'version = "1"',
        'version = "1"\n[[reasons]]\ncode = "a"',
        'version = "1"\n' + '[[reasons]]\ncode="a"\nname="b"\nmeaning="c"\nproposal=""\n' * 2,
        'version = "1"\n[[reasons]]\ncode="a"\nname="b"\nmeaning="c"\nproposal="area"\n',
    ],
)
def test_a_list_of_reasons_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="return reasons"):
        read_return_reasons(text)


def test_a_reason_of_an_old_log_stands_for_itself() -> None:
    assert shipped_return_reasons().name("not_ours") == "not_ours"
