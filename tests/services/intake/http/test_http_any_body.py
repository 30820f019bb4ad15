"""Whatever is sent, the answer is never a fault of ours."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.handling.verbs import VERBS
from tests.services.door_server import ITEM, Door

FIELDS = (
    "channel", "reference", "text", "title", "kind", "contact", "name", "address", "area", "item",
    "longitude", "latitude", "received_at", "attachments", "unit", "note", "reply", "reason", "at",
    "lead", "assisting", "rule", "primary", "reached", "holds", "working_days", "urgency_days",
)  # fmt: skip
SHARED = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.sampled_from(["heating", "petition", "complaint", "2026-03-01T00:00:00Z", "", " ", ITEM])
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
bodies = st.dictionaries(st.sampled_from(FIELDS), values) | st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"])), values
)
plausible = st.fixed_dictionaries(
    {"channel": st.text(min_size=1, max_size=70), "text": st.text(min_size=1)},
    optional={
        "reference": st.text(max_size=210),
        "area": st.text(max_size=70),
        "item": st.text(max_size=70),
        "address": st.text(max_size=600),
        "contact": st.text(max_size=600),
        "longitude": st.floats(-200, 200),
        "latitude": st.floats(-200, 200),
        "attachments": st.lists(st.text(), max_size=3),
    },
)


def without_surrogates(body: Any) -> Any:
    if isinstance(body, dict):
        return {without_surrogates(key): without_surrogates(one) for key, one in body.items()}
    if isinstance(body, list):
        return [without_surrogates(one) for one in body]
    return body.encode("utf-8", "replace").decode() if isinstance(body, str) else body


@SHARED
@given(body=plausible | bodies)
def test_any_json_is_a_report_or_is_refused(door: Door, body: dict[str, Any]) -> None:
    answer = door.client.post("/api/v1/reports", json=without_surrogates(body))
    assert answer.status_code in {200, 201, 422}


@SHARED
@given(reports=st.lists(plausible | bodies | leaves, min_size=1, max_size=5))
def test_a_batch_of_anything_adds_up(door: Door, reports: list[Any]) -> None:
    body = {"reports": without_surrogates(reports)}
    summary = door.client.post("/api/v1/reports/batch", json=body)
    assert summary.status_code == 200
    counts = [summary.json()[name] for name in ("opened", "joined", "duplicates", "rejected")]
    assert sum(counts) == len(reports)


@SHARED
@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused_as_a_report(door: Door, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = door.client.post("/api/v1/reports", content=content, headers=headers)
    assert answer.status_code == 422


@SHARED
@given(verb=st.sampled_from([verb.name for verb in VERBS]), body=bodies)
def test_any_json_is_a_command_or_is_refused(door: Door, verb: str, body: dict[str, Any]) -> None:
    answer = door.ask("nobody", verb, without_surrogates(body))
    assert answer.status_code in {404, 422}


form_names = st.sampled_from(
    ["service_code", "lat", "long", "address_string", "description", "phone", "media_url",
     "attribute[kind]", "attribute[reference]", "api_key", "first_name"]
) | st.text()  # fmt: skip
form_values = st.sampled_from([ITEM, "other", "36.6", "101.7"]) | st.text()


@SHARED
@given(
    fields=st.dictionaries(form_names, form_values),
    raw=st.none() | st.binary(max_size=100),
    media_type=st.sampled_from(
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/xml"]
    ),
)
def test_any_form_is_a_request_or_is_refused(
    door: Door, fields: dict[str, str], raw: bytes | None, media_type: str
) -> None:
    path = "/open311/v2/requests.json"
    if raw is None:
        answer = door.client.post(path, data=without_surrogates(fields))
    else:
        answer = door.client.post(path, content=raw, headers={"Content-Type": media_type})
    assert answer.status_code in {200, 201, 400, 404}


@SHARED
@given(params=st.dictionaries(
    st.sampled_from(["service_request_id", "service_code", "status", "start_date", "end_date",
                     "page", "page_size", "api_key"]),
    st.text() | st.sampled_from(["open", "1", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00"]),
))  # fmt: skip
def test_any_query_is_answered_or_refused(door: Door, params: dict[str, str]) -> None:
    answer = door.client.get("/open311/v2/requests.json", params=without_surrogates(params))
    assert answer.status_code in {200, 400}
