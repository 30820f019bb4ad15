"""The door of topics 每月一题, and tickets that tell which topics they are linked to."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.console.command_ids import new_command_id
from services.console.monthly_topics import topics_of_ticket
from services.console.schemas.json_schemas import inlined
from services.console.system import System
from services.governance.governance import Governance
from services.governance.routes import Who, topic_routes
from services.platform.http.headers import read_headers

TicketView = Callable[[str], dict[str, Any] | None]


def with_topics(view: TicketView, governance: Governance) -> TicketView:
    """The ticket, with the topics that it is linked to."""

    def with_them(ticket_id: str) -> dict[str, Any] | None:
        found = view(ticket_id)
        return found and found | {"topics": topics_of_ticket(governance, ticket_id)}

    return with_them


def topic_door(system: System, governance: Governance) -> APIRouter:
    def who_asks(request: Request) -> Who:
        asked = read_headers(request.headers)
        return Who(
            actor=asked.actor,
            expected_version=asked.expected_version,
            command_id=asked.command_id or new_command_id(system),
            once=asked.command_id is not None,
        )

    return topic_routes(governance, who_asks, described)


def described(model: type[BaseModel]) -> Mapping[str, Any]:
    """For OpenAPI: the body, without references."""
    schema = inlined(model.model_json_schema())
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
