"""热点问题 of a set of messages, without a log, codes or items: grouped by what they say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import NamedTuple

import numpy as np

from services.findings.codes import Numbers
from services.findings.meaning.grouping import grouped
from services.findings.meaning.labels import label_of
from services.findings.meaning.reading import Read
from services.findings.policy import IndexPolicy

DENSEST_DAYS = 30


class Message(NamedTuple):
    """name: its number or the file's own id. resident: whose it is, "" where it is not told."""

    name: str
    title: str
    text: str
    resident: str
    day: date | None
    place: str


@dataclass(frozen=True, slots=True)
class HotTopic:
    """members: names of messages. densest: how many within 30 days. ratio: the others of these to
    what an even part of all messages would be in these days; 1 without times."""

    label: str
    index: float
    count: int
    residents: int
    first_day: date | None
    last_day: date | None
    densest: int
    ratio: float
    members: tuple[str, ...]
    explanation: str
    explanation_en: str


Unresolved = Callable[[Sequence[Message]], float]  # which part of them is not done yet


def hot_topics(
    messages: Sequence[Message],
    read: Read,
    policy: IndexPolicy,
    count_min: int = 2,
    unresolved: Unresolved | None = None,
) -> list[HotTopic]:
    """The strongest first. What one resident alone says is no topic, where residents are told.
    unresolved: None where nobody knows what was done."""
    readings = [read(f"{one.place}{one.title}", one.text) for one in messages]
    titles = [reading.title for reading in readings]
    days = np.array([one.day.toordinal() for one in messages if one.day], np.int64)
    found = []
    for members in grouped(readings):
        some = [messages[at] for at in members]
        if len(some) < count_min or _is_one_voice(some):
            continue
        label = label_of([titles[at] for at in members], titles)
        found.append(_topic(label, some, days, policy, unresolved and unresolved(some)))
    return sorted(found, key=lambda topic: (-topic.index, -topic.count, topic.members))


def _is_one_voice(some: Sequence[Message]) -> bool:
    told = {one.resident for one in some}
    return len(told) == 1 and told != {""}


def _topic(
    label: str,
    some: Sequence[Message],
    all_days: Numbers,
    policy: IndexPolicy,
    unresolved: float | None,
) -> HotTopic:
    days = sorted(one.day for one in some if one.day)
    residents = len({one.resident for one in some if one.resident}) or len(some)
    densest, ratio = _densest([day.toordinal() for day in days], all_days)
    parts = {
        "volume": policy.volume * _part(len(some) + 1, policy.volume_full + 1),
        "growth": policy.growth * _part(ratio, policy.growth_full),
        "spread": policy.spread * _part(residents, policy.volume_full),
    }
    if unresolved is not None:
        parts["unresolved"] = policy.unresolved * unresolved
    whole = sum(getattr(policy, name) for name in parts)
    shares = {name: round(100 * value / whole, 1) for name, value in parts.items()}
    index = round(sum(shares.values()), 1)
    return HotTopic(
        label=label,
        index=index,
        count=len(some),
        residents=residents,
        first_day=days[0] if days else None,
        last_day=days[-1] if days else None,
        densest=densest,
        ratio=round(ratio, 2),
        members=tuple(one.name for one in some),
        explanation=(
            f"{len(some)}条、{residents}人；最密{DENSEST_DAYS}天{densest}条，为均匀分布的{ratio:.3g}倍。"
            f"热度{index:g} = 数量{shares['volume']:g} + 集中{shares['growth']:g} + 人数"
            f"{shares['spread']:g}{_zh_open(shares)}"
        ),
        explanation_en=(
            f"{len(some)} messages of {residents} people; {densest} in the densest {DENSEST_DAYS}"
            f" days, {ratio:.3g} times an even part. index {index:g} = volume"
            f" {shares['volume']:g} + density {shares['growth']:g} + people {shares['spread']:g}"
            f"{_en_open(shares)}"
        ),
    )


def _zh_open(shares: Mapping[str, float]) -> str:
    if "unresolved" in shares:
        return f" + 未办结{shares['unresolved']:g}"
    return "（办结情况不明，其余三项折算为100）"


def _en_open(shares: Mapping[str, float]) -> str:
    if "unresolved" in shares:
        return f" + open {shares['unresolved']:g}"
    return " (what was done is not known: the other three make 100)"


def _densest(days: Sequence[int], all_days: Numbers) -> tuple[int, float]:
    """(most within 30 days, times what the messages of these days would have had)."""
    if not len(days) or not len(all_days):
        return 0, 1.0
    own = np.sort(np.array(days))
    counts = np.searchsorted(own, own + DENSEST_DAYS) - np.arange(len(own))
    at = int(counts.argmax())
    told = np.sum((all_days >= own[at]) & (all_days < own[at] + DENSEST_DAYS))
    even = max(len(own) * float(told) / len(all_days), 1e-9)
    return int(counts[at]), max(1.0, (int(counts[at]) - 1) / even)  # one of them began it


def _part(value: float, full: float) -> float:
    return min(max(log(max(value, 1.0)) / log(full), 0.0), 1.0)
