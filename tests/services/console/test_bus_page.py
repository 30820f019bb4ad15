"""docs/bus.md and the schemas against what the relay and the channels really send."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.console.schemas.asyncapi import asyncapi_document
from services.console.schemas.json_schemas import all_schemas
from services.intake.bus.sealing import seal
from services.platform.event_log import Recorded
from services.platform.transport.ticket_message import Header, headers_of

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/bus.md").read_text()
ROUTED = (ROOT / "tests/stored/ticket.routed.v1.json").read_bytes()
POSITIONS = (1, 4, 5, 9, 12)  # of one partition


class Message(NamedTuple):
    partition: int
    headers: list[Header]
    value: bytes


class MissedSomething(Exception):
    """As in the page."""


def sent(position: int, after: int) -> Message:
    recorded = Recorded(position, "ticket", position, "ticket.routed.v1", ROUTED)
    return Message(0, headers_of(recorded, after), ROUTED)


TOPIC = [sent(one, after) for one, after in zip(POSITIONS, (0, *POSITIONS), strict=False)]


def read_as_the_page_says(messages: list[Message], positions: dict[int, int]) -> int:
    """How many were handled."""
    handled: list[Any] = []
    example = re.search(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert example
    names = {
        "consumer": messages,
        "positions": positions,
        "routed": handled.append,
        "json": json,
        "MissedSomething": MissedSomething,
    }
    exec(example.group(1), names)
    return len(handled)


def test_the_headers_of_the_relay_are_those_of_the_document():
    schema = asyncapi_document()["components"]["schemas"]["ticket-events.headers"]
    for message in TOPIC:
        headers = {name: value.decode() for name, value in message.headers}
        Draft202012Validator(schema).validate(headers)
        for name in headers:
            assert f"| `{name}` |" in PAGE


def test_what_a_channel_seals_fits_the_schema():
    value = seal(b'{"channel":"hotline"}', X25519PrivateKey.generate().public_key())
    Draft202012Validator(all_schemas()["intake.sealed_report.v1"]).validate(json.loads(value))


@given(restarts=st.lists(st.integers(0, len(TOPIC)), max_size=6))
def test_the_reader_of_the_page_handles_each_once_however_often_it_starts_again(restarts):
    """A restart may fall back to any offset that it has seen before."""
    positions: dict[int, int] = {}
    handled = 0
    for end in [*restarts, len(TOPIC)]:
        handled += read_as_the_page_says(TOPIC[:end], positions)
    assert (handled, positions) == (len(TOPIC), {0: POSITIONS[-1]})


@pytest.mark.parametrize("missing", range(1, len(TOPIC) - 1))
def test_the_reader_of_the_page_sees_that_something_is_missing(missing):
    with pytest.raises(MissedSomething):
        read_as_the_page_says(TOPIC[:missing] + TOPIC[missing + 1 :], {})
