"""GeoReport v2 over a real connection: shapes, arguments, errors."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from tests.services.conftest import KEYS
from tests.services.door_server import ITEM, Door
from tests.services.intake.open311 import open311_schemas as schemas

PLACE = {"lat": "36.6285", "long": "101.7574"}
POST = {"service_code": ITEM, **PLACE, "description": "家里暖气不热"}


def get(door: Door, path: str, **params: str) -> Any:
    answer = door.client.get(f"/open311/v2/{path}", params=params)
    assert answer.status_code == 200, answer.text
    if path.endswith(".json"):
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        return answer.json()
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    return ET.fromstring(answer.content)


def post(door: Door, **fields: str) -> str:
    """The new request's id."""
    unique = {"description": f"楼道灯不亮 {door.system.log.head()}"}
    answer = door.client.post("/open311/v2/requests.json", data={**POST, **unique, **fields})
    assert answer.status_code == 201, answer.text
    (created,) = answer.json()
    return str(created["service_request_id"])


def as_document(element: ET.Element) -> Any:
    """The specification's rule from XML to JSON, for text only: lists by their entries' names."""
    children = list(element)
    if not children:
        return element.text
    if len({child.tag for child in children}) == 1 and element.tag in schemas.LISTS:
        return [as_document(child) for child in children]
    return {child.tag: as_document(child) for child in children}


@pytest.mark.parametrize(("path", "schema"), [
    ("discovery", schemas.DISCOVERY),
    ("services", schemas.SERVICES),
    (f"services/{ITEM}", schemas.SERVICE_DEFINITION),
    ("requests", schemas.REQUESTS),
])  # fmt: skip
def test_json_has_the_specification_s_shape_and_xml_says_the_same(
    door: Door, path: str, schema: Any
) -> None:
    post(door)
    door.process()
    document = get(door, f"{path}.json")
    jsonschema.validate(document, schema)
    root = get(door, f"{path}.xml")
    assert root.tag == schemas.ROOTS[path.partition("/")[0] + ("/" if "/" in path else "")]
    assert as_document(root) == as_text(document)


def as_text(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: as_text(value) for name, value in document.items()}
    if isinstance(document, list):
        return [as_text(value) for value in document]
    if isinstance(document, bool):
        return str(document).lower()
    return None if document is None else str(document)


def test_the_services_are_the_directory_s_leaves_and_one_for_all_else(door: Door) -> None:
    services = {one["service_code"]: one for one in get(door, "services.json")}
    leaves = {item.code for item in door.system.directory.leaves()}
    assert services.keys() == leaves | {"other"}
    heating = services[ITEM]
    assert (heating["service_name"], heating["group"]) == ("室温不达标", "城乡建设")
    assert "暖气不热" in heating["keywords"].split(", ")


def test_a_posted_request_is_read_back_at_once_and_as_it_is_handled(door: Door) -> None:
    request_id = post(door, description='<b>暖气</b> & "冷"\n第二行', address_string="海晏路1号")
    (fresh,) = get(door, f"requests/{request_id}.json")
    assert (fresh["status"], fresh["service_code"]) == ("open", ITEM)
    assert fresh["description"] == '<b>暖气</b> & "冷"\n第二行'
    assert (fresh["address"], fresh["lat"], fresh["long"]) == ("海晏路1号", 36.6285, 101.7574)
    assert fresh["requested_datetime"] == "2026-03-02T09:00:00+08:00"
    door.process()
    door.ask(request_id, "accept", {"unit": "heating"})
    door.ask(request_id, "resolve", {"unit": "heating", "reply": "已恢复供热"})
    (done,) = get(door, f"requests/{request_id}.json")
    assert (done["status"], done["status_notes"]) == ("closed", "已恢复供热")
    assert done["agency_responsible"] == door.system.directory.units["heating"].name
    assert done["expected_datetime"] == "2026-03-05T18:00:00+08:00"
    request = get(door, f"requests/{request_id}.xml").find("request")
    assert request.findtext("description") == '<b>暖气</b> & "冷"\n第二行'


def test_the_post_answers_with_an_id_and_no_token_in_both_formats(door: Door) -> None:
    answer = door.client.post("/open311/v2/requests.xml", data=POST)
    root = ET.fromstring(answer.content)
    (request,) = root
    assert (answer.status_code, root.tag, request.tag) == (201, "service_requests", "request")
    assert request.findtext("service_request_id")
    assert request.find("token") is None


