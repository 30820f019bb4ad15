"""解答知识库 in the web application, put together out of a system."""

from collections.abc import Callable
from datetime import datetime

from services.console.knowledge_matter import matter_of
from services.console.system import System
from services.intake.requests_view import RequestsView
from services.knowledge.routes import KnowledgeDoor


def knowledge_door(system: System, view: RequestsView) -> KnowledgeDoor:
    return KnowledgeDoor(
        articles=system.knowledge.articles,
        todays_index=system.knowledge.index,
        today=system.knowledge.today,
        is_item=lambda code: code in system.directory.items,
        is_area=lambda code: code in system.directory.areas,
        matter_of=lambda ticket_id: matter_of(view, ticket_id),
    )


def article_version_of(system: System) -> Callable[[str, datetime], int | None]:
    """The number of the version of an article that was in force at a moment."""

    def version(code: str, moment: datetime) -> int | None:
        on = system.rules().calendar.local_date(moment)
        chosen = system.knowledge.article(code).in_force(on)
        return None if chosen is None else chosen.number

    return version
