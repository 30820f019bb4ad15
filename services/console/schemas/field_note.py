"""What a note about one field of a message holds."""

from typing import Any, NamedTuple


class FieldNote(NamedTuple):
    text: str
    example: Any
