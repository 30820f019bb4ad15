"""每月一题 over a real connection."""

from typing import Any

import httpx
import pytest

from services.governance.verbs import VERBS
from tests.services.door_server import Door

PROPOSAL: dict[str, Any] = {
    "heading": "失管小区供热",
    "month": "2026-03",
    "problem": "无人供热。",
    "source": "finding",
    "figures": [{"label": "诉求", "value": 97, "counted_in": "件"}],
}
PLAN = {"lead": "630104", "assisting": ["heating"], "target": "2026-06-30"}
TUESDAY = "2026-03-03"
ALONE = {**PLAN, "assisting": []}
ITEM = {
    "item_code": "1",
    "heading": "恢复供热",
    "counted_in": "户",
    "total": 471,
    "due": "2026-03-06",
    "responsible": "heating",
}


def ask(
    door: Door, code: str, verb: str, body: Any, actor: str = "office:wang", **headers: str
) -> httpx.Response:
    return door.client.post(
        f"/api/v1/topics/{code}/{verb}", json=body, headers={"X-Actor": actor, **headers}
    )


def adopted(door: Door, code: str) -> None:
    assert ask(door, code, "propose", PROPOSAL).status_code == 200
    assert ask(door, code, "adopt", PLAN, "leader:ma").status_code == 200
    assert ask(door, code, "add-item", ITEM).status_code == 200


def test_a_topic_s_whole_life_over_http(door: Door) -> None:
    ticket = door.ticket()
    life: list[tuple[str, dict[str, Any], str, str]] = [
        ("propose", PROPOSAL, "office:wang", "topic.proposed.v1"),
        ("adopt", PLAN, "leader:ma", "topic.adopted.v1"),
        ("change-plan", {**ALONE, "why": "调整"}, "leader:ma", "topic.plan_changed.v1"),
        (
            "add-measure",
            {"measure_code": "m1", "wording": "接管", "responsible": "630104"},
            "office:wang",
            "topic.measure_added.v1",
        ),
        ("add-item", ITEM, "office:wang", "topic.item_added.v1"),
        (
            "change-item",
            {"item_code": "1", "total": 470, "why": "核实"},
            "office:wang",
            "topic.item_changed.v1",
        ),
        ("link", {"tickets": [ticket]}, "office:wang", "topic.ticket_linked.v1"),
        (
            "progress",
            {"item_code": "1", "done": 470, "week": "2026-03-02", "evidence": ["测温表"]},
            "unit:heating",
            "topic.progress_reported.v1",
        ),
        (
            "strike-off",
            {"item_code": "1", "evidence": ["抽查表"]},
            "supervisor:li",
            "topic.item_struck_off.v1",
        ),
        (
            "complete-measure",
            {"measure_code": "m1", "evidence": ["办法"]},
            "office:wang",
            "topic.measure_completed.v1",
        ),
        ("close", {"outcome": "已恢复"}, "supervisor:li", "topic.closed.v1"),
        (
            "look-back",
            {"failed": [{"item_code": "1", "why": "又停暖", "done": 400}]},
            "inspector:zhao",
            "topic.looked_back.v1",
        ),
        (
            "unlink",
            {"ticket_id": ticket, "why": "另一件事"},
            "office:wang",
            "topic.ticket_unlinked.v1",
        ),
    ]  # fmt: skip
    for verb, body, actor, fact in life:
        answer = ask(door, "life", verb, body, actor)
        assert answer.status_code == 200, (verb, answer.text)
        assert answer.json()["events"][0] == fact
        assert answer.json()["position"] == door.system.log.head()
    found = door.client.get("/api/v1/topics/life").json()
    assert (found["stage"], found["items"][0]["done"]) == ("adopted", 400)
    assert found["progress"]["quantities"][0]["total"] == 470
    history = door.client.get("/api/v1/topics/life/history").json()["history"]
    assert [one["version"] for one in history] == list(range(1, len(history) + 1))
    assert history[-1]["actor"] == "office:wang"


def test_tickets_and_topics_name_each_other(door: Door) -> None:
    ticket = door.ticket()
    adopted(door, "linked")
    assert door.client.get(f"/api/v1/tickets/{ticket}").json()["topics"] == []
    ask(door, "linked", "link", {"tickets": [ticket]})
    shown = door.client.get(f"/api/v1/tickets/{ticket}").json()["topics"]
    assert shown == [{"code": "linked", "heading": PROPOSAL["heading"], "stage": "adopted"}]
    assert door.client.get("/api/v1/topics/linked").json()["tickets"] == [ticket]


