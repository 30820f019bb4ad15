"""Sentences for a dispatcher. They name rows, aliases and areas of the directory, never the
resident's words: an explanation is stored and shown where those may not be."""

from collections.abc import Sequence
from types import MappingProxyType

from services.router.directory.areas import Place
from services.router.directory.duties import Assignment
from services.router.directory.model import Directory, Item

WORDS_TOLD_MAX = 5
REASONS = MappingProxyType(
    {
        "unknown_item": "给定的事项代码不在目录中",
        "item_too_broad": "给定的事项过宽，该级没有职责规定，请选到下级事项",
        "ambiguous_item": "几个事项的别名同样突出，且归不同单位",
        "no_item": "未找到足以认定事项的别名",
    }
)


def item_given(item: Item) -> str:
    return f"事项由受理人选定：{item.path}（{item.code}）"


def item_by_alias(item: Item, words: Sequence[str]) -> str:
    quoted = "、".join(f"“{word}”" for word in words[:WORDS_TOLD_MAX])
    return f"按别名{quoted}认定事项：{item.path}（{item.code}）"


def route(directory: Directory, told: str, place: Place, chosen: Assignment) -> str:
    """Two sentences: the item and the area; the row and the unit."""
    unit = directory.unit(chosen.lead)
    lead = unit.name if unit else chosen.lead
    return f"{told}；{place.told}。{_rule(chosen, place)}，由{lead}主办。"


def _rule(chosen: Assignment, place: Place) -> str:
    if chosen.duty is not None:
        basis = f"（{chosen.duty.basis}）" if chosen.duty.basis else ""
        return f"依据职责目录 duties.csv 第 {chosen.duty.line} 行{basis}"
    if place.area is not None:
        return "职责目录没有对应规定，按属地兜底"
    return "职责目录没有对应规定且区域不明，交派单中心"


def triage(reason: str, candidates: Sequence[tuple[str, str]]) -> str:
    listed = "、".join(f"{name}（{code}）" for code, name in candidates)
    return f"{REASONS[reason]}，请人工研判。" + (f"可能的事项：{listed}。" if listed else "")
