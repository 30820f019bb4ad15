"""Commands of people: many of them, one commit; each is answered for itself."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, NamedTuple

from services.domain.acting import acting
from services.domain.commands import TicketCommand
from services.domain.primaries import primary_for, primary_of
from services.domain.rejections import CentreOnly, Rejected, ReportNotInTicket, TicketUnknown
from services.domain.ticket import OPEN, Ticket
from services.domain.working_time import CalendarYearMissing
from services.handling.bodies import (
    CommandBody,
    DecideReturnBody,
    EvaluateBody,
    MergeBody,
    RouteBody,
    UnitBody,
    moment_of,
)
from services.handling.subtask_bodies import GiveSubtaskBody
from services.handling.verbs import Given, Rules, Verb
from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler, Outcome
from services.platform.event_log import EventLog
from services.platform.failures import Outage
from services.platform.group_commit import GroupCommit
from services.platform.http.headers import Asked
from services.platform.processor import decode_all

FOLLOWING = "supplement"
# What is decided about a unit, or asked of a resident about it, is not that unit's to say.
CENTRE_ONLY = frozenset({"return-late", "consult", "decide-return", "evaluate", "look-back"})
# Ticket → those that were merged into it.
Followers = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


def nobody_follows(ticket_ids: Sequence[str]) -> Mapping[str, Sequence[str]]:
    return {ticket_id: () for ticket_id in ticket_ids}


class Request(NamedTuple):
    """command_id is always there: the client's, or one that was made for it."""

    ticket_id: str
    verb: Verb
    body: CommandBody
    asked: Asked
    command_id: str


class Done(NamedTuple):
    """position: of the last event; 0 if there was nothing to do."""

    version: int
    stage: str
    position: int
    events: tuple[str, ...]


Answer = Done | Rejected | Outage


class HappenedBeforeOpening(Rejected):
    message = "that was before the ticket was opened"


class NotACommunityMatter(Rejected):
    message = "a community may not be given this"


