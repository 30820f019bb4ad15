"""The door of notices 通知."""

from fastapi import APIRouter, Request

from services.console.notices import desk_of
from services.console.system import System
from services.notices.routes import notice_routes
from services.platform.http.headers import read_headers
from services.platform.ids import system_entropy, time_ordered_id


def notices_door(system: System) -> APIRouter:
    """Raises NoticePolicyInvalid, OSError."""

    def who_asks(request: Request) -> tuple[str, str]:
        asked = read_headers(request.headers)
        command_id = asked.command_id or time_ordered_id(system.clock.now(), system_entropy)
        return asked.actor, command_id

    return notice_routes(system.log, system.clock, desk_of(system), who_asks)
