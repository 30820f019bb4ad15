"""What two reports are compared by, and what comparing them gives."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

RULE_VERSION = "place-subject-time-text-resident.4"
Verdict = Literal["sure", "probable"]


class Matter(NamedTuple):
    """One report as it is compared. area: official code, as deep as known, None if it is not.

    Degrees, if there are coordinates. at: when it was received (aware). item: a code, if known.
    resident: the pseudonym of who reports, None if it is not known; of no contact it is nobody's.
    """

    title: str
    text: str
    address: str
    area: str | None
    longitude: float | None
    latitude: float | None
    item: str | None
    at: datetime
    resident: str | None = None


class Match(NamedTuple):
    """An open ticket that is, or may be, about the same. score: 0 to 1, the best first.

    report_id: of its reports the one that is most alike. why: in words of ours, never a resident's.
    """

    ticket_id: str
    report_id: str
    score: float
    verdict: Verdict
    why: str


class SimilarTickets(Protocol):
    """Open tickets by what was said of them. Held in memory, made from the log, never stored."""

    def add(self, ticket_id: str, report_id: str, matter: Matter) -> None:
        """One more report of an open ticket. Adding it again changes nothing."""
        ...

    def drop_ticket(self, ticket_id: str) -> None:
        """It is open no longer; an unknown one is nothing to do."""
        ...

    def drop_report(self, ticket_id: str, report_id: str) -> None: ...

    def find(self, matter: Matter, limit: int) -> Sequence[Match]:
        """The best first, one match a ticket, "probable" or better. Raises nothing."""
        ...
