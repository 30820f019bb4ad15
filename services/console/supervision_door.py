"""Supervision 督 as a door needs it: its desk, put together out of a system."""

from services.console.system import System
from services.supervision.desk import SupervisionDesk


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