@pytest.mark.parametrize(
    ("verb", "body", "actor", "status", "code"),
    [
        ("progress", {"item_code": "1", "done": 472}, "unit:heating", 409, "MoreThanTotal"),
        ("progress", {"item_code": "9", "done": 1}, "unit:heating", 409, "ItemUnknown"),
        ("change-plan", {**PLAN, "lead": "x", "why": "?"}, "leader:ma", 422, "NotInDirectory"),
        ("link", {"tickets": ["no-such"]}, "office:wang", 422, "TicketsUnknown"),
        ("progress", {"item_code": "1"}, "unit:heating", 422, "invalid_body"),
        ("progress", {"item_code": "1", "done": "1"}, "unit:heating", 422, "invalid_body"),
        ("progress", {"item_code": "1", "done": 1, "week": TUESDAY}, "u:h", 422, "invalid_body"),
        ("decline", {"why": "张先生13897000000"}, "leader:ma", 422, "invalid_body"),
        ("decline", {"why": "太晚"}, "", 400, "actor"),
        ("decline", {"why": "太晚"}, "system:x", 400, "actor_reserved"),
    ],
)  # fmt: skip
def test_a_no_has_a_name(
    door: Door, verb: str, body: Any, actor: str, status: int, code: str
) -> None:
    if door.client.get("/api/v1/topics/refused").status_code == 404:
        adopted(door, "refused")
    head = door.system.log.head()
    answer = ask(door, "refused", verb, body, actor)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert "13897000000" not in answer.text
    assert door.system.log.head() == head


def test_a_second_person_strikes_off(door: Door) -> None:
    adopted(door, "second")
    ask(door, "second", "progress", {"item_code": "1", "done": 471}, "worker:ma")
    deed = {"item_code": "1", "evidence": ["抽查表"]}
    for actor in ("worker:ma", "worker:MA", "unit:heating", "unit:heating/zhang"):
        assert ask(door, "second", "strike-off", deed, actor).json()["code"] == "SelfStrikeOff"
    assert ask(door, "second", "strike-off", deed, "supervisor:li").status_code == 200


def test_versions_guard_and_keys_repeat(door: Door) -> None:
    adopted(door, "guarded")
    etag = door.client.get("/api/v1/topics/guarded").headers["etag"]
    body = {"item_code": "1", "done": 1}
    key = {"Idempotency-Key": "k-1"}
    first = ask(door, "guarded", "progress", body, "unit:heating", **{"If-Match": etag}, **key)
    assert first.status_code == 200
    stale = ask(
        door, "guarded", "progress", {**body, "done": 2}, "unit:heating", **{"If-Match": etag}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "TopicChanged")
    again = ask(door, "guarded", "progress", body, "unit:heating", **{"If-Match": etag}, **key)
    assert again.json() == first.json()


def test_the_lists_of_topics_weeks_and_months(door: Door) -> None:
    adopted(door, "listed")
    topics = door.client.get("/api/v1/topics?stage=adopted").json()["topics"]
    assert "listed" in [one["code"] for one in topics]
    assert door.client.get("/api/v1/topics?stage=declined").json() == {"topics": []}
    week = door.client.get("/api/v1/topic-schedule").json()
    assert week["monday"] == "2026-03-02"
    assert "listed" in [line["topic"] for line in week["due_this_week"]]
    bulletin = door.client.get("/api/v1/topic-bulletins/2026-03").json()
    assert "listed" in [one["code"] for one in bulletin["topics"]]
    assert (bulletin["pinned"], bulletin["last_day"]) == (False, "2026-03-31")


def test_only_a_month_that_is_over_is_pinned(door: Door) -> None:
    headers = {"X-Actor": "office:wang"}
    early = door.client.post("/api/v1/topic-bulletins/2026-03/pin", json={}, headers=headers)
    assert early.json()["code"] == "MonthNotOver"
    pinned = door.client.post("/api/v1/topic-bulletins/2026-02/pin", json={}, headers=headers)
    assert [one["actor"] for one in pinned.json()["pins"]] == ["office:wang"]
    found = door.client.get("/api/v1/topic-bulletins/2026-02").json()
    assert (found["pinned"], found["position"]) == (True, pinned.json()["pins"][0]["position"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/topics/nobody", 404),
        ("/api/v1/topics/nobody/history", 404),
        ("/api/v1/topics/NOT%20A%20CODE", 422),
        ("/api/v1/topic-bulletins/2026-13", 422),
        ("/api/v1/topic-bulletins/9999-12", 422),
        ("/api/v1/topic-schedule?week=soon", 422),
        ("/api/v1/topic-schedule?week=9999-12-31", 422),
        ("/api/v1/topic-schedule?week=2999-12-31", 200),
        ("/api/v1/topic-bulletins/2999-12", 200),
    ],
)
def test_what_is_not_there_is_said(door: Door, path: str, status: int) -> None:
    assert door.client.get(path).status_code == status


def test_the_door_is_locked_with_keys(locked_door: Door) -> None:
    assert locked_door.client.get("/api/v1/topics").status_code == 401
    assert ask(locked_door, "a", "propose", PROPOSAL).status_code == 401
    headers = {"X-Api-Key": "key-of-the-app"}
    assert locked_door.client.get("/api/v1/topics", headers=headers).status_code == 200


def test_every_verb_is_described_without_references(door: Door) -> None:
    described = door.client.get("/openapi.json").json()["paths"]
    for verb in VERBS:
        post = described[f"/api/v1/topics/{{code}}/{verb.name}"]["post"]
        schema = post["requestBody"]["content"]["application/json"]["schema"]
        assert set(schema["properties"]) == set(verb.deed.model_fields)
        assert "$ref" not in str(schema)
