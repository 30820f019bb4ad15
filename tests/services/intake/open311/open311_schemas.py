"""The shapes that GeoReport v2 asks for, in our own words."""

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
MAYBE_NUMBER: dict[str, Any] = {"type": ["number", "null"]}
W3C = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
MAYBE_W3C = {"anyOf": [W3C, {"type": "null"}]}


def strict(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def listed(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": entry, "minItems": 1}


DISCOVERY = strict(
    {
        "changeset": TEXT,
        "contact": TEXT,
        "key_service": TEXT,
        "endpoints": listed(
            strict(
                {
                    "specification": TEXT,
                    "url": {"type": "string", "pattern": "/open311/v2$"},
                    "changeset": TEXT,
                    "type": {"enum": ["production", "test"]},
                    "formats": listed({"enum": ["text/xml", "application/json"]}),
                }
            )
        ),
    }
)
SERVICES = listed(
    strict(
        {
            "service_code": TEXT,
            "service_name": TEXT,
            "description": TEXT,
            "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": TEXT,
            "group": TEXT,
        }
    )
)
SERVICE_DEFINITION = strict(
    {
        "service_code": TEXT,
        "attributes": listed(
            strict(
                {
                    "variable": {"type": "boolean"},
                    "code": TEXT,
                    "datatype": {
                        "enum": [
                            "string", "number", "datetime", "text",
                            "singlevaluelist", "multivaluelist",
                        ]
                    },
                    "required": {"type": "boolean"},
                    "datatype_description": MAYBE_TEXT,
                    "order": {"type": "integer"},
                    "description": TEXT,
                },
                {"values": listed(strict({"key": TEXT, "name": TEXT}))},
            )
        ),
    }
)  # fmt: skip
REQUESTS = listed(
    strict(
        {
            "service_request_id": TEXT,
            "status": {"enum": ["open", "closed"]},
            "service_code": {"type": "string", "minLength": 1},
            "requested_datetime": W3C,
        },
        {
            "status_notes": MAYBE_TEXT,
            "service_name": MAYBE_TEXT,
            "description": {"type": ["string", "null"], "maxLength": 4_000},
            "agency_responsible": MAYBE_TEXT,
            "service_notice": MAYBE_TEXT,
            "updated_datetime": MAYBE_W3C,
            "expected_datetime": MAYBE_W3C,
            "address": MAYBE_TEXT,
            "address_id": MAYBE_TEXT,
            "zipcode": MAYBE_TEXT,
            "lat": MAYBE_NUMBER,
            "long": MAYBE_NUMBER,
            "media_url": MAYBE_TEXT,
        },
    )
)
ERRORS = listed(strict({"code": {"type": "integer"}, "description": TEXT}))

ROOTS = {
    "discovery": "discovery",
    "services": "services",
    "services/": "service_definition",
    "requests": "service_requests",
}
LISTS = frozenset(
    {"services", "service_requests", "attributes", "values", "endpoints", "formats", "errors"}
)
