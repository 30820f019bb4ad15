"""POST /api/v1/reports over a real connection."""

import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.services.door_server import Door, opened_door

FAR = "9999-12-31T23:59:59-14:00"


def words_of(door: Door, ticket_id: str) -> dict[str, Any]:
    found: dict[str, Any] = door.client.get(f"/api/v1/tickets/{ticket_id}").json()
    return found


def faults(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {fault["field"]: fault["code"] for fault in answer.json()["errors"]}


def test_a_report_is_answered_with_its_ticket_when_it_is_in_the_log(door: Door) -> None:
    answer = door.report(reference="one", text="楼道灯不亮", address="城中区南大街1号")
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["status"] == "opened"
    assert receipt["reference"] == "one"
    assert door.system.log.head() >= receipt["position"] > 0
    assert door.events(receipt["ticket_id"]) == ["ticket.opened.v1"]


def test_the_same_reference_again_is_a_duplicate_and_tells_whether_it_differs(door: Door) -> None:
    first = door.report(reference="twice", text="井盖丢失", address="城东区八一路2号").json()
    head = door.system.log.head()
    again = door.report(reference="twice", text="井盖丢失", address="城东区八一路2号")
    other = door.report(reference="twice", text="完全不同", address="城东区八一路2号")
    assert (again.status_code, other.status_code) == (200, 200)
    assert again.json() | {"status": "opened"} == first | {"position": 0, "differs": False}
    assert other.json()["differs"] is True
    assert door.system.log.head() == head


def test_the_same_matter_joins_its_open_ticket(door: Door) -> None:
    first = door.report(reference="a", text="垃圾没人清运", address="城北区朝阳西路5号").json()
    second = door.report(
        channel="wechat", reference="b", text="垃圾，没人清运！", address="城北区朝阳西路5号"
    )
    assert second.status_code == 201
    assert second.json()["status"] == "joined"
    assert second.json()["ticket_id"] == first["ticket_id"]


def test_without_a_reference_the_server_makes_one_that_can_be_sent_again(door: Door) -> None:
    first = door.report(text="路灯坏了", address="湟中区鲁沙尔镇").json()
    again = door.report(text="路灯坏了", address="湟中区鲁沙尔镇", reference=first["reference"])
    assert first["reference"]
    assert again.json()["report_id"] == first["report_id"]


def test_every_field_comes_back_as_it_was_said_with_contact_and_name_masked(door: Door) -> None:
    ticket_id = door.report(
        title="=cmd|'/c calc'!A1",
        text="<script>alert(1)</script>\n第二行\t'; DROP TABLE requests; --  ",
        kind="投诉",
        contact="13812345678",
        name="马晓梅",
        address="城西区 <b>海晏路</b> & 胜利路口",
        area="630104",
        item="99.no.such",
        longitude=101.7574,
        latitude=36.6285,
        received_at="2026-03-02T08:59:00+08:00",
        attachments=["https://files.example/1.jpg"],
    ).json()["ticket_id"]
    found = words_of(door, ticket_id)
    assert found["title"] == "=cmd|'/c calc'!A1"
    assert found["text"] == "<script>alert(1)</script>\n第二行\t'; DROP TABLE requests; --  "
    assert found["address"] == "城西区 <b>海晏路</b> & 胜利路口"
    assert (found["contact"], found["name"]) == ("138****5678", "马**")
    assert (found["longitude"], found["latitude"]) == (101.7574, 36.6285)
    assert (found["kind"], found["item"]) == ("complaint", "99.no.such")
    assert found["opened_at"] == "2026-03-02T00:59:00Z"
    assert found["attachments"] == ["https://files.example/1.jpg"]


def test_an_unknown_item_code_is_accepted_and_put_before_a_person(door: Door) -> None:
    ticket_id = door.ticket(text="说不清楚的一件事", item="77.77", address="某处")
    assert words_of(door, ticket_id)["stage"] == "triage"


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"text": ""}, "text", "empty_text"),
        ({"text": "字" * 10_001}, "text", "too_long"),
        ({"text": "a\x00b"}, "text", "control_characters"),
        ({"text": "a\x1bb"}, "text", "control_characters"),
        ({"text": 7}, "text", "string_type"),
        ({"text": "a", "title": "t" * 501}, "title", "too_long"),
        ({"text": "a", "channel": " "}, "channel", "missing"),
        ({"text": "a", "channel": "c" * 65}, "channel", "too_long"),
        ({"text": "a", "channel": "two\nlines"}, "channel", "control_characters"),
        ({"text": "a", "item": "i" * 65}, "item", "too_long"),
        ({"text": "a", "reference": "r" * 201}, "reference", "too_long"),
        ({"text": "a", "kind": "quarrel"}, "kind", "kind_unknown"),
        ({"text": "a", "longitude": 0, "latitude": 0}, "latitude", "coordinates_zero"),
        ({"text": "a", "longitude": 36.6, "latitude": 101.7}, "latitude", "coordinates_swapped"),
        ({"text": "a", "longitude": 101.7}, "latitude", "coordinates_incomplete"),
        ({"text": "a", "longitude": 181, "latitude": 36}, "longitude", "coordinates_out_of_range"),
        ({"text": "a", "longitude": "101.7"}, "longitude", "float_type"),
        ({"text": "a", "received_at": "yesterday"}, "received_at", "time_invalid"),
        ({"text": "a", "received_at": "2026-03-01T08:00:00"}, "received_at", "time_invalid"),
        ({"text": "a", "received_at": "1970-01-01T00:00:00Z"}, "received_at", "time_implausible"),
        ({"text": "a", "received_at": "2026-03-03T00:00:00Z"}, "received_at", "time_in_future"),
        ({"text": "a", "received_at": FAR}, "received_at", "time_in_future"),
        ({"text": "a", "attachments": ["x"] * 21}, "attachments", "attachments_too_many"),
        ({"text": "a", "attachments": ["line\nend"]}, "attachments.0", "control_characters"),
        ({"text": "a", "colour": "red"}, "colour", "extra_forbidden"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_field_and_reason(
    door: Door, values: dict[str, Any], field: str, code: str
) -> None:
    head = door.system.log.head()
    assert faults(door.report(**values))[field] == code
    assert door.system.log.head() == head


def test_a_refusal_never_repeats_what_was_said(door: Door) -> None:
    secret = "我的邻居张三"
    answer = door.report(text=secret + "\x00", kind=secret, contact=secret * 300, title=[secret])
    assert answer.status_code == 422
    assert "张三" not in answer.text
    assert "\\u5f20" not in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"text": "\xff"}', 422),
        (b'{"channel": "c", "text": "\\ud800"}', 422),
        (b'{"channel": "c", "text": "t", "longitude": NaN, "latitude": 36}', 422),
        (b'{"channel": "c", "text": "t", "longitude": 1e999, "latitude": 36}', 422),
        (b"[" * 100_000, 422),
        (b'{"a":' * 40_000, 422),
        (b"x" * (256 * 1024 + 1), 413),
    ],
)
def test_a_body_that_is_no_report_is_refused_and_nothing_breaks(
    door: Door, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    assert door.client.post("/api/v1/reports", content=body, headers=headers).status_code == status


def test_ten_megabytes_are_refused_whether_their_length_is_told_or_not(door: Door) -> None:
    piece = b"x" * 65_536
    headers = {"Content-Type": "application/json"}
    for content in (piece * 160, iter([piece] * 160)):
        try:
            answer = door.client.post("/api/v1/reports", content=content, headers=headers)
        except (httpx.WriteError, httpx.ReadError):
            continue  # the server hung up while we were still writing: refused as well
        assert answer.status_code == 413
    assert door.report(text="仍然在线").status_code == 201


def test_a_form_of_a_foreign_page_cannot_post_reports(door: Door) -> None:
    answer = door.client.post(
        "/api/v1/reports", content=b"{}", headers={"Content-Type": "text/plain"}
    )
    assert answer.status_code == 415


def test_a_batch_answers_for_each_report_by_its_index(door: Door) -> None:
    good = {"channel": "app", "reference": "b1", "text": "公交站牌损坏", "address": "城中区东关街"}
    reports = [good, {"channel": "app", "text": "x\x00"}, 5, good, {"channel": "app", "text": "好"}]
    answer = door.client.post("/api/v1/reports/batch", json={"reports": reports})
    assert answer.status_code == 200
    summary = answer.json()
    assert [one["status"] for one in summary["answers"]] == [
        "opened", "rejected", "rejected", "duplicate", "opened",
    ]  # fmt: skip
    assert [one["index"] for one in summary["answers"]] == [0, 1, 2, 3, 4]
    assert summary["answers"][1]["errors"][0]["field"] == "text"
    counts = {name: summary[name] for name in ("opened", "joined", "duplicates", "rejected")}
    assert counts == {"opened": 2, "joined": 0, "duplicates": 1, "rejected": 2}
    assert summary["received"] == 5 == sum(counts.values())


@pytest.mark.parametrize("count", [0, 501])
def test_a_batch_has_one_to_five_hundred_reports(door: Door, count: int) -> None:
    reports = [{"channel": "app", "text": "a"}] * count
    answer = door.client.post("/api/v1/reports/batch", json={"reports": reports})
    assert answer.status_code == 422


def test_while_the_database_is_away_the_door_asks_to_come_again(tmp_path: Path) -> None:
    with opened_door(tmp_path) as door:
        assert door.report(text="之前").status_code == 201
        with sqlite3.connect(tmp_path / "yousu.db") as broken:
            broken.execute("ALTER TABLE report_keys RENAME TO report_keys_away")
        broken.close()
        answer = door.report(text="期间")
        batch = door.client.post(
            "/api/v1/reports/batch", json={"reports": [{"channel": "c", "text": "期间"}]}
        )
        with sqlite3.connect(tmp_path / "yousu.db") as mended:
            mended.execute("ALTER TABLE report_keys_away RENAME TO report_keys")
        mended.close()
        assert (answer.status_code, batch.status_code) == (503, 503)
        assert int(answer.headers["retry-after"]) > 0
        assert door.report(text="之后").status_code == 201
