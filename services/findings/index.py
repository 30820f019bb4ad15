"""热度: 0 to 100, the sum of four parts that are told with it."""

from dataclasses import dataclass
from math import log

from services.findings.policy import IndexPolicy


@dataclass(frozen=True, slots=True)
class Heat:
    """Each part from 0 to its weight."""

    volume: float
    growth: float
    spread: float
    unresolved: float

    @property
    def index(self) -> float:
        return round(self.volume + self.growth + self.spread + self.unresolved, 1)


def heat_of(
    count: int, ratio: float, places: int, unresolved_share: float, policy: IndexPolicy
) -> Heat:
    """Parts of volume, growth and spread grow with the logarithm, up to what counts as full."""
    return Heat(
        volume=round(policy.volume * _part(count + 1, policy.volume_full + 1), 1),
        growth=round(policy.growth * _part(ratio, policy.growth_full), 1),
        spread=round(policy.spread * _part(places, policy.spread_full), 1),
        unresolved=round(policy.unresolved * min(max(unresolved_share, 0.0), 1.0), 1),
    )


def _part(value: float, full: float) -> float:
    return min(max(log(max(value, 1.0)) / log(full), 0.0), 1.0)


def told(heat: Heat, policy: IndexPolicy) -> tuple[str, str]:
    """(zh, en)."""
    zh = (
        f"热度{heat.index:g} = 数量{heat.volume:g}/{policy.volume:g} + 增长{heat.growth:g}/"
        f"{policy.growth:g} + 范围{heat.spread:g}/{policy.spread:g} + 未办结{heat.unresolved:g}/"
        f"{policy.unresolved:g}"
    )
    en = (
        f"index {heat.index:g} = volume {heat.volume:g}/{policy.volume:g} + growth "
        f"{heat.growth:g}/{policy.growth:g} + spread {heat.spread:g}/{policy.spread:g} + open "
        f"{heat.unresolved:g}/{policy.unresolved:g}"
    )
    return zh, en
