"""The values that evaluation works with: who is called back, what replies mean, what is drawn."""

import hashlib
import json
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from services.domain.commands_evaluation import TryLimits
from services.domain.event_base import Kind, Satisfaction, UrgencyDays
from services.evaluation.replies import normal
from services.platform.toml_values import values_of

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Days = Annotated[int, Field(strict=True, ge=1, le=365)]
Rate = Annotated[float, Field(ge=0, le=1)]
VERSION_HEX_DIGITS = 8


class EvaluationPolicyInvalid(ValueError):
    """A policy file that cannot be used: file, place in it, reason."""


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CallBackRule(_Values):
    """Fits if all that it names do; what it does not name does not matter."""

    code: Name
    rate: Rate
    stages: tuple[Literal["resolved", "answered"], ...] = ()
    channels: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    urgency_days: tuple[UrgencyDays, ...] = ()


class Reply(_Values):
    """What these words of a text message mean. What they leave open is null."""

    words: Annotated[tuple[str, ...], Field(min_length=1)]
    responded: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None


class CallBackValues(_Values):
    due_working_days: Days
    tries: Annotated[int, Field(strict=True, ge=1, le=20)]
    days: Annotated[int, Field(strict=True, ge=1, le=20)]
    answers_within_days: Days
    rules: tuple[CallBackRule, ...]
    replies: tuple[Reply, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.days > self.tries:
            raise ValueError("days: more than tries")
        words = [normal(word) for reply in self.replies for word in reply.words]
        twice = {word for word in words if words.count(word) > 1}
        if twice or "" in words:
            raise ValueError(f"replies: {', '.join(sorted(twice)) or 'empty words'}: one meaning")
        codes = [rule.code for rule in self.rules]
        if len(set(codes)) < len(codes):
            raise ValueError("rules: a code occurs twice")
        return self


class DisagreementValues(_Values):
    reopenings: Annotated[int, Field(strict=True, ge=0, le=5)]
    addressee: Name


class LookBackValues(_Values):
    rate: Rate
    after_days_min: Days
    after_days_max: Days
    due_days: Days

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if self.after_days_max < self.after_days_min:
            raise ValueError("after_days_max: less than after_days_min")
        return self


class AppealValues(_Values):
    within_working_days: Days


class EvaluationPolicy(_Values):
    name: Name
    call_back: CallBackValues
    disagreement: DisagreementValues
    look_back: LookBackValues
    appeals: AppealValues

    @cached_property
    def version(self) -> str:
        """Name and short hash of the values, not of the file: comments do not change it."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return f"{self.name}-{hashlib.sha256(content.encode()).hexdigest()[:VERSION_HEX_DIGITS]}"

    @property
    def try_limits(self) -> TryLimits:
        return TryLimits(self.call_back.tries, self.call_back.days, self.version)


def load_evaluation_policy(path: Path) -> EvaluationPolicy:
    """From a TOML file shaped like default_policy.toml. Raises EvaluationPolicyInvalid."""
    try:
        return _parsed(path.read_bytes(), str(path))
    except OSError as error:
        raise EvaluationPolicyInvalid(f"{path}: {error.strerror}") from None


def default_evaluation_policy() -> EvaluationPolicy:
    content = (files("services.evaluation") / "default_policy.toml").read_bytes()
    return _parsed(content, "default policy of evaluation")


def _parsed(content: bytes, name: str) -> EvaluationPolicy:
    return values_of(content, name, EvaluationPolicy, EvaluationPolicyInvalid)
