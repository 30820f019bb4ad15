"""What was shipped is read for ever: each stored example is understood, and written the same."""

import json
from datetime import UTC, datetime

import pytest

from services.domain import events as e
from services.domain.city_events import (
    CITY_EVENTS,
    CITY_TYPE_NAMES,
    decode_city,
    encode_city,
    is_city_stream,
    is_city_type,
)
from services.domain.codec import TYPE_NAMES, Undecodable, decode, encode
from services.domain.events import TICKET_EVENT
from services.domain.ticket_evolve import evolve
from services.domain.upcasting import UPCASTERS
from tests.domain.facts import EVENT_TYPES, HANDLING, TICKET, fact, state
from tests.domain.golden import (
    ADDED_LATER,
    CONTEXT,
    STORED,
    VALUES,
    city_example,
    example,
    stored_file,
    type_name,
)

BY_NAME = {type_name(event_type): event_type for event_type in EVENT_TYPES}


def golden(name: str) -> bytes:
    return stored_file(name).read_bytes().removesuffix(b"\n")


def test_every_type_that_is_or_was_written_has_an_example():
    known = {*TYPE_NAMES, *UPCASTERS, *CITY_TYPE_NAMES}
    assert {path.name for path in STORED.iterdir()} == {f"{name}.json" for name in known}
    assert set(TYPE_NAMES) == set(BY_NAME)
    assert len(TYPE_NAMES) == 55


@pytest.mark.parametrize("name", TYPE_NAMES)
def test_a_stored_example_is_what_it_was(name):
    assert decode(name, golden(name)) == example(BY_NAME[name], sealed=True)


@pytest.mark.parametrize("name", TYPE_NAMES)
def test_an_event_is_written_to_the_byte_as_it_was(name):
    assert encode(example(BY_NAME[name], sealed=False), CONTEXT) == golden(name)
    assert encode(decode(name, golden(name)), None) == golden(name), "sealed words stay sealed"


@pytest.mark.parametrize("name", TYPE_NAMES)
def test_the_type_is_in_the_document_and_chooses_the_class(name):
    assert json.loads(golden(name))["type"] == name
    assert type(TICKET_EVENT.validate_json(golden(name))) is BY_NAME[name]


@pytest.mark.parametrize("name", TYPE_NAMES)
def test_every_example_can_be_folded_into_any_ticket(name):
    event = decode(name, golden(name))
    for history in ([], HANDLING):
        before = state(history)
        assert evolve(before, event).version == before.version + 1


@pytest.mark.parametrize("name", TYPE_NAMES)
def test_a_field_too_many_or_too_few_is_not_understood(name):
    document = json.loads(golden(name))
    with pytest.raises(Undecodable):
        decode(name, json.dumps(document | {"unknown": 1}).encode())
    for field in ("ticket_id", "actor", "occurred_at"):
        with pytest.raises(Undecodable, match=field):
            decode(name, json.dumps({k: v for k, v in document.items() if k != field}).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"type":"ticket.closed.v1"}', b"[" * 10_000],
)
def test_bytes_that_are_no_event_are_undecodable(data):
    with pytest.raises(Undecodable, match=r"ticket\.closed\.v1"):
        decode("ticket.closed.v1", data)


def test_a_type_nobody_knows_is_undecodable():
    with pytest.raises(Undecodable, match=r"ticket\.vanished\.v1"):
        decode("ticket.vanished.v1", b"{}")


def test_an_event_under_another_ones_name_is_undecodable():
    with pytest.raises(Undecodable, match="type"):
        decode("ticket.closed.v1", golden("ticket.resumed.v1"))


@pytest.mark.parametrize("event_type", ADDED_LATER)
def test_what_was_added_to_a_shipped_type_is_kept_and_was_null_before(event_type):
    old = example(event_type, sealed=True)
    for field in ADDED_LATER[event_type]:
        assert getattr(old, field) is None
        assert field not in json.loads(encode(old, None)), "what says nothing is not written"
        value = "similar" if field == "method" else VALUES[field]
        new = old.model_copy(update={field: value})
        assert decode(new.type, encode(new, None)) == new


