"""解答知识库 in the web application, put together out of a system."""

from collections.abc import Callable
from datetime import datetime

from services.console.system import System
from services.intake.requests_view import RequestsView
from services.knowledge.routes import KnowledgeDoor, Matter


def knowledge_door(system: System, view: RequestsView) -> KnowledgeDoor:
    return KnowledgeDoor(
        articles=system.knowledge.articles,
        todays_index=system.knowledge.index,
        today=system.knowledge.today,
        is_item=lambda code: code in system.directory.items,
        is_area=lambda code: code in system.directory.areas,
        matter_of=lambda ticket_id: matter_of(view, ticket_id),
    )


def matter_of(view: RequestsView, ticket_id: str) -> Matter | None:
    """A ticket's words, opened in memory, and what dispatch knows of it; None if there is none."""
    rows = view.by_ids([ticket_id])
    if not rows:
        return None
    words = view.words(rows)[ticket_id]
    text = "\n".join(part for part in (words.title, words.text) if part)
    return Matter(text, rows[0].service_code or None, rows[0].area or None)


def article_version_of(system: System) -> Callable[[str, datetime], int | None]:
    """The number of the version of an article that was in force at a moment."""

    def version(code: str, moment: datetime) -> int | None:
        on = system.rules().calendar.local_date(moment)
        chosen = system.knowledge.article(code).in_force(on)
        return None if chosen is None else chosen.number

    return version
