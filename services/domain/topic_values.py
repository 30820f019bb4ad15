"""Values that facts and commands of topics 每月一题 share: codes, texts, figures.

All texts are the city's own and stand in the clear for ever: never a resident's words or name.
"""

import re
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, FiniteFloat, StringConstraints
from pydantic_core import PydanticCustomError

from services.domain.event_base import Code, Frozen, TicketId

QUANTITY_MAX = 100_000_000
EVIDENCE_MAX = 20
FIGURES_MAX = 20
TICKETS_AT_ONCE_MAX = 500

_NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"
_LINE_ENDS_ONLY = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]+$"
# A mobile number, or an identity card's: nothing that a fact about a topic needs. Never to be made
# wider: what was stored must pass it.
_PERSONAL_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:1[3-9]\d{9}|\d{17}[\dXx])(?![0-9A-Za-z])", re.ASCII
)


def of_nobody(text: str) -> str:
    """For what stands in the clear for ever."""
    if _PERSONAL_NUMBER.search(text):
        raise PydanticCustomError(
            "personal_number", "holds what looks like a telephone or identity number"
        )
    return text


def _a_monday(day: date) -> date:
    if day.weekday():
        raise PydanticCustomError("not_a_monday", "is no Monday")
    return day


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


Source = Literal["finding", "hand", "survey"]
TopicCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
ListCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Month = Annotated[str, StringConstraints(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$")]
# Years of four digits that begin with 2, so that weeks and months around them exist as well.
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
Monday = Annotated[date, AfterValidator(_a_monday)]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROLS),
    AfterValidator(of_nobody),
]
Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=2_000, pattern=_LINE_ENDS_ONLY
    ),
    AfterValidator(of_nobody),
]
CountedIn = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10, pattern=_NO_CONTROLS),
]
Total = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]
Done = Annotated[int, Field(ge=0, le=QUANTITY_MAX)]
Evidence = Annotated[tuple[Line, ...], Field(max_length=EVIDENCE_MAX)]
SomeEvidence = Annotated[tuple[Line, ...], Field(min_length=1, max_length=EVIDENCE_MAX)]
Units = Annotated[tuple[Code, ...], Field(max_length=50)]
Scope = Annotated[tuple[Code, ...], Field(max_length=100)]
Codes = Annotated[tuple[ListCode, ...], Field(max_length=200)]
Tickets = Annotated[tuple[TicketId, ...], Field(max_length=TICKETS_AT_ONCE_MAX)]


class TopicFigure(Frozen):
    """One figure that speaks for a topic: what was counted, how many, in what."""

    label: Line
    value: FiniteFloat
    counted_in: CountedIn | None = None


class PlannedMeasure(Frozen):
    """One measure of the plan: what will be done, and by which unit."""

    measure_code: ListCode
    wording: Line
    responsible: Code


Figures = Annotated[tuple[TopicFigure, ...], Field(max_length=FIGURES_MAX)]
Measures = Annotated[tuple[PlannedMeasure, ...], Field(max_length=50)]
