"""评: who is called back (回访), what disagreement leads to, what is looked at again (回头看)."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from services.domain import commands as k
from services.domain import events_evaluation as v
from services.domain.commands_evaluation import CallBackChoice, TryLimits
from services.domain.decide_meta import meta
from services.domain.evaluation_evolve import BY_RULE, UNREACHED
from services.domain.events import TicketEvent, TicketReopened
from services.domain.rejections import AlreadyEvaluated, CallBackOver, TicketNotResolved
from services.domain.sampling import drawn
from services.domain.ticket import ANSWERED, Ticket
from services.domain.working_time import ZONE_NAME

ENDED = ANSWERED | {"closed"}
_ZONE = ZoneInfo(ZONE_NAME)


def handling(ticket: Ticket) -> int:
    return ticket.reopened + 1


def ask_call_back(command: k.AskCallBack, ticket: Ticket) -> list[TicketEvent]:
    """Once for each handling, if a rule draws it, and not if the resident has spoken meanwhile."""
    state = ticket.evaluation
    is_current = ticket.stage in ENDED and state.done == command.done
    if not is_current or state.call_back or state.answer or ticket.resolved_at is None:
        return []
    choice = next((one for one in command.choices if _fits(one, ticket)), None)
    # By the ticket's id and its handling alone, so whoever asks again draws the same.
    if choice is None or drawn("call-back", ticket.ticket_id, handling(ticket)) >= choice.rate:
        return []
    calendar = command.rules.calendar
    return [
        v.CallBackAsked(
            **meta(command),
            handling=handling(ticket),
            rule=choice.code,
            rate=choice.rate,
            working_days=command.working_days,
            due_at=calendar.due_at(ticket.resolved_at, command.working_days),
            unit=state.last_lead,
            policy_version=command.rules.policy_version,
            calendar_version=calendar.version,
        )
    ]


def _fits(choice: CallBackChoice, ticket: Ticket) -> bool:
    stage = "answered" if ticket.evaluation.answered_at_once else "resolved"
    named: tuple[tuple[Sequence[object], object], ...] = (
        (choice.stages, stage),
        (choice.channels, ticket.channel),
        (choice.kinds, ticket.kind),
        (choice.urgency_days, ticket.urgency_days),
    )
    return all(not wanted or value in wanted for wanted, value in named)


def try_call_back(command: k.TryCallBack, ticket: Ticket) -> list[TicketEvent]:
    state = ticket.evaluation
    if ticket.stage not in ENDED:
        raise TicketNotResolved(command.ticket_id, f"it is {ticket.stage}")
    if state.answer:
        raise AlreadyEvaluated(command.ticket_id)
    if state.call_back and state.call_back.stage in {"not_reached", "declined"}:
        raise CallBackOver(command.ticket_id, state.call_back.stage)
    tried = v.CallBackTried(
        **meta(command),
        handling=handling(ticket),
        through=command.through,
        result=command.outcome,
        note=command.note,
    )
    if command.outcome == "declined":
        return [tried, _ended(command, ticket, "declined", state.tries, command.limits)]
    if command.outcome in UNREACHED:
        return [tried, *ended_unreached(command, ticket, command.limits)]
    return [tried]


def ended_unreached(command: k.Command, ticket: Ticket, limits: TryLimits) -> list[TicketEvent]:
    """After one more try that reached nobody: enough of them, on enough days, are the end. By the
    days on which they were written down, for nobody can date these at will."""
    state = ticket.evaluation
    tries = (*state.tries, command.now.astimezone(_ZONE).date())
    is_over = state.call_back is not None and state.call_back.stage in {"not_reached", "declined"}
    enough = len(tries) >= limits.tries and len(set(tries)) >= limits.days
    if not enough or is_over or state.answer:
        return []
    return [_ended(command, ticket, "not_reached", tries, limits)]


def _ended(
    command: k.Command,
    ticket: Ticket,
    outcome: v.EndOutcome,
    tries: tuple[date, ...],
    limits: TryLimits,
) -> v.CallBackEnded:
    return v.CallBackEnded(
        **meta(command),
        handling=handling(ticket),
        result=outcome,
        tries=len(tries),
        days=len(set(tries)),
        policy_version=limits.policy_version,
    )


def miss_call_back(command: k.MissCallBack, ticket: Ticket) -> list[TicketEvent]:
    task = ticket.evaluation.call_back
    if task is None or task.stage != "open" or task.is_overdue or task.due_at != command.due_at:
        return []
    if command.now <= task.due_at:
        return []
    due_at = task.due_at
    return [v.CallBackOverdue(**meta(command), handling=handling(ticket), due_at=due_at)]


def disagree(command: k.Disagree, ticket: Ticket) -> list[TicketEvent]:
    """The first disagreements reopen by themselves, up to a limit; the next is a supervisor's."""
    state = ticket.evaluation
    if ticket.stage not in ENDED or not 0 < state.done < command.answer:
        return []  # it has been reopened meanwhile, or nothing was done to disagree with
    if state.reopened_by_rule < command.reopenings_max:
        return [TicketReopened(**meta(command), reason=BY_RULE)]
    if state.escalated > state.done:
        return []
    return [
        v.DisagreementEscalated(
            **meta(command),
            handling=handling(ticket),
            disagreed_in=command.answer,
            unit=state.last_lead,
            addressee=command.addressee,
            explanation=command.explanation,
            policy_version=command.policy_version,
        )
    ]


def plan_look_back(command: k.PlanLookBack, ticket: Ticket) -> list[TicketEvent]:
    """What was solved or answered, and stays closed: a share of it, drawn like call-backs."""
    state = ticket.evaluation
    closed_at, names = ticket.closed_at, (ticket.ticket_id, handling(ticket))
    if ticket.stage != "closed" or closed_at is None or state.look_back or not state.done:
        return []
    if drawn("look-back", *names) >= command.rate:
        return []
    span = command.after_days_max - command.after_days_min + 1
    after_days = command.after_days_min + int(drawn("look-back-day", *names) * span)
    opens_at = closed_at + timedelta(days=after_days)
    return [
        v.LookBackPlanned(
            **meta(command),
            handling=handling(ticket),
            rate=command.rate,
            after_days=after_days,
            opens_at=opens_at,
            due_at=opens_at + timedelta(days=command.due_days),
            unit=state.last_lead,
            policy_version=command.policy_version,
        )
    ]


def miss_look_back(command: k.MissLookBack, ticket: Ticket) -> list[TicketEvent]:
    task = ticket.evaluation.look_back
    if task is None or task.is_overdue or task.due_at != command.due_at:
        return []
    if command.now <= task.due_at:
        return []
    due_at = task.due_at
    return [v.LookBackOverdue(**meta(command), handling=handling(ticket), due_at=due_at)]
