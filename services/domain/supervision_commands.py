"""Wishes about supervision cases 督办单: what somebody wants, or what time has brought."""

from datetime import date, datetime
from typing import Literal, NamedTuple

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from services.domain.event_base import Clock, Code, TicketId
from services.domain.personal import Personal
from services.domain.supervision_values import (
    CaseReason,
    Days,
    Reference,
    Role,
    Tickets,
)
from services.domain.topic_values import Line, Words
from services.domain.working_time import WorkingCalendar


class CaseDeed(BaseModel):
    """Strict and frozen; errors hide what was given."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class OpenCase(CaseDeed):
    """working_days: to reply; the policy's number if not given."""

    reason: CaseReason
    why: Words
    basis: Line
    unit: Code
    tickets: Tickets = ()
    reference: Reference | None = None
    working_days: Days | None = None


class Reply(CaseDeed):
    unit: Code
    reply: Personal


class AcceptReply(CaseDeed):
    remark: Words | None = None


class SendBack(CaseDeed):
    why: Words
    working_days: Days | None = None


class ExtendReply(CaseDeed):
    why: Words
    working_days: Days


class CloseCase(CaseDeed):
    """By a person's decision."""

    why: Words


class OpenByLadder(NamedTuple):
    """A ticket reached 督办, or (without a clock) its resident disagrees again after 重办.
    asked_version: of the fact that says so."""

    ticket_id: TicketId
    asked_version: int
    clock: Clock | None
    promised_at: datetime | None
    unit: Code
    why: str
    basis: str


class AskAgain(NamedTuple):
    ticket_id: TicketId
    asked_version: int
    promised_at: datetime


class Settle(NamedTuple):
    """Every ticket of the case is resolved and evaluated, or follows another one."""

    why: str


class WarnReply(NamedTuple):
    due_at: datetime


class MissReply(NamedTuple):
    due_at: datetime


class EscalateReply(NamedTuple):
    due_at: datetime
    level: int
    role: Role
    addressee: str
    explanation: str
    directory_version: str


HandDeed = OpenCase | Reply | AcceptReply | SendBack | ExtendReply | CloseCase
AnyCaseDeed = HandDeed | OpenByLadder | AskAgain | Settle | WarnReply | MissReply | EscalateReply
ReviewVerb = Literal["accept", "send-back", "extend"]


class ReplyRules(NamedTuple):
    """What the duty to reply is made by."""

    calendar: WorkingCalendar
    working_days: int
    warn_fraction: float
    extensions_max: int
    extension_days_max: int
    policy_version: str


class CaseCommand(Struct, frozen=True, kw_only=True):
    """code: of the case. actor, cause: as in facts. now: UTC."""

    code: str
    actor: str
    cause: str
    now: datetime
    deed: AnyCaseDeed
    rules: ReplyRules

    @property
    def today(self) -> date:
        """The city's day."""
        return self.rules.calendar.local_date(self.now)
