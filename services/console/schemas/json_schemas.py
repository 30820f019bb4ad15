"""The published form of every message: one self-contained JSON Schema (2020-12) each.

An event's schema describes the bytes that the log keeps: null is never written, `type` always is,
residents' words are sealed strings. It allows fields it does not name: later ones may be added.
"""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel

from services.console.schemas.field_notes import EVENT_FIELDS, REPORT_FIELDS, FieldNote
from services.console.schemas.intake_models import INTAKE_MODELS
from services.domain.city_event_base import CityEvent
from services.domain.city_events import CITY_EVENTS
from services.domain.event_base import Event
from services.domain.events import TicketEvent

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def all_schemas() -> dict[str, Schema]:
    """By message name: `ticket.opened.v1`, …, `intake.report.v1`, …"""
    return event_schemas() | intake_schemas()


def event_schemas() -> dict[str, Schema]:
    event_types: tuple[type[Event | CityEvent], ...] = (*get_args(TicketEvent), *CITY_EVENTS)
    return {
        name: published(name, stored_form(event_type), EVENT_FIELDS)
        for event_type in event_types
        for name in [event_type.model_fields["type"].default]
    }


def intake_schemas() -> dict[str, Schema]:
    return {
        name: published(name, inlined(model.model_json_schema()), REPORT_FIELDS)
        for name, model in INTAKE_MODELS.items()
    }


def published(name: str, schema: Schema, notes: Mapping[str, FieldNote]) -> Schema:
    described = _described(schema, notes)
    head: Schema = {"$schema": DIALECT, "$id": f"urn:yousu:{name}"}
    first = {key: described[key] for key in ("title", "description", "type") if key in described}
    return head | first | described


def stored_form(event_type: type[BaseModel]) -> Schema:
    schema: Schema = _as_written(inlined(event_type.model_json_schema()))
    del schema["properties"]["type"]["default"]
    return schema | {"required": ["type", *schema["required"]]}


def inlined(schema: Schema) -> Schema:
    """Without references, and with `type: [X, null]` for what may be null."""
    definitions = schema.get("$defs", {})

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            beside = {key: value for key, value in node.items() if key != "$ref"}
            return walk(definitions[node["$ref"].rpartition("/")[2]]) | beside
        return _nullable({key: walk(value) for key, value in node.items() if key != "$defs"})

    flat: Schema = walk(schema)
    return flat


def _nullable(node: Schema) -> Schema:
    options = node.get("anyOf")
    if not isinstance(options, list) or len(options) != 2 or options[1] != {"type": "null"}:
        return node
    value = dict(options[0])
    value["type"] = [value["type"], "null"]
    if "enum" in value:
        value["enum"] = [*value["enum"], None]
    return value | {key: other for key, other in node.items() if key != "anyOf"}


def _as_written(node: Any) -> Any:
    """An absent field means null, and later fields are allowed."""
    if isinstance(node, list):
        return [_as_written(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {key: _as_written(value) for key, value in node.items()}
    if isinstance(node.get("type"), list):
        node["type"] = next(one for one in node["type"] if one != "null")
        if "enum" in node:
            node["enum"] = [one for one in node["enum"] if one is not None]
    if "default" in node and node["default"] is None:
        del node["default"]
    if node.get("additionalProperties") is False:
        del node["additionalProperties"]
    return node


def _described(schema: Schema, notes: Mapping[str, FieldNote]) -> Schema:
    """Each field says what it means; the titles that pydantic makes up say nothing."""
    fields = {
        name: {"description": notes[name].text, **_untitled(field, notes)}
        if name in notes
        else _untitled(field, notes)
        for name, field in schema["properties"].items()
    }
    return schema | {"properties": fields}


def _untitled(field: Schema, notes: Mapping[str, FieldNote]) -> Schema:
    field = {key: value for key, value in field.items() if key != "title"}
    if "items" in field:
        field["items"] = _untitled(field["items"], notes)
    return _described(field, notes) if "properties" in field else field
