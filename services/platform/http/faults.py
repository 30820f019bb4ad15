"""What is wrong with one field of what somebody sent."""

from typing import NamedTuple


class FieldFault(NamedTuple):
    """The reason never quotes the value."""

    field: str
    code: str
    reason: str
