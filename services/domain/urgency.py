"""How urgent a matter is 紧急程度, and what may make it more so. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from services.domain.event_base import UrgencyDays

LEAST_URGENT_DAYS: UrgencyDays = 11


class UrgencyClaim(NamedTuple):
    """What one rule asks for, where the words and the day are as it says.

    It holds for a matter whose item is one of `items` or below one (empty: for every matter), told
    by `reporters_min` residents or more. `told`: the rule in a dispatcher's words.
    """

    rule: str
    urgency_days: UrgencyDays
    items: tuple[str, ...]
    reporters_min: int
    told: str


class Raise(NamedTuple):
    """claims: those that ask for `urgency_days`, by the code of their rule."""

    urgency_days: UrgencyDays
    claims: tuple[UrgencyClaim, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(claim.rule for claim in self.claims)

    @property
    def told(self) -> str:
        return "；".join(claim.told for claim in self.claims)


def find_raise(
    claims: Iterable[UrgencyClaim], item: str | None, reporters: int, standing_days: int
) -> Raise | None:
    """None unless a claim that holds asks for less than the standing working days. What urgency
    a matter has is never lowered, and in which order the rules stand does not matter."""
    holding = [
        claim
        for claim in claims
        if claim.urgency_days < standing_days
        and claim.reporters_min <= reporters
        and is_within(item, claim.items)
    ]
    if not holding:
        return None
    days = min(claim.urgency_days for claim in holding)
    deciding = {claim.rule: claim for claim in holding if claim.urgency_days == days}
    return Raise(days, tuple(deciding[rule] for rule in sorted(deciding)))


def is_within(item: str | None, codes: tuple[str, ...]) -> bool:
    """Whether an item is one of these or below one: the dotted prefixes of a code are above it."""
    if not codes:
        return True
    return item is not None and any(item == code or item.startswith(f"{code}.") for code in codes)
