"""A dispatcher decides about two tickets: the same matter, not the same, or not any more.

Each decision is one transaction over both tickets.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from services.domain.commands import (
    MergeTicket,
    OpenTicket,
    RefuseJoin,
    SplitReport,
    TicketCommand,
    UnmergeTicket,
)
from services.domain.events import TicketEvent, TicketMerged
from services.domain.events_merging import JoinRefused, ReportSplit, TicketUnmerged
from services.domain.primaries import primary_for, primary_of
from services.domain.rejections import (
    JoinNotProposed,
    ReportNotInTicket,
    StillMerged,
    TicketNotMerged,
    TicketNotOpen,
    TicketUnknown,
)
from services.domain.ticket import OPEN, Ticket
from services.intake.report_again import report_again
from services.intake.reporters import reporters_of
from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog
from services.platform.ids import Entropy, system_entropy, time_ordered_id
from services.platform.keys import Keyring
from services.platform.processor import decode_all


class Asking(NamedTuple):
    """command_id: repeat it, and nothing happens twice. expected_version: of the ticket."""

    ticket_id: str
    actor: str
    command_id: str
    expected_version: int | None = None


class Decided(NamedTuple):
    """What became of the ticket that was asked about. other: the ticket that it was about.

    events: of both tickets, in the order of the log; none if there was nothing to do.
    """

    ticket_id: str
    version: int
    stage: str
    position: int
    events: tuple[str, ...]
    other: str


Plan = Callable[[], Sequence[TicketCommand]]


class MergingDesk:
    """Raises the rejection of a decision that may not be, and Outage."""

    def __init__(
        self,
        log: EventLog,
        handler: CommandHandler,
        keyring: Keyring,
        clock: Clock,
        entropy: Entropy = system_entropy,
    ) -> None:
        self._log = log
        self._handler = handler
        self._keyring = keyring
        self._clock = clock
        self._entropy = entropy

    def confirm_join(self, asking: Asking, other: str) -> Decided:
        """The younger ticket is merged into the older."""

        def plan() -> Sequence[TicketCommand]:
            one, two = self._known(asking.ticket_id), self._known(other)
            here, there = self._primary(one.ticket_id), self._primary(other)
            if here.ticket_id == there.ticket_id:
                return []
            if other not in one.proposed and one.ticket_id not in two.proposed:
                raise JoinNotProposed(one.ticket_id)
            older, younger = sorted((here, there), key=_age)
            if younger.stage not in OPEN:
                raise TicketNotOpen(younger.ticket_id, younger.ticket_id)
            primary = primary_for(younger.ticket_id, older.ticket_id, self._ticket)
            meta = self._meta("confirm-join", asking, younger.ticket_id)
            return [MergeTicket(**meta, primary=primary)]

        return self._decide("confirm-join", asking, plan, lambda: other)

    def refuse_join(self, asking: Asking, other: str) -> Decided:
        """Never proposed again, nor joined by a rule."""

        def plan() -> Sequence[TicketCommand]:
            self._known(asking.ticket_id), self._known(other)
            ours, theirs = self._primary(asking.ticket_id), self._primary(other)
            if ours.ticket_id == theirs.ticket_id and asking.ticket_id != other:
                raise StillMerged(asking.ticket_id)
            return self._apart("refuse-join", asking, other)

        return self._decide("refuse-join", asking, plan, lambda: other)

    def unmerge(self, asking: Asking) -> Decided:
        """The ticket stands where it stood, and stays apart from its primary."""
        primaries: list[str] = []

        def plan() -> Sequence[TicketCommand]:
            primary = self._known(asking.ticket_id).primary
            if primary is None:
                raise TicketNotMerged(asking.ticket_id)
            primaries[:] = [primary]
            unmerge = UnmergeTicket(**self._meta("unmerge", asking, asking.ticket_id))
            return [unmerge, *self._apart("unmerge", asking, primary)[1:]]

        return self._decide("unmerge", asking, plan, lambda: primaries[0] if primaries else "")

    def unjoin(self, asking: Asking, report_id: str) -> Decided:
        """The report goes on in a ticket of its own, received when it was received."""
        ticket_id = time_ordered_id(self._clock.now(), self._entropy)

        def plan() -> Sequence[TicketCommand]:
            self._known(asking.ticket_id)
            found = [
                one
                for one in reporters_of(self._log, asking.ticket_id)
                if (one.ticket_id, one.report_id) == (asking.ticket_id, report_id)
            ]
            if not found:
                raise ReportNotInTicket(asking.ticket_id)
            split = SplitReport(
                **self._meta("unjoin", asking, asking.ticket_id),
                report_id=report_id,
                to_ticket=ticket_id,
            )
            opened = OpenTicket(
                **{**self._meta("unjoin", asking, ticket_id), "at": found[0].received_at},
                report=report_again(found[0].fact, self._keyring),
                split_from=asking.ticket_id,
            )
            return [split, opened]

        return self._decide("unjoin", asking, plan, lambda: ticket_id)

    def _decide(self, verb: str, asking: Asking, plan: Plan, other: Callable[[], str]) -> Decided:
        before: list[Decided] = []

        def plan_once() -> Sequence[TicketCommand]:
            before[:] = self._done_before(verb, asking, other())
            return [] if before else plan()

        outcomes = self._handler.handle(plan_once, whole=True)
        for outcome in outcomes:
            if outcome.rejection is not None:
                raise outcome.rejection
        if before:
            return before[0]
        ticket = self._ticket(asking.ticket_id)
        events = tuple(event.type for outcome in outcomes for event in outcome.events)
        position = max((outcome.position for outcome in outcomes), default=0)
        return Decided(ticket.ticket_id, ticket.version, ticket.stage, position, events, other())

    def _done_before(self, verb: str, asking: Asking, about: str) -> list[Decided]:
        """A decision that comes again under its own id is answered as it was the first time."""
        cause = _cause(verb, asking)
        ticket = self._ticket(asking.ticket_id)
        streams = self._log.read_streams({asking.ticket_id, about, *ticket.apart})
        facts = [fact for stream in streams.values() for fact in decode_all(stream)[0]]
        mine = sorted(fact for fact in facts if fact.event.cause == cause)
        if not mine:
            return []
        types = tuple(fact.event.type for fact in mine)
        position = mine[-1].position
        other = _other_of(mine[0].event, ticket.ticket_id)
        return [Decided(ticket.ticket_id, ticket.version, ticket.stage, position, types, other)]

    def _apart(self, verb: str, asking: Asking, other: str) -> list[TicketCommand]:
        return [
            RefuseJoin(**self._meta(verb, asking, asking.ticket_id), other=other),
            RefuseJoin(**self._meta(verb, asking, other), other=asking.ticket_id),
        ]

    def _meta(self, verb: str, asking: Asking, ticket_id: str) -> dict[str, Any]:
        is_asked = ticket_id == asking.ticket_id
        return {
            "ticket_id": ticket_id,
            "actor": self._actor(asking),
            "cause": _cause(verb, asking),
            "now": self._clock.now(),
            "expected_version": asking.expected_version if is_asked else None,
        }

    def _actor(self, asking: Asking) -> str:
        """Actors stand in the clear for ever, so a resident acts under the ticket's pseudonym."""
        if asking.actor.startswith("resident:"):
            return f"resident:{self._ticket(asking.ticket_id).resident}"
        return asking.actor

    def _known(self, ticket_id: str) -> Ticket:
        ticket = self._ticket(ticket_id)
        if ticket.stage == "new":
            raise TicketUnknown(ticket_id)
        return ticket

    def _primary(self, ticket_id: str) -> Ticket:
        return primary_of(ticket_id, self._ticket)

    def _ticket(self, ticket_id: str) -> Ticket:
        return self._handler.tickets([ticket_id])[ticket_id]


def _other_of(event: TicketEvent, ticket_id: str) -> str:
    """The other ticket of a decision, by its first fact."""
    match event:
        case ReportSplit():
            return event.to_ticket
        case TicketUnmerged() | TicketMerged():
            named = event.primary
        case JoinRefused():
            named = event.other
        case _:
            return ""
    return event.ticket_id if named == ticket_id else named


def _cause(verb: str, asking: Asking) -> str:
    return f"command:{verb}/{asking.command_id}"


def _age(ticket: Ticket) -> tuple[Any, str]:
    return ticket.opened_at, ticket.ticket_id
