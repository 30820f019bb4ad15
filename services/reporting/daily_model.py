"""What a daily report (日报告) says, as one value: codes, names, numbers; no resident's words."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(_Value):
    """One row of a table: on the day, and from the first day up to and including it."""

    code: str
    name: str
    name_en: str = ""
    day: int
    total: int


class UnitLine(_Value):
    """One unit's work on the day and in all; overdue: open tickets late at `as_at`."""

    code: str
    name: str
    routed: int
    accepted: int
    returned: int
    resolved: int
    on_time: int
    total_routed: int
    total_resolved: int
    overdue: int


class Figure(_Value):
    """value: numerator ÷ denominator, null when there was nothing to measure."""

    numerator: int | float
    denominator: int
    value: float | None
    text: str


class MeasureLine(_Value):
    key: str
    version: int
    name: str
    name_en: str
    definition: str
    definition_en: str
    day: Figure
    total: Figure


class OverdueLine(_Value):
    """Open and late at `as_at`: which promise, since when, by how many seconds."""

    ticket_id: str
    clock: Literal["accept", "resolve"]
    unit: str
    unit_name: str
    stage: str
    due_at: str
    late_s: int
    escalation: int


class DailyReport(_Value):
    """Made from the log up to `position`; the same position gives the same report.

    as_at: the end of the local day, or when the last fact was recorded if that was earlier.
    by_stage, by_item, by_area: tickets opened, by where they stand and what they are at `position`.
    """

    report: Literal["daily"] = "daily"
    report_version: Literal[1] = 1
    day: date
    zone: str
    position: int
    as_at: str | None
    measure_policy: str
    fairly_satisfied_weight: float
    flow: tuple[Line, ...]
    by_channel: tuple[Line, ...]
    by_stage: tuple[Line, ...]
    by_item: tuple[Line, ...]
    by_area: tuple[Line, ...]
    by_unit: tuple[UnitLine, ...]
    units: int
    measures: tuple[MeasureLine, ...]
    overdue: tuple[OverdueLine, ...]
    overdue_accept: int
    overdue_resolve: int
