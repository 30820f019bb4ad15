"""Which of the words found in a text are names of areas here, and which only look like it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from services.router.jurisdiction.gazetteer import Entry, Gazetteer
from services.router.jurisdiction.model import Kind, Mention

# What may stand between a name and the name of a smaller area in it.
BETWEEN = re.compile(r",{0,2}(?:的|内|境内|辖区|辖内|所辖|下辖|下属|所属)?,?")
BETWEEN_CHARACTERS_MAX = 4
# Behind a short name: then it is a road's name, or some other area's.
OTHER_NAME = re.compile(
    r"[路街巷桥区县市州镇乡村]|大[道街桥]|[东西南北中][路街]|[东西南北]部?城|社区|街道|公路|高速"
)
STOPS = re.compile(r"$|[,\n0-9]|附近|旁|门口|对面|那|这|的")
# Behind a city elsewhere: 兰州城关区. 小区, 社区 and the like are no districts.
THERE = re.compile(
    r"(?![路街巷])[^,\n]{1,4}?(?:(?<![社小地景园城校])区|县|(?<![超城夜菜门])市|镇|街道)"
)
NOT_THE_CITY = re.compile(r"[民场政区]")  # 北京市民, 中山市场
HOUSE_NUMBER = re.compile(r",?(\d{1,5})号")
COMMUNITY_LENGTH = 12


class Found(NamedTuple):
    """Names here in order, and the end of the first and last name of a place elsewhere."""

    mentions: list[Mention]
    elsewhere: list[tuple[int, int]]


def find_mentions(gazetteer: Gazetteer, text: str) -> Found:
    """`text` is normalised. Longer names first, none inside another; the city's name is kept."""
    entries = gazetteer.entries
    matches = gazetteer.automaton.find_matches_as_indexes(text, overlapping=True)
    if not matches:
        return Found([], [])
    matches.sort(key=_by_start_longest_first)
    starting: dict[int, list[tuple[int, int, int]]] = {}
    for match in matches:
        starting.setdefault(match[1], []).append(match)
    found = Found([], [])
    before: Mention | None = None
    covered_to = 0
    for index, start, end in matches:
        if start < covered_to:
            continue
        entry = entries[index]
        chosen = _mention(entries, text, start, end, entry, before, starting)
        if entry.kind is Kind.DECOY or (chosen is None and entry.kind is Kind.VEILED):
            covered_to = end
        elif entry.kind >= Kind.ELSEWHERE:
            if _is_elsewhere(text, start, end, entry.kind, starting):
                found.elsewhere.append((start, end))
                covered_to, before = end, None
        elif chosen is not None:
            found.mentions.append(chosen)
            covered_to, before = end, chosen
    return found


def _by_start_longest_first(match: tuple[int, int, int]) -> tuple[int, int]:
    return match[1], -match[2]


def _mention(
    entries: Sequence[Entry],
    text: str,
    start: int,
    end: int,
    entry: Entry,
    before: Mention | None,
    starting: dict[int, list[tuple[int, int, int]]],
) -> Mention | None:
    """None if the word means nothing here."""
    kind, codes, name, numbers, inner = entry
    if kind >= Kind.CITY:
        return Mention(start, end, codes, kind, name, False) if kind is Kind.CITY else None
    if kind is Kind.PLACE:
        return Mention(start, end, _by_number(text, end, codes, numbers), kind, name, False)
    inside: tuple[str, ...] = ()
    if before is not None and _follows(before, text, start):
        inside = _within(codes, before) or _within(inner, before)
    if kind is Kind.VEILED:
        inside = tuple(code for code in inside if before and code[:-3] in before.codes)
        return Mention(start, end, inside, kind, name, True) if inside else None
    if kind is not Kind.FULL and not _leads_on(entries, end, inside or codes, starting):
        if kind is Kind.SHORT and OTHER_NAME.match(text, end):
            return None
        stops = STOPS.match(text, end) is not None
        whole = start == 0 and end == len(text)
        if kind is Kind.STEM and not (whole or (inside and stops)):
            return None
        settled = stops and kind is Kind.SHORT
        if not settled and (not inside or (len(inside[0]) == COMMUNITY_LENGTH and not stops)):
            kind = Kind.LOOSE
    return Mention(start, end, inside or codes, kind, name, bool(inside))


def _follows(before: Mention, text: str, start: int) -> bool:
    """Whether nothing stands between that says anything."""
    gap = start - before.end
    if gap > BETWEEN_CHARACTERS_MAX:
        return False
    return not gap or BETWEEN.fullmatch(text, before.end, start) is not None


def _within(codes: Sequence[str], before: Mention) -> tuple[str, ...]:
    return tuple(
        code
        for code in codes
        if any(len(code) > len(around) and code.startswith(around) for around in before.codes)
    )


def _leads_on(
    entries: Sequence[Entry],
    end: int,
    codes: Sequence[str],
    starting: dict[int, list[tuple[int, int, int]]],
) -> bool:
    """Whether the name of a smaller area in these follows at once: 大通 in 大通桥头."""
    return any(
        len(smaller) > len(code) and smaller.startswith(code)
        for index, _, _ in starting.get(end, ())
        if entries[index].kind <= Kind.STEM
        for smaller in entries[index].codes
        for code in codes
    )


def _by_number(
    text: str, end: int, codes: tuple[str, ...], numbers: tuple[tuple[int, int] | None, ...]
) -> tuple[str, ...]:
    """The areas whose house numbers have the one behind the road's name; all if it has none."""
    house = HOUSE_NUMBER.match(text, end) if any(numbers) else None
    if house is None:
        return codes
    number = int(house[1])
    having = tuple(
        code
        for code, span in zip(codes, numbers, strict=True)
        if span is None or span[0] <= number <= span[1]
    )
    return having or codes


def _is_elsewhere(
    text: str, start: int, end: int, kind: Kind, starting: dict[int, list[tuple[int, int, int]]]
) -> bool:
    if kind is Kind.ELSEWHERE:
        return not NOT_THE_CITY.match(text, end)
    there = THERE.match(text, end)
    alone = start == 0 and end == len(text)
    return alone or there is not None
