"""Facts about what the city itself publishes, beside the tickets: the directory, and its like.

They stand in the one log, in streams of their own. Their types have other first names than
`ticket`, and that is what tells them apart: whoever folds tickets passes them over.
"""

from typing import get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from services.domain.classifier_events import ClassifierPublished, ClassifierWithdrawn
from services.domain.codec import Undecodable
from services.domain.directory_events import DirectoryPublished
from services.domain.knowledge_events import ArticlePublished, ArticleWithdrawn
from services.domain.notice_events import AnyNoticeEvent
from services.domain.personal import SealingContext
from services.domain.supervision_union import AnySupervisionEvent
from services.domain.topic_union import AnyTopicEvent

AnyCityEvent = (
    DirectoryPublished
    | ClassifierPublished
    | ClassifierWithdrawn
    | ArticlePublished
    | ArticleWithdrawn
    | AnyTopicEvent
    | AnySupervisionEvent
    | AnyNoticeEvent
)
CITY_EVENTS: tuple[type[AnyCityEvent], ...] = get_args(AnyCityEvent)
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


def encode_city(event: AnyCityEvent, context: SealingContext | None = None) -> bytes:
    """Raises NotSealed if words are open and there is no sealing context, and whatever the sealer
    raises."""
    try:
        return event.model_dump_json(exclude_none=True, context=context).encode()
    except PydanticSerializationError as error:  # it keeps the words of the cause, not its type
        raise _cause(event, context) or error from None


def _cause(event: AnyCityEvent, context: SealingContext | None) -> BaseException | None:
    """An outage of the key store must arrive as an outage."""
    try:
        event.model_dump(context=context)
    except PydanticSerializationError as error:
        return error.__cause__
    return None


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
