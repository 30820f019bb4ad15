"""The policy of supervision 督 as frozen values: the duty to reply, who is told when, cards."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from services.domain.event_base import Code
from services.domain.supervision_values import Colour, Counted, Role, RuleCode
from services.platform.toml_values import values_of

VERSION_HEX_DIGITS = 8
Within = Literal["month", "quarter"]
Whole = Annotated[int, Field(strict=True, ge=1, le=250)]
LadderRoles = Annotated[
    Mapping[Literal["unit", "unit_leader", "supervisor", "city"], Role],
    AfterValidator(MappingProxyType),
    PlainSerializer(dict),
]


class SupervisionPolicyInvalid(ValueError):
    """A policy file that cannot be used: file, place in it, reason."""


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ReplyStep(_Values):
    """after: working days after the reply was missed; 0 at once."""

    level: Annotated[int, Field(strict=True, ge=1, le=9)]
    after: Annotated[int, Field(strict=True, ge=0, le=250)]
    role: Role


class ReplyPolicy(_Values):
    working_days: Whole
    warn_fraction: Annotated[float, Field(gt=0, lt=1)]
    extensions_max: Annotated[int, Field(strict=True, ge=0, le=9)]
    extension_days_max: Whole
    ladder: tuple[ReplyStep, ...] = ()

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        levels = [step.level for step in self.ladder]
        if levels != list(range(1, len(levels) + 1)):
            raise ValueError("ladder: levels must be 1, 2, 3, … in this order")
        days = [step.after for step in self.ladder]
        if days != sorted(days):
            raise ValueError("ladder: a higher level comes earlier than a lower one")
        return self


class TellingPolicy(_Values):
    """parts: local times of a working day, in their order. roles: addressee of the ladder → whom
    of the unit."""

    parts: Annotated[tuple[time, ...], Field(min_length=1, max_length=12)]
    office: Code
    roles: LadderRoles

    def role_of(self, addressee: str) -> Role:
        """Of an addressee as facts name it; whom no policy knows, the office is told for."""
        known: Mapping[str, Role] = {str(name): role for name, role in self.roles.items()}
        return known.get(addressee, "office")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if list(self.parts) != sorted(set(self.parts)):
            raise ValueError("parts: not in the order of the day, or given twice")
        missing = {"unit", "unit_leader", "supervisor", "city"} - set(self.roles)
        if missing:
            raise ValueError(f"roles: no value for {', '.join(sorted(missing))}")
        return self


class CardRule(_Values):
    code: RuleCode
    colour: Colour
    counts: Annotated[tuple[Counted, ...], Field(min_length=1)]
    at_least: Annotated[int, Field(strict=True, ge=1, le=200)]
    within: Within

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if len(set(self.counts)) != len(self.counts):
            raise ValueError("counts: something is named twice")
        if self.colour == "yellow" and "yellow_card" in self.counts:
            raise ValueError("counts: a yellow card that counts yellow cards would never end")
        return self


class SupervisionPolicy(_Values):
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    reply: ReplyPolicy
    telling: TellingPolicy
    cards: tuple[CardRule, ...] = ()

    @cached_property
    def version(self) -> str:
        """Name and short hash of the values, not of the file: comments do not change it."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return f"{self.name}-{hashlib.sha256(content.encode()).hexdigest()[:VERSION_HEX_DIGITS]}"

    @model_validator(mode="after")
    def _rules_once(self) -> Self:
        codes = [rule.code for rule in self.cards]
        if len(set(codes)) != len(codes):
            raise ValueError("cards: a rule's code is given twice")
        return self


@lru_cache(maxsize=4_096)  # asked for with everything that counts, and there are few days
def period_of(day: date, within: Within) -> tuple[str, date, date]:
    """Name, first and last day of the calendar month or quarter."""
    if within == "month":
        first = day.replace(day=1)
        return f"{first:%Y-%m}", first, _month_after(first, 1) - timedelta(days=1)
    quarter = (day.month - 1) // 3
    first = date(day.year, 3 * quarter + 1, 1)
    return f"{day.year}-Q{quarter + 1}", first, _month_after(first, 3) - timedelta(days=1)


def _month_after(first: date, months: int) -> date:
    index = first.month - 1 + months
    return date(first.year + index // 12, index % 12 + 1, 1)


def load_supervision_policy(path: Path) -> SupervisionPolicy:
    """From a TOML file shaped like default_policy.toml. SupervisionPolicyInvalid names all that
    is wrong."""
    return _parsed(path.read_bytes(), str(path))


def default_supervision_policy() -> SupervisionPolicy:
    content = (files("services.supervision") / "default_policy.toml").read_bytes()
    return _parsed(content, "default supervision policy")


def _parsed(content: bytes, name: str) -> SupervisionPolicy:
    return values_of(content, name, SupervisionPolicy, SupervisionPolicyInvalid)
