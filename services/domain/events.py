"""Every fact of a ticket's life 接派办督评报, in one discriminated union.

Shipped types never change: add a field with a default, or add v2 and an upcaster.
Free text by anybody is a `Personal` field; codes, units and times are in the clear.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from services.domain.event_base import (
    Code,
    Event,
    Frozen,
    Kind,
    TicketId,
    UrgencyDays,
)
from services.domain.events_clocks import (
    DeadlineMet,
    DeadlineMissed,
    DeadlineMoved,
    DeadlineSet,
    DeadlineWarned,
    TicketEscalated,
)
from services.domain.events_evaluation import EvaluationFact
from services.domain.events_evaluation import TicketEvaluated as TicketEvaluated
from services.domain.events_evaluation import TicketLookedBack as TicketLookedBack
from services.domain.events_merging import (
    JoinMethod,
    JoinProposed,
    JoinRefused,
    ReportSplit,
    Score,
    TicketUnmerged,
)
from services.domain.events_parts import PartClockFact, SubtaskFact
from services.domain.events_pauses import ExtensionGranted as ExtensionGranted
from services.domain.events_pauses import ExtensionRefused as ExtensionRefused
from services.domain.events_pauses import ExtensionRequested as ExtensionRequested
from services.domain.events_pauses import TicketResumed as TicketResumed
from services.domain.events_pauses import TicketSuspended as TicketSuspended
from services.domain.events_returns import TicketConsulted, TicketReturnDecided
from services.domain.events_urgency import DeadlineShortened, TicketUrgencyRaised
from services.domain.personal import Personal


class _ReportReceived(Event):
    """One submission through one channel. `reference` is the channel's own name for it."""

    report_id: Code
    channel: Code
    reference: Annotated[str, Field(min_length=1, max_length=200)]
    resident: Code  # pseudonym: the subject whose key seals the words
    kind: Kind | None = None
    title: Personal | None = None
    text: Personal
    address: Personal | None = None
    contact: Personal | None = None
    name: Personal | None = None
    area: Code | None = None  # official division code, as the channel gave it
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    item: Code | None = None  # chosen by the call-taker
    attachments: tuple[str, ...] = ()
    fingerprint: Code  # keyed digest of normalised words and place: equal means the same matter
    rule_version: Code  # of the merging rule that made the fingerprint


class TicketOpened(_ReportReceived):
    type: Literal["ticket.opened.v1"] = "ticket.opened.v1"
    split_from: TicketId | None = None  # the ticket that its report had been joined to by mistake


class ReportJoined(_ReportReceived):
    type: Literal["ticket.report_joined.v1"] = "ticket.report_joined.v1"
    method: JoinMethod | None = None  # null in old facts: same_words
    score: Score | None = None
    explanation: str | None = None
    match_version: Code | None = None  # of the rule that found it alike


class TicketSupplemented(Event):
    type: Literal["ticket.supplemented.v1"] = "ticket.supplemented.v1"
    note: Personal
    attachments: tuple[str, ...] = ()


class TicketDeclined(Event):
    """不予受理: the rule, its basis, and the legal route that the resident was told."""

    type: Literal["ticket.declined.v1"] = "ticket.declined.v1"
    rule: Code
    rule_version: Code
    basis: str
    legal_route: str
    handed_over: bool = False  # an emergency, passed on at once
    reply: Personal | None = None


class TicketAnsweredAtOnce(Event):
    """现场办结: answered at the first contact, nothing to dispatch. article_version: the number of
    the version that was in force."""

    type: Literal["ticket.answered_at_once.v1"] = "ticket.answered_at_once.v1"
    reply: Personal
    article: Code | None = None
    article_version: Annotated[int, Field(ge=1)] | None = None


class Candidate(Frozen):
    """What triage may choose from. `words`: the directory's words that were found."""

    item: Code
    score: float
    words: tuple[str, ...] = ()


