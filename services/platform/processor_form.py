"""What a processor is: facts in, commands and changes of rows out."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from services.domain.commands import TicketCommand
from services.platform.event_log import Change, NewEvent
from services.platform.tail import Fact


class Reaction(NamedTuple):
    """others: facts of other families than the tickets', each with its number in its stream.
    written: how many such facts a tick has written by itself."""

    commands: Sequence[TicketCommand] = ()
    changes: Sequence[Change] = ()
    others: Sequence[NewEvent] = ()
    written: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.commands or self.changes or self.others)


class Processor(Protocol):
    """`tables`: the rows it owns, which a rebuild empties and fills again. A projection asks for
    no commands, so nobody waits for it: it may take in more at once, and later."""

    @property
    def name(self) -> str: ...

    @property
    def tables(self) -> Sequence[str]: ...

    @property
    def is_projection(self) -> bool: ...

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction: ...

    def tick(self, now: datetime) -> Reaction:
        """What is due by now, apart from any fact."""
        ...
