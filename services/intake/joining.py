"""Which open tickets a report belongs to, as the world is during one plan."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from services.domain.primaries import primary_of
from services.domain.ticket import OPEN, Ticket
from services.intake.similarity.matter import Match

PROPOSALS_MAX = 3  # of one report: a person cannot weigh more
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Place(NamedTuple):
    """Where a report goes. into: the best match of the ticket that it joins, None: a new one.

    merges: other tickets that are surely the same. proposals: those that may be.
    Each match names the open ticket itself, and never one that follows it.
    """

    into: Match | None = None
    merges: Sequence[Match] = ()
    proposals: Sequence[Match] = ()


class OpenWorld:
    """Open tickets as they stand, and as this plan will have changed them."""

    def __init__(
        self,
        tickets: Callable[[Sequence[str]], Mapping[str, Ticket]],
        followers: Callable[[Sequence[str]], Mapping[str, Sequence[str]]],
    ) -> None:
        self._tickets = tickets
        self._followers = followers
        self._known: dict[str, Ticket] = {}
        self._into: dict[str, str] = {}

    def opened(self, ticket_id: str, opened_at: datetime) -> None:
        """A ticket that this plan opens."""
        self._known[ticket_id] = Ticket(ticket_id=ticket_id, stage="received", opened_at=opened_at)

    def merged(self, ticket_id: str, primary: str) -> None:
        self._into[ticket_id] = primary

    def open_ticket(self, ticket_id: str) -> str | None:
        """The open ticket that this one is, or follows; None if there is none."""
        found = primary_of(ticket_id, self._ticket)
        if found.stage not in OPEN:
            return None
        return self.planned(found.ticket_id)

    def planned(self, ticket_id: str) -> str:
        """What this plan merges the ticket into; itself, if it merges it into none."""
        while ticket_id in self._into:
            ticket_id = self._into[ticket_id]
        return ticket_id

    def place(self, matches: Sequence[Match]) -> Place:
        """A sure match is joined; of several the oldest ticket, and the others are merged into it,
        so that which reports are one matter does not depend on which of them came first."""
        best = self._best(matches)
        sure = [match for match in best if match.verdict == "sure"]
        if not sure:
            return Place(proposals=best[:PROPOSALS_MAX])
        into = min(sure, key=lambda match: self._age(match.ticket_id))
        merges = self._one_matter(into, sure)
        if len(merges) + 1 < len(sure):  # a person keeps some apart: to the one that is most alike
            into = sure[0]
            merges = self._one_matter(into, sure)
        probable = [match for match in best if match.verdict != "sure"]
        proposals = [
            match
            for match in probable
            if not self.are_apart(into.ticket_id, match.ticket_id)
            and match.ticket_id not in self._ticket(into.ticket_id).proposed
            and into.ticket_id not in self._ticket(match.ticket_id).proposed
        ]
        return Place(into, merges, proposals[:PROPOSALS_MAX])

    def _one_matter(self, into: Match, sure: Sequence[Match]) -> list[Match]:
        """Those that may be merged into it: apart neither from it nor from each other."""
        merges: list[Match] = []
        for match in sure:
            together = [into.ticket_id, *(one.ticket_id for one in merges)]
            if match is not into and not any(
                self.are_apart(match.ticket_id, one) for one in together
            ):
                merges.append(match)
        return merges

    def are_apart(self, one: str, other: str) -> bool:
        """Whether a person has said of any two of both families that they are not the same."""
        ours, theirs = self._family(one), self._family(other)
        return any(theirs & {*self._ticket(ticket_id).apart} for ticket_id in ours) or any(
            ours & {*self._ticket(ticket_id).apart} for ticket_id in theirs
        )

    def _best(self, matches: Sequence[Match]) -> list[Match]:
        """One match an open ticket: a sure one before a probable one, then the higher score."""
        best: dict[str, Match] = {}
        for match in sorted(matches, key=lambda one: (one.verdict != "sure", -one.score)):
            open_id = self.open_ticket(match.ticket_id)
            if open_id is not None:
                best.setdefault(open_id, match._replace(ticket_id=open_id))
        return list(best.values())

    def _age(self, ticket_id: str) -> tuple[datetime, str]:
        return self._ticket(ticket_id).opened_at or _EARLIEST, ticket_id

    def _family(self, ticket_id: str) -> set[str]:
        """The ticket and all that follow it, in the log or by this plan."""
        family = {ticket_id}
        while more := {one for one, into in self._into.items() if into in family} - family:
            family |= more
        for behind in self._followers(sorted(family)).values():
            family.update(behind)
        return family

    def _ticket(self, ticket_id: str) -> Ticket:
        if ticket_id not in self._known:
            self._known.update(self._tickets([ticket_id]))
        return self._known[ticket_id]
