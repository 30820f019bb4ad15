"""The door to whatever knows which open tickets are alike. It may fail; a report never does."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from services.intake.report import NewReport
from services.intake.similarity.matter import Match, Matter

logger = logging.getLogger(__name__)

MATCHES_MAX = 20  # open tickets that one report is surely like are all merged: room for them
Result = TypeVar("Result")


class OpenTicketsAlike(Protocol):
    """Open tickets by what was said of them, following the log.

    A merged ticket's reports stay findable, under its own id or its primary's, for as long as the
    primary is open: else two matters would be one or two by the order in which reports came.
    """

    def catch_up_for_report(self) -> object:
        """Take in what was written since, or a bounded part of it: a report waits for this."""
        ...

    def find(self, matter: Matter, limit: int) -> Sequence[Match]:
        """The best first, one match a ticket, "probable" or better."""
        ...

    def add(self, ticket_id: str, report_id: str, matter: Matter) -> None:
        """One more report, ahead of the log. Adding it again changes nothing."""
        ...

    def drop_report(self, ticket_id: str, report_id: str) -> None: ...


class Alike:
    """Asks, and goes on without an answer if there is none: a matter is then opened as its own.

    One thread at a time. What fails is told once, until it works again.
    """

    def __init__(
        self, tickets: OpenTicketsAlike | None, match_version: str = "none", *, joins: bool = True
    ) -> None:
        """joins: what is sure joins; else a person is asked about that, too."""
        self.match_version = match_version
        self._tickets = tickets
        self._joins = joins
        self._lock = threading.RLock()
        self._works = True

    def catch_up(self) -> None:
        self._asked(lambda tickets: tickets.catch_up_for_report(), None)

    def find(self, matter: Matter) -> Sequence[Match]:
        nothing: Sequence[Match] = ()
        found = self._asked(lambda tickets: tickets.find(matter, MATCHES_MAX), nothing)
        return found if self._joins else [match._replace(verdict="probable") for match in found]

    def add(self, ticket_id: str, report_id: str, matter: Matter) -> None:
        self._asked(lambda tickets: tickets.add(ticket_id, report_id, matter), None)

    def drop(self, reports: Sequence[tuple[str, str]]) -> None:
        """(ticket, report) of those that were added and never written."""
        for ticket_id, report_id in reports:
            self._drop(ticket_id, report_id)

    def _drop(self, ticket_id: str, report_id: str) -> None:
        self._asked(lambda tickets: tickets.drop_report(ticket_id, report_id), None)

    def _asked(self, ask: Callable[[OpenTicketsAlike], Result], otherwise: Result) -> Result:
        if self._tickets is None:
            return otherwise
        try:
            with self._lock:
                answer = ask(self._tickets)
        except Exception as error:  # whatever it is: a report is never lost or late for it
            if self._works:
                logger.warning("similar tickets are not looked for after %s", type(error).__name__)
            self._works = False
            return otherwise
        self._works = True
        return answer


def matter_of(report: NewReport, resident: str) -> Matter:
    return Matter(
        title=report.title or "",
        text=report.text,
        address=report.address or "",
        area=report.area,
        longitude=report.longitude,
        latitude=report.latitude,
        item=report.item,
        at=report.received_at,
        resident=resident,
    )
