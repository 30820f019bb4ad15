"""The parts of the AsyncAPI document that do not depend on the messages."""

from typing import Any, Final

from services.platform.transport import topics

Part = dict[str, Any]

INFO_TEXT: Final = (
    "Every request 诉求 of the city's residents, from the first word to the report. The log is the"
    " truth and the topics are copies of it: whoever lost something can have it again. Residents'"
    " words in ticket events are sealed."
)
EVENTS_TEXT: Final = (
    "Every fact of every ticket 工单, as the log keeps it. All facts of one ticket are in one"
    " partition, in their order. At least once: skip what has a `position` that you have seen in"
    " that partition. Ignore fields and types that you do not know. Facts about what the city"
    " publishes itself (`directory.…`, `topic.…`) pass here too, keyed by their own stream."
)
REPORTS_TEXT: Final = (
    "What channels hand in. At least once: the same channel and reference twice is one report."
    " The only topic that may hold residents' data in the clear, so retention is short and each"
    " side has its own access list."
)

_PROTECTED: Part = {
    "host": "{host}:{port}",
    "protocol": "kafka-secure",
    "description": "The city's brokers, over TLS. The operators say where they are.",
    "variables": {
        "host": {"description": "A broker's name, e.g. `kafka.example.org`."},
        "port": {"default": "9093", "description": "Its SASL_SSL listener."},
    },
    "security": [
        {"$ref": "#/components/securitySchemes/scramSha512"},
        {"$ref": "#/components/securitySchemes/scramSha256"},
    ],
}
_LOOPBACK: Part = {
    "host": "localhost:{port}",
    "protocol": "kafka",
    "description": "One machine, for development: without TLS the programs accept no other host.",
    "variables": {"port": {"default": "9092"}},
}
SERVERS: Final[Part] = {"city": _PROTECTED, "development": _LOOPBACK}
SECURITY_SCHEMES: Final[Part] = {
    "scramSha512": {"type": "scramSha512", "description": "SASL_SSL, SCRAM-SHA-512."},
    "scramSha256": {"type": "scramSha256", "description": "SASL_SSL, SCRAM-SHA-256."},
}


def _number(text: str) -> Part:
    return {"type": "string", "pattern": r"^\d+$", "description": text}


_TRACE: Final[Part] = {
    "type": "string",
    "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
    "description": "W3C Trace Context, if there is a trace.",
}
EVENT_HEADERS: Final[Part] = {
    "type": "object",
    "description": "UTF-8 text each.",
    "required": [
        topics.TYPE,
        topics.POSITION,
        topics.VERSION,
        topics.AFTER,
        topics.SCHEMA_VERSION,
    ],
    "properties": {
        topics.TYPE: {"type": "string", "description": "Which fact this is."},
        topics.POSITION: _number("Where it stands in the log, from 1; rises in a partition."),
        topics.VERSION: _number("How many facts the ticket has, with this one."),
        topics.AFTER: _number(
            "Position of the message before it in its partition; 0 for the first."
        ),
        topics.SCHEMA_VERSION: _number("Version of the type."),
        topics.TRACE_PARENT: _TRACE,
    },
}
EVENT_HEADERS_EXAMPLE: Final[Part] = {
    topics.POSITION: "481216",
    topics.VERSION: "8",
    topics.AFTER: "481209",
}
REPORT_HEADERS: Final[Part] = {"type": "object", "properties": {topics.TRACE_PARENT: _TRACE}}
