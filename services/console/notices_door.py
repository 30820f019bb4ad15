"""The door of notices 通知."""

from fastapi import APIRouter, Request

from services.console.command_ids import new_command_id
from services.console.notices import desk_of
from services.console.system import System
from services.notices.routes import notice_routes
from services.platform.http.headers import read_headers


def notices_door(system: System) -> APIRouter:
    """Raises NoticePolicyInvalid, OSError."""

    def who_asks(request: Request) -> tuple[str, str]:
        asked = read_headers(request.headers)
        command_id = asked.command_id or new_command_id(system)
        return asked.actor, command_id

    return notice_routes(system.log, system.clock, desk_of(system), who_asks)
