"""督办: facts about supervision cases 督办单, and about who was told of which rung of the ladder.

A case's stream is `supervision:case-<code>`; a day's tellings stand in `supervision:told-<day>`.
on: the local day on which it was written down.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, FieldSerializationInfo, field_serializer

from services.domain.city_event_base import CityEvent
from services.domain.event_base import Clock, Code, TicketId
from services.domain.personal import NotSealed, Personal, SealingContext, associated_data
from services.domain.supervision_values import (
    CaseReason,
    Days,
    Lines,
    Outcome,
    Reference,
    Role,
    Tickets,
)
from services.domain.topic_values import Line, Words


class SupervisionFact(CityEvent):
    on: date


class _ReplyDue(SupervisionFact):
    """A reply is due `working_days` from now, by this calendar and policy."""

    working_days: Days
    warn_at: AwareDatetime
    due_at: AwareDatetime
    calendar_version: Code
    policy_version: Code


class CaseOpened(_ReplyDue):
    """立督办单. unit: who owes the reply. clock, promised_at: the ticket's promise that was broken,
    where it is about one; asked_version: of the ticket's `ticket.escalated` that asked for it."""

    type: Literal["supervision.case_opened.v1"] = "supervision.case_opened.v1"
    reason: CaseReason
    why: Words
    basis: Line
    unit: Code
    tickets: Tickets = ()
    reference: Reference | None = None  # of a finding or a topic
    clock: Clock | None = None
    promised_at: AwareDatetime | None = None
    asked_version: Annotated[int, Field(ge=1)] | None = None


class CaseAskedAgain(SupervisionFact):
    """The ladder asked for supervision of a ticket that has an open case for the same reason."""

    type: Literal["supervision.case_asked_again.v1"] = "supervision.case_asked_again.v1"
    ticket_id: TicketId
    asked_version: Annotated[int, Field(ge=1)]
    promised_at: AwareDatetime


class ReplyWarned(SupervisionFact):
    type: Literal["supervision.reply_warned.v1"] = "supervision.reply_warned.v1"
    due_at: AwareDatetime


class ReplyMissed(SupervisionFact):
    """By the passing of time (`done_at` is null), or by a reply that came too late."""

    type: Literal["supervision.reply_missed.v1"] = "supervision.reply_missed.v1"
    unit: Code
    due_at: AwareDatetime
    done_at: AwareDatetime | None = None


class ReplyEscalated(SupervisionFact):
    """The reply is still missing: told higher up. addressee: the unit that is told, and as what."""

    type: Literal["supervision.reply_escalated.v1"] = "supervision.reply_escalated.v1"
    due_at: AwareDatetime
    level: Annotated[int, Field(ge=1, le=9)]
    role: Role
    addressee: Code
    explanation: Line
    directory_version: Code
    policy_version: Code


class CaseReplied(SupervisionFact):
    """回复. reply: sealed like residents' words, for it may speak of them."""

    type: Literal["supervision.replied.v1"] = "supervision.replied.v1"
    unit: Code
    reply: Personal

    @field_serializer("reply")
    def _sealed(self, words: Personal, info: FieldSerializationInfo) -> str:
        if words.sealed is not None:
            return words.sealed
        context = info.context
        if not isinstance(context, SealingContext):
            raise NotSealed(info.field_name)
        place = associated_data(self.stream_id, context.version, self.type, info.field_name)
        return context.seal(words, place)


class ReplyAccepted(SupervisionFact):
    type: Literal["supervision.reply_accepted.v1"] = "supervision.reply_accepted.v1"
    remark: Words | None = None


class ReplySentBack(_ReplyDue):
    """退回重报: not enough, and until when the next one is due."""

    type: Literal["supervision.reply_sent_back.v1"] = "supervision.reply_sent_back.v1"
    why: Words


class ReplyExtended(_ReplyDue):
    """宽限: the reply may come later. working_days: after the date that was."""

    type: Literal["supervision.reply_extended.v1"] = "supervision.reply_extended.v1"
    why: Words


class CaseClosed(SupervisionFact):
    """销单: its reply was accepted, its tickets are resolved and evaluated, or a person decided."""

    type: Literal["supervision.case_closed.v1"] = "supervision.case_closed.v1"
    outcome: Outcome
    why: Words


class AddresseeTold(SupervisionFact):
    """One addressee's list of one part of a day: which rungs of the ladder, and why they are told
    of them."""

    type: Literal["supervision.told.v1"] = "supervision.told.v1"
    addressee: Code
    role: Role
    part: Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$")]  # local time of the part
    lines: Lines
    explanation: Line
    directory_version: Code
    policy_version: Code
