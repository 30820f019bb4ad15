"""Facts about returns (退单) and what became of them: heard, and decided once."""

from typing import Annotated, Literal

from pydantic import Field

from services.domain.event_base import Code, Event
from services.domain.personal import Personal

ReturnDecision = Literal["upheld", "refused"]
DecidedBy = Literal["rule", "person", "consultation"]


class TicketConsulted(Event):
    """会商: units were heard about a return. `lead`: whom they agreed on; null if on nobody."""

    type: Literal["ticket.consulted.v1"] = "ticket.consulted.v1"
    attempt: Annotated[int, Field(ge=1)]  # the routing that was returned
    consulted: tuple[Code, ...]
    lead: Code | None = None
    minutes: Code | None = None  # reference of the written record
    note: Personal | None = None


class TicketReturnDecided(Event):
    """退单审核: the one decision on a return. `lead`: who has it next; null if nobody needs to.

    reason: the rule, or the person's reason, as a code. consulted, minutes: of a 会商, if one was
    held. Upheld: another unit's. Refused: it stays, and the unit must accept.
    """

    type: Literal["ticket.return_decided.v1"] = "ticket.return_decided.v1"
    attempt: Annotated[int, Field(ge=1)]  # the routing that was returned
    returned_unit: Code
    decision: ReturnDecision
    decided_by: DecidedBy
    reason: Code
    lead: Code | None = None
    consulted: tuple[Code, ...] = ()
    minutes: Code | None = None
    explanation: str
    directory_version: Code | None = None
