"""The values supervision works with: accept times, warning point, escalation ladder. As data."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    Field,
    StringConstraints,
    model_validator,
)

from services.domain.commands import Rung
from services.domain.event_base import UrgencyDays
from services.platform.toml_values import values_of
from services.sla.pause_values import (
    Assisting,
    DaysByUrgency,
    ExtensionRule,
    SuspensionReason,
    Values,
    WorkingDays,
)

Measure = Literal["remind", "urge", "supervise", "criticise"]
Addressee = Literal["unit", "unit_leader", "supervisor", "city"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]

MEASURE_NAMES: Mapping[Measure, str] = MappingProxyType(
    {"remind": "提醒", "urge": "催办", "supervise": "督办", "criticise": "通报"}
)
VERSION_HEX_DIGITS = 8


class PolicyInvalid(ValueError):
    """A policy file that cannot be used: file, place in it, reason."""


class UrgencyUnknown(ValueError):
    """The policy has no accept time for this urgency."""


class LadderStep(Values):
    """One measure. `when` is "warn", "missed", or that many working days after the miss."""

    level: Annotated[int, Field(strict=True, ge=1, le=4)]
    measure: Measure
    when: Literal["warn", "missed"] | WorkingDays
    addressee: Addressee

    def order(self) -> int:
        """Rises with time: warn, missed, one working day after it, …"""
        match self.when:
            case "warn":
                return -1
            case "missed":
                return 0
            case working_days:
                return working_days


class SlaPolicy(Values):
    """`accept_within`: urgency (working days to resolve) -> working days to accept (签收).
    suspension: the closed list of reasons; empty: any reason, without a limit."""

    name: Name
    warn_fraction: Annotated[float, Field(gt=0, lt=1)]
    accept_within: DaysByUrgency
    ladder: Annotated[tuple[LadderStep, ...], Field(min_length=1)]
    assisting: Assisting = Assisting()
    suspension: tuple[SuspensionReason, ...] = ()
    extension: ExtensionRule = ExtensionRule()

    @cached_property
    def version(self) -> str:
        """Name and short hash of the values, not of the file: comments do not change it."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return f"{self.name}-{hashlib.sha256(content.encode()).hexdigest()[:VERSION_HEX_DIGITS]}"

    def accept_working_days(self, urgency: int) -> int:
        try:
            return self.accept_within[urgency]
        except KeyError:
            raise UrgencyUnknown(f"accept_within has no urgency {urgency}") from None

    def suspension_days(self, reason: str) -> int | None:
        """The most working days for a reason; None: no limit, or a reason that is not listed."""
        found = (one.working_days for one in self.suspension if one.code == reason)
        return next(found, None)

    def allows_suspension(self, reason: str) -> bool:
        return not self.suspension or any(one.code == reason for one in self.suspension)

    def rungs_at(self, when: Literal["warn", "missed"]) -> tuple[Rung, ...]:
        """The measures due at a warning, or at the moment of the miss."""
        return self._at_warning if when == "warn" else self._at_miss

    # Asked for with every clock that is due: found once.

    @cached_property
    def rungs_after_miss(self) -> tuple[tuple[int, Rung], ...]:
        """The later measures with their working days after the miss, earliest first."""
        later = ((step.when, step) for step in self.ladder if isinstance(step.when, int))
        return tuple((days, self._rung(step)) for days, step in later)

    @cached_property
    def _at_warning(self) -> tuple[Rung, ...]:
        return tuple(self._rung(step) for step in self.ladder if step.when == "warn")

    @cached_property
    def _at_miss(self) -> tuple[Rung, ...]:
        return tuple(self._rung(step) for step in self.ladder if step.when == "missed")

    def _rung(self, step: LadderStep) -> Rung:
        return Rung(step.level, step.measure, step.addressee, self.version)

    @model_validator(mode="after")
    def _knows_every_urgency(self) -> Self:
        missing = [days for days in get_args(UrgencyDays) if days not in self.accept_within]
        if missing:
            raise ValueError(f"accept_within: no value for urgency {missing[0]}")
        return self

    @model_validator(mode="after")
    def _accepts_before_it_resolves(self) -> Self:
        for urgency, days in self.accept_within.items():
            if days > urgency:
                raise ValueError(f"accept_within.{urgency}: later than the matter must be resolved")
        return self

    @model_validator(mode="after")
    def _reasons_differ(self) -> Self:
        codes = [one.code for one in self.suspension]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise ValueError(f"suspension: the reason {twice} stands twice")
        return self

    @model_validator(mode="after")
    def _ladder_climbs(self) -> Self:
        if [step.level for step in self.ladder] != list(range(1, len(self.ladder) + 1)):
            raise ValueError("ladder: levels must be 1, 2, 3, … in this order")
        if len({step.measure for step in self.ladder}) != len(self.ladder):
            raise ValueError("ladder: a measure occurs twice")
        orders = [step.order() for step in self.ladder]
        if orders != sorted(orders):
            raise ValueError("ladder: a higher level comes earlier than a lower one")
        return self


def load_policy(path: Path) -> SlaPolicy:
    """From a TOML file shaped like default_policy.toml. PolicyInvalid names all that is wrong."""
    return _parsed(path.read_bytes(), str(path))


def default_policy() -> SlaPolicy:
    return _parsed((files("services.sla") / "default_policy.toml").read_bytes(), "default policy")


def _parsed(content: bytes, name: str) -> SlaPolicy:
    return values_of(content, name, SlaPolicy, PolicyInvalid)