def test_times_without_a_zone_are_refused():
    with pytest.raises(ValueError, match="timezone"):
        fact(e.TicketClosed, datetime(2026, 3, 9, tzinfo=UTC).replace(tzinfo=None))


# A made-up past: v0 of `closed` called its reason `why`, and v00 had no reason at all.


def closed_v00(document):
    return document | {"type": "ticket.closed.v0", "why": "unknown"}


def closed_v0(document):
    why = document.pop("why")
    return document | {"type": "ticket.closed.v1", "reason": why}


OLD = {"ticket.closed.v00": closed_v00, "ticket.closed.v0": closed_v0}


def old_closed(type_name: str, **fields) -> bytes:
    document = json.loads(golden("ticket.closed.v1")) | {"type": type_name} | fields
    del document["reason"]
    return json.dumps(document).encode()


def test_an_old_version_is_read_in_its_newest_form():
    closed = decode("ticket.closed.v0", old_closed("ticket.closed.v0", why="evaluated"), OLD)
    assert closed == example(e.TicketClosed, sealed=True).model_copy(update={"reason": "evaluated"})


def test_upcasters_follow_one_another():
    closed = decode("ticket.closed.v00", old_closed("ticket.closed.v00"), OLD)
    assert isinstance(closed, e.TicketClosed)
    assert (closed.reason, closed.ticket_id) == ("unknown", TICKET)


def test_the_newest_version_passes_no_upcaster():
    assert decode("ticket.closed.v1", golden("ticket.closed.v1"), OLD) == example(
        e.TicketClosed, sealed=True
    )


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"7", b"{}", b'{"type":"ticket.closed.v0"}', b"\xff", b"[" * 10_000],
)
def test_old_bytes_that_are_no_event_are_undecodable(data):
    with pytest.raises(Undecodable, match=r"ticket\.closed\.v0"):
        decode("ticket.closed.v0", data, OLD)


def test_upcasters_that_run_in_a_circle_or_nowhere_are_undecodable():
    circle = {"a": lambda document: document | {"type": "a"}}
    with pytest.raises(Undecodable):
        decode("a", b'{"type":"a"}', circle)
    nowhere = {"a": lambda document: document | {"type": "b"}}
    with pytest.raises(Undecodable):
        decode("a", b'{"type":"a"}', nowhere)


def test_nothing_has_had_to_be_upcast_yet():
    assert UPCASTERS == {}


@pytest.mark.parametrize("name", CITY_TYPE_NAMES)
def test_a_fact_of_the_city_is_read_and_written_as_it_was(name):
    event_type = next(one for one in CITY_EVENTS if one.model_fields["type"].default == name)
    assert decode_city(name, golden(name)) == city_example(event_type)
    assert encode_city(city_example(event_type)) == golden(name)
    assert is_city_type(name)
    assert is_city_stream(city_example(event_type).stream_id)


@pytest.mark.parametrize("name", CITY_TYPE_NAMES)
def test_the_codec_of_tickets_does_not_read_the_citys_facts(name):
    with pytest.raises(Undecodable, match="unknown event type"):
        decode(name, golden(name))
    with pytest.raises(Undecodable):
        decode_city(name, b"{}")


@pytest.mark.parametrize("name", [*TYPE_NAMES, "vanished.v1", "directories.v1", ""])
def test_only_its_own_families_are_the_citys(name):
    assert not is_city_type(name)
    with pytest.raises(Undecodable):
        decode_city(name, b"{}")


@pytest.mark.parametrize("stream", ["01936f2e-5b00-7c41-9a52-6f1d2b3c4d5e", "a:b", "", "directo"])
def test_no_ticket_is_a_stream_of_the_city(stream):
    assert not is_city_stream(stream)
