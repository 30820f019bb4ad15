"""Facts about what the city itself publishes, beside the tickets: the directory, and its like.

They stand in the one log, in streams of their own. Their types have other first names than
`ticket`, and that is what tells them apart: whoever folds tickets passes them over.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, TypeAdapter, ValidationError

from services.domain.codec import Undecodable
from services.domain.event_base import Actor, Code, Frozen

CONTENT_CHARACTERS_MAX = 700_000  # a message on the bus has 1 MB at most
StreamId = Annotated[str, StringConstraints(pattern=r"^[a-z]+(:[^:]{1,48})?$", max_length=64)]


class CityEvent(Frozen):
    """stream_id: `<family>` or `<family>:<name>`; no ticket has such an id. The rest as in the
    facts of tickets. Never holds words of a resident."""

    type: str
    stream_id: StreamId
    actor: Actor
    cause: str
    occurred_at: AwareDatetime
    recorded_at: AwareDatetime


class DirectoryPublished(CityEvent):
    """派单目录 as a whole, and from which local day on it is used.

    content: the files, as `zlib+base64` of JSON {file name: text}. version: by their content.
    """

    type: Literal["directory.published.v1"] = "directory.published.v1"
    version: Code
    label: Code
    valid_from: date
    why: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    content: Annotated[str, StringConstraints(min_length=1, max_length=CONTENT_CHARACTERS_MAX)]
    faults_accepted: Annotated[int, Field(ge=0)] = 0  # lint errors that --force went over


AnyCityEvent = DirectoryPublished  # a union, when there are more: both lines name all of them
CITY_EVENTS: tuple[type[AnyCityEvent], ...] = (DirectoryPublished,)
_BY_NAME: dict[str, TypeAdapter[AnyCityEvent]] = {
    event_type.model_fields["type"].default: TypeAdapter(event_type) for event_type in CITY_EVENTS
}
CITY_TYPE_NAMES: tuple[str, ...] = tuple(_BY_NAME)
FAMILIES = frozenset(name.partition(".")[0] for name in CITY_TYPE_NAMES)


def is_city_type(type_name: str) -> bool:
    """Of a family that is not the tickets'. A type of no family that we know is not: it is
    undecodable, as ever."""
    return type_name.partition(".")[0] in FAMILIES


def is_city_stream(stream_id: str) -> bool:
    return stream_id.partition(":")[0] in FAMILIES


def encode_city(event: AnyCityEvent) -> bytes:
    return event.model_dump_json(exclude_none=True).encode()


def decode_city(type_name: str, data: bytes) -> AnyCityEvent:
    """Raises Undecodable."""
    adapter = _BY_NAME.get(type_name)
    if adapter is None:
        raise Undecodable(f"unknown event type {type_name!r}")
    try:
        return adapter.validate_json(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"][:1]))
        raise Undecodable(f"{type_name}: {place or 'document'}: {first['msg']}") from None
