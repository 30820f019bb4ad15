"""A route with the urgency that the directory's rules give it."""

from dataclasses import replace

from services.router.directory.answers import Route, RouteQuery
from services.router.directory.model import Directory
from services.router.urgency import raised_urgency


def with_urgency(
    directory: Directory, query: RouteQuery, route: Route, reporters: int = 1
) -> Route:
    """The same unit for the same reasons; more urgent, and told so, if a rule holds. At dispatch
    one resident has told it: those who join later are counted by their ticket."""
    urgency = raised_urgency(
        directory.urgency,
        route.item,
        route.urgency_days,
        query.title,
        query.text,
        query.on,
        reporters,
    )
    if not urgency.rules:
        return route
    return replace(
        route,
        urgency_days=urgency.days,
        urgency_rules=urgency.rules,
        explanation=f"{route.explanation}{urgency.explanation}",
    )
