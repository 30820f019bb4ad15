"""The values that findings are made with, as data."""

import hashlib
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
Ratio = Annotated[float, Field(ge=1, le=1_000, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=2, le=100_000)]
Days = Annotated[int, Field(ge=1, le=1_500)]
Part = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class FindingPolicyInvalid(ValueError):
    """A file of values that cannot be used: file, place in it, reason."""


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BurstPolicy(_Values):
    days_max: Annotated[int, Field(ge=1, le=60)]
    count_min: Count
    ratio_min: Ratio


class CommonPolicy(BurstPolicy):
    districts_min: Annotated[int, Field(ge=2, le=1_000)]
    streets_min: Annotated[int, Field(ge=2, le=10_000)]
    one_district_max: Share
    chance_max: Share


class RepeatedPolicy(_Values):
    days_max: Days
    days_min: Days
    count_min: Count
    ratio_min: Ratio
    resident_count_min: Count


class RecurringPolicy(_Values):
    days_after_closure: Days
    count_min: Count
    returns_min: Annotated[int, Field(ge=1, le=1_000)]
    share_min: Share
    reopened_min: Count
    reopened_ratio_min: Ratio


class BaselinePolicy(_Values):
    season_days: Annotated[int, Field(ge=7, le=180)]
    smoothing: Annotated[float, Field(ge=1, le=1e6, allow_inf_nan=False)]
    alike_min: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
    alike_max: Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class IndexPolicy(_Values):
    volume: Part
    volume_full: Annotated[float, Field(gt=1, le=1e6, allow_inf_nan=False)]
    growth: Part
    growth_full: Annotated[float, Field(gt=1, le=1e6, allow_inf_nan=False)]
    spread: Part
    spread_full: Annotated[float, Field(gt=1, le=1e6, allow_inf_nan=False)]
    unresolved: Part

    @model_validator(mode="after")
    def _is_whole(self) -> "IndexPolicy":
        whole = self.volume + self.growth + self.spread + self.unresolved
        if abs(whole - 100) > 1e-6:
            raise ValueError(f"the four parts add up to {whole:g}, not to 100")
        return self


class MapPolicy(_Values):
    count_min: Count
    residents_min: Count


class SeasonPolicy(_Values):
    index_min: Annotated[float, Field(gt=1, le=12, allow_inf_nan=False)]
    months_max: Annotated[int, Field(ge=1, le=11)]
    ahead_months: Annotated[int, Field(ge=0, le=6)]
    count_min: Count
    place_count_min: Count


class FindingPolicy(_Values):
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    history_days: Annotated[int, Field(ge=30, le=5_000)]
    false_share: Share
    windows_a_day: Annotated[int, Field(ge=1, le=100)]
    burst: BurstPolicy
    common: CommonPolicy
    repeated: RepeatedPolicy
    recurring: RecurringPolicy
    baseline: BaselinePolicy
    index: IndexPolicy
    map: MapPolicy
    season: SeasonPolicy

    @model_validator(mode="after")
    def _fits(self) -> "FindingPolicy":
        if self.baseline.alike_max < self.baseline.alike_min:
            raise ValueError("baseline.alike_max is below baseline.alike_min")
        if not self.burst.days_max < self.repeated.days_min <= self.repeated.days_max:
            raise ValueError(
                "repeated.days_min must lie above burst.days_max, and not above repeated.days_max"
            )
        return self

    @property
    def version(self) -> str:
        return f"{self.name}-{hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]}"


def default_policy() -> FindingPolicy:
    resource = files("services.findings") / "default_findings.toml"
    return _policy(resource.read_bytes(), "default_findings.toml")


def load_policy(path: Path) -> FindingPolicy:
    """Raises FindingPolicyInvalid."""
    try:
        return _policy(path.read_bytes(), str(path))
    except OSError as error:
        raise FindingPolicyInvalid(f"{path}: {error.strerror}") from None


def _policy(content: bytes, place: str) -> FindingPolicy:
    try:
        values: dict[str, Any] = tomllib.loads(content.decode())
        return FindingPolicy.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "values"
        raise FindingPolicyInvalid(f"{place}: {where}: {first['msg']}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FindingPolicyInvalid(f"{place}: {error}") from None
