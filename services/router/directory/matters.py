"""Several matters in one message: parts that are about different things of different units.

Carefully: a list of what is wrong in one matter must stay one ticket. So nearly each part has to be
clear by itself, and a title that names one thing is believed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.router.directory.items import ScoredItem, score_items
from services.router.directory.model import Directory
from services.router.directory.weigh import Choice, LeadOf, by_alias

TEXT_CHARACTERS_MAX = 10_000  # what is longer is cut, as for aliases
PARTS_MAX = 12  # who lists more than that tells one long story
PART_CHARACTERS_MIN = 3
UNLISTED_PARTS_MAX = 5
PART_CHARACTERS_MAX = 120  # on average: longer ones tell the story of one matter
HEAD_CHARACTERS = 40  # what a part is about is said at its beginning
SHORT_CHARACTERS_MAX = 20
SHORT_POINTS_MIN = 6  # that a short part needs: a word of two characters
POINTS_MIN = 9  # that a longer one needs at its beginning
CLEAR_SHARE_MIN = 0.66  # of listed parts: symptoms of one matter are mostly no matters themselves

_LEAD_IN = r"(?:^|(?<=[\s。；;！!？?：:，,、\n]))"
_NUMBERS = "一二三四五六七八九十"
_MARKS = (
    re.compile(rf"{_LEAD_IN}\s{{0,3}}[（(]?([{_NUMBERS}])\s?[)）]?\s?[、.．，,：:](?!\d)"),
    re.compile(rf"{_LEAD_IN}\s{{0,3}}[（(]([{_NUMBERS}])[)）]"),
    re.compile(rf"{_LEAD_IN}\s{{0,3}}[（(]?(\d{{1,2}})\s?[)）]?\s?[、.．，,：:)）](?!\d)"),
    re.compile(r"([①②③④⑤⑥⑦⑧⑨⑩])"),
    re.compile(rf"{_LEAD_IN}\s{{0,3}}第([{_NUMBERS}])(?:个问题|件事情?|点|是|条)?\s*[、，,：:.]?"),
    re.compile(rf"{_LEAD_IN}\s{{0,3}}其([{_NUMBERS}])\s*[、，,：:.]?"),
    re.compile(rf"{_LEAD_IN}\s{{0,3}}([{_NUMBERS}])(?:是|来)"),
    re.compile(rf"{_LEAD_IN}\s{{0,3}}(首先|其次|再次|然后|最后)[，,、：:]?"),
)
# Quicker than all of them, and there in every list.
_FIRST = re.compile(r"[一1１]\s?[)）]?\s?[、.．，,：:是来)）]|①|第一|其一|首先")
NEXT = 0
_ORDER = {
    **{mark: number for number, mark in enumerate(_NUMBERS, 1)},
    **{"首先": 1, "其次": 2, "再次": NEXT, "然后": NEXT, "最后": NEXT},
    **{mark: number for number, mark in enumerate("①②③④⑤⑥⑦⑧⑨⑩", 1)},
}
_TURN = (
    r"(?<=[。；;！!？?\n])\s*"  # within a sentence it is mostly one matter's other side
    r"(?:另外|此外|除此之外|除此以外|还有|同时|顺便|再有|再者|再一个|再就是)|\n+"
)
_TURNS = re.compile(_TURN)
_SENTENCES = re.compile(rf"{_TURN}|[。；;！!？?]+")
_COURTESY = re.compile(r"\s*(?:请|谢|感谢|希望|望|盼|恳请|您好|你好|尊敬|领导|以上|麻烦|反映|想)")
Believed = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Parts:
    """One way to take a message apart. `before`: what stands above the parts; `clear_share_min`:
    how many of them must be clear; `units_min`: how many units they must be for."""

    texts: tuple[str, ...]
    before: str = ""
    parts_max: int = UNLISTED_PARTS_MAX
    clear_share_min: float = 1.0
    units_min: int = 2


def ways_apart(text: str) -> tuple[Parts, ...]:
    """Numbered parts if there are at least two in order from 1, without what stands before them.
    Else what turns of speech and line ends set apart; else its sentences, which prove least."""
    text = text[:TEXT_CHARACTERS_MAX]
    for mark in _MARKS if _FIRST.search(text) else ():
        starts = _in_order([(_number(found[1]), found) for found in mark.finditer(text)])
        if len(starts) > 1:
            ends = [*(found.start() for found in starts[1:]), len(text)]
            texts = [text[found.end() : end] for found, end in zip(starts, ends, strict=True)]
            before = text[: starts[0].start()]
            return (Parts(tuple(texts), before, PARTS_MAX, CLEAR_SHARE_MIN),)
    by_turns = Parts(tuple(_TURNS.split(text)))
    return by_turns, Parts(tuple(_SENTENCES.split(text)), units_min=3)


def _number(mark: str) -> int:
    return _ORDER[mark] if mark in _ORDER else int(mark)


def _in_order(found: Sequence[tuple[int, re.Match[str]]]) -> list[re.Match[str]]:
    """1, 2, 3 …, each the first that follows the one before."""
    kept: list[re.Match[str]] = []
    for number, match in found:
        if number == len(kept) + 1 or (number == NEXT and kept):
            kept.append(match)
    return kept


def several_matters(
    directory: Directory, title: str, text: str, lead_of: LeadOf, believed: Believed
) -> list[ScoredItem]:
    """The clearest item of each matter, in the writer's order; empty if the message is about one.

    believed(part, item): whether nothing else speaks against a part being about the item.
    """
    for parts in ways_apart(text):
        if any(_names_one(directory, above, lead_of) for above in (title, parts.before)):
            return []
        found = _clear_parts(directory, parts, lead_of, believed)
        if len({lead_of(one.item) for one in found}) >= parts.units_min:
            return found
    return []


def _clear_parts(
    directory: Directory, parts: Parts, lead_of: LeadOf, believed: Believed
) -> list[ScoredItem]:
    """One for each item; none if too few of the parts are clear."""
    told = [part for part in parts.texts if len(part.strip()) >= PART_CHARACTERS_MIN]
    if len(told) > parts.parts_max or sum(map(len, told)) > PART_CHARACTERS_MAX * len(told):
        return []
    read = [(part, score_items(directory, part[:HEAD_CHARACTERS], "")) for part in told]
    courteous = sum(not scored and _COURTESY.match(part) is not None for part, scored in read)
    needed = parts.clear_share_min * (len(told) - courteous)
    clear = [(part, scored[0]) for part, scored in read if _is_clear(part, scored, lead_of)]
    if len(clear) < needed:
        return []
    meant = [best for part, best in clear if believed(part, best.item)]
    return list({best.item: best for best in meant}.values()) if len(meant) >= needed else []


def _is_clear(part: str, scored: Sequence[ScoredItem], lead_of: LeadOf) -> bool:
    least = SHORT_POINTS_MIN if len(part) <= SHORT_CHARACTERS_MAX else POINTS_MIN
    if not scored or scored[0].score < least:
        return False
    return isinstance(by_alias(scored, lead_of), Choice)


def _names_one(directory: Directory, heading: str, lead_of: LeadOf) -> bool:
    """Whether what stands above says what all of it is about: then the parts are its story."""
    return isinstance(by_alias(score_items(directory, heading, ""), lead_of), Choice)
