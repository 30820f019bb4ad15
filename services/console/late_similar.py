"""Open tickets that are alike, loaded when somebody asks: it brings numpy, which most commands can
do without."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from services.intake.similarity.hearing import Where
from services.intake.similarity.matter import Match, Matter
from services.platform.event_log import EventLog
from services.platform.keys import Keyring

if TYPE_CHECKING:
    from services.intake.similarity.open_tickets import OpenTickets


class LateOpenTickets:
    """An `OpenTicketsAlike` that is made at the first question."""

    def __init__(self, make: "Callable[[], OpenTickets]") -> None:
        self._make = make
        self._made: OpenTickets | None = None
        self._lock = threading.Lock()

    def open_tickets(self) -> "OpenTickets":
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def catch_up_for_report(self) -> None:
        self.open_tickets().catch_up_for_report()

    def find(self, matter: Matter, limit: int) -> Sequence[Match]:
        return self.open_tickets().find(matter, limit)

    def add(self, ticket_id: str, report_id: str, matter: Matter) -> None:
        self.open_tickets().add(ticket_id, report_id, matter)

    def drop_report(self, ticket_id: str, report_id: str) -> None:
        self.open_tickets().drop_report(ticket_id, report_id)


def late_open_tickets(log: EventLog, keyring: Keyring, where: Where) -> LateOpenTickets:
    def make() -> "OpenTickets":
        from services.intake.similarity.open_tickets import OpenTickets

        return OpenTickets(log, keyring, where)

    return LateOpenTickets(make)
