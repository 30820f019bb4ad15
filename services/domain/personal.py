"""Residents' words inside events: open in memory, sealed wherever they are written.

A `Personal` can be serialised only with a sealer in the serialisation context, so forgetting to
seal is an error and never a leak. Its stored form names the key it needs: `s1.<subject>.<base64>`.
"""

from typing import Any, Protocol

from msgspec import Struct
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

SEALED_FORM = "s1"
SEALED_PREFIX = f"{SEALED_FORM}."


class NotSealed(TypeError):
    """A resident's words were about to be written in the clear."""


class Personal(Struct, frozen=True):
    """Words of or about one resident (`subject`); at least one of the two forms is there."""

    subject: str
    plain: str | None = None
    sealed: str | None = None

    def __repr__(self) -> str:
        return f"Personal({self.subject!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """What a struct shows by itself to those who print prettily would be its words."""
        return [("subject", self.subject)]

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validate,
            serialization=core_schema.plain_serializer_function_ser_schema(_refuse),
            json_schema_input_schema=core_schema.str_schema(pattern=r"^s1\."),
        )


def _refuse(words: Personal) -> str:
    raise NotSealed("a personal field outside the sealed ones (PERSONAL_FIELDS)")


def _validate(value: object) -> Personal:
    if isinstance(value, Personal):
        return value
    if isinstance(value, str):
        form, *parts = value.split(".")
        if form == SEALED_FORM and len(parts) == 2:
            return Personal(parts[0], None, value)
    raise PydanticCustomError("not_sealed", "a sealed value of the form s1.<subject>.<base64>")


class Sealer(Protocol):
    """Turns the words of one field of one event into their stored form."""

    def __call__(self, words: Personal, associated_data: bytes) -> str: ...


class SealingContext(Struct, frozen=True):
    """What serialising needs: the sealer, and the version at which the event will stand."""

    seal: Sealer
    version: int


def associated_data(stream_id: str, version: int, type_name: str, field: str) -> bytes:
    """Binds a sealed value to its place, so that moving it elsewhere cannot go unnoticed."""
    return f"{stream_id}|{version}|{type_name}|{field}".encode()
