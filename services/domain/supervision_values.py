"""Values that facts and commands of supervision 督 share. Texts in the clear are the city's own."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from services.domain.event_base import Clock, Code, Frozen, TicketId

FAMILY = "supervision"
TICKETS_MAX = 200
LINES_MAX = 200

# Why a case is opened. Of the first two there is one for each clock of a ticket, by the ladder.
CaseReason = Literal[
    "accept_overdue", "resolve_overdue", "not_solved", "bad_return", "finding", "topic", "other"
]
Outcome = Literal["accepted", "settled", "decision"]
Colour = Literal["yellow", "red"]
# Whom of a unit: itself, its leader, the unit above it, or the city's supervision office.
Role = Literal["unit", "leader", "superior", "office"]
Counted = Literal[
    "accept_missed", "resolve_missed", "criticised", "bad_return", "reply_missed", "yellow_card"
]
CaseCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{6}$")]
CardCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}/[0-9Q-]{4,10}/[0-9]{1,4}$")]
RuleCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Source = Annotated[str, StringConstraints(min_length=3, max_length=140)]
Days = Annotated[int, Field(ge=1, le=250)]
Tickets = Annotated[tuple[TicketId, ...], Field(max_length=TICKETS_MAX)]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[ -~]+$")]


class ToldLine(Frozen):
    """One rung that somebody is told about: `ticket_version` is that of `ticket.escalated`."""

    ticket_id: TicketId
    ticket_version: Annotated[int, Field(ge=1)]
    unit: Code  # that had the ticket when the rung was reached
    clock: Clock
    due_at: AwareDatetime
    level: Annotated[int, Field(ge=1, le=4)]
    measure: Literal["remind", "urge", "supervise", "criticise"]


class CountedOnce(Frozen):
    """One thing that a card rests on. source: the fact that says so, as `ticket/version`, or as
    `case/round` or a card's code; on: the local day it belongs to."""

    kind: Counted
    source: Source
    on: date
    ticket_id: TicketId | None = None


Lines = Annotated[tuple[ToldLine, ...], Field(min_length=1, max_length=LINES_MAX)]
CountedList = Annotated[tuple[CountedOnce, ...], Field(min_length=1, max_length=LINES_MAX)]
