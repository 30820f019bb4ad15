"""A ticket 工单 as its own facts tell it: the state that `decide` reads and `evolve` makes."""

from datetime import datetime
from typing import Literal, NamedTuple

from services.domain.clock_state import ClockState
from services.domain.evaluation_state import NOTHING, EvaluationState
from services.domain.event_base import Clock
from services.domain.part_state import Part
from services.domain.return_state import Consultation, DecidedReturn, Returning

Stage = Literal[
    "new",
    "received",
    "triage",
    "routed",
    "returned",
    "handling",
    "resolved",
    "closed",
    "declined",
    "answered",
    "merged",
]
AWAITING_DISPATCH: frozenset[Stage] = frozenset({"received", "triage", "returned"})
OPEN: frozenset[Stage] = AWAITING_DISPATCH | {"routed", "handling"}
ANSWERED: frozenset[Stage] = frozenset({"resolved", "answered", "declined"})
ANONYMOUS = ""


class BeforeMerge(NamedTuple):
    """What a merge ends for as long as it lasts. *_runs: whether that clock ran."""

    stage: Stage
    accept_runs: bool
    resolve_runs: bool
    suspended_since: datetime | None
    extension_days: int | None
    returning: Returning | None = None
    consultation: Consultation | None = None
    parts: tuple[Part, ...] = ()
    suspended_until: datetime | None = None
    suspended_for: str | None = None


class Ticket(NamedTuple):
    """Immutable; the empty ticket is `Ticket()`. Version counts its facts.

    reporters: who told each of `reports`, in their order; those who left no contact cannot be told
    apart and are one, ANONYMOUS. urgency_at_most: the working days that rules have asked for,
    unless a person knew better. extended_when_raised: `extended_days` when it last became urgent.
    first_lead: the unit that was asked first (首接). returning: the return that waits for a
    decision. bound: units whose it was decided to be, by a refused return or a 会商.
    parts: what other units do of it, with clocks of their own. suspended_until: when the pause ends
    by itself. paused_for: the reason of each of `pauses`.
    """

    ticket_id: str = ""
    version: int = 0
    stage: Stage = "new"
    channel: str = ""
    resident: str = ""
    reports: tuple[str, ...] = ()
    fingerprint: str = ""
    kind: str | None = None
    item: str | None = None
    area: str | None = None
    lead: str | None = None
    assisting: tuple[str, ...] = ()
    assisting_done: tuple[str, ...] = ()
    urgency_days: int | None = None
    attempt: int = 0
    returns: tuple[tuple[str, str], ...] = ()
    first_lead: str | None = None
    returning: Returning | None = None
    consultation: Consultation | None = None
    decided: tuple[DecidedReturn, ...] = ()
    bound: tuple[str, ...] = ()
    opened_at: datetime | None = None
    routed_at: datetime | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    suspended_since: datetime | None = None
    extension_by: str | None = None
    extension_days: int | None = None
    extensions: int = 0
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    extended_days: int = 0
    reopened: int = 0
    reopened_at: datetime | None = None
    evaluated: bool = False
    primary: str | None = None
    accept: ClockState | None = None
    resolve: ClockState | None = None
    reporters: tuple[str, ...] = ()
    urgency_at_most: int | None = None
    extended_when_raised: int = 0
    fingerprints: tuple[str, ...] = ()  # of `reports`, in their order
    proposed: tuple[str, ...] = ()  # tickets that may be the same matter: a person decides
    apart: tuple[str, ...] = ()  # tickets that are not, as a person said
    before_merge: BeforeMerge | None = None
    evaluated_reports: tuple[str, ...] = ()  # since it was last done: whose residents have said
    parts: tuple[Part, ...] = ()
    suspended_until: datetime | None = None
    suspended_for: str | None = None
    paused_for: tuple[str, ...] = ()
    evaluation: EvaluationState = NOTHING

    @property
    def responsible(self) -> str | None:
        """Who answers for it: the lead; while a return waits, the first receiver (首接负责)."""
        return self.lead or (self.first_lead if self.returning else None)

    def clock(self, name: Clock) -> ClockState | None:
        return self.accept if name == "accept" else self.resolve

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)

    @property
    def open_subtasks(self) -> tuple[int, ...]:
        return tuple(part.number for part in self.parts if part.number and part.is_open)


def still_open(ticket: Ticket, clock: Clock) -> bool:
    """Whether what the clock promises is yet to be done."""
    return ticket.stage == "routed" if clock == "accept" else ticket.stage in OPEN
