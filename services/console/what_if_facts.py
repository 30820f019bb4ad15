"""What what-if has to know of a log: how each ticket came in, where it went first, who resolved it.

Only what is needed is read, and of that only the fields that are needed: a log is long.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.domain import events as e
from services.domain.event_base import Event
from services.domain.personal import Personal, associated_data
from services.platform.event_log import EventLog, Recorded
from services.platform.keys import Keyring

READ_MAX = 2_000


class Opened(BaseModel):
    """What is asked of an opened ticket; its words as they are sealed."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)
    ticket_id: str
    occurred_at: AwareDatetime
    resident: str
    item: str | None = None
    area: str | None = None
    title: str | None = None
    text: str | None = None
    address: str | None = None


class OpenedFact(NamedTuple):
    version: int
    event: Opened

    def words(self, keyring: Keyring, field: Literal["title", "text", "address"]) -> str | None:
        """None if there are none, or the resident was erased. Raises SealBroken."""
        event = self.event
        sealed: str | None = getattr(event, field)
        if sealed is None:
            return None
        place = associated_data(event.ticket_id, self.version, OPENED, field)
        return keyring.open(Personal(event.resident, sealed=sealed), place)


class Dispatched(NamedTuple):
    """lead: None for triage."""

    ticket_id: str
    lead: str | None


class Resolved(NamedTuple):
    ticket_id: str
    unit: str


Known = OpenedFact | Dispatched | Resolved


class _Routed(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    lead: str


class _Resolved(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)
    unit: str


def _name(kind: type[Event]) -> str:
    name: str = kind.model_fields["type"].default
    return name


OPENED, ROUTED = _name(e.TicketOpened), _name(e.TicketRouted)
TRIAGED, RESOLVED = _name(e.TicketSentToTriage), _name(e.TicketResolved)
TYPES = (OPENED, ROUTED, TRIAGED, RESOLVED)


def known_facts(log: EventLog) -> Iterator[list[Known]]:
    """In the log's order, up to its head as it is now, many at a time. What nobody can read is
    passed over. Raises Outage."""
    head, position = log.head(), 0
    while chunk := log.read_types(TYPES, position, READ_MAX, head):
        position = chunk[-1].position
        yield [known for one in chunk if (known := _known(one)) is not None]


def _known(recorded: Recorded) -> Known | None:
    try:
        if recorded.type == OPENED:
            return OpenedFact(recorded.version, Opened.model_validate_json(recorded.data))
        if recorded.type == ROUTED:
            return Dispatched(recorded.stream_id, _Routed.model_validate_json(recorded.data).lead)
        if recorded.type == RESOLVED:
            return Resolved(recorded.stream_id, _Resolved.model_validate_json(recorded.data).unit)
        return Dispatched(recorded.stream_id, None)
    except ValidationError:
        return None
