"""`/metrics` of the web server. Counts only; but they are the operator's, so a key opens them."""

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from services.console.system import System
from services.platform.http.api_keys import KeyGuard
from services.platform.ops.metrics import Metrics


def metrics_router(system: System, metrics: Metrics) -> APIRouter:
    """Open, like every door, while no keys are set."""
    router = APIRouter(dependencies=[Depends(KeyGuard(system.settings.api_keys))])

    @router.get("/metrics", tags=["operations"], summary="Metrics in Prometheus' text form")
    def page() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router
