"""A ticket 工单 as its own facts tell it: the state that `decide` reads and `evolve` folds."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from typing import Literal, NamedTuple, assert_never

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain.event_base import Clock

Stage = Literal[
    "new",
    "received",
    "triage",
    "routed",
    "returned",
    "handling",
    "resolved",
    "closed",
    "declined",
    "answered",
    "merged",
]
AWAITING_DISPATCH: frozenset[Stage] = frozenset({"received", "triage", "returned"})
OPEN: frozenset[Stage] = AWAITING_DISPATCH | {"routed", "handling"}
ANSWERED: frozenset[Stage] = frozenset({"resolved", "answered", "declined"})


class ClockState(NamedTuple):
    """One promise. `running` ends when the work is done; `missed` stays true for ever."""

    starts_at: datetime
    working_days: int
    warn_at: datetime
    due_at: datetime
    running: bool = True
    warned: bool = False
    missed: bool = False
    level: int = 0


class Ticket(NamedTuple):
    """Immutable; the empty ticket is `Ticket()`. Version counts its facts."""

    ticket_id: str = ""
    version: int = 0
    stage: Stage = "new"
    channel: str = ""
    resident: str = ""
    reports: tuple[str, ...] = ()
    fingerprint: str = ""
    kind: str | None = None
    item: str | None = None
    area: str | None = None
    lead: str | None = None
    assisting: tuple[str, ...] = ()
    assisting_done: tuple[str, ...] = ()
    urgency_days: int | None = None
    attempt: int = 0
    returns: tuple[tuple[str, str], ...] = ()
    opened_at: datetime | None = None
    routed_at: datetime | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    suspended_since: datetime | None = None
    extension_by: str | None = None
    extension_days: int | None = None
    extensions: int = 0
    reopened: int = 0
    evaluated: bool = False
    primary: str | None = None
    accept: ClockState | None = None
    resolve: ClockState | None = None

    def clock(self, name: Clock) -> ClockState | None:
        return self.accept if name == "accept" else self.resolve


def fold(history: Iterable[e.TicketEvent], ticket: Ticket = Ticket()) -> Ticket:  # noqa: B008
    return reduce(evolve, history, ticket)


def evolve(ticket: Ticket, event: e.TicketEvent) -> Ticket:
    """The ticket after one more fact. Total: any fact can be folded into any state."""
    version = ticket.version + 1
    match event:
        case e.TicketOpened():
            return _opened(event, version)
        case e.TicketRouted():
            return _routed(ticket, event, version)
        case c.DeadlineSet():
            state = ClockState(event.starts_at, event.working_days, event.warn_at, event.due_at)
            return _with_clock(ticket, version, event.clock, state)
        case (
            c.DeadlineMoved()
            | c.DeadlineWarned()
            | c.DeadlineMissed()
            | c.DeadlineMet()
            | c.TicketEscalated()
        ):
            return _clock_changed(ticket, event, version)
        case e.ReportJoined():
            return ticket._replace(version=version, reports=(*ticket.reports, event.report_id))
        case e.TicketSentToTriage():
            return ticket._replace(version=version, stage="triage")
        case e.TicketDeclined():
            return _ended(ticket)._replace(version=version, stage="declined")
        case e.TicketAnsweredAtOnce():
            return _ended(ticket)._replace(
                version=version, stage="answered", resolved_at=event.occurred_at, evaluated=False
            )
        case e.TicketMerged():
            return _ended(ticket)._replace(version=version, stage="merged", primary=event.primary)
        case _:
            return _handled(ticket, event, version)


Handling = (
    e.TicketSupplemented
    | e.TicketAccepted
    | e.TicketReturned
    | e.TicketProgressed
    | e.AssistanceAsked
    | e.AssistanceDone
    | e.TicketSuspended
    | e.TicketResumed
    | e.ExtensionRequested
    | e.ExtensionGranted
    | e.ExtensionRefused
    | e.TicketResolved
    | e.TicketEvaluated
    | e.TicketReopened
    | e.TicketLookedBack
    | e.TicketClosed
)


def _handled(ticket: Ticket, event: Handling, version: int) -> Ticket:
    match event:
        case e.TicketAccepted():
            return ticket._replace(
                version=version,
                stage="handling",
                accepted_at=event.occurred_at,
                accept=_stopped(ticket.accept),
            )
        case e.TicketReturned():
            returned = (*ticket.returns, (event.unit, event.reason))
            return ticket._replace(
                version=version,
                stage="returned",
                lead=None,
                returns=returned,
                accept=_stopped(ticket.accept),
            )
        case e.TicketResolved():
            return _ended(ticket)._replace(
                version=version, stage="resolved", resolved_at=event.occurred_at, evaluated=False
            )
        case e.TicketEvaluated():
            return ticket._replace(version=version, evaluated=event.reached)
        case e.TicketClosed():
            return ticket._replace(version=version, stage="closed", closed_at=event.occurred_at)
        case e.TicketReopened():
            return _reopened(ticket, version)
        case e.AssistanceAsked():
            return ticket._replace(version=version, assisting=(*ticket.assisting, event.unit))
        case e.AssistanceDone():
            done = (*ticket.assisting_done, event.unit)
            return ticket._replace(version=version, assisting_done=done)
        case e.TicketSuspended():
            return ticket._replace(version=version, suspended_since=event.occurred_at)
        case e.TicketResumed():
            return ticket._replace(version=version, suspended_since=None)
        case e.ExtensionRequested() | e.ExtensionGranted() | e.ExtensionRefused():
            return _extension(ticket, event, version)
        case e.TicketSupplemented() | e.TicketProgressed() | e.TicketLookedBack():
            return ticket._replace(version=version)
        case _:
            assert_never(event)


def _stopped(state: ClockState | None) -> ClockState | None:
    return state and state._replace(running=False)


def _ended(ticket: Ticket) -> Ticket:
    """Nobody has to do anything any more: no clock runs."""
    return ticket._replace(accept=_stopped(ticket.accept), resolve=_stopped(ticket.resolve))


def _opened(event: e.TicketOpened, version: int) -> Ticket:
    return Ticket(
        ticket_id=event.ticket_id,
        version=version,
        stage="received",
        channel=event.channel,
        resident=event.resident,
        reports=(event.report_id,),
        fingerprint=event.fingerprint,
        kind=event.kind,
        item=event.item,
        area=event.area,
        opened_at=event.occurred_at,
    )


def _routed(ticket: Ticket, event: e.TicketRouted, version: int) -> Ticket:
    return ticket._replace(
        version=version,
        stage="routed",
        attempt=event.attempt,
        lead=event.lead,
        assisting=event.assisting,
        assisting_done=(),
        item=event.item,
        area=event.area,
        urgency_days=event.urgency_days,
        routed_at=event.occurred_at,
        accepted_at=None,
        resolved_at=None,
        accept=None,
    )


def _reopened(ticket: Ticket, version: int) -> Ticket:
    """Back to the unit that had it; a ticket nobody had goes to the dispatchers."""
    return ticket._replace(
        version=version,
        stage="handling" if ticket.lead else "triage",
        reopened=ticket.reopened + 1,
        resolved_at=None,
        closed_at=None,
        evaluated=False,
        suspended_since=None,
        extension_by=None,
        extension_days=None,
        extensions=0,
    )


def _extension(
    ticket: Ticket,
    event: e.ExtensionRequested | e.ExtensionGranted | e.ExtensionRefused,
    version: int,
) -> Ticket:
    if isinstance(event, e.ExtensionRequested):
        return ticket._replace(
            version=version, extension_by=event.actor, extension_days=event.working_days
        )
    granted = ticket.extensions + isinstance(event, e.ExtensionGranted)
    return ticket._replace(
        version=version, extension_by=None, extension_days=None, extensions=granted
    )


ClockChange = (
    c.DeadlineMoved | c.DeadlineWarned | c.DeadlineMissed | c.DeadlineMet | c.TicketEscalated
)


def _clock_changed(ticket: Ticket, event: ClockChange, version: int) -> Ticket:
    state = ticket.clock(event.clock)
    if state is None:  # facts out of a foreign log: keep folding, the decider never writes this
        return ticket._replace(version=version)
    match event:
        case c.DeadlineMoved():
            state = state._replace(warn_at=event.warn_at, due_at=event.due_at, warned=False)
        case c.DeadlineWarned():
            state = state._replace(warned=True)
        case c.DeadlineMissed():
            state = state._replace(missed=True, running=_still_open(ticket, event.clock))
        case c.DeadlineMet():
            state = state._replace(running=False)
        case c.TicketEscalated():
            state = state._replace(level=event.level)
        case _:
            assert_never(event)
    return _with_clock(ticket, version, event.clock, state)


def _still_open(ticket: Ticket, clock: Clock) -> bool:
    return ticket.stage == "routed" if clock == "accept" else ticket.stage in OPEN


def _with_clock(ticket: Ticket, version: int, clock: Clock, state: ClockState) -> Ticket:
    if clock == "accept":
        return ticket._replace(version=version, accept=state)
    return ticket._replace(version=version, resolve=state)