class TicketSentToTriage(Event):
    type: Literal["ticket.sent_to_triage.v1"] = "ticket.sent_to_triage.v1"
    reason: Code
    candidates: tuple[Candidate, ...] = ()
    explanation: str
    directory_version: Code
    model_version: Code | None = None  # of the classifier, if one was asked


class TicketRouted(Event):
    """The n-th attempt to name the right unit, and why this one."""

    type: Literal["ticket.routed.v1"] = "ticket.routed.v1"
    attempt: Annotated[int, Field(ge=1)]
    lead: Code
    assisting: tuple[Code, ...] = ()
    item: Code | None = None
    area: Code | None = None
    urgency_days: UrgencyDays
    method: Code  # item_given, alias, model, person …
    confidence: Annotated[float, Field(ge=0, le=1)]
    explanation: str
    directory_version: Code
    model_version: Code | None = None  # of the classifier, if one was asked
    urgency_rules: tuple[Code, ...] | None = None  # that made it more urgent than its item or duty


class TicketAccepted(Event):
    """签收."""

    type: Literal["ticket.accepted.v1"] = "ticket.accepted.v1"
    unit: Code


class TicketReturned(Event):
    """退单: not ours, and whose we think it is."""

    type: Literal["ticket.returned.v1"] = "ticket.returned.v1"
    unit: Code
    reason: Code
    note: Personal | None = None
    proposed_unit: Code | None = None
    proposed_item: Code | None = None  # what it is, if the item was wrong


class TicketProgressed(Event):
    type: Literal["ticket.progressed.v1"] = "ticket.progressed.v1"
    unit: Code
    note: Personal


class AssistanceAsked(Event):
    """协办: one more unit takes part."""

    type: Literal["ticket.assistance_asked.v1"] = "ticket.assistance_asked.v1"
    unit: Code
    note: Personal | None = None


class AssistanceDone(Event):
    type: Literal["ticket.assistance_done.v1"] = "ticket.assistance_done.v1"
    unit: Code
    note: Personal | None = None


class TicketResolved(Event):
    """办结, with the answer that the resident gets."""

    type: Literal["ticket.resolved.v1"] = "ticket.resolved.v1"
    unit: Code
    reply: Personal
    despite: Code | None = None  # why, although sub-tasks were open


class TicketReopened(Event):
    """重办."""

    type: Literal["ticket.reopened.v1"] = "ticket.reopened.v1"
    reason: Code
    note: Personal | None = None


class TicketClosed(Event):
    type: Literal["ticket.closed.v1"] = "ticket.closed.v1"
    reason: Code


class TicketMerged(Event):
    """并单: follows its primary from now on."""

    type: Literal["ticket.merged.v1"] = "ticket.merged.v1"
    primary: TicketId
    method: JoinMethod | None = None  # null in old facts: person
    score: Score | None = None
    explanation: str | None = None
    match_version: Code | None = None


TicketEvent = (
    TicketOpened
    | ReportJoined
    | TicketSupplemented
    | TicketDeclined
    | TicketAnsweredAtOnce
    | TicketSentToTriage
    | TicketRouted
    | TicketAccepted
    | TicketReturned
    | TicketConsulted
    | TicketReturnDecided
    | TicketProgressed
    | AssistanceAsked
    | AssistanceDone
    | TicketSuspended
    | TicketResumed
    | ExtensionRequested
    | ExtensionGranted
    | ExtensionRefused
    | TicketResolved
    | TicketEvaluated
    | TicketReopened
    | TicketLookedBack
    | TicketClosed
    | TicketMerged
    | DeadlineSet
    | DeadlineMoved
    | DeadlineWarned
    | DeadlineMissed
    | DeadlineMet
    | TicketEscalated
    | TicketUrgencyRaised
    | DeadlineShortened
    | JoinProposed
    | JoinRefused
    | ReportSplit
    | TicketUnmerged
    | SubtaskFact
    | PartClockFact
    | EvaluationFact
)
AnyTicketEvent = Annotated[TicketEvent, Field(discriminator="type")]
TICKET_EVENT: TypeAdapter[TicketEvent] = TypeAdapter(AnyTicketEvent)
