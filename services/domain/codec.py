"""Events to bytes and back. The bytes are the same in the log, on the bus and over HTTP."""

from collections.abc import Mapping
from typing import get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from services.domain.event_base import PERSONAL_FIELDS, Event
from services.domain.events import TicketEvent
from services.domain.personal import SealingContext
from services.domain.upcasting import UPCASTERS, Upcaster, upcast

_BY_CLASS: dict[type[Event], TypeAdapter[TicketEvent]] = {
    event_type: TypeAdapter(event_type) for event_type in get_args(TicketEvent)
}
_BY_NAME: dict[str, TypeAdapter[TicketEvent]] = {
    event_type.model_fields["type"].default: adapter for event_type, adapter in _BY_CLASS.items()
}
TYPE_NAMES: tuple[str, ...] = tuple(_BY_NAME)
# Those that may hold words to be sealed.
WITH_WORDS: frozenset[type[Event]] = frozenset(
    event_type
    for event_type in _BY_CLASS
    if not event_type.model_fields.keys().isdisjoint(PERSONAL_FIELDS)
)
# Only names of ours are shown: a name that somebody else gave may say who the resident is.
_KNOWN_NAMES = frozenset(name for event_type in _BY_CLASS for name in event_type.model_fields)


class Undecodable(ValueError):
    """Bytes that are no event we know. The message never quotes them."""


def encode(event: TicketEvent, context: SealingContext | None) -> bytes:
    """UTF-8 JSON. Raises NotSealed if words are open and there is no sealing context, and
    whatever the sealer raises."""
    adapter = _BY_CLASS[type(event)]
    try:  # straight to its serializer: `dump_json` spends as long again on its own arguments
        return adapter.serializer.to_json(event, context=context, exclude_none=True)
    except PydanticSerializationError as error:  # it keeps the words of the cause, not its type
        raise _cause(adapter, event, context) or error from None


def _cause(
    adapter: TypeAdapter[TicketEvent], event: TicketEvent, context: SealingContext | None
) -> BaseException | None:
    """An outage of the key store must arrive as an outage."""
    try:
        adapter.dump_python(event, context=context)
    except PydanticSerializationError as error:
        return error.__cause__
    return None


def decode(
    type_name: str, data: bytes, upcasters: Mapping[str, Upcaster] = UPCASTERS
) -> TicketEvent:
    """The event in its newest form. Raises Undecodable."""
    adapter = _BY_NAME.get(type_name)
    try:
        if adapter is not None:
            event: TicketEvent = adapter.validator.validate_json(data)
            return event
        if type_name in upcasters:
            document = upcast(data, upcasters)
            return _BY_NAME[document["type"]].validate_python(document)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Undecodable(f"{type_name}: {_reason(error)}") from None
    raise Undecodable(f"unknown event type {type_name!r}")


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"] if part in _KNOWN_NAMES)
        return f"{place or 'document'}: {first['msg']}"
    return type(error).__name__
