"""Traces across the bus: the relay's batch is a span, and who takes its messages in links to it.

Off unless an endpoint is named. The SDK is an extra of the distribution, and only `start_tracing`
needs it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.trace import Link, NoOpTracer, SpanKind, Tracer, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.platform.transport.ticket_message import Header
from services.platform.transport.topics import TICKET_EVENTS, TRACE_PARENT

LINKS_MAX = 16
_propagator = TraceContextTextMapPropagator()


class TracingUnavailable(ValueError):
    """Traces are asked for, and the extra is not installed."""


class Tracing:
    """Spans of one process. Attributes are counts and names of processors, never a ticket's."""

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._tracer = tracer or NoOpTracer()

    @contextmanager
    def sending(self, count: int) -> Iterator[list[Header]]:
        """Gives the header that the messages of this batch carry; none if nobody traces."""
        with self._tracer.start_as_current_span(
            f"send {TICKET_EVENTS}",
            kind=SpanKind.PRODUCER,
            attributes=_messaging(count),
            record_exception=False,  # its words
            set_status_on_exception=False,
        ):
            yield trace_headers()

    @contextmanager
    def taking(self, processor: str, parents: Iterable[bytes | None], count: int) -> Iterator[None]:
        """Around what one worker does with messages; linked to where they come from."""
        with self._tracer.start_as_current_span(
            f"process {processor}",
            kind=SpanKind.CONSUMER,
            links=links_of(parents),
            attributes=_messaging(count),
            record_exception=False,
            set_status_on_exception=False,
        ):
            yield


def _messaging(count: int) -> Mapping[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.destination.name": TICKET_EVENTS,
        "messaging.batch.message_count": count,
    }


def trace_headers() -> list[Header]:
    """W3C Trace Context of the span we are in; [] if there is none that is recorded."""
    carrier: dict[str, str] = {}
    if get_current_span().get_span_context().trace_flags.sampled:
        _propagator.inject(carrier)
    return [(name, value.encode()) for name, value in carrier.items() if name == TRACE_PARENT]


def links_of(parents: Iterable[bytes | None]) -> list[Link]:
    """Each parent once, and not too many. What is no trace parent is left out."""
    distinct = list(dict.fromkeys(parent for parent in parents if parent))[:LINKS_MAX]
    contexts = (
        _propagator.extract({TRACE_PARENT: parent.decode("ascii", "replace")}, Context())
        for parent in distinct
    )
    spans = (get_current_span(context).get_span_context() for context in contexts)
    return [Link(span) for span in spans if span.is_valid]


def start_tracing(endpoint: str | None, service: str) -> Tracing:
    """Spans go to the endpoint in the background; one that is away costs spans, never work.
    Raises TracingUnavailable."""
    if endpoint is None:
        return Tracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise TracingUnavailable(
            "YOUSU_OTLP_ENDPOINT is set: install yousu with the extra `tracing`"
        ) from None
    url = endpoint if urlsplit(endpoint).path.strip("/") else f"{endpoint.rstrip('/')}/v1/traces"
    provider = TracerProvider(resource=Resource.create({"service.name": f"yousu-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(url, timeout=5)))
    return Tracing(provider.get_tracer("yousu"))
