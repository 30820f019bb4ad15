"""Sentences for a dispatcher, made of the directory's own words and numbers only."""

from services.domain.urgency import Raise
from services.router.urgency.model import UrgencyRule


def told(rule: UrgencyRule, word: str | None) -> str:
    """The rule, why it holds, and its basis. word: the directory's, where one was found."""
    reasons = []
    if word is not None:
        reasons.append("命中词不公开" if rule.discreet else f"命中“{word}”")
    if rule.season is not None:
        (month, day), (last_month, last_day) = rule.season
        reasons.append(f"{month}月{day}日至{last_month}月{last_day}日")
    if rule.reporters_min > 1:
        reasons.append(f"{rule.reporters_min}人以上反映")
    if rule.basis:
        reasons.append(f"依据{rule.basis}")
    return f"规则“{rule.name}”" + (f"（{'，'.join(reasons)}）" if reasons else "")


def raised(from_days: int, found: Raise) -> str:
    return f"紧急程度由 {from_days} 个工作日提为 {found.urgency_days} 个工作日：{found.told}。"
