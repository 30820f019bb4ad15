"""GET /api/v1/topic-candidates: findings that could be the next topic 每月一题."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from services.console.live_findings import LiveFindings
from services.domain.topic_values import Month
from services.governance.candidates import candidates
from services.governance.documents import candidate_document
from services.governance.governance import Governance

DEFAULT_LIMIT, LIMIT_MAX = 10, 500


def topic_candidate_routes(findings: LiveFindings, governance: Governance) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["topics 每月一题"])

    @router.get("/topic-candidates", summary="Findings that could be the next topic")
    def list_candidates(
        month: Month | None = None,
        limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = DEFAULT_LIMIT,
    ) -> JSONResponse:
        """Those that no open topic covers first. To propose one, send its `proposal` as the body of
        POST /api/v1/topics/{code}/propose."""
        found = findings.found()
        chosen = month or f"{governance.desk.today():%Y-%m}"
        listed = candidates(found.findings, governance.topics.all(), chosen, limit)
        shown = [candidate_document(one) for one in listed]
        return JSONResponse({"position": found.position, "month": chosen, "candidates": shown})

    return router
