"""Log lines for machines and for people. What went wrong unexpectedly is told by kind and place:
its words may be a resident's."""

import logging
import sys
import threading
from types import TracebackType
from typing import Any, TextIO

from opentelemetry import trace
from pythonjsonlogger.json import JsonFormatter

from services.domain.rejections import Rejected
from services.platform.failures import (
    ConcurrentAppend,
    Outage,
    Overtaken,
    RowsRefused,
    StoppedProcessing,
)
from services.platform.ops.ops_settings import OpsSettings
from services.platform.quarantine import failed_at

OUR_WORDS = (Outage, ConcurrentAppend, Overtaken, RowsRefused, StoppedProcessing, Rejected)
# What these say in detail is for their authors; some of it quotes messages and passwords.
FLOORS = {
    "kafka": logging.WARNING,
    "aiokafka": logging.WARNING,
    "faust": logging.WARNING,
    "mode": logging.WARNING,
    "services.platform.transport.faust_consumer": logging.WARNING,  # faust speaks under our names
    "asyncio": logging.WARNING,
    "concurrent": logging.WARNING,
    "opentelemetry": logging.WARNING,
    "psycopg": logging.ERROR,  # what it warns of is an outage, and told as one
    "uvicorn": logging.WARNING,
    "python_multipart": logging.WARNING,
}
PLAIN = "%(asctime)s %(levelname)-8s %(name)s: %(message)s"
# In JSON: time, level, logger, message, service, and whatever a line was given as `extra`:
# ticket_id, correlation_id (an event's `cause`), lane.
JSON_FIELDS = "%(levelname)s %(name)s %(message)s"


class WithoutWords(logging.Filter):
    """Takes the words out of unexpected errors, and says instead what they are and where."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(_told, record.args))
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = record.exc_text = None
        if error is not None:
            told = str(_told(error))
            record.msg, record.args = f"{record.getMessage()}: {told}", ()
            record.__dict__["error"] = told
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            record.__dict__["trace_id"] = trace.format_trace_id(span.trace_id)
        return True


def start_logging(service: str, settings: OpsSettings, stream: TextIO | None = None) -> None:
    """For a process that stays: everything it logs goes to standard error, in one form."""
    stream = stream or sys.stderr
    plain = settings.log_format == "plain" or (settings.log_format == "auto" and stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(PLAIN) if plain else json_formatter(service))
    handler.addFilter(WithoutWords())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))
    logging.getLogger("yousu.access").disabled = not settings.access_log
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def json_formatter(service: str) -> logging.Formatter:
    return JsonFormatter(
        JSON_FIELDS,
        rename_fields={"levelname": "level", "name": "logger", "timestamp": "time"},
        static_fields={"service": service},
        timestamp=True,
        json_ensure_ascii=False,
    )


def _told(value: Any) -> Any:
    if not isinstance(value, BaseException) or isinstance(value, OUR_WORDS):
        return value
    return failed_at(value)


def _uncaught(
    kind: type[BaseException], error: BaseException, trace_back: TracebackType | None
) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        logging.getLogger("yousu").critical("the process ends: %s", failed_at(error))


def _uncaught_in_thread(hook: threading.ExceptHookArgs) -> None:
    if hook.exc_value is not None:
        name = hook.thread.name if hook.thread else "a thread"
        logging.getLogger("yousu").critical("%s ends: %s", name, failed_at(hook.exc_value))
