"""The bus as an AsyncAPI 3.0 document: what stands on which topic, and who may read and write."""

from collections.abc import Mapping
from typing import Any

from services.console.schemas.asyncapi_parts import (
    EVENT_HEADERS,
    EVENT_HEADERS_EXAMPLE,
    EVENTS_TEXT,
    INFO_TEXT,
    REPORT_HEADERS,
    REPORTS_TEXT,
    SECURITY_SCHEMES,
    SERVERS,
)
from services.console.schemas.compatibility import INTAKE_PREFIX
from services.console.schemas.examples import example_of
from services.console.schemas.json_schemas import all_schemas
from services.platform.transport.kafka_admin import wanted_topics
from services.platform.transport.topics import INTAKE_REPORTS, TICKET_EVENTS

ASYNCAPI = "3.0.0"
DOCUMENT_VERSION = "1.0.0"  # of the two topics; a new field or message moves the second number
KAFKA_BINDING = "0.5.0"
Part = dict[str, Any]


def asyncapi_document() -> Part:
    schemas = all_schemas()
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "有诉必应马上办: the bus of the city's requests",
            "version": DOCUMENT_VERSION,
            "description": INFO_TEXT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": SERVERS,
        "channels": {
            "ticketEvents": _channel(TICKET_EVENTS, EVENTS_TEXT, _names(schemas, intake=False)),
            "intakeReports": _channel(INTAKE_REPORTS, REPORTS_TEXT, _names(schemas, intake=True)),
        },
        "operations": _operations(),
        "components": {
            "messages": {name: _message(name, schema) for name, schema in schemas.items()},
            "schemas": {
                **{name: _without_identity(schema) for name, schema in schemas.items()},
                _headers_name(TICKET_EVENTS): EVENT_HEADERS,
                _headers_name(INTAKE_REPORTS): REPORT_HEADERS,
            },
            "securitySchemes": SECURITY_SCHEMES,
        },
    }


def _names(schemas: Mapping[str, Any], *, intake: bool) -> list[str]:
    return [name for name in schemas if name.startswith(INTAKE_PREFIX) == intake]


def _channel(topic: str, text: str, messages: list[str]) -> Part:
    return {
        "address": topic,
        "description": text,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": _topic_binding(topic)},
    }


def _topic_binding(topic: str) -> Part:
    """Partitions and copies are each installation's own choice."""
    settings = next(one.settings for one in wanted_topics(1, 1, 1) if one.name == topic)
    configuration: Part = {"cleanup.policy": [settings["cleanup.policy"]]}
    for name in ("retention.ms", "max.message.bytes"):
        if name in settings:
            configuration[name] = int(settings[name])
    return {
        "topic": topic,
        "topicConfiguration": configuration,
        "bindingVersion": KAFKA_BINDING,
    }


def _operations() -> Part:
    return {
        "sendTicketEvents": _operation("send", "ticketEvents", "The relay publishes the log."),
        "receiveTicketEvents": _operation(
            "receive", "ticketEvents", "Workers, and other departments, follow the tickets."
        ),
        "sendReports": _operation("send", "intakeReports", "Channels hand in reports 诉求."),
        "receiveReports": _operation(
            "receive", "intakeReports", "The intake worker turns reports into tickets 工单."
        ),
    }


def _operation(action: str, channel: str, summary: str) -> Part:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
    }


def _message(name: str, schema: Mapping[str, Any]) -> Part:
    intake = name.startswith(INTAKE_PREFIX)
    headers = EVENT_HEADERS_EXAMPLE | {"type": name, "schema-version": name.rpartition(".v")[2]}
    example = {"payload": example_of(name, schema)}
    description = schema.get("description")
    return {
        "name": name,
        "title": schema["title"],
        **({"summary": description} if description else {}),
        "contentType": "application/json",
        "headers": _schema(_headers_name(INTAKE_REPORTS if intake else TICKET_EVENTS)),
        "payload": _schema(name),
        "bindings": {"kafka": {"key": _key(intake), "bindingVersion": KAFKA_BINDING}},
        "examples": [example if intake else {"headers": headers, **example}],
    }


def _key(intake: bool) -> Part:
    if intake:
        text = "Any, or none: the service does not read it. Never a resident's data."
        return {"type": "string", "description": text}
    text = "The ticket's id, or the stream's."
    return {"type": "string", "minLength": 1, "maxLength": 64, "description": text}


def _headers_name(topic: str) -> str:
    return f"{topic}.headers"


def _schema(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}


def _without_identity(schema: Mapping[str, Any]) -> Part:
    """Inside the document it is the document that says what dialect and whose they are."""
    return {key: value for key, value in schema.items() if key not in ("$schema", "$id")}
