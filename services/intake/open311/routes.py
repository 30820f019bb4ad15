"""Open311 GeoReport v2: discovery, services, requests, tokens; XML and JSON."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from services.intake.http.submissions import Submissions
from services.intake.open311.arguments import draft_of, read_arguments, require_service
from services.intake.open311.catalogue import Catalogue, definition_document
from services.intake.open311.documents import (
    created_document,
    discovery_document,
    request_document,
)
from services.intake.open311.formats import FORMATS, respond
from services.intake.open311.queries import query_of, wanted_ids
from services.intake.report_rules import to_report
from services.intake.requests_rows import RequestRow
from services.intake.requests_view import RequestsView, RequestWords
from services.platform.http.api_keys import OPEN, client_of, key_in_headers
from services.platform.http.problems import Problem, invalid_body

PREFIX = "/open311/v2"
CHANNEL = "open311"
QUERY_NAMES = (
    "service_request_id", "service_code", "status", "start_date", "end_date", "page", "page_size",
    "jurisdiction_id", "api_key",
)  # fmt: skip


class Open311Door(NamedTuple):
    """What the routes need. version: of the directory, so that clients see that it changed."""

    catalogue: Catalogue
    view: RequestsView
    submissions: Submissions
    api_keys: Mapping[str, str]
    version: str


def open311_routes(door: Open311Door) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["Open311 GeoReport v2"])
    for path, answer, summary in (
        ("/discovery", _discovery, "What is offered, and where"),
        ("/services", _services, "Matters that may be reported"),
        ("/requests", _requests, "Requests of the last 90 days, or as asked for"),
    ):
        for format_name in FORMATS:
            _add(router, f"{path}.{format_name}", format_name, answer, door, summary)
    for path, answer, summary in (
        ("/services", _service, "What may be said about one matter"),
        ("/requests", _request, "One request"),
        ("/tokens", _token, "The request of a token"),
    ):
        for format_name in FORMATS:
            _add(router, f"{path}/{{id}}.{format_name}", format_name, answer, door, summary)
    for format_name in FORMATS:
        _add_post(router, format_name, door)
    return router


Answer = Callable[[Open311Door, Request, str], Response]


def _add(
    router: APIRouter, path: str, format_name: str, answer: Answer, door: Open311Door, summary: str
) -> None:
    async def get(request: Request) -> Response:
        return await run_in_threadpool(answer, door, request, format_name)

    parameters = [_PATH_ID] if "{id}" in path else []
    if answer is _requests:
        parameters = [_query(name) for name in QUERY_NAMES]
    operation_id = f"open311_{answer.__name__.strip('_')}_{format_name}"
    router.add_api_route(
        path,
        get,
        summary=summary,
        response_class=Response,
        operation_id=operation_id,
        openapi_extra={"parameters": parameters},
    )


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}


_PATH_ID: dict[str, Any] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string"},
}


def _discovery(door: Open311Door, request: Request, format_name: str) -> Response:
    base_url = f"{str(request.base_url).rstrip('/')}{PREFIX}"
    document = discovery_document(base_url, door.version)
    return respond(format_name, "discovery", document)


def _services(door: Open311Door, request: Request, format_name: str) -> Response:
    return respond(format_name, "services", list(door.catalogue.documents))


def _service(door: Open311Door, request: Request, format_name: str) -> Response:
    service = door.catalogue.service(request.path_params["id"])
    if service is None:
        raise Problem(404, "service_code_unknown", "service_code was not found")
    return respond(format_name, "service_definition", definition_document(service))


def _requests(door: Open311Door, request: Request, format_name: str) -> Response:
    ids = wanted_ids(request.query_params)
    if ids is not None:
        rows = door.view.by_ids(ids)
    else:
        rows = door.view.find(query_of(request.query_params, door.submissions.clock.now()))
    return respond(format_name, "service_requests", _documents(door, request, rows))


def _request(door: Open311Door, request: Request, format_name: str) -> Response:
    rows = door.view.by_ids([request.path_params["id"]])
    if not rows:
        raise Problem(404, "request_unknown", "service_request_id was not found")
    return respond(format_name, "service_requests", _documents(door, request, rows))


def _token(door: Open311Door, request: Request, format_name: str) -> Response:
    """Every request gets its id at once; for clients that ask all the same, it is its token."""
    token = request.path_params["id"]
    if not door.view.by_ids([token]):
        raise Problem(404, "token_unknown", "token was not found")
    return respond(format_name, "service_requests", [{"service_request_id": token, "token": token}])


def _documents(
    door: Open311Door, request: Request, rows: Sequence[RequestRow]
) -> list[dict[str, Any]]:
    """Whoever has no key sees the words only of what came in by this public door."""
    key = request.query_params.get("api_key") or key_in_headers(request)
    trusted = client_of(door.api_keys, key) is not None
    shown = [row for row in rows if trusted or is_public(row)]
    words = door.view.words(shown)
    return [
        request_document(
            row if row.ticket_id in words else row._replace(longitude=None, latitude=None),
            words.get(row.ticket_id, RequestWords()),
            door.catalogue,
        )
        for row in rows
    ]


def is_public(row: RequestRow) -> bool:
    """A tip-off (举报) is confidential whatever door it came through."""
    by_this_door = row.channel.partition(":")[0] == CHANNEL
    return by_this_door and row.kind != "tipoff"


def _add_post(router: APIRouter, format_name: str, door: Open311Door) -> None:
    async def post(request: Request) -> Response:
        arguments = await read_arguments(request)
        key = arguments.fields.get("api_key") or key_in_headers(request)
        client = client_of(door.api_keys, key)
        if client is None:
            raise Problem(403, "api_key_needed", "api_key is missing or unknown")
        channel = CHANNEL if client == OPEN else f"{CHANNEL}:{client}"
        service = require_service(arguments, door.catalogue)
        draft = draft_of(arguments, service, channel, door.submissions.new_reference)
        report = to_report(draft, door.submissions.clock.now())
        if isinstance(report, list):
            raise invalid_body(report)
        receipt = await door.submissions.submit(report)
        status = 200 if receipt.status == "duplicate" else 201
        return respond(
            format_name, "service_requests", [created_document(receipt.ticket_id)], status
        )

    router.add_api_route(
        f"/requests.{format_name}",
        post,
        methods=["POST"],
        status_code=201,
        summary="Report a matter",
        response_class=Response,
        operation_id=f"open311_post_{format_name}",
        openapi_extra={"requestBody": _FORM},
    )


_FORM_FIELDS = (
    "api_key", "jurisdiction_id", "service_code", "lat", "long", "address_string", "address_id",
    "email", "device_id", "account_id", "first_name", "last_name", "phone", "description",
    "media_url", "attribute[kind]", "attribute[reference]",
)  # fmt: skip
_FORM = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["service_code"],
                "properties": {name: {"type": "string"} for name in _FORM_FIELDS},
            }
        }
    },
}
