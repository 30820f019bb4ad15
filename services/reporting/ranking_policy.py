"""The values that units are ranked by, as data."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from services.reporting.measures import BY_KEY

VERSION_HEX_DIGITS = 8
Weight = Annotated[float, Field(gt=0, le=100)]
Weights = Annotated[
    Mapping[str, Weight],
    Field(min_length=1),
    AfterValidator(MappingProxyType),
    PlainSerializer(dict),
]


class RankingPolicyInvalid(ValueError):
    """A file of values that cannot be used: file, place in it, reason."""


class RankingPolicy(BaseModel):
    """weights: measure → its part of the composite; they need not sum to 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    minimum_count: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    prior_weight: Annotated[float, Field(ge=0, le=1_000_000)]
    confidence: Annotated[float, Field(gt=0, lt=1)]
    weights: Weights

    @model_validator(mode="after")
    def _are_measures(self) -> Self:
        unknown = sorted(set(self.weights) - set(BY_KEY))
        if unknown:
            raise ValueError(f"weights: {', '.join(unknown)}: no such measure")
        return self

    @cached_property
    def version(self) -> str:
        """Name and short hash of the values, not of the file: comments do not change it."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return f"{self.name}-{hashlib.sha256(content.encode()).hexdigest()[:VERSION_HEX_DIGITS]}"


def default_ranking_policy() -> RankingPolicy:
    resource = files("services.reporting") / "default_ranking.toml"
    return _policy(resource.read_bytes(), "default_ranking.toml")


def load_ranking_policy(path: Path) -> RankingPolicy:
    """Raises RankingPolicyInvalid."""
    try:
        return _policy(path.read_bytes(), str(path))
    except OSError as error:
        raise RankingPolicyInvalid(f"{path}: {error.strerror}") from None


def _policy(content: bytes, place: str) -> RankingPolicy:
    try:
        values: dict[str, Any] = tomllib.loads(content.decode())
        return RankingPolicy.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RankingPolicyInvalid(": ".join(filter(None, (place, where, first["msg"])))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RankingPolicyInvalid(f"{place}: {error}") from None
