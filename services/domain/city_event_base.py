"""What every fact about what the city itself publishes has in common."""

from typing import Annotated

from pydantic import AwareDatetime, StringConstraints

from services.domain.event_base import Actor, Frozen

CONTENT_CHARACTERS_MAX = 700_000  # a message on the bus has 1 MB at most
StreamId = Annotated[str, StringConstraints(pattern=r"^[a-z]+(:[^:]{1,48})?$", max_length=64)]


class CityEvent(Frozen):
    """stream_id: `<family>` or `<family>:<name>`; no ticket has such an id. The rest as in the
    facts of tickets. Words of a resident are never in the clear."""

    type: str
    stream_id: StreamId
    actor: Actor
    cause: str
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime
