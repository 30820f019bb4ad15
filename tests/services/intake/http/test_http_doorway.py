"""What every request passes: keys, headers, limits, the log line."""

import logging

import pytest

from tests.services.conftest import KEYS
from tests.services.door_server import Door

REPORT = {"channel": "app", "text": "试一下"}


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/nope", "/open311/v2/services.xml"])
def test_every_answer_has_the_security_headers(door: Door, path: str) -> None:
    headers = door.client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"X-Api-Key": "wrong"}, 401),
        ({"X-Api-Key": "ключ".encode()}, 401),
        ({"Authorization": "Basic abc"}, 401),
        ({"X-Api-Key": KEYS["app"]}, 201),
        ({"Authorization": f"Bearer {KEYS['map']}"}, 201),
    ],
)
def test_with_keys_set_reports_need_one(
    locked_door: Door, headers: dict[str, str], status: int
) -> None:
    answer = locked_door.client.post("/api/v1/reports", json=REPORT, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/tickets/x"])
def test_with_keys_set_residents_words_are_not_for_everybody(locked_door: Door, path: str) -> None:
    assert locked_door.client.get(path).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs", "/openapi.json"])
def test_operations_and_documentation_need_no_key(locked_door: Door, path: str) -> None:
    assert locked_door.client.get(path).status_code == 200


def test_the_documentation_names_every_route_and_loads_nothing_from_elsewhere(door: Door) -> None:
    page = door.client.get("/docs").text
    for path in door.client.get("/openapi.json").json()["paths"]:
        assert path in page
    for loading in ("<script", "<img", "http://", "https://"):
        assert loading not in page
    assert (
        page.count("<link") == page.count('<link rel="stylesheet" href="/overview/docs.css">') == 1
    )


def test_the_access_log_has_the_path_and_never_the_query(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="yousu.access"):
        door.client.get("/open311/v2/requests.json", params={"api_key": "secret-key"})
        door.client.get("/%0d%0aforged")
    lines = [record.getMessage() for record in caplog.records if record.name == "yousu.access"]
    assert lines[0].startswith("GET /open311/v2/requests.json 200 ")
    assert lines[1].startswith("GET /??forged 404 ")
    assert "secret" not in "".join(lines)


def test_a_wrong_method_is_answered_in_the_form_of_problems(door: Door) -> None:
    answer = door.client.put("/api/v1/reports")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"