def test_a_token_leads_to_its_request(door: Door) -> None:
    request_id = post(door)
    found = get(door, f"tokens/{request_id}.json")
    assert found == [{"service_request_id": request_id, "token": request_id}]


def test_what_a_client_says_about_its_sender_reaches_the_ticket_and_never_the_public(
    door: Door,
) -> None:
    request_id = post(
        door, first_name="晓梅", last_name="马", phone="13812345678", email="m@example.org",
        media_url="https://files.example/1.jpg", **{"attribute[kind]": "complaint"},
    )  # fmt: skip
    found = door.client.get(f"/api/v1/tickets/{request_id}").json()
    assert (found["name"], found["contact"]) == ("马**", "138****5678")
    assert (found["kind"], found["channel"]) == ("complaint", "open311")
    public = door.client.get(f"/open311/v2/requests/{request_id}.json").text
    assert "晓梅" not in public
    assert "1381234" not in public
    assert "https://files.example/1.jpg" in public


def test_the_same_reference_again_is_the_same_request(door: Door) -> None:
    fields = {**POST, "description": "井盖丢失", "attribute[reference]": "app-77"}
    first = door.client.post("/open311/v2/requests.json", data=fields)
    again = door.client.post("/open311/v2/requests.json", data=fields)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


def test_a_matter_that_fits_nowhere_is_sorted_by_its_words(door: Door) -> None:
    fields = {
        "service_code": "other",
        "address_string": "城西区某小区",
        "description": "暖气不热啊",
    }
    answer = door.client.post("/open311/v2/requests.json", data=fields)
    door.process()
    request_id = answer.json()[0]["service_request_id"]
    assert get(door, f"requests/{request_id}.json")[0]["service_code"] == ITEM


def test_a_multipart_form_is_read_as_well(door: Door) -> None:
    fields = {name: (None, value) for name, value in {**POST, "description": "分段"}.items()}
    assert door.client.post("/open311/v2/requests.json", files=fields).status_code == 201


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 400, "service_code was not provided"),
        ({**POST, "service_code": ""}, 400, "service_code was not provided"),
        ({**POST, "service_code": "no.such"}, 404, "service_code was not found"),
        ({"service_code": ITEM}, 400, "location: one of"),
        ({"service_code": ITEM, "address_string": "  "}, 400, "location: one of"),
        ({"service_code": ITEM, "lat": "36.6"}, 400, "longitude: only one of the pair"),
        ({**POST, "lat": "0", "long": "0"}, 400, "0,0 is no place"),
        ({**POST, "lat": "101.7574", "long": "36.6285"}, 400, "swapped"),
        ({**POST, "lat": "north"}, 400, "not a number"),
        ({**POST, "lat": "nan"}, 400, "not a number"),
        ({**POST, "description": "字" * 4_001}, 400, "4,000 at most"),
        ({**POST, "description": "a\x00b"}, 400, "control characters"),
        ({**POST, "attribute[kind]": "quarrel"}, 400, "kind: not one of"),
    ],
)
@pytest.mark.parametrize("format_name", ["json", "xml"])
def test_errors_have_the_specification_s_form(
    door: Door, fields: dict[str, str], status: int, words: str, format_name: str
) -> None:
    answer = door.client.post(f"/open311/v2/requests.{format_name}", data=fields)
    assert answer.status_code == status
    errors = (
        answer.json()
        if format_name == "json"
        else [as_document(error) for error in ET.fromstring(answer.content)]
    )
    assert words in errors[0]["description"]
    assert int(errors[0]["code"]) == status
    if format_name == "json":
        jsonschema.validate(errors, schemas.ERRORS)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("services/no.such.xml", 404),
        ("requests/nobody.json", 404),
        ("tokens/nobody.xml", 404),
        ("nothing.json", 404),
        ("requests.json?status=lost", 400),
        ("requests.xml?start_date=yesterday", 400),
        ("requests.xml?start_date=2026-01-01T00:00:00", 400),
        ("requests.json?start_date=2025-11-01T00:00:00Z&end_date=2026-03-01T00:00:00Z", 400),
        ("requests.json?start_date=2026-03-02T00:00:00Z&end_date=2026-03-01T00:00:00Z", 400),
        ("requests.json?start_date=0001-01-01T00:00:00Z", 400),
        ("requests.json?page=0", 400),
        ("requests.json?page_size=1001", 400),
        ("requests.json?page=٣", 400),
    ],
)
def test_what_cannot_be_answered_says_so_in_the_format_that_was_asked_for(
    door: Door, path: str, status: int
) -> None:
    answer = door.client.get(f"/open311/v2/{path}")
    assert answer.status_code == status
    if ".json" in path:
        jsonschema.validate(answer.json(), schemas.ERRORS)
    else:
        error = ET.fromstring(answer.content).find("error")
        assert error is not None
        assert error.findtext("code") == str(status)


