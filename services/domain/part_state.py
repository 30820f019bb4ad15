"""A part of a matter that another unit does, beside the lead: assisting 协办, or a sub-task."""

from datetime import datetime
from typing import NamedTuple

from services.domain.clock_state import ClockState


class Part(NamedTuple):
    """number: of the sub-task; 0: the unit assists. over: nobody asks for it any more."""

    unit: str
    number: int
    asked_at: datetime
    accepted_at: datetime | None = None
    done_at: datetime | None = None
    over: bool = False
    clock: ClockState | None = None

    @property
    def is_open(self) -> bool:
        return self.done_at is None and not self.over

    @property
    def key(self) -> str:
        return part_key(self.unit, self.number)


def part_key(unit: str, number: int | None) -> str:
    """The name of its clock, beside `accept` and `resolve`; the unit begins at a fixed place."""
    return f"subtask:{number:03d}:{unit}" if number else f"assist:{unit}"


def part_named(key: str) -> tuple[str, str]:
    """("assist" or "subtask", unit) of a clock; ("", "") of the ticket's own."""
    kind, _, rest = key.partition(":")
    if not rest:
        return "", ""
    return kind, rest.partition(":")[2] if kind == "subtask" else rest
