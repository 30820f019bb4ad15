"""/api/v1/notices on a real server."""

from collections.abc import Iterator

import httpx
import pytest

from services.notices.channels.message import Outcome
from tests.services.door_server import Door, opened_door
from tests.services.notices.notice_city import PHONE, Box, NoticeCity

AS_OPERATOR = {"X-Actor": "operator:li"}
AS_GATEWAY = {"X-Actor": "gateway:sms"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("told")
    city = NoticeCity(folder)
    city.ticket()
    city.postman({"file": Box(*[Outcome("refused", "http_404")] * 50)}).deliver_all()
    city.close()
    with opened_door(folder) as opened:
        yield opened


def post(door: Door, path: str, body: object, headers: dict[str, str]) -> httpx.Response:
    return door.client.post(f"/api/v1/{path}", json=body, headers=headers)


def test_they_are_listed_page_by_page_and_shown(door: Door) -> None:
    first = door.client.get("/api/v1/notices", params={"limit": 4}).json()
    last = first["notices"][-1]
    after = {"after_at": last["queued_at"], "after_id": last["notice_id"]}
    second = door.client.get("/api/v1/notices", params=after).json()
    ids = [one["notice_id"] for one in (*first["notices"], *second["notices"])]
    assert len(ids) == len(set(ids)) == 5
    assert first["outbox"]["given_up"] == 5
    one = door.client.get(f"/api/v1/notices/{ids[0]}").json()
    assert one["status"] == "given_up"
    assert [fact["type"].split(".")[1] for fact in one["history"]][:2] == ["queued", "attempted"]
    assert door.client.get("/api/v1/notices/" + "0" * 32).status_code == 404
    assert door.client.get("/api/v1/notices", params={"status": "lost"}).status_code == 422


def test_a_person_has_one_tried_again(door: Door) -> None:
    notices = door.client.get("/api/v1/notices").json()["notices"]
    path = f"notices/{notices[0]['notice_id']}/retry"
    assert post(door, path, {}, {}).status_code == 400
    done = post(door, path, {}, AS_OPERATOR)
    assert done.json()["status"] == "waiting"
    refused = post(door, path, {}, AS_OPERATOR)
    assert (refused.status_code, refused.json()["code"]) == (409, "notice_not_given_up")
    assert post(door, f"notices/{'0' * 32}/retry", {}, AS_OPERATOR).status_code == 404


@pytest.mark.parametrize(
    ("text", "understood", "opted_out"),
    [
        ("td", "stop", 3),
        ("你好，请问", "other", 3),
        ("ＳＴＯＰ。", "stop", 3),
        ("恢复", "start", 0),
        (" 退订 ", "stop", 3),
    ],
)
def test_a_resident_answers_to_a_short_message(
    door: Door, text: str, understood: str, opted_out: int
) -> None:
    answer = post(door, "notice-replies", {"sender": f"+86{PHONE}", "text": text}, AS_GATEWAY)
    assert answer.json() == {"understood": understood}
    rows = door.system.log.query("SELECT COUNT(*) FROM notice_opt_outs")
    assert rows[0][0] == opted_out


def test_a_number_that_nobody_left_is_answered_alike_and_makes_nobody(door: Door) -> None:
    head = door.system.log.head()
    answer = post(door, "notice-replies", {"sender": "13111111111", "text": "TD"}, AS_GATEWAY)
    assert answer.json() == {"understood": "stop"}
    assert door.system.keyring.resident_of("13111111111") is None
    assert door.system.log.head() == head


def test_choices_are_made_by_pseudonym(door: Door) -> None:
    resident = door.system.keyring.resident_of(PHONE)
    body = {"resident": resident, "kinds": ["rate"]}
    post(door, "notice-choices/opt-in", {"resident": resident}, AS_OPERATOR)
    out = post(door, "notice-choices/opt-out", body, AS_OPERATOR)
    assert out.json() == {"resident": resident, "opted_out": ["rate"]}
    back = post(door, "notice-choices/opt-in", {"resident": resident}, AS_OPERATOR)
    assert back.json()["opted_out"] == []
    wrong = post(door, "notice-choices/opt-out", {**body, "kinds": ["spam"]}, AS_OPERATOR)
    assert wrong.status_code == 422
