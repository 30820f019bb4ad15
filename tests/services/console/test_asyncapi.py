"""The AsyncAPI document: valid, complete, and the same as what is checked in."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator, Draft202012Validator

from services.console.main import main
from services.console.schemas.asyncapi import asyncapi_document
from services.console.schemas.page import asyncapi_page
from services.domain.city_events import CITY_TYPE_NAMES
from services.domain.codec import TYPE_NAMES
from services.platform.transport import kafka_settings, topics

ROOT = Path(__file__).parents[3]
OFFICIAL = ROOT / "tests/vendored/asyncapi-3.0.0.json.gz"
DOCUMENT = asyncapi_document()
MESSAGES = DOCUMENT["components"]["messages"]
REWRITE = "not what the code says: `make schemas` writes it again"


def official_schema() -> bytes:
    return gzip.decompress(OFFICIAL.read_bytes())


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["schema", *arguments])
    assert result.exit_code == 0
    return result.stdout


def resolved(reference: str) -> dict:
    node = DOCUMENT
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def references(node) -> list[str]:
    if isinstance(node, dict):
        return [
            found
            for key, value in node.items()
            for found in ([value] if key == "$ref" else references(value))
        ]
    return [found for one in node for found in references(one)] if isinstance(node, list) else []


def test_the_official_schema_is_the_one_its_readme_names():
    readme = (ROOT / "tests/vendored/README.md").read_text()
    assert sha256(official_schema()).hexdigest() in readme


def test_the_document_is_valid_asyncapi_3():
    validator = Draft7Validator(json.loads(official_schema()))
    assert [error.message for error in validator.iter_errors(DOCUMENT)] == []


@pytest.mark.parametrize("spoil", ["operations", "channels", "servers", "info"])
def test_the_official_schema_sees_a_spoilt_document(spoil):
    validator = Draft7Validator(json.loads(official_schema()))
    assert not validator.is_valid(DOCUMENT | {spoil: {"other": 1}})


def test_every_reference_leads_somewhere():
    found = references(DOCUMENT)
    assert len(found) > 90
    for reference in found:
        assert resolved(reference)


def test_each_topic_carries_its_messages():
    by_topic = {one["address"]: set(one["messages"]) for one in DOCUMENT["channels"].values()}
    assert by_topic == {
        topics.TICKET_EVENTS: {*TYPE_NAMES, *CITY_TYPE_NAMES},
        topics.INTAKE_REPORTS: {"intake.report.v1", "intake.sealed_report.v1"},
    }


def test_the_headers_are_those_of_the_relay():
    headers = DOCUMENT["components"]["schemas"]["ticket-events.headers"]
    required = {topics.TYPE, topics.POSITION, topics.VERSION, topics.AFTER, topics.SCHEMA_VERSION}
    assert set(headers["required"]) == required
    assert set(headers["properties"]) == required | {topics.TRACE_PARENT}


@pytest.mark.parametrize("name", MESSAGES)
def test_each_example_fits_its_own_schema(name):
    example = MESSAGES[name]["examples"][0]
    payload = resolved(MESSAGES[name]["payload"]["$ref"])
    headers = resolved(MESSAGES[name]["headers"]["$ref"])
    assert set(example["payload"]) == set(payload["properties"])
    for schema, value in ((payload, example["payload"]), (headers, example.get("headers", {}))):
        checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        checker.validate(value)


def test_the_security_schemes_are_mechanisms_that_the_clients_know():
    known = {one.replace("-", "").lower() for one in get_args(kafka_settings.Mechanism)}
    used = [one["type"] for one in DOCUMENT["components"]["securitySchemes"].values()]
    assert used
    assert {one.lower() for one in used} <= known
    city, development = (DOCUMENT["servers"][name] for name in ("city", "development"))
    assert city["protocol"] == "kafka-secure"
    assert city["security"]
    assert development["host"].startswith("localhost:")


def test_the_document_that_is_checked_in_is_what_the_code_says():
    assert (ROOT / "docs/asyncapi.json").read_text() == printed("asyncapi"), REWRITE


def test_the_page_that_is_checked_in_is_what_the_code_says():
    assert (ROOT / "docs/asyncapi.html").read_text() == printed("asyncapi", "--html"), REWRITE


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing():
    page = asyncapi_page(DOCUMENT)
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\son\w+=|https?://", page)


def test_the_page_shows_every_message_with_its_fields_and_every_link_in_it_leads_somewhere():
    page = asyncapi_page(DOCUMENT)
    identities = set(re.findall(r'\sid="([^"]+)"', page))
    assert set(MESSAGES) <= identities
    assert set(re.findall(r'href="#([^"]+)"', page)) <= identities
    for schema in DOCUMENT["components"]["schemas"].values():
        for field in set(schema["properties"]):
            assert f"<code>{field}</code>" in page


def test_the_page_escapes_what_it_is_given():
    spoilt = json.loads(json.dumps(DOCUMENT, ensure_ascii=False).replace("工单", "<script>`<b>`"))
    spoilt["info"]["title"] = "<script>"
    page = asyncapi_page(spoilt)
    assert "<script>" not in page
    assert "<code>&lt;b&gt;</code>" in page
