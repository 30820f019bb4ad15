"""An example of each message, put together from the examples of its fields."""

from collections.abc import Mapping
from typing import Any

from services.console.schemas.compatibility import INTAKE_PREFIX
from services.console.schemas.field_notes import EVENT_FIELDS, REPORT_FIELDS, FieldNote


def example_of(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    notes = REPORT_FIELDS if name.startswith(INTAKE_PREFIX) else EVENT_FIELDS
    return _object(schema, notes)


def _object(schema: Mapping[str, Any], notes: Mapping[str, FieldNote]) -> dict[str, Any]:
    """A field of which nothing is known yet is left out."""
    return {
        name: _value(name, field, notes)
        for name, field in schema["properties"].items()
        if name in notes
    }


def _value(name: str, field: Mapping[str, Any], notes: Mapping[str, FieldNote]) -> Any:
    if "const" in field:
        return field["const"]
    if "properties" in field.get("items", {}):
        return [_object(field["items"], notes)]
    example = notes[name].example
    return field["enum"][0] if "enum" in field and example not in field["enum"] else example
