"""One hash over the state of every ticket, the same for everybody who folds the same facts.

Canonical form: for each ticket, in the order of the ids (by code point), one line of UTF-8 JSON and
a line feed. A line is an array of the fields of `Ticket` in the order they are declared; a clock is
such an array of its own fields, or null; tuples are arrays; no blanks; characters above ASCII stand
as themselves; times in ISO 8601 as the facts give them, in UTC with `Z`. The hash is SHA-256.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter

from services.domain.ticket import Ticket

_TICKET: TypeAdapter[Ticket] = TypeAdapter(Ticket)


def canonical_line(ticket: Ticket) -> bytes:
    return _TICKET.dump_json(ticket) + b"\n"


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
