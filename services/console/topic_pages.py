"""每月一题 for leaders and its office: all topics, the week's list, one topic."""

from collections.abc import Callable, Mapping

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse

from services.console.monthly_topics import governance_of
from services.console.page_templates import asset_of, page_of
from services.console.system import System
from services.console.topic_history_words import told
from services.console.topic_words import STAGES
from services.domain.topic import Topic
from services.governance.figures import TopicFigures, figures_of, is_late
from services.governance.governance import Governance

HISTORY_SHOWN_MAX = 200
TICKETS_SHOWN_MAX = 50
Named = Callable[[str], str]


def topic_pages_router(system: System) -> APIRouter:
    """They hold no residents' words: texts of topics are the city's own."""
    router = APIRouter()
    governance = governance_of(system)

    @router.get("/topics", include_in_schema=False)
    def topics() -> HTMLResponse:
        return _list_page(governance, system.directory.plain_unit_name)

    @router.get("/topics/topics.css", include_in_schema=False)
    def style() -> Response:
        return Response(asset_of("topics.css"), media_type="text/css")

    @router.get("/topics/{code}", include_in_schema=False)
    def topic(code: str) -> HTMLResponse:
        found = governance.topics.get(code)
        if found is None:
            raise HTTPException(404, "There is no such topic.")
        return _topic_page(system, governance, found)

    return router


def _list_page(governance: Governance, named: Named) -> HTMLResponse:
    today = governance.desk.today()
    topics = governance.topics.all()
    return page_of(
        "topics.html",
        today=today,
        topics=[(one, figures_of(one, today)) for one in topics],
        headlines=_headlines([figures_of(one, today) for one in topics if one.stage == "adopted"]),
        schedule=governance.schedule(),
        stages=STAGES,
        named=named,
    )


def _headlines(figures: list[TopicFigures]) -> Mapping[str, int]:
    """Over the topics that are being worked on."""
    sums = {
        name: sum(getattr(one, name) for one in figures)
        for name in ("items", "struck_off", "to_check", "late")
    }
    return {"topics": len(figures), **sums}


def _topic_page(system: System, governance: Governance, topic: Topic) -> HTMLResponse:
    today = governance.desk.today()
    directory = system.directory
    named = system.directory.plain_unit_name
    proposal = topic.proposal
    items = (directory.items.get(code) for code in proposal.request_items) if proposal else ()
    areas = (directory.areas.get(code) for code in proposal.request_areas) if proposal else ()
    facts = governance.facts(topic.code)
    return page_of(
        "topic.html",
        today=today,
        topic=topic,
        stage=STAGES.get(topic.stage, topic.stage),
        figures=figures_of(topic, today),
        is_late=is_late,
        effect=governance.effect(topic),
        months=governance.months(topic),
        request_items=[item.path for item in items if item],
        request_areas=[area.name for area in areas if area],
        tickets=list(topic.tickets)[:TICKETS_SHOWN_MAX],
        history=[told(at, fact, named) for at, fact in reversed(facts[-HISTORY_SHOWN_MAX:])],
        left_out=max(0, len(facts) - HISTORY_SHOWN_MAX),
        named=named,
    )
