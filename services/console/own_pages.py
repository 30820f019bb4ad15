"""The pages that every served system has; each shows codes, names and figures of the city."""

from fastapi import APIRouter

from services.console.findings_page import findings_router
from services.console.knowledge_page import knowledge_page_router
from services.console.overview import overview_router
from services.console.supervision_page import supervision_page_router
from services.console.system import System
from services.console.topic_pages import topic_pages_router


def own_pages(system: System) -> list[APIRouter]:
    return [
        overview_router(system),
        supervision_page_router(system),
        topic_pages_router(system),
        findings_router(system),
        knowledge_page_router(),
    ]
