"""`decide_case(command, case) -> [facts]`: every rule of a supervision case 督办单.

`[]` means there is nothing to do (a repeat). A `SupervisionRejected` means that it may not happen.
That a ticket has one open case for a reason is seen to by whoever knows all cases.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict, assert_never

from services.domain import supervision_commands as k
from services.domain import supervision_events as s
from services.domain.supervision_case import Case, case_stream
from services.domain.supervision_rejections import (
    CaseNotOpen,
    CaseUnknown,
    NoReplyWaiting,
    NothingToSupervise,
    ReplyExtensionsUsed,
    ReplyOverdue,
    ReplyWaiting,
    ReviewedByReplier,
    SupervisedByItself,
    SupervisedByResident,
    TicketTwice,
    WrongReplier,
)
from services.domain.supervision_union import CaseFact
from services.domain.topic_decide_base import same_person, speaks_for


class Meta(TypedDict):
    stream_id: str
    actor: str
    cause: str
    occurred_at: datetime
    recorded_at: datetime
    on: date


class Due(TypedDict):
    working_days: int
    warn_at: datetime
    due_at: datetime
    calendar_version: str
    policy_version: str


def decide_case(command: k.CaseCommand, case: Case) -> Sequence[CaseFact]:
    """Raises a subclass of SupervisionRejected, and CalendarYearMissing."""
    if command.actor.partition(":")[0] == "resident":
        raise SupervisedByResident(command.code)
    deed = command.deed
    if case.stage == "new" and not isinstance(deed, k.OpenCase | k.OpenByLadder):
        raise CaseUnknown(command.code)
    match deed:
        case k.OpenCase():
            return _open(command, deed, case)
        case k.OpenByLadder():
            return _open_by_ladder(command, deed, case)
        case k.AskAgain():
            return _ask_again(command, deed, case)
        case k.Reply():
            return _reply(command, deed, case)
        case k.AcceptReply():
            return _accept(command, deed, case)
        case k.SendBack():
            return _send_back(command, deed, case)
        case k.ExtendReply():
            return _extend(command, deed, case)
        case k.CloseCase():
            return _close(command, deed, case)
        case k.Settle():
            return _settle(command, deed, case)
        case k.WarnReply() | k.MissReply() | k.EscalateReply():
            return _tick(command, deed, case)
        case _:
            assert_never(deed)


def _open(command: k.CaseCommand, deed: k.OpenCase, case: Case) -> Sequence[CaseFact]:
    if case.stage != "new":
        return []
    if not deed.tickets and deed.reference is None:
        raise NothingToSupervise(command.code)
    if len(set(deed.tickets)) != len(deed.tickets):
        raise TicketTwice(command.code)
    _not_by_the_unit(command, deed.unit)
    due = _due(command, deed.working_days or command.rules.working_days)
    said = {name: value for name, value in deed if name != "working_days"}
    return [s.CaseOpened(**_meta(command), **due, **said)]


def _open_by_ladder(command: k.CaseCommand, deed: k.OpenByLadder, case: Case) -> Sequence[CaseFact]:
    if case.stage != "new":
        return []
    return [
        s.CaseOpened(
            **_meta(command),
            **_due(command, command.rules.working_days),
            reason="accept_overdue" if deed.clock == "accept" else "resolve_overdue",
            why=deed.why,
            basis=deed.basis,
            unit=deed.unit,
            tickets=(deed.ticket_id,),
            clock=deed.clock,
            promised_at=deed.promised_at,
            asked_version=deed.asked_version,
        )
    ]


def _ask_again(command: k.CaseCommand, deed: k.AskAgain, case: Case) -> Sequence[CaseFact]:
    if case.stage == "closed" or (deed.ticket_id, deed.asked_version) in case.asked:
        return []
    return [s.CaseAskedAgain(**_meta(command), **deed._asdict())]


def _reply(command: k.CaseCommand, deed: k.Reply, case: Case) -> Sequence[CaseFact]:
    _require_open(command, case)
    if deed.unit != case.unit or (
        command.actor.startswith("unit:") and not speaks_for(command.actor, case.unit)
    ):
        raise WrongReplier(command.code, case.unit)
    if case.replied_by:
        raise ReplyWaiting(command.code)
    late = _missed_by(command, case)
    return [*late, s.CaseReplied(**_meta(command), unit=deed.unit, reply=deed.reply)]


def _missed_by(command: k.CaseCommand, case: Case) -> list[CaseFact]:
    """The miss, if this reply comes too late and nobody has said so yet."""
    if case.missed or case.due_at is None or command.now <= case.due_at:
        return []
    return [
        s.ReplyMissed(**_meta(command), unit=case.unit, due_at=case.due_at, done_at=command.now)
    ]


def _accept(command: k.CaseCommand, deed: k.AcceptReply, case: Case) -> Sequence[CaseFact]:
    if case.outcome == "accepted":
        return []
    _require_review(command, case)
    return [
        s.ReplyAccepted(**_meta(command), remark=deed.remark),
        s.CaseClosed(**_meta(command), outcome="accepted", why=deed.remark or "回复已认可"),
    ]


def _send_back(command: k.CaseCommand, deed: k.SendBack, case: Case) -> Sequence[CaseFact]:
    _require_review(command, case)
    due = _due(command, deed.working_days or command.rules.working_days)
    return [s.ReplySentBack(**_meta(command), **due, why=deed.why)]


def _extend(command: k.CaseCommand, deed: k.ExtendReply, case: Case) -> Sequence[CaseFact]:
    _require_open(command, case)
    _not_by_the_unit(command, case.unit)
    rules = command.rules
    if case.replied_by:
        raise ReplyWaiting(command.code)
    if case.due_at is None or case.missed or command.now > case.due_at:
        raise ReplyOverdue(command.code)
    if case.extensions >= rules.extensions_max or deed.working_days > rules.extension_days_max:
        limits = f"at most {rules.extensions_max}, of {rules.extension_days_max} working days"
        raise ReplyExtensionsUsed(command.code, limits)
    due_at = rules.calendar.extend(case.due_at, deed.working_days)
    due = _due_until(command, deed.working_days, due_at)
    return [s.ReplyExtended(**_meta(command), **due, why=deed.why)]


def _close(command: k.CaseCommand, deed: k.CloseCase, case: Case) -> Sequence[CaseFact]:
    if case.stage == "closed":
        return []
    _not_by_the_unit(command, case.unit)
    return [s.CaseClosed(**_meta(command), outcome="decision", why=deed.why)]


def _settle(command: k.CaseCommand, deed: k.Settle, case: Case) -> Sequence[CaseFact]:
    if case.stage == "closed":
        return []
    return [s.CaseClosed(**_meta(command), outcome="settled", why=deed.why)]


def _tick(
    command: k.CaseCommand, deed: k.WarnReply | k.MissReply | k.EscalateReply, case: Case
) -> Sequence[CaseFact]:
    """Nothing, if the clock stands, or is not the one any more that the tick was about."""
    if not case.clock_runs or case.due_at != deed.due_at or case.warn_at is None:
        return []
    match deed:
        case k.WarnReply():
            too_early = command.now < case.warn_at
            if case.warned or case.missed or too_early:
                return []
            return [s.ReplyWarned(**_meta(command), due_at=deed.due_at)]
        case k.MissReply():
            if case.missed or command.now <= deed.due_at:
                return []
            return [s.ReplyMissed(**_meta(command), unit=case.unit, due_at=deed.due_at)]
        case k.EscalateReply():
            if not case.missed or deed.level <= case.level:
                return []
            policy = command.rules.policy_version
            return [s.ReplyEscalated(**_meta(command), **deed._asdict(), policy_version=policy)]
        case _:
            assert_never(deed)


def _require_open(command: k.CaseCommand, case: Case) -> None:
    if case.stage != "open":
        raise CaseNotOpen(command.code)


def _require_review(command: k.CaseCommand, case: Case) -> None:
    _require_open(command, case)
    if not case.replied_by:
        raise NoReplyWaiting(command.code)
    if same_person(command.actor, case.replied_by):
        raise ReviewedByReplier(command.code)
    _not_by_the_unit(command, case.unit)


def _not_by_the_unit(command: k.CaseCommand, unit: str) -> None:
    if speaks_for(command.actor, unit):
        raise SupervisedByItself(command.code)


def _due(command: k.CaseCommand, working_days: int) -> Due:
    due_at = command.rules.calendar.due_at(command.now, working_days)
    return _due_until(command, working_days, due_at)


def _due_until(command: k.CaseCommand, working_days: int, due_at: datetime) -> Due:
    rules = command.rules
    return {
        "working_days": working_days,
        "warn_at": rules.calendar.point_between(command.now, due_at, rules.warn_fraction),
        "due_at": due_at,
        "calendar_version": rules.calendar.version,
        "policy_version": rules.policy_version,
    }


def _meta(command: k.CaseCommand) -> Meta:
    return {
        "stream_id": case_stream(command.code),
        "actor": command.actor,
        "cause": command.cause,
        "occurred_at": command.now,
        "recorded_at": command.now,
        "on": command.today,
    }
