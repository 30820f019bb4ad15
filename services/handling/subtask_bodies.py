"""What is said with a command about a sub-task 分解任务."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.handling.bodies import Code, Unit, UnitBody, Words


def _day(text: str) -> str:
    """Kept as text: strict JSON has no dates."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("not_a_day", "is no ISO 8601 date like 2026-03-12") from None
    return day.isoformat()


Day = Annotated[str, Field(max_length=10), AfterValidator(_day)]
Number = Annotated[int, Field(ge=1, le=10_000)]


class GiveSubtaskBody(UnitBody):
    """unit: the lead, who asks. to: who gets it. due_day: a working day, by its close."""

    to: Unit
    due_day: Day
    note: Words


class SubtaskBody(UnitBody):
    subtask: Number


class SubtaskNoteBody(SubtaskBody):
    note: Words | None = None


class WithdrawSubtaskBody(SubtaskBody):
    reason: Code
    note: Words | None = None
