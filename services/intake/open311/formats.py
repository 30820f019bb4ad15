"""One document, two formats: JSON, and the XML that the specification derives from it."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import Response

from services.platform.http.problems import Problem

FORMATS: Final = ("xml", "json")
MEDIA_TYPES: Final = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
# The name of one entry of each list.
ENTRY: Final = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
# Characters that XML 1.0 cannot hold, not even escaped.
_IMPOSSIBLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def respond(
    format_name: str,
    root: str,
    document: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """root: the name of the XML's root element; JSON has none."""
    body = to_json(document) if format_name == "json" else to_xml(root, document)
    return Response(body, status, dict(headers or {}), MEDIA_TYPES[format_name])


def to_json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def to_xml(root: str, document: Any) -> bytes:
    text: bytes = tostring(_element(root, document), encoding="UTF-8", xml_declaration=True)
    return text


def _element(name: str, value: Any) -> Element:
    element = Element(name)
    _fill(element, value)
    return element


def _fill(element: Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, one in value.items():
            _fill(SubElement(element, name), one)
    elif isinstance(value, list):
        for one in value:
            _fill(SubElement(element, ENTRY[element.tag]), one)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _IMPOSSIBLE.sub("", str(value))


def format_of(path: str) -> str:
    """What a client gets that asks at this path; XML is the specification's own format."""
    return "json" if path.endswith(".json") else "xml"


def error_response(path: str, problem: Problem) -> Response:
    """The specification's form: a list of code and description. Only 400, 403 and 404 are in it;
    a few codes of HTTP itself are kept, since clients and proxies act on them."""
    status = {401: 403, 415: 400, 422: 400}.get(problem.status, problem.status)
    reasons = [f"{fault.field}: {fault.reason}" for fault in problem.faults] or [problem.detail]
    errors = [{"code": status, "description": reason} for reason in reasons]
    return respond(format_of(path), "errors", errors, status, problem.headers)
