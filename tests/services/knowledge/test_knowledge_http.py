"""The knowledge base over a real connection, and answers that name an article."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from knowledge_articles import HEATING_ITEM, content

from services.console.knowledge_publishing import publish_articles, withdraw_article
from services.domain.events import TICKET_EVENT
from tests.services.door_server import MONDAY, Door, opened_door

TODAY = date(2026, 3, 2)
SEARCH = "/api/v1/knowledge/search"
ACTOR = {"actor": "operator:zhang", "why": "测试"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """One article in force, one that ended, one to come, one withdrawn, one of a district."""
    with opened_door(tmp_path_factory.mktemp("knowledge")) as door:
        yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
        contents = [
            content("heat-01", valid_from=yesterday),
            content("heat-old", valid_from=date(2025, 1, 1), valid_to=yesterday),
            content("heat-new", valid_from=tomorrow),
            content("heat-gone"),
            content("heat-west", areas=("630104",)),
        ]
        publish_articles(door.system, contents, **ACTOR)
        withdraw_article(door.system, "heat-gone", **ACTOR)
        yield door


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["code"] for one in answer.json()["articles"]]


def ask(door: Door, **body: Any) -> Any:
    return door.client.post(SEARCH, json=body)


def test_only_what_is_in_force_is_an_answer(desk: Door) -> None:
    answer = ask(desk, text="暖气不热", limit=50)
    assert set(codes(answer)) == {"heat-01", "heat-west"}
    first = answer.json()["articles"][0]
    assert first["answer"] == "先向供热单位报修。"
    assert first["found_by"] == {"words": ["暖气不热"], "share": 1.0, "item": False, "area": False}
    assert answer.headers["cache-control"] == "no-store"


def test_a_known_item_and_area_are_used(desk: Door) -> None:
    assert codes(ask(desk, item=HEATING_ITEM, area="630104"))[0] == "heat-west"
    assert codes(ask(desk, item=HEATING_ITEM, area="630105")) == ["heat-01"]


def test_a_tickets_own_words_are_looked_for_and_not_repeated(desk: Door) -> None:
    ticket_id = desk.ticket(text="我叫王二麻，家里暖气不热", address="城西区西关大街3号")
    answer = ask(desk, ticket=ticket_id)
    assert set(codes(answer)) == {"heat-01", "heat-west"}
    assert "王二麻" not in answer.text
    assert ask(desk, ticket="no-such-ticket").status_code == 404
    assert ask(desk, ticket="knowledge:heat-01").status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "text", "nothing_asked"),
        ({"text": " \n "}, "text", "nothing_asked"),
        ({"text": "字" * 10_001}, "text", "string_too_long"),
        ({"text": "热", "item": "99"}, "item", "unknown_item"),
        ({"text": "热", "area": "990000"}, "area", "unknown_area"),
        ({"text": "热", "limit": 0}, "limit", "greater_than_equal"),
        ({"text": "热", "limit": 51}, "limit", "less_than_equal"),
        ({"text": 7}, "text", "string_type"),
        ({"question": "热"}, "question", "extra_forbidden"),
    ],
)
def test_a_body_that_asks_nothing_sensible_is_told_why(
    desk: Door, body: dict[str, Any], field: str, code: str
) -> None:
    answer = ask(desk, **body)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["code"]) == (field, code)


@pytest.mark.parametrize("text", ["字" * 10_000, "😀" * 3_000, "ཁ་བ།", "'; DROP TABLE x; --"])
def test_any_other_words_are_answered(desk: Door, text: str) -> None:
    assert ask(desk, text=text).status_code == 200


def test_a_callers_words_do_not_go_into_an_address(desk: Door) -> None:
    assert desk.client.get(SEARCH, params={"text": "暖气"}).status_code in (404, 405, 422)


def test_the_list_is_of_a_day_and_comes_in_pages(desk: Door) -> None:
    first = desk.client.get("/api/v1/knowledge", params={"limit": 1}).json()
    assert [one["code"] for one in first["articles"]] == ["heat-01"]
    rest = desk.client.get("/api/v1/knowledge", params={"after": first["next"]}).json()
    assert ([one["code"] for one in rest["articles"]], rest["next"]) == (["heat-west"], None)
    tomorrow = desk.client.get("/api/v1/knowledge", params={"on": "2026-03-03"}).json()
    assert "heat-new" in [one["code"] for one in tomorrow["articles"]]
    none = desk.client.get("/api/v1/knowledge", params={"item": "02"}).json()
    assert none == {"articles": [], "next": None}
    assert desk.client.get("/api/v1/knowledge", params={"on": "gestern"}).status_code == 422


def test_one_article_is_shown_with_its_dates_although_it_is_no_answer(desk: Door) -> None:
    old = desk.client.get("/api/v1/knowledge/heat-old").json()
    assert (old["in_force"], old["valid_to"], old["withdrawn"]) == (None, "2026-03-01", None)
    gone = desk.client.get("/api/v1/knowledge/heat-gone").json()
    assert (gone["in_force"], gone["withdrawn"]) == (None, "测试")
    one = desk.client.get("/api/v1/knowledge/heat-01", params={"number": 1}).json()
    assert (one["in_force"], one["number"], len(one["versions"])) == (1, 1, 1)


@pytest.mark.parametrize("path", ["heat-99", "heat-01?number=2", "%F0%9F%98%80", "a" * 64])
def test_what_is_not_there_is_404(desk: Door, path: str) -> None:
    answer = desk.client.get(f"/api/v1/knowledge/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_article")


def test_with_keys_set_it_needs_one(locked_door: Door) -> None:
    assert ask(locked_door, text="暖气").status_code == 401
    assert locked_door.client.get("/api/v1/knowledge").status_code == 401


def test_an_answer_records_the_version_that_was_in_force(desk: Door) -> None:
    ticket_id = desk.ticket()
    body = {"reply": "先报修", "article": "heat-01"}
    answer = desk.ask(ticket_id, "answer", body, "call_taker:li")
    assert answer.status_code == 200, answer.text
    stored = next(
        one
        for one in desk.system.log.read_stream(ticket_id)
        if one.type == "ticket.answered_at_once.v1"
    )
    event = TICKET_EVENT.validate_json(stored.data)
    assert (getattr(event, "article"), getattr(event, "article_version")) == ("heat-01", 1)  # noqa: B009


@pytest.mark.parametrize(
    ("article", "code"),
    [
        ("heat-99", "unknown_article"),
        ("heat-old", "article_not_in_force"),
        ("heat-new", "article_not_in_force"),
        ("heat-gone", "article_not_in_force"),
        ("张三说的", "string_pattern_mismatch"),
    ],
)
def test_nobody_answers_with_what_is_not_in_force(desk: Door, article: str, code: str) -> None:
    ticket_id = desk.ticket()
    before = desk.events(ticket_id)
    answer = desk.ask(ticket_id, "answer", {"reply": "好", "article": article}, "call_taker:li")
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert (fault["field"], fault["code"]) == ("article", code)
    assert article not in answer.text or article.isascii()
    assert desk.events(ticket_id) == before


def test_an_answer_without_an_article_is_as_it_was(desk: Door) -> None:
    ticket_id = desk.ticket()
    assert desk.ask(ticket_id, "answer", {"reply": "好"}, "call_taker:li").status_code == 200
    stored = b"".join(one.data for one in desk.system.log.read_stream(ticket_id))
    assert b'"article' not in stored


def test_what_happened_earlier_counts_by_the_article_of_that_day(desk: Door) -> None:
    """`at` is when the resident was answered: that day's version, and none before the first."""
    ticket_id = desk.report(
        text="暖气不热三天了", received_at=(MONDAY - timedelta(days=3)).isoformat()
    ).json()["ticket_id"]
    desk.process()
    body = {"reply": "好", "at": (MONDAY - timedelta(days=2)).isoformat()}
    early = desk.ask(ticket_id, "answer", {**body, "article": "heat-01"}, "call_taker:li")
    assert early.json()["errors"][0]["code"] == "article_not_in_force"
    old = desk.ask(ticket_id, "answer", {**body, "article": "heat-old"}, "call_taker:li")
    assert old.status_code == 200, old.text
