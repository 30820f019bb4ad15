"""/api/v1/supervision over a real connection."""

from typing import Any

import httpx
import pytest

from tests.services.door_server import ITEM, Door
from tests.services.sla.sla_city import local

PATH = "/api/v1/supervision"
SUPERVISOR = {"X-Actor": "supervisor:li"}
UNIT = {"X-Actor": "unit:heating/wang"}
OPENING = {"reason": "finding", "why": "连续三年停暖", "basis": "周分析", "unit": "heating"}


def post(door: Door, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
    return door.client.post(f"{PATH}/{path}", json=body, headers=headers)


@pytest.fixture(scope="module")
def code(door: Door) -> str:
    """Of the case of a ticket that is four working days late."""
    ticket_id = door.ticket(item=ITEM)
    due_at = door.system.handler.tickets([ticket_id])[ticket_id].resolve.due_at
    assert due_at < local("2026-03-07 00:00")
    for moment in ("2026-03-06 10:00", "2026-03-10 14:00", "2026-03-11 10:00"):
        door.clock.advance_to(local(moment))
        door.process()
    found = door.client.get(f"{PATH}/cases", params={"ticket": ticket_id}).json()["cases"]
    assert {one["unit"] for one in found} == {"heating"}
    return str(found[-1]["code"])


def test_a_case_is_replied_to_sent_back_and_accepted(door: Door, code: str) -> None:
    body = {"unit": "heating", "text": "已更换管道"}
    key = {**UNIT, "Idempotency-Key": "reply-1"}
    replied = post(door, f"cases/{code}/reply", body, key)
    assert replied.status_code == 200, replied.text
    again = post(door, f"cases/{code}/reply", body, key)
    assert again.json() == replied.json(), "the same under its own id"
    assert post(door, f"cases/{code}/accept", {}, UNIT).status_code == 409
    stale = {**SUPERVISOR, "If-Match": '"1"'}
    assert post(door, f"cases/{code}/accept", {}, stale).status_code == 412
    back = post(door, f"cases/{code}/send-back", {"why": "没有照片"}, SUPERVISOR)
    assert back.json()["events"] == ["supervision.reply_sent_back.v1"]
    extended = {"why": "需招标", "working_days": 2}
    assert post(door, f"cases/{code}/extend", extended, SUPERVISOR).status_code == 200
    post(door, f"cases/{code}/reply", body, UNIT)
    accepted = post(door, f"cases/{code}/accept", {"remark": "属实"}, SUPERVISOR)
    assert accepted.json()["stage"] == "closed"
    shown = door.client.get(f"{PATH}/cases/{code}")
    assert shown.headers["etag"] == accepted.headers["etag"]
    assert [one["reply"] for one in shown.json()["history"] if "reply" in one] == ["已更换管道"] * 2


def test_who_was_told_is_listed(door: Door, code: str) -> None:
    told = door.client.get(f"{PATH}/told", params={"day": "2026-03-10"}).json()["told"]
    assert {one["part"] for one in told} == {"14:00"}
    assert all(one["explanation"] for one in told)


def test_a_case_is_opened_once_under_one_key_and_closed(door: Door) -> None:
    key = {**SUPERVISOR, "Idempotency-Key": "open-1"}
    body = {**OPENING, "reference": "finding-7"}
    first, again = post(door, "cases", body, key), post(door, "cases", body, key)
    assert first.status_code == again.status_code == 201
    assert first.json()["code"] == again.json()["code"]
    opened = first.json()["code"]
    lines = door.client.get(f"{PATH}/cases", params={"unit": "heating"}).json()["cases"]
    assert opened in {one["code"] for one in lines}
    assert post(door, f"cases/{opened}/close", {"why": "转每月一题"}, SUPERVISOR).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "problem"),
    [
        ("cases", {**OPENING, "unit": "nobody", "reference": "x"}, 422, "NamesUnknown"),
        ("cases", OPENING, 409, "NothingToSupervise"),
        ("cases", {**OPENING, "tickets": ["no-such"]}, 422, "NamesUnknown"),
        ("cases", {**OPENING, "colour": "red"}, 422, "invalid_body"),
        ("cases/2026-999999/accept", {}, 404, "CaseUnknown"),
        ("cases/2026-999999/reply", {"unit": "heating", "text": "?"}, 404, "CaseUnknown"),
        ("cards/heating/withdraw", {"card": "late/2026-03/1", "why": "x"}, 404, "CardUnknown"),
    ],
)
def test_what_is_refused(
    door: Door, path: str, body: dict[str, Any], status: int, problem: str
) -> None:
    answer = post(door, path, body, SUPERVISOR)
    assert (answer.status_code, answer.json()["code"]) == (status, problem)


def test_cards_are_listed_by_period(door: Door) -> None:
    asked = {"first": "2020-01-01", "last": "2020-12-31"}
    assert door.client.get(f"{PATH}/cards", params=asked).json()["cards"] == []
    assert door.client.get(f"{PATH}/cases/2026-999999").status_code == 404


def test_without_a_key_nothing_is_shown(locked_door: Door) -> None:
    assert locked_door.client.get(f"{PATH}/cases").status_code == 401
