"""One hash over the state of every ticket, the same for everybody who folds the same facts.

Canonical form: for each ticket, in the order of the ids (by code point), one line of UTF-8 JSON and
a line feed. A line is an object of all fields of `Ticket` in alphabetical order; a clock is such an
object of its own fields, or null; tuples are arrays; no blanks; characters above ASCII stand as
themselves; times in ISO 8601 as the facts give them, in UTC with `Z`. The hash is SHA-256, in hex.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

from pydantic_core import to_json

from services.domain.clock_state import ClockState
from services.domain.ticket import Ticket

_TICKET_FIELDS = tuple(sorted(Ticket._fields))
_CLOCK_FIELDS = tuple(sorted(ClockState._fields))
_ticket_values = attrgetter(*_TICKET_FIELDS)
_clock_values = attrgetter(*_CLOCK_FIELDS)


def canonical_line(ticket: Ticket) -> bytes:
    document: dict[str, Any] = dict(zip(_TICKET_FIELDS, _ticket_values(ticket), strict=True))
    for name in ("accept", "resolve"):
        if document[name] is not None:
            clock = _clock_values(document[name])
            document[name] = dict(zip(_CLOCK_FIELDS, clock, strict=True))
    return to_json(document) + b"\n"


class StateHash:
    """Takes tickets in the order of their ids."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.tickets = 0
        self.by_stage: Counter[str] = Counter()

    def add(self, tickets: Iterable[Ticket]) -> None:
        for ticket in tickets:
            self._hash.update(canonical_line(ticket))
            self.tickets += 1
            self.by_stage[ticket.stage] += 1

    @property
    def state_sha256(self) -> str:
        return self._hash.hexdigest()

    @property
    def stages(self) -> Mapping[str, int]:
        return dict(sorted(self.by_stage.items()))
