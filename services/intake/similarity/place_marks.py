"""Places that a text names: compounds, roads, villages, firms, and the numbers of buildings.

Found by their endings, without a list of names: a city has more compounds than any list.
"""

import re
from typing import NamedTuple

from services.intake.similarity.place_words import NAME_LETTERS_MIN as NAME_LETTERS_MIN
from services.intake.similarity.place_words import PlaceWords, place_words

NAME_LETTERS_MAX = 7
ENDS_ALIKE = 3
DISTINGUISHING = frozenset("东南西北上下大小新老前后中左右一二三四五六七八九十")
SIDES_OF_CITY = frozenset(("城东", "城西", "城南", "城北", "城中"))
PAUSE = ","
TOWNS = ("镇", "乡", "县")
_NUMERAL = r"[0-9]{1,4}|[一二三四五六七八九十百零两]{1,4}"
_NUMBERS = (
    ("plate", r"([青甘藏京川陕][a-z][a-z0-9]{5})(?![a-z0-9])"),
    (
        "branch",
        r"(?<=超市|药房|药店|酒店|影城|银行|健身|造型|影院|书城|商场|商城|家电|快餐|餐厅|教育)"
        r"([\u4e00-\u9fff]{2,4}?)(?:分?店|校区|分校)",
    ),
    ("side", r"([东南西北])(?:大?门(?![路街巷大])|段|侧)"),
    (
        "room",
        r"(?:(?<=单元)|(?<=号楼)|(?<=[栋幢座]))([0-9]{3,4})(?:室|户|号)?(?![0-9])"
        r"|(?<![0-9])([0-9]{3,4})(?:室|户)",
    ),
    ("metro", rf"({_NUMERAL})号线"),
    (
        "line",
        rf"(?:公交车?|乘坐|坐)({_NUMERAL})路"
        rf"|(?<![东西南北中第])({_NUMERAL})路(?:公交|车|公共汽车|班车|支线)"
        r"|(?<![0-9])([0-9]{1,3})路(?!口)",
    ),
    ("building", rf"({_NUMERAL}|[a-z][0-9]{{0,2}})(?:号楼|栋|幢|座)"),
    ("unit", rf"({_NUMERAL})单元"),
    ("section", r"(?<=[园苑庭郡邸])([一二三四五六七八九十]{1,2}|[0-9]{1,2})区"),
    ("phase", rf"({_NUMERAL})期(?!间|望|限|末|中|待|货|刊|年)"),
    ("group", rf"(?<=[村第])({_NUMERAL})(?:组|社|队)"),
    ("house", rf"(?<=[路街巷道弄])({_NUMERAL})号(?!楼|线|院?门)|({_NUMERAL})号院"),
)
_BUILDINGS = re.compile(
    rf"(?<![0-9])({_NUMERAL})(?:号楼|栋|幢|座)?[到至]({_NUMERAL})(?:号楼|栋|幢|座)"
)
RANGE_MAX = 40  # buildings: more are no range, but two numbers beside each other
_NUMBER_PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in _NUMBERS]
_DIGIT = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2}
_AREA = re.compile(
    r"^(?:[^,\n]{1,9}?(?:省|自治[州县]|市|(?<!小)区|县|街道办事处|街道办|街道|镇|乡))+"
)


class Name(NamedTuple):
    """kind: "named", "shop", "zone", "road" or "village". core: what stands before the ending.
    ending: if it tells one name from another: 瑞禾家园 is not 瑞禾名邸."""

    kind: str
    core: str
    ending: str = ""


class Marks(NamedTuple):
    """names and numbers ("building:3"), and the text without them."""

    names: tuple[Name, ...]
    numbers: tuple[str, ...]
    rest: str


def marks_of(folded: str) -> Marks:
    """Of folded text. Raises nothing."""
    numbers: list[str] = []
    rest = _BUILDINGS.sub(lambda found: _noted_range(found, numbers), folded)
    for kind, pattern in _NUMBER_PATTERNS:
        rest = pattern.sub(lambda found, kind=kind: _noted(kind, found, numbers), rest)  # type: ignore[misc]
    names: list[Name] = []
    kept: list[str] = []
    at = 0
    words = place_words()
    for found in words.ending.finditer(rest):
        core = _core(words, rest, at, found.start())
        ending = found.group()
        if words.is_other_word(rest, found) or not words.is_name(ending, core):
            continue
        names.append(Name(words.kind_of[ending], core, "" if ending in words.plain else ending))
        kept += (rest[at : found.start() - len(core)], PAUSE)
        at = found.end()
    kept.append(rest[at:])
    return Marks(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(numbers)), "".join(kept))


def address_core(folded: str) -> str:
    """What an address says below the town: "" if it is only an area."""
    return _AREA.sub("", folded).replace(",", "").replace("\n", "")


def same_name(one: Name, other: Name) -> bool:
    """Where a name begins is not sure: two ends alike are enough, three where both are long."""
    if one.kind != other.kind:
        return False
    if one.core == other.core:
        return True
    ends = min(len(one.core), len(other.core), ENDS_ALIKE)
    return one.core[-ends:] == other.core[-ends:]


def surely_same_name(one: Name, other: Name) -> bool:
    """One of them ends with all of the other, and what it says before is no part of a name:
    新阳光 is not 阳光, 东方雅居 not 南方雅居, but 反映阳光 is 阳光."""
    if one.kind != other.kind or (one.ending and other.ending and one.ending != other.ending):
        return False
    longer, shorter = sorted((one.core, other.core), key=lambda core: (len(core), core))[::-1]
    before = longer.removesuffix(shorter)
    if before == longer:
        return longer == shorter or _tail_alike(longer, shorter)
    return before[-1:] not in DISTINGUISHING or before in SIDES_OF_CITY


def _tail_alike(longer: str, shorter: str) -> bool:
    """Both have words before the name: enough of it is alike, and of neither is it one letter."""
    alike = 0
    while longer[-1 - alike] == shorter[-1 - alike]:
        alike += 1
    return alike >= ENDS_ALIKE and len(shorter) - alike >= 2


def number_value(words: str) -> str:
    """3, 三 and 03 are one number; a12 stays as it is."""
    if words.isdigit():
        return str(int(words))
    if not all(c in _DIGIT or c in "十百" for c in words):
        return words
    total = current = 0
    for c in words:
        if c in _DIGIT:
            current = current * 10 + _DIGIT[c]
        else:
            total += max(current, 1) * (10 if c == "十" else 100)
            current = 0
    return str(total + current)


def _noted(kind: str, found: re.Match[str], numbers: list[str]) -> str:
    words = next(group for group in found.groups() if group)
    numbers.append(f"{kind}:{number_value(words)}")
    return PAUSE


def _noted_range(found: re.Match[str], numbers: list[str]) -> str:
    """1到4栋 are four buildings; what runs backwards, or far, is its last one."""
    first, last = (number_value(words) for words in found.groups())
    if not 0 < int(last) - int(first) < RANGE_MAX:
        numbers.append(f"building:{last}")
    else:
        numbers.extend(f"building:{number}" for number in range(int(first), int(last) + 1))
    return PAUSE


def _core(words: PlaceWords, text: str, start: int, end: int) -> str:
    first = end - 1 if text[end - 1 : end] in TOWNS and end > start else end  # 多巴镇卫生院
    lowest = max(start, end - NAME_LETTERS_MAX)
    while first > lowest and _is_of_a_name(words, text[first - 1]):
        first -= 1
    return text[first:end].rpartition("街道")[2]


def _is_of_a_name(words: PlaceWords, letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff" and letter not in words.not_in_names
