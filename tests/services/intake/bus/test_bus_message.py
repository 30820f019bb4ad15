"""What a message says, and what is refused about it."""

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from city_history import START
from hypothesis import given
from hypothesis import strategies as st

from services.intake.bus.message import (
    REPORT_BYTES_MAX,
    described,
    message_schema,
    read_message,
    without_names,
)
from services.intake.bus.sealing import Envelope, intake_private_key, open_sealed, seal
from services.intake.report import NewReport
from tests.services.intake.bus.bus_city import encoded, report

KEY = intake_private_key(bytes(32))
NAME = "马晓梅13812345678"


def read(value: bytes | None, **values: Any) -> Any:
    return read_message(value, START, lambda envelope: open_sealed(envelope, KEY), **values)


def refused(value: bytes | None) -> str:
    faults = read(value)
    assert isinstance(faults, list)
    assert faults
    return described(without_names(faults))


def test_a_message_is_what_the_http_door_takes() -> None:
    values = report("r1", contact="13812345678", longitude=101.75, latitude=36.6, kind="投诉")
    result = read(encoded(values | {"received_at": "2026-01-05T08:00:00+08:00"}))
    assert isinstance(result, NewReport)
    assert (result.channel, result.reference, result.kind) == ("app", "r1", "complaint")
    assert result.received_at.isoformat() == "2026-01-05T00:00:00+00:00"


def test_a_report_without_a_time_was_received_when_the_broker_took_it() -> None:
    earlier = START - timedelta(hours=3)
    assert read(encoded(report("r1")), sent_at=earlier).received_at == earlier


@pytest.mark.parametrize("hours", [1, -24 * 365 * 60])
def test_a_brokers_time_that_cannot_be_is_not_believed(hours: int) -> None:
    sent_at = START + timedelta(hours=hours)
    assert read(encoded(report("r1")), sent_at=sent_at).received_at == START


def test_a_sealed_message_says_the_same() -> None:
    value = encoded(report("r1"))
    assert read(seal(value, KEY.public_key())).reference == "r1"


def test_words_that_look_like_an_envelope_are_words() -> None:
    assert read(encoded(report("r1", text='{"sealed": "x", "key": "y"}'))).reference == "r1"


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (None, "body"),
        (b"", "body"),
        (b"\xff\xfe", "body"),
        (b"[]", "body"),
        (b'{"channel": "app"', "body"),
        (b'"' + b"x" * REPORT_BYTES_MAX + b'"', "body"),
        (encoded({"channel": "app", "text": "x"}), "reference"),
        (encoded(report(" ")), "reference"),
        (encoded(report("r1", text=" ")), "text"),
        (encoded(report("r1", text=5)), "text"),
        (encoded(report("r1", longitude=0, latitude=0)), "latitude"),
        (encoded(report("r1", received_at="yesterday")), "received_at"),
        (encoded(report("r1", attachments=["ok", " "])), "attachments.1"),
        (encoded({"sealed": "AAAA", "key": "0" * 16}), "key"),
        (b'{"channel":"app","reference":"r","text":"\\ud800"}', "body"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(value: bytes | None, place: str) -> None:
    assert place in refused(value)


def test_a_reason_quotes_nothing_that_was_sent() -> None:
    wrong = [
        report("r1", kind=NAME),
        report("r1", received_at=NAME),
        report("r1", longitude=NAME),
        report("r1", attachments=NAME),
        report("r1", **{NAME: "x"}),
        report("r1", **{NAME: {NAME: 1}}),
        report("r1", text={NAME: 1}),
        {"channel": "a" * 70, "reference": NAME + "\n", "text": NAME},
        {"sealed": NAME, "key": NAME},
    ]
    for values in wrong:
        assert NAME[:3] not in refused(encoded(values))
        assert NAME[3:] not in refused(encoded(values))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(value: bytes) -> None:
    assert isinstance(read(value), NewReport | list)


def test_the_published_schema_knows_both_forms() -> None:
    schema = jsonschema.Draft202012Validator(message_schema())
    schema.check_schema(message_schema())
    value = encoded(report("r1"))
    assert schema.is_valid(json.loads(value))
    assert schema.is_valid(json.loads(seal(value, KEY.public_key())))
    assert not schema.is_valid({"channel": "app", "text": "x"})
    assert not schema.is_valid(report("r1", unknown=1))
    assert not schema.is_valid({"sealed": "AAAA"})


def test_an_envelope_has_the_fields_that_are_published() -> None:
    assert set(Envelope.model_fields) == {"sealed", "key"}