def test_an_empty_argument_is_no_argument(door: Door) -> None:
    post(door)
    door.process()
    empty = dict.fromkeys(
        ("service_request_id", "service_code", "status", "start_date", "end_date", "page",
         "page_size", "jurisdiction_id"), "",
    )  # fmt: skip
    assert get(door, "requests.json", **empty) == get(door, "requests.json")


def test_requests_are_found_by_time_status_service_and_id(door: Door) -> None:
    old = post(door)
    door.process()
    door.clock.advance_to(door.clock.now() + timedelta(days=91))
    new, other = post(door), post(door, service_code="01.01.01.01.02")
    door.process()
    lead = door.system.handler.tickets([other])[other].lead
    door.ask(other, "accept", {"unit": lead})
    door.ask(other, "resolve", {"unit": lead, "reply": "已修好"})
    door.process()

    def found(**params: str) -> set[str]:
        return {one["service_request_id"] for one in get(door, "requests.json", **params)}

    assert {new, other} <= found()
    assert old not in found()
    assert old in found(end_date="2026-03-02T09:00:00+08:00")
    assert old in found(start_date="2026-03-02T00:00:00Z")
    assert found(service_code="01.01.01.01.02") == {other}
    assert {new, other} <= found(service_code=f"01.01.01.01.02,{ITEM}")
    assert (new in found(status="open"), other in found(status="open")) == (True, False)
    assert (new in found(status="closed"), other in found(status="closed")) == (False, True)
    assert {new, other} <= found(status="open,closed")
    assert found(service_request_id=f"{old},nobody,{new}", status="closed") == {old, new}


def test_pages_of_requests_have_no_gaps_and_no_repeats(door: Door) -> None:
    made = {post(door) for _ in range(5)}
    door.process()
    pages = [get(door, "requests.json", page=str(n), page_size="2") for n in range(1, 4)]
    ids = [one["service_request_id"] for page in pages for one in page]
    everything = [one["service_request_id"] for one in get(door, "requests.json")]
    assert ids == everything[:6]
    assert made <= set(everything)


def test_with_keys_set_posting_needs_one_and_names_the_channel_by_it(locked_door: Door) -> None:
    refused = [
        locked_door.client.post("/open311/v2/requests.json", data={**POST, **key})
        for key in ({}, {"api_key": "wrong"})
    ]
    assert [answer.status_code for answer in refused] == [403, 403]
    request_id = post(locked_door, api_key=KEYS["app"])
    ticket = locked_door.system.handler.tickets([request_id])[request_id]
    assert ticket.channel == "open311:app"


def test_with_keys_set_the_public_reads_only_what_came_in_by_the_public_door(
    locked_door: Door,
) -> None:
    key = {"api_key": KEYS["map"]}
    public = post(locked_door, **key)
    tip = post(locked_door, **key, **{"attribute[kind]": "tipoff"})
    headers = {"X-Api-Key": KEYS["app"]}
    call = {"channel": "hotline", "text": "只跟热线说的话", "longitude": 101.7, "latitude": 36.6}
    hotline = locked_door.client.post("/api/v1/reports", json=call, headers=headers).json()

    def shown(request_id: str, **params: str) -> tuple[bool, bool]:
        (one,) = get(locked_door, f"requests/{request_id}.json", **params)
        return one["description"] is not None, one["lat"] is not None

    assert shown(public) == (True, True)
    assert shown(tip) == (False, False)
    assert shown(hotline["ticket_id"]) == (False, False)
    assert shown(hotline["ticket_id"], **key) == (True, True)
