"""Of a ticket's state: the return (退单) that waits for a decision, and those that were decided."""

from typing import NamedTuple

from services.domain.events_returns import ReturnDecision


class Returning(NamedTuple):
    """A return that nobody has decided yet. attempt: the routing that was returned."""

    attempt: int
    unit: str
    reason: str
    proposed_unit: str | None = None
    proposed_item: str | None = None


class Consultation(NamedTuple):
    """会商 on that return. lead: whom the units agreed on; None if on nobody."""

    units: tuple[str, ...]
    lead: str | None = None
    minutes: str | None = None


class DecidedReturn(NamedTuple):
    """lead: who had it next; None if nobody needed to."""

    attempt: int
    unit: str
    decision: ReturnDecision
    lead: str | None
