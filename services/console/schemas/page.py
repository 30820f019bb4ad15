"""The AsyncAPI document as one page without scripts, readable from a file."""

import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

Schema = Mapping[str, Any]
_RANGES = (
    ("minLength", "maxLength", " characters"),
    ("minimum", "maximum", ""),
    ("minItems", "maxItems", " items"),
)


def asyncapi_page(document: Mapping[str, Any]) -> str:
    """`document`: as asyncapi_document gives it. Everything in it is escaped."""
    environment = Environment(
        loader=PackageLoader("services.console", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"kind": kind, "limits": limits, "pretty": pretty, "words": words}
    schemas = document["components"]["schemas"]
    events = [schemas[name] for name in document["channels"]["ticketEvents"]["messages"]]
    page = environment.get_template("asyncapi.html")
    return page.render(document=document, shared=shared_fields(events)) + "\n"


def shared_fields(schemas: list[Schema]) -> dict[str, Schema]:
    """Those that every one of them has, in the same form."""
    first, *others = (schema["properties"] for schema in schemas)
    return {
        name: field
        for name, field in first.items()
        if all(one.get(name) == field for one in others)
    }


def kind(field: Schema) -> str:
    types = field.get("type", "any")
    kinds = " or ".join([types] if isinstance(types, str) else types)
    if field.get("format") == "date-time":
        return "time"
    return f"list of {kind(field['items'])}" if "items" in field else kinds


def limits(field: Schema) -> str:
    """What the values are limited to, in words."""
    found = [
        f"{_range(field.get(low), field.get(high))}{unit}"
        for low, high, unit in _RANGES
        if low in field or high in field
    ]
    if "pattern" in field:
        found.append(f"matches {field['pattern']}")
    if "const" in field:
        found.append(json.dumps(field["const"], ensure_ascii=False))
    if "enum" in field:
        found.append("one of " + ", ".join(json.dumps(one) for one in field["enum"]))
    if "default" in field and field["default"] is not None:
        found.append(f"default {json.dumps(field['default'], ensure_ascii=False)}")
    return "; ".join(found)


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def words(text: str) -> Markup:
    """`code` in the descriptions becomes code."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part)
        for index, part in enumerate(parts)
    )
