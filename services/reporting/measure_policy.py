"""The values that measures are computed with, as data."""

import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class MeasurePolicyInvalid(ValueError):
    """A file of values that cannot be used: file, place in it, reason."""


class MeasurePolicy(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    fairly_satisfied_weight: Annotated[Decimal, Field(ge=0, le=1, max_digits=6)]

    @property
    def version(self) -> str:
        return f"{self.name}-w{self.fairly_satisfied_weight.normalize():f}"


def default_measure_policy() -> MeasurePolicy:
    resource = files("services.reporting") / "default_measures.toml"
    return _policy(resource.read_bytes(), "default_measures.toml")


def load_measure_policy(path: Path) -> MeasurePolicy:
    """Raises MeasurePolicyInvalid."""
    try:
        return _policy(path.read_bytes(), str(path))
    except OSError as error:
        raise MeasurePolicyInvalid(f"{path}: {error.strerror}") from None


def _policy(content: bytes, place: str) -> MeasurePolicy:
    try:
        values: dict[str, Any] = tomllib.loads(content.decode(), parse_float=Decimal)
        return MeasurePolicy.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise MeasurePolicyInvalid(f"{place}: {where}: {first['msg']}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MeasurePolicyInvalid(f"{place}: {error}") from None
