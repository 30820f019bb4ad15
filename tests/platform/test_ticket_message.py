"""A message holds one event of the log, and what came before it; anything else is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.event_log import Recorded
from services.platform.transport import topics
from services.platform.transport.ticket_message import TicketMessage, headers_of, parsed

positions = st.integers(1, 2**62)
words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)
events = st.builds(Recorded, positions, words, positions, words, st.binary())
RECORDED = Recorded(7, "ticket-1", 2, "ticket.closed.v1", b"{}")


@given(events, st.integers(0, 2**62))
def test_what_goes_in_comes_out(recorded, after):
    message = parsed(recorded.stream_id.encode(), recorded.data, headers_of(recorded, after))
    assert message == TicketMessage(recorded, after)
    assert message.position == recorded.position


def test_the_headers_are_those_that_are_written_down():
    assert dict(headers_of(RECORDED, 5)) == {
        "type": b"ticket.closed.v1",
        "position": b"7",
        "version": b"2",
        "after": b"5",
        "schema-version": b"1",
    }


@given(
    st.none() | st.binary(),
    st.none() | st.binary(),
    st.lists(st.tuples(st.text() | st.sampled_from(["position", "after"]), st.binary())),
)
def test_rubbish_is_no_message(key, value, headers):
    assert parsed(key, value, headers) is None


@pytest.mark.parametrize("missing", [topics.TYPE, topics.POSITION, topics.VERSION, topics.AFTER])
def test_a_message_without_one_of_its_headers_is_none(missing):
    headers = [pair for pair in headers_of(RECORDED, 5) if pair[0] != missing]
    assert parsed(b"ticket-1", b"{}", headers) is None


@pytest.mark.parametrize("name", [topics.POSITION, topics.VERSION, topics.AFTER])
def test_a_message_whose_numbers_are_none_is_none(name):
    headers = [(n, b"soon" if n == name else v) for n, v in headers_of(RECORDED, 5)]
    assert parsed(b"ticket-1", b"{}", headers) is None


def test_a_key_that_is_no_text_is_none():
    assert parsed(b"\xff", b"{}", headers_of(RECORDED, 5)) is None
