"""POST /api/v1/route: the same answer as `yousu route`, for many at once, and nothing written."""

from typing import Any

import httpx

from tests.services.door_server import ITEM, Door

COLD = {"text": "家里暖气不热", "address": "城西区西关大街街道1号"}
PATH = "/api/v1/route"


def asked(door: Door, body: Any) -> httpx.Response:
    return door.client.post(PATH, json=body)


def test_one_matter_is_answered(door: Door) -> None:
    answer = asked(door, COLD)
    assert answer.status_code == 200
    document = answer.json()
    assert (document["subject"], document["item"]) == ("城乡建设", ITEM)
    assert (document["lead"], document["decision"]) == ("heating", "route")
    assert document["directory_version"] == door.system.directory.version


def test_many_are_answered_each_for_itself(door: Door) -> None:
    matters = [COLD, {"text": "一、暖气不热 二、路灯不亮 三、拖欠工资"}, {"words": "x"}, 7, {}]
    matters.append({"text": "暖气不热", "on": "2026-02-30"})
    document = asked(door, {"matters": matters}).json()
    assert document["received"] == len(matters)
    decisions = [one["decision"] for one in document["answers"]]
    assert decisions == ["route", "split", "rejected", "rejected", "triage", "rejected"]
    assert [one["index"] for one in document["answers"]] == list(range(len(matters)))
    assert document["answers"][2]["errors"][0]["field"] == "words"
    assert document["answers"][5]["errors"][0]["field"] == "on"
    alone = asked(door, COLD).json()
    assert document["answers"][0] == {"index": 0, **alone}


def test_five_hundred_are_taken_and_not_one_more(door: Door) -> None:
    assert len(asked(door, {"matters": [COLD] * 500}).json()["answers"]) == 500
    assert asked(door, {"matters": [COLD] * 501}).status_code == 422
    assert asked(door, {"matters": []}).status_code == 422


def test_what_cannot_be_understood_is_refused_without_its_words(door: Door) -> None:
    for body in (
        {**COLD, "unknown": "秘密"},
        {"text": 7},
        {**COLD, "on": "yesterday"},
        {**COLD, "on": "2026-13-01"},
        {**COLD, "reporters": 0},
        {**COLD, "matters": [COLD]},
        [],
    ):
        answer = asked(door, body)
        assert answer.status_code == 422, body
        assert answer.headers["content-type"] == "application/problem+json"
        assert "秘密" not in answer.text
    assert door.client.post(PATH, content=b"text=x").status_code == 415


def test_a_key_is_needed_where_keys_are_set(locked_door: Door) -> None:
    assert asked(locked_door, COLD).status_code == 401
    headers = {"X-Api-Key": "key-of-the-app"}
    assert locked_door.client.post(PATH, json=COLD, headers=headers).status_code == 200


def test_nothing_is_written(door: Door) -> None:
    head = door.system.log.head()
    asked(door, {"matters": [COLD] * 20})
    door.process()
    assert door.system.log.head() == head


def test_it_is_described(door: Door) -> None:
    operation = door.client.get("/openapi.json").json()["paths"][PATH]["post"]
    one, many = operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    assert {"text", "title", "address", "item", "area", "reporters", "on"} == set(one["properties"])
    assert many["properties"]["matters"]["maxItems"] == 500
    assert PATH in door.client.get("/docs").text
