"""The API's documentation as one page without scripts, so that it works offline and under CSP."""

from collections.abc import Mapping
from html import escape
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


def api_page(schema: Mapping[str, Any]) -> str:
    """`schema`: OpenAPI, as /openapi.json gives it. Everything in it is escaped."""
    info = schema["info"]
    operations = [
        (operation.get("tags", ["other"])[0], method, path, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]
    tags = dict.fromkeys(tag for tag, *_ in operations)
    sections = "".join(
        _section(tag, [rest for found, *rest in operations if found == tag]) for tag in tags
    )
    title = escape(f"{info['title']} {info['version']}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/overview/docs.css"></head>'
        f"<body><main><h1>{title}</h1><p>{escape(info['description'])}</p>"
        '<p>The whole description for machines: <a href="/openapi.json">/openapi.json</a></p>'
        f"{sections}</main></body></html>"
    )


def _section(tag: str, operations: list[list[Any]]) -> str:
    articles = "".join(_operation(*one) for one in operations)
    return f"<section><h2>{escape(tag)}</h2>{articles}</section>"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    summary = escape(operation.get("summary", ""))
    return (
        f"<article><h3><code>{method.upper()} {escape(path)}</code></h3><p>{summary}</p>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        f"{_parameters(operation.get('parameters', []))}{_body(operation.get('requestBody', {}))}"
        "</article>"
    )


def _parameters(parameters: list[Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<li><code>{escape(one['name'])}</code> ({escape(one['in'])}"
        f"{', required' if one.get('required') else ''}) {escape(one.get('description', ''))}</li>"
        for one in parameters
    )
    return f"<ul>{rows}</ul>" if rows else ""


def _body(body: Mapping[str, Any]) -> str:
    """The fields of a body, or of each form that it may have."""
    return "".join(
        _fields(media_type, schema)
        for media_type, content in body.get("content", {}).items()
        for schema in content.get("schema", {}).get("oneOf", [content.get("schema", {})])
    )


def _fields(media_type: str, schema: Mapping[str, Any]) -> str:
    """Required ones are named first by the schema itself."""
    required = set(schema.get("required", ()))
    fields = "".join(
        f"<li><code>{escape(name)}</code>{' (required)' if name in required else ''}"
        f" {escape(_kind(field))}</li>"
        for name, field in schema.get("properties", {}).items()
    )
    return f"<p>Body: <code>{escape(media_type)}</code></p><ul>{fields}</ul>"


def _kind(field: Mapping[str, Any]) -> str:
    named = [one.get("type", "value") for one in field.get("anyOf", [field])]
    kinds = [kind for one in named for kind in ([one] if isinstance(one, str) else one)]
    allowed = field.get("enum") or [
        v for one in field.get("anyOf", []) for v in one.get("enum", [])
    ]
    choices = f": {', '.join(map(str, allowed))}" if allowed else ""
    return f"{' or '.join(kinds)}{choices}"
