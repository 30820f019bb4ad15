"""Sentences for a dispatcher. They name rows, aliases and areas of the directory and words of the
model, never the resident's own: an explanation is stored and shown where those may not be."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from services.router.directory.areas import Place
from services.router.directory.duties import Assignment
from services.router.directory.model import Directory, Item
from services.router.directory.opinion import Opinion

WORDS_TOLD_MAX = 5
REASONS = MappingProxyType(
    {
        "unknown_item": "给定的事项代码不在目录中",
        "item_too_broad": "给定的事项过宽，该级没有职责规定，请选到下级事项",
        "ambiguous_item": "几个事项同样突出或互相矛盾，且归不同单位",
        "no_item": "未找到足以认定事项的依据",
        "several_matters": "一件诉求中有几件互不相干、归不同单位的事，请分单",
        "other_language": "诉求不是汉语",
        "outside_city": "所说地点不在本市",
        "ambiguous_area": "区域未定，可能的区域归不同单位",
    }
)


def item_given(item: Item) -> str:
    return f"事项由受理人选定：{item.path}（{item.code}）"


def item_by_alias(item: Item, words: Sequence[str]) -> str:
    quoted = _quoted(words, "、")
    return f"按别名{quoted}认定事项：{item.path}（{item.code}）"


def item_by_model(item: Item) -> str:
    return f"认定到{item.path}（{item.code}）一级"


def opinion(directory: Directory, opinion: Opinion) -> str:
    """模型（版本 …）判为“城乡建设”，把握 97%，依据词“供热”“暖气”."""
    model = f"模型（版本 {opinion.version}"
    if opinion.unknown:
        model += f"，其中 {opinion.unknown} 个事项代码本目录没有，未采用"
    if opinion.best is None:
        return f"{model}）没有判断"
    code, share = opinion.best
    verb = "判为" if opinion.is_sure else "不确定，首先想到"
    basis = f"，依据词{_quoted(opinion.words)}" if opinion.words else ""
    return f"{model}）{verb}“{directory.items[code].name}”，把握 {int(share * 100)}%{basis}"


def route(directory: Directory, told: Sequence[str], place: Place, chosen: Assignment) -> str:
    """Two sentences: the item and the area; the row and the unit."""
    lead = directory.plain_unit_name(chosen.lead)
    return f"{'；'.join((*told, place.told))}。{_rule(chosen, place)}，由{lead}主办。"


def _rule(chosen: Assignment, place: Place) -> str:
    if chosen.duty is not None:
        basis = f"（{chosen.duty.basis}）" if chosen.duty.basis else ""
        return f"依据职责目录 duties.csv 第 {chosen.duty.line} 行{basis}"
    if place.area is not None:
        return "职责目录没有对应规定，按属地兜底"
    return "职责目录没有对应规定且区域不明，交派单中心"


def triage(reason: str, told: Sequence[str], candidates: Sequence[tuple[str, str]]) -> str:
    """told: what else there is to say; candidates: (item, name)."""
    listed = "、".join(f"{name}（{code}）" for code, name in candidates)
    sentences = [f"{REASONS[reason]}，请人工研判", *told]
    if listed:
        sentences.append(f"可能的事项：{listed}")
    return "".join(f"{sentence}。" for sentence in sentences)


def matters(named: Iterable[tuple[str, str]]) -> str:
    """(item, unit) each."""
    return "；".join(f"第{n}件：{item}，归{unit}" for n, (item, unit) in enumerate(named, 1))


def units(directory: Directory, codes: Sequence[str]) -> str:
    return f"可能的单位：{'、'.join(map(directory.plain_unit_name, codes))}"


def _quoted(words: Sequence[str], between: str = "") -> str:
    return between.join(f"“{word}”" for word in words[:WORDS_TOLD_MAX])
