"""Supervision 督 as doors need it: its desk and its routes, put together out of a system."""

from fastapi import APIRouter, Request

from services.console.command_ids import new_command_id
from services.console.system import System
from services.console.topic_door import described
from services.platform.http.headers import read_headers
from services.supervision.desk import Asking, SupervisionDesk
from services.supervision.routes import Door, supervision_routes


def desk_of(system: System) -> SupervisionDesk:
    return SupervisionDesk(
        log=system.log,
        book=system.supervision,
        keyring=system.keyring,
        clock=system.clock,
        rules=system.supervision_rules,
        tickets=system.handler.tickets,
        is_unit=lambda code: system.directory.unit(code) is not None,
    )


def supervision_door(system: System) -> APIRouter:
    def who_asks(request: Request) -> Asking:
        asked = read_headers(request.headers)
        made = new_command_id(system)
        return Asking(
            actor=asked.actor,
            command_id=f"supervision/{asked.command_id or made}",
            expected_version=asked.expected_version,
            once=asked.command_id is not None,
        )

    def named(code: str) -> str:
        unit = system.directory.unit(code)
        return unit.name if unit else code

    return supervision_routes(
        Door(
            desk=desk_of(system),
            log=system.log,
            keyring=system.keyring,
            named=named,
            now=system.clock.now,
            today=lambda: system.rules().calendar.local_date(system.clock.now()),
            who_asks=who_asks,
            described=described,
        )
    )