class Desk:
    """One writer thread. `rules` is asked for with each batch."""

    def __init__(
        self,
        log: EventLog,
        handler: CommandHandler,
        clock: Clock,
        rules: Callable[[], Rules],
        followers: Followers = nobody_follows,
    ) -> None:
        self._log = log
        self._handler = handler
        self._clock = clock
        self._rules = rules
        self._followers = followers
        self._group: GroupCommit[Request, Answer] = GroupCommit(self._run, "handling-commit")

    def submit(self, request: Request) -> Future[Answer]:
        """Set after the commit. Raises Outage."""
        return self._group.submit(request)

    def close(self) -> None:
        self._group.close()

    def _run(self, requests: Sequence[Request]) -> list[Answer]:
        """A command that needs a calendar year which is not loaded does not hold up the others."""
        try:
            return self._together(requests)
        except Outage as error:
            if not isinstance(error.__cause__, CalendarYearMissing):
                raise
            if len(requests) == 1:
                return [error]
            return [answer for request in requests for answer in self._run([request])]

    def _together(self, requests: Sequence[Request]) -> list[Answer]:
        answers: dict[int, Answer] = {}
        planned: list[int] = []

        def plan() -> Sequence[TicketCommand]:
            """Built from the tickets as they are now, also when it is asked again."""
            answers.clear()
            answers.update(self._done_before(requests))
            commands = self._commands(requests, answers)
            planned[:] = commands
            return list(commands.values())

        outcomes = self._handler.handle(plan)
        for index, outcome in zip(planned, outcomes, strict=True):
            answers[index] = outcome.rejection or _done(outcome)
        return [answers[index] for index in range(len(requests))]

    def _commands(
        self, requests: Sequence[Request], answers: dict[int, Answer]
    ) -> dict[int, TicketCommand]:
        rules, now = self._rules(), self._clock.now()
        tickets = self._handler.tickets([request.ticket_id for request in requests])
        commands: dict[int, TicketCommand] = {}
        merging: dict[str, str] = {}
        for index, request in enumerate(requests):
            if index in answers:
                continue
            ticket = tickets[request.ticket_id]
            refusal = (
                _refusal(request, ticket)
                or _for_community(request, ticket, rules)
                or self._of_no_reporter(request, ticket)
            )
            if refusal is not None:
                answers[index] = refusal
                continue
            try:
                body = self._with_primary(request, ticket, merging)
            except Rejected as rejection:
                answers[index] = rejection
                continue
            meta = _meta(request, now, ticket) | self._elsewhere(request, ticket)
            given = Given(meta, body, ticket, rules)
            commands[index] = request.verb.build(given)
        return commands

    def _elsewhere(self, request: Request, ticket: Ticket) -> dict[str, Any]:
        """What a resident adds to a ticket that follows another one is said to that one, in words
        that stay the resident's own."""
        aimed_at = self._aimed_at(request, ticket)
        if aimed_at == request.ticket_id:
            return {}
        seen = request.asked.expected_version in (None, ticket.version)
        return {"ticket_id": aimed_at} | ({"expected_version": None} if seen else {})

    def _aimed_at(self, request: Request, ticket: Ticket) -> str:
        if request.verb.name != FOLLOWING or ticket.primary is None:
            return request.ticket_id
        return primary_of(request.ticket_id, self._ticket_of).ticket_id

    def _ticket_of(self, ticket_id: str) -> Ticket:
        return self._handler.tickets([ticket_id])[ticket_id]

    def _with_primary(
        self, request: Request, ticket: Ticket, merging: dict[str, str]
    ) -> CommandBody:
        """A merge goes on to the ticket at the end of the way, as merges before it in this commit
        (`merging`) will have left it. Raises the rejection of a merge that may not be."""
        body = request.body
        if not isinstance(body, MergeBody):
            return body

        def ticket_of(ticket_id: str) -> Ticket:
            found = self._ticket_of(ticket_id)
            primary = merging.get(ticket_id)
            return found if primary is None else found._replace(stage="merged", primary=primary)

        primary = primary_for(request.ticket_id, body.primary, ticket_of)
        if ticket.stage in OPEN and request.asked.expected_version in (None, ticket.version):
            merging[request.ticket_id] = primary
        return body.model_copy(update={"primary": primary})

    def _of_no_reporter(self, request: Request, ticket: Ticket) -> Rejected | None:
        body = request.body
        if not isinstance(body, EvaluateBody) or body.report_id is None:
            return None
        behind = self._followers([request.ticket_id])[request.ticket_id]
        tickets = [ticket, *self._handler.tickets(behind).values()]
        known = any(body.report_id in one.reports for one in tickets)
        return None if known else ReportNotInTicket(request.ticket_id)

    def _done_before(self, requests: Sequence[Request]) -> dict[int, Done]:
        """A command that comes again under its own id is answered as it was the first time."""
        repeatable = {i: r for i, r in enumerate(requests) if r.asked.command_id}
        if not repeatable:
            return {}
        aimed_at = {
            index: self._aimed_at(request, self._ticket_of(request.ticket_id))
            for index, request in repeatable.items()
        }
        streams = self._log.read_streams(aimed_at.values())
        found = {}
        for index, request in repeatable.items():
            facts, _ = decode_all(streams.get(aimed_at[index], ()))
            mine = [fact for fact in facts if fact.event.cause == _cause(request)]
            if mine:
                stage = self._ticket_of(aimed_at[index]).stage
                types = tuple(fact.event.type for fact in mine)
                found[index] = Done(mine[-1].version, stage, mine[-1].position, types)
        return found


def _for_community(request: Request, ticket: Ticket, rules: Rules) -> Rejected | None:
    """A department's matter is not handed down to a community, by a person neither."""
    body, item, may = request.body, ticket.item, rules.may_be_given
    if isinstance(body, RouteBody | DecideReturnBody):
        item = body.item or item
        given = [(body.lead, may(body.lead, item, "lead"))] if body.lead else []
        given += [(unit, may(unit, item, "assist")) for unit in body.assisting]
    elif isinstance(body, UnitBody) and request.verb.name == "ask-assistance":
        given = [(body.unit, may(body.unit, item, "assist"))]
    elif isinstance(body, GiveSubtaskBody):
        given = [(body.to, may(body.to, item, "assist"))]
    else:
        return None
    refused = [unit for unit, is_allowed in given if not is_allowed]
    return NotACommunityMatter(request.ticket_id, ", ".join(refused)) if refused else None


def _refusal(request: Request, ticket: Ticket) -> Rejected | None:
    if ticket.stage == "new":
        return TicketUnknown(request.ticket_id)
    if request.verb.name in CENTRE_ONLY and request.asked.actor.startswith("unit:"):
        return CentreOnly(request.ticket_id)
    happened_at = moment_of(request.body.at)
    if happened_at and ticket.opened_at and happened_at < ticket.opened_at:
        return HappenedBeforeOpening(request.ticket_id)
    return None


def _meta(request: Request, now: datetime, ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket_id": request.ticket_id,
        "actor": acting(request.asked.actor, ticket),
        "cause": _cause(request),
        "now": now,
        "at": moment_of(request.body.at),
        "expected_version": request.asked.expected_version,
    }


def _cause(request: Request) -> str:
    return f"command:{request.verb.name}/{request.command_id}"


def _done(outcome: Outcome) -> Done:
    types = tuple(event.type for event in outcome.events)
    return Done(outcome.ticket.version, outcome.ticket.stage, outcome.position, types)
