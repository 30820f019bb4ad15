"""Spans across the bus, with an exporter that keeps them in memory."""

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from services.platform.event_log import Recorded
from services.platform.failures import Outage
from services.platform.ops.tracing import LINKS_MAX, Tracing, links_of, start_tracing
from services.platform.transport.relay import outgoing
from services.platform.transport.ticket_message import parsed
from tests.domain.facts import WORDS

RECORDED = Recorded(1, "T1", 1, "ticket.opened.v1", b"{}")


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(spans: InMemorySpanExporter) -> Tracing:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    return Tracing(provider.get_tracer("tests"))


def carried(tracing: Tracing) -> bytes | None:
    """The trace parent of a message on the other side of the bus."""
    with tracing.sending(1) as headers:
        [message], _ = outgoing([RECORDED], [0], headers)
    arrived = parsed(message.key, message.value, message.headers)
    assert arrived is not None
    return arrived.trace


def test_who_takes_a_message_in_links_to_the_batch_it_came_with(
    tracing: Tracing, spans: InMemorySpanExporter
) -> None:
    parent = carried(tracing)
    with tracing.taking("router", [parent, parent, None], 3):
        pass
    sent, taken = spans.get_finished_spans()
    assert (sent.kind, taken.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    [link] = taken.links
    assert link.context.span_id == sent.context.span_id
    assert link.context.trace_id == sent.context.trace_id
    assert taken.attributes is not None
    assert taken.attributes["messaging.batch.message_count"] == 3


def test_without_traces_messages_carry_nothing_and_nothing_happens() -> None:
    tracing = start_tracing(None, "relay")
    assert carried(tracing) is None
    with tracing.taking("router", [None], 1):
        pass


def test_what_is_no_trace_parent_is_left_out(tracing: Tracing) -> None:
    assert links_of([b"", b"\xff\xfe", b"00-0-0-00", WORDS.encode()]) == []


def test_links_are_bounded(tracing: Tracing) -> None:
    assert len(links_of([carried(tracing) for _ in range(LINKS_MAX + 5)])) == LINKS_MAX


def test_a_failure_says_nothing_in_its_span(tracing: Tracing, spans: InMemorySpanExporter) -> None:
    with pytest.raises(Outage), tracing.taking("router", [], 1):
        raise Outage(WORDS)
    [span] = spans.get_finished_spans()
    assert not span.events
    assert WORDS not in span.to_json()
