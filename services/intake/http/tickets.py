"""GET /api/v1/tickets: looking at tickets."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from services.intake.requests_rows import RequestRow
from services.intake.requests_view import RequestsView
from services.platform.http.problems import Problem

PAGE_MAX = 500
Code = Annotated[str | None, Query(max_length=64)]
_SHOWN = (
    "ticket_id", "status", "stage", "note", "channel", "kind", "service_code", "agency", "area",
    "requested_at", "updated_at", "expected_at",
)  # fmt: skip


def ticket_routes(
    view: RequestsView, ticket_view: Callable[[str], dict[str, Any] | None]
) -> APIRouter:
    """Plain functions: FastAPI runs them in its thread pool, so reads never hold up writes."""
    router = APIRouter(prefix="/api/v1/tickets", tags=["tickets 工单"])

    @router.get("", summary="The newest tickets, in codes and times")
    def list_tickets(
        stage: Code = None,
        unit: Code = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
        after: Code = None,
    ) -> JSONResponse:
        """`after` is the `next` of the page before."""
        rows = view.page(stage or None, unit or None, limit + 1, after or None)
        more = len(rows) > limit
        shown = rows[:limit]
        return JSONResponse(
            {
                "tickets": [_listed(row) for row in shown],
                "next": shown[-1].ticket_id if more else None,
            }
        )

    @router.get("/{ticket_id}", summary="One ticket: state, history, words", response_model=None)
    def get_ticket(request: Request, ticket_id: Annotated[str, Path(max_length=64)]) -> Response:
        """The ETag is its version: send it back as If-Match with a command."""
        found = ticket_view(ticket_id)
        if found is None:
            raise Problem(404, "ticket_unknown", "There is no ticket with this id.")
        etag = f'"{found["version"]}"'
        headers = {"ETag": etag, "Cache-Control": "no-store"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return JSONResponse(found, headers=headers)

    return router


def _listed(row: RequestRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SHOWN}
