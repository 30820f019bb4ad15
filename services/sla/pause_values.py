"""What supervision's policy says of pauses 中止, extensions 延期 and assisting 协办. As data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from services.domain.command_base import ExtensionLimits

WorkingDays = Annotated[int, Field(strict=True, ge=1, le=250)]
# A word of a code list, as commands carry it.
ReasonCode = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]


class Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _urgency_keys(value: object) -> object:
    """TOML's keys are text; urgencies are whole numbers of working days."""
    if not isinstance(value, dict):
        return value
    return {int(key) if str(key).isdecimal() else key: days for key, days in value.items()}


DaysByUrgency = Annotated[
    Mapping[WorkingDays, WorkingDays],
    Field(min_length=1),
    BeforeValidator(_urgency_keys),
    AfterValidator(MappingProxyType),
    PlainSerializer(dict),
]


class Assisting(Values):
    """fraction: of the lead's working days, rounded up; 1: as long as the lead itself."""

    fraction: Annotated[float, Field(gt=0, le=1)] = 1.0


class SuspensionReason(Values):
    """working_days: the most that one handling of a ticket may be suspended for it."""

    code: ReasonCode
    name: Annotated[str, Field(min_length=1, max_length=60)]
    working_days: WorkingDays


class ExtensionRule(Values):
    """times_max: within one handling. working_days_max: each time, by urgency; absent: no limit."""

    times_max: Annotated[int, Field(strict=True, ge=0, le=20)] = 1
    working_days_max: DaysByUrgency | None = None

    def limits(self, urgency: int | None) -> ExtensionLimits:
        by_urgency = self.working_days_max or {}
        return ExtensionLimits(self.times_max, by_urgency.get(urgency or 0))
