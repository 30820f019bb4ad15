"""申诉: a unit asks that a verdict on it leaves the measures; another person decides, once."""

from collections.abc import Mapping
from types import MappingProxyType

from services.domain import events_evaluation as v
from services.domain.commands_evaluation import AppealVerdict, DecideAppeal
from services.domain.decide_meta import happened_at, meta
from services.domain.evaluation_state import Appeal, Verdict
from services.domain.events import TicketEvent
from services.domain.rejections import (
    AlreadyAppealed,
    AppealDecidedOtherwise,
    AppealOfAnotherUnit,
    AppealTooLate,
    AppealWithoutEvidence,
    NoAppealWaiting,
    NoSuchVerdict,
    NotItsMeasure,
    OwnAppeal,
)
from services.domain.ticket import Ticket
from services.domain.topic_decide_base import same_person, speaks_for

# In which measures each verdict counts.
MEASURES: Mapping[v.VerdictKind, tuple[str, ...]] = MappingProxyType(
    {
        "late_accept": ("accept_on_time_rate", "accept_overdue_rate"),
        "late_resolve": ("on_time_rate", "overdue_rate"),
        "evaluated": ("response_rate", "solution_rate", "satisfaction_rate"),
        "returned": ("return_rate", "first_try_rate"),
        "reopened": ("redo_rate",),
    }
)


def appeal(command: AppealVerdict, ticket: Ticket) -> list[TicketEvent]:
    """Within the working days after the verdict, with evidence, once for each verdict.
    By a unit for itself alone."""
    verdict = _verdict(command, ticket)
    if command.actor.startswith("unit:") and not speaks_for(command.actor, command.unit):
        raise AppealOfAnotherUnit(command.ticket_id, command.unit)
    if any(one.verdict.fact == verdict.fact for one in ticket.evaluation.appeals):
        raise AlreadyAppealed(command.ticket_id, f"fact {verdict.fact}")
    until = command.rules.calendar.due_at(verdict.at, command.within_working_days)
    if happened_at(command) > until:
        raise AppealTooLate(command.ticket_id, f"it was until {until:%Y-%m-%dT%H:%MZ}")
    if not command.evidence:
        raise AppealWithoutEvidence(command.ticket_id)
    measures = command.measures or MEASURES[verdict.kind]
    for one in measures:
        if one not in MEASURES[verdict.kind]:
            raise NotItsMeasure(command.ticket_id, one)
    return [
        v.TicketAppealed(
            **meta(command),
            unit=command.unit,
            verdict=verdict.kind,
            fact=verdict.fact,
            measures=tuple(dict.fromkeys(measures)),
            reason=command.reason,
            evidence=command.evidence,
            note=command.note,
            policy_version=command.rules.policy_version,
        )
    ]


def decide_appeal(command: DecideAppeal, ticket: Ticket) -> list[TicketEvent]:
    """By another person than who appealed, and never by a unit or a resident."""
    asked = _asked(command, ticket)
    if asked.decision is not None:
        if asked.decision == command.decision:
            return []
        raise AppealDecidedOtherwise(command.ticket_id)
    is_centre = not command.actor.startswith(("unit:", "resident:"))
    if same_person(command.actor, asked.actor) or not is_centre:
        raise OwnAppeal(command.ticket_id)
    return [
        v.AppealDecided(
            **meta(command),
            appeal=asked.number,
            decision=command.decision,
            unit=asked.verdict.unit,
            verdict=asked.verdict.kind,
            facts=asked.verdict.facts,
            measures=asked.measures,
            reason=command.reason,
            explanation=command.explanation,
            note=command.note,
        )
    ]


def _verdict(command: AppealVerdict, ticket: Ticket) -> Verdict:
    """The last of its kind on this unit, if no fact is named."""
    for one in reversed(ticket.evaluation.verdicts):
        is_named = command.fact is None or one.fact == command.fact
        if is_named and one.kind == command.verdict and one.unit == command.unit:
            return one
    raise NoSuchVerdict(command.ticket_id, command.verdict)


def _asked(command: DecideAppeal, ticket: Ticket) -> Appeal:
    appeals = ticket.evaluation.appeals
    if command.appeal is not None:
        appeals = tuple(one for one in appeals if one.number == command.appeal)
    waiting = [one for one in appeals if one.decision is None]
    if waiting:
        return waiting[-1]
    if command.appeal is None or not appeals:
        raise NoAppealWaiting(command.ticket_id)
    return appeals[-1]
