"""What residents, callers, units and supervisors do about evaluation: each one command."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from services.domain import commands as k
from services.domain.acting import acting
from services.domain.event_base import Satisfaction
from services.domain.events_evaluation import AppealDecision, CallBackChannel, VerdictKind
from services.domain.events_evaluation import TryOutcome as Outcome
from services.domain.personal import Personal
from services.domain.rejections import CentreOnly, Rejected, TicketUnknown
from services.domain.ticket import Ticket
from services.evaluation.replies import NotUnderstood, understood
from services.evaluation.rules import EvaluationRules
from services.evaluation.tokens import Link, link_of, token_of
from services.platform.clock import Clock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog
from services.platform.keys import Keyring
from services.platform.processor import decode_all


class LinkOver(Rejected):
    message = "this link is no longer valid: the matter was taken up again, or it is too long ago"


class ReplyTooLate(Rejected):
    message = "it is too long ago to answer by text message"


class By(NamedTuple):
    """Who asks. cause: `command:<id>`. expected_version: None if they do not mind. once: whoever
    asks has chosen the id, so that what comes again under it was done before."""

    actor: str
    cause: str
    expected_version: int | None = None
    once: bool = False


class Said(NamedTuple):
    """What a resident answers; null is what was not asked or not answered."""

    responded: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    comment: str | None = None


class Done(NamedTuple):
    """position 0 and no events: there was nothing to do."""

    ticket_id: str
    version: int
    stage: str
    position: int
    events: tuple[str, ...]


class EvaluationDesk:
    """All raise the rejections of the ticket's rules, and Outage."""

    def __init__(
        self,
        log: EventLog,
        handler: CommandHandler,
        keyring: Keyring,
        clock: Clock,
        rules: Callable[[], EvaluationRules],
    ) -> None:
        self._log = log
        self._handler = handler
        self._keyring = keyring
        self._clock = clock
        self._rules = rules

    def answer(self, ticket_id: str, said: Said, through: CallBackChannel, by: By) -> Done:
        ticket = self._asked_of(ticket_id, by)
        values = said._asdict() | {"comment": _sealed(ticket, said.comment)}
        return self._do(k.EvaluateTicket, ticket, by, reached=True, through=through, **values)

    def attempt(
        self,
        ticket_id: str,
        through: CallBackChannel,
        outcome: Outcome,
        by: By,
        note: str | None = None,
    ) -> Done:
        ticket = self._asked_of(ticket_id, by)
        return self._do(
            k.TryCallBack,
            ticket,
            by,
            through=through,
            outcome=outcome,
            limits=self._rules().policy.try_limits,
            note=_sealed(ticket, note),
        )

    def text_message(self, ticket_id: str, text: str, cause: str, *, once: bool = False) -> Done:
        """A reply by text message. One that is not understood is kept as a try, without its words,
        and refused with NotUnderstood: both also when it comes again. Raises ReplyTooLate."""
        ticket = self.ticket(ticket_id)
        by = By(self._resident(ticket), cause, once=once)
        if self._is_too_late(ticket):
            raise ReplyTooLate(ticket_id)
        try:
            reply = understood(text, self._rules().policy.call_back.replies)
        except NotUnderstood:
            self.attempt(ticket_id, "sms", "not_understood", by)
            raise
        said = Said(reply.responded, reply.solved, reply.satisfaction)
        return self.answer(ticket_id, said, "sms", by)

    def token(self, ticket_id: str) -> str:
        """Of the handling that has ended last."""
        ticket = self.ticket(ticket_id)
        return token_of(self._keyring, Link(ticket_id, ticket.reopened + 1))

    def by_token(self, token: str) -> Ticket:
        """The ticket that a link is for. Raises LinkInvalid; LinkOver if it is too late for it."""
        link = link_of(self._keyring, token)
        ticket = self.ticket(link.ticket_id)
        if ticket.reopened + 1 != link.handling or self._is_too_late(ticket):
            raise LinkOver(link.ticket_id)
        return ticket

    def answer_by_token(self, token: str, said: Said, cause: str) -> Done:
        """Raises LinkInvalid, LinkOver, AlreadyEvaluated."""
        ticket = self.by_token(token)
        return self.answer(ticket.ticket_id, said, "web", By(self._resident(ticket), cause))

    def appeal(
        self,
        ticket_id: str,
        unit: str,
        verdict: VerdictKind,
        reason: str,
        evidence: tuple[str, ...],
        by: By,
        *,
        fact: int | None = None,
        measures: tuple[str, ...] = (),
        note: str | None = None,
    ) -> Done:
        rules, ticket = self._rules(), self.ticket(ticket_id)
        return self._do(
            k.AppealVerdict,
            ticket,
            by,
            unit=unit,
            verdict=verdict,
            reason=reason,
            evidence=evidence,
            fact=fact,
            measures=measures,
            note=_sealed(ticket, note),
            within_working_days=rules.policy.appeals.within_working_days,
            rules=rules.clock_rules(),
        )

    def decide_appeal(
        self,
        ticket_id: str,
        decision: AppealDecision,
        reason: str,
        by: By,
        *,
        appeal: int | None = None,
        note: str | None = None,
    ) -> Done:
        ticket = self.ticket(ticket_id)
        stands = "成立" if decision == "upheld" else "不成立"
        return self._do(
            k.DecideAppeal,
            ticket,
            by,
            decision=decision,
            reason=reason,
            explanation=f"热线中心审定（{reason}）：申诉{stands}。",
            appeal=appeal,
            note=_sealed(ticket, note),
        )

    def look_back(self, ticket_id: str, holds: bool, by: By, note: str | None = None) -> Done:
        ticket = self._asked_of(ticket_id, by)
        return self._do(k.LookBack, ticket, by, holds=holds, note=_sealed(ticket, note))

    def ticket(self, ticket_id: str) -> Ticket:
        """Raises TicketUnknown."""
        ticket = self._handler.tickets([ticket_id])[ticket_id]
        if ticket.stage == "new":
            raise TicketUnknown(ticket_id)
        return ticket

    def _is_too_late(self, ticket: Ticket) -> bool:
        days = timedelta(days=self._rules().policy.call_back.answers_within_days)
        return ticket.closed_at is not None and self._clock.now() > ticket.closed_at + days

    def _asked_of(self, ticket_id: str, by: By) -> Ticket:
        """How a unit did is not asked by a unit. Raises TicketUnknown, CentreOnly."""
        ticket = self.ticket(ticket_id)
        if by.actor.startswith("unit:"):
            raise CentreOnly(ticket_id)
        return ticket

    def _resident(self, ticket: Ticket) -> str:
        return f"resident:{ticket.resident}"

    def _do(self, command: Any, ticket: Ticket, by: By, **values: Any) -> Done:
        asked = command(
            ticket_id=ticket.ticket_id,
            actor=acting(by.actor, ticket),
            cause=by.cause,
            now=self._clock.now(),
            expected_version=by.expected_version,
            **values,
        )
        before: list[Done] = []

        def plan() -> list[Any]:
            """Looked at within the write, so that of two that come at once one is the first."""
            before[:] = self._done_before(ticket.ticket_id, by)
            return [] if before else [asked]

        outcomes = self._handler.handle(plan)
        if before:
            return before[0]
        (outcome,) = outcomes
        if outcome.rejection is not None:
            raise outcome.rejection
        after = outcome.ticket
        types = tuple(event.type for event in outcome.events)
        return Done(after.ticket_id, after.version, after.stage, outcome.position, types)

    def _done_before(self, ticket_id: str, by: By) -> list[Done]:
        """What comes again under an id of the asker's own is answered as it was the first time."""
        if not by.once:
            return []
        facts, _ = decode_all(self._log.read_stream(ticket_id))
        mine = [fact for fact in facts if fact.event.cause == by.cause]
        if not mine:
            return []
        types, stage = tuple(fact.event.type for fact in mine), self.ticket(ticket_id).stage
        return [Done(ticket_id, mine[-1].version, stage, mine[-1].position, types)]


def _sealed(ticket: Ticket, words: str | None) -> Personal | None:
    """Words about a ticket belong to the resident who opened it, and are erased with them."""
    return None if words is None else Personal(ticket.resident, words)
