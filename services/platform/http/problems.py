"""Every failure of every door in one form: RFC 9457 problem details, unless a path has its own."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from services.platform.failures import ConcurrentAppend, Outage
from services.platform.http.faults import FieldFault

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 2
FIELD_NAME_MAX = 100
MEDIA_TYPE = "application/problem+json"
TITLES: Mapping[int, str] = {
    400: "The request cannot be understood",
    401: "An API key is needed",
    403: "This API key may not do that",
    404: "There is no such thing here",
    405: "This method is not offered here",
    409: "The rules say no",
    412: "It has changed since you looked at it",
    413: "The body is too large",
    415: "The body has the wrong media type",
    422: "The body does not say what is needed",
    500: "A fault of ours",
    503: "Not available for the moment",
}


_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in FieldFault._fields},
            },
        },
    },
}
# For OpenAPI: how routes fail.
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": {MEDIA_TYPE: {"schema": _SCHEMA}}}
    for status, description in (
        ("4XX", "Refused; `code` says why, `errors` which fields"),
        (422, TITLES[422]),
        (503, "Not now: see Retry-After"),
    )
}


class Problem(Exception):
    """An answer that is not the one asked for. `code` is stable for machines."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        faults: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)
        self.headers = dict(headers or {})


Form = Callable[[str, Problem], Response]  # path, problem -> answer


def problem_details(path: str, problem: Problem) -> Response:
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(problem.status, "The request failed"),
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
    }
    if problem.faults:
        document["errors"] = [fault._asdict() for fault in problem.faults]
    return JSONResponse(document, problem.status, problem.headers, MEDIA_TYPE)


def render(path: str, problem: Problem, forms: Mapping[str, Form]) -> Response:
    """In the form of the longest prefix that has its own, else as problem details."""
    prefixes = sorted(filter(path.startswith, forms), key=len)
    form = forms[prefixes[-1]] if prefixes else problem_details
    return form(path, problem)


def invalid_body(faults: Sequence[FieldFault]) -> Problem:
    first = faults[0]
    return Problem(422, "invalid_body", f"{first.field}: {first.reason}", faults)


def unavailable(reason: str) -> Problem:
    return Problem(503, "unavailable", reason, headers={"Retry-After": str(RETRY_AFTER_S)})


def faults_of(error: ValidationError) -> list[FieldFault]:
    """pydantic's errors without their inputs: those may be a resident's words."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return [FieldFault(field_name(one["loc"]), one["type"], one["msg"]) for one in found]


def field_name(location: Sequence[int | str]) -> str:
    """Names of unknown fields come from outside: any length, any characters."""
    name = ".".join(map(str, location)) or "body"
    return name[:FIELD_NAME_MAX].encode("utf-8", "replace").decode()


def install_problems(app: FastAPI, forms: Mapping[str, Form]) -> None:
    """Known failures become answers; an unknown one is logged without its message."""

    def answers(error_type: type[Exception], translate: Callable[[Any], Problem]) -> None:
        async def answer(request: Request, error: Exception) -> Response:
            return render(request.url.path, translate(error), forms)

        app.add_exception_handler(error_type, answer)

    answers(Problem, lambda problem: problem)
    answers(HTTPException, _of_http)
    answers(RequestValidationError, _of_parameters)
    answers(Outage, lambda error: unavailable("The service cannot do this now; try again."))
    answers(ConcurrentAppend, lambda error: unavailable("Too many writers; try again."))
    answers(ClientDisconnect, lambda error: Problem(400, "gone", "The client went away."))
    answers(Exception, _of_fault)


def _of_http(error: HTTPException) -> Problem:
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    headers = dict(error.headers or {})
    return Problem(error.status_code, code, TITLES.get(error.status_code, "failed"), (), headers)


def _of_parameters(error: RequestValidationError) -> Problem:
    faults = [
        FieldFault(field_name(one["loc"][1:]), str(one["type"]), str(one["msg"]))
        for one in error.errors()
    ]
    return Problem(422, "invalid_parameter", f"{faults[0].field}: {faults[0].reason}", faults)


def _of_fault(error: Exception) -> Problem:
    logger.error("a request failed by %s", type(error).__name__)
    return Problem(500, "fault", "Something is wrong on our side. Nothing was changed.")
