"""退单: a unit may say once that a matter is not its own, and the answer is given once.

首接负责: while it is open, the unit that was asked first answers for the ticket. A rule sends it
on after the first return only, and never to a unit that has returned it; all else is a person's.
"""

from typing import Literal, NamedTuple, cast

from services.domain.command_base import Command
from services.domain.commands import RouteTicket
from services.domain.commands_returns import DecideReturn, HoldConsultation
from services.domain.decide_meta import meta
from services.domain.decide_urgency import as_rules_asked
from services.domain.event_base import UrgencyDays
from services.domain.events import TicketEvent, TicketRouted
from services.domain.events_returns import (
    DecidedBy,
    ReturnDecision,
    TicketConsulted,
    TicketReturnDecided,
)
from services.domain.rejections import (
    AgainstConsultation,
    FirstReceiverLeads,
    NextLeadNeeded,
    NoReturnWaiting,
    ReturnDecidedOtherwise,
    ReturnUndecided,
)
from services.domain.return_state import Returning
from services.domain.ticket import Ticket

RULE_RETURNS_MAX = 1  # the second return of a ticket is no longer for a rule
_ENDED = {"declined": "不予受理，无需单位承办。", "answered": "已直接答复，无需单位承办。"}
URGENCY_DAYS_UNKNOWN = 7  # of facts out of a foreign log


def consult(command: HoldConsultation, ticket: Ticket) -> list[TicketEvent]:
    waiting = _require_waiting(command, ticket)
    units = tuple(dict.fromkeys(command.units))
    held = ticket.consultation
    if held is not None and held == (units, command.lead, command.minutes):
        return []
    return [
        TicketConsulted(
            **meta(command),
            attempt=waiting.attempt,
            consulted=units,
            lead=command.lead,
            minutes=command.minutes,
            note=command.note,
        )
    ]


def decide_return(command: DecideReturn, ticket: Ticket) -> list[TicketEvent]:
    waiting = ticket.returning
    if waiting is None or command.attempt not in (None, waiting.attempt):
        return _decided_before(command, ticket)
    is_upheld = command.decision == "upheld"
    lead = command.lead if is_upheld else waiting.unit
    if lead is None or (is_upheld and lead == waiting.unit):
        raise NextLeadNeeded(command.ticket_id)
    if command.by == "rule":
        _require_rule_may(command, ticket, lead)
    _require_as_consulted(command, ticket, lead)
    verdict = _Verdict(
        command.decision, lead, command.reason, command.explanation, command.directory_version
    )
    decided = _decided(command, ticket, waiting, verdict)
    return [decided, _next(command, ticket, lead, decided.decided_by)]


def decided_by_routing(command: RouteTicket, ticket: Ticket) -> list[TicketEvent]:
    """A dispatcher who routes a returned ticket has decided its return by that."""
    waiting = ticket.returning
    if waiting is None:
        return []
    if command.method != "person":
        raise ReturnUndecided(command.ticket_id, command.lead)
    _require_as_consulted(command, ticket, command.lead)
    decision: ReturnDecision = "refused" if command.lead == waiting.unit else "upheld"
    verdict = _Verdict(
        decision, command.lead, "routed", command.explanation, command.directory_version
    )
    return [_decided(command, ticket, waiting, verdict)]


def upheld_by_ending(
    command: Command, ticket: Ticket, how: Literal["declined", "answered"]
) -> list[TicketEvent]:
    """Whoever answers or declines a returned ticket says with it that no unit had to have it."""
    if ticket.returning is None:
        return []
    verdict = _Verdict("upheld", None, how, _ENDED[how], None)
    return [_decided(command, ticket, ticket.returning, verdict)]


def assisting_after(ticket: Ticket, lead: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Units that were heard and could not agree assist the first receiver."""
    held = ticket.consultation
    if held is None or held.lead is not None:
        return asked
    return tuple(dict.fromkeys(unit for unit in (*asked, *held.units) if unit != lead))


class _Verdict(NamedTuple):
    decision: ReturnDecision
    lead: str | None
    reason: str
    explanation: str
    directory_version: str | None


def _decided(
    command: Command, ticket: Ticket, waiting: Returning, verdict: _Verdict
) -> TicketReturnDecided:
    held = ticket.consultation
    return TicketReturnDecided(
        **meta(command),
        attempt=waiting.attempt,
        returned_unit=waiting.unit,
        decided_by=_decided_by(command, ticket),
        consulted=held.units if held else (),
        minutes=held.minutes if held else None,
        **verdict._asdict(),
    )


def _next(command: DecideReturn, ticket: Ticket, lead: str, decided_by: DecidedBy) -> TicketRouted:
    """A refused return changes nothing but who is asked again."""
    is_upheld = command.decision == "upheld"
    new_days = command.urgency_days if is_upheld else None
    if new_days is not None and decided_by == "rule":
        new_days = as_rules_asked(ticket, new_days)
    assisting = command.assisting if is_upheld else ticket.assisting
    return TicketRouted(
        **meta(command),
        attempt=ticket.attempt + 1,
        lead=lead,
        assisting=assisting_after(ticket, lead, assisting),
        item=(is_upheld and command.item) or ticket.item,
        area=(is_upheld and command.area) or ticket.area,
        urgency_days=new_days or cast(UrgencyDays, ticket.urgency_days or URGENCY_DAYS_UNKNOWN),
        method=_method(command, decided_by),
        confidence=command.confidence,
        explanation=command.explanation,
        directory_version=command.directory_version,
    )


def _decided_by(command: Command, ticket: Ticket) -> DecidedBy:
    by_rule = isinstance(command, DecideReturn) and command.by == "rule"
    if by_rule or command.actor.startswith("processor:"):
        return "rule"
    return "consultation" if ticket.consultation else "person"


def _method(command: DecideReturn, decided_by: DecidedBy) -> str:
    if command.decision == "refused":
        return "return_refused"
    return "return_rule" if decided_by == "rule" else decided_by


def _require_waiting(command: Command, ticket: Ticket) -> Returning:
    if ticket.returning is None:
        raise NoReturnWaiting(command.ticket_id)
    return ticket.returning


def _require_rule_may(command: DecideReturn, ticket: Ticket, lead: str) -> None:
    has_returned = any(lead == unit for unit, _ in ticket.returns)
    if has_returned or ticket.consultation or len(ticket.returns) > RULE_RETURNS_MAX:
        raise ReturnUndecided(command.ticket_id, lead)


def _require_as_consulted(command: Command, ticket: Ticket, lead: str) -> None:
    """What units agreed on holds; where they could not agree, the first receiver leads."""
    held = ticket.consultation
    if held is None:
        return
    if held.lead is not None and lead != held.lead:
        raise AgainstConsultation(command.ticket_id, held.lead)
    if held.lead is None and ticket.first_lead not in (None, lead):
        raise FirstReceiverLeads(command.ticket_id, str(ticket.first_lead))


def _decided_before(command: DecideReturn, ticket: Ticket) -> list[TicketEvent]:
    """A repeat is harmless; another answer to a return that was decided is not given."""
    attempt = command.attempt
    known = [one for one in ticket.decided if attempt in (None, one.attempt)]
    if not known:
        raise NoReturnWaiting(command.ticket_id)
    last = known[-1]
    same_lead = command.decision == "refused" or command.lead == last.lead
    if command.decision == last.decision and same_lead:
        return []
    raise ReturnDecidedOtherwise(command.ticket_id, f"{last.decision}, {last.lead or 'nobody'}")
