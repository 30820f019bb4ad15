"""Names with one wrong character: only in an address, only where a name has to stand, and only if
a single name is that near."""

import re
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from rapidfuzz.distance import Levenshtein

from services.router.jurisdiction.gazetteer import Gazetteer
from services.router.jurisdiction.model import Kind, Mention

NAME_CHARACTERS_MIN = 4
# What looks like an area's name: up to eight characters and a kind.
LIKE_A_NAME = re.compile(
    r",?([^,\n0-9a-z]{1,9}?(?:(?<!小)(?<!社)区|县|街道|镇|乡|社区|村委会|村(?!民|委)))"
)
LEVEL_BY_END = MappingProxyType({"街道": 9, "镇": 9, "乡": 9, "社区": 12, "村": 12, "村委会": 12})
# These tell villages apart; in their place another character is another village.
TELLING = frozenset("一二三四五六七八九十0123456789东西南北中上下大小前后内外新旧老左右")


def add_misspelt(
    gazetteer: Gazetteer, text: str, mentions: Sequence[Mention]
) -> tuple[list[Mention], bool]:
    """The mentions and what could be read between them; whether a name there is not known."""
    added: list[Mention] = []
    unknown = False
    for around, start, end in _gaps(text, mentions):
        while (like := LIKE_A_NAME.match(text, start, end)) is not None:
            guess = _guess(gazetteer, around, like[1]) if around else None
            if guess is None:
                unknown = unknown or _is_area_name(like[1], around)
                break
            codes, name = guess
            found = Mention(like.start(1), like.end(1), codes, Kind.FULL, name, True, True)
            added.append(found)
            around, start = codes, like.end()
    return sorted([*mentions, *added]), unknown


def _gaps(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Where a smaller name could follow: from each area's name to the next one."""
    if mentions:
        for mention, following in zip(mentions, [*mentions[1:], None], strict=True):
            if mention.kind is not Kind.PLACE:
                end = following.start if following else len(text)
                if end - mention.end > 1:
                    yield mention.codes, mention.end, end


def _is_area_name(word: str, around: Sequence[str]) -> bool:
    """某某镇 behind a district is a place we do not know; 老旧小区 is no place."""
    return word.endswith(("镇", "乡", "街道")) and len(word) <= 6 and max(map(len, around)) < 9


def _guess(
    gazetteer: Gazetteer, around: Sequence[str], word: str
) -> tuple[tuple[str, ...], str] | None:
    if len(word) < NAME_CHARACTERS_MIN or len(around) != 1:
        return None
    below = gazetteer.spellings.get(around[0])
    if below is None:
        return None
    at_city = around[0] == gazetteer.city
    length = next((length for end, length in LEVEL_BY_END.items() if word.endswith(end)), None)
    near = {
        codes
        for name, codes in below.items()
        if len(name) >= NAME_CHARACTERS_MIN
        and abs(len(name) - len(word)) <= 1
        and Levenshtein.distance(word, name, score_cutoff=1) == 1
        and not _is_telling(word, name)
        and len(codes[0]) in ((length,) if length else (6, 9))
        and not (at_city and length == 12)  # a village of any city may be called so
    }
    if len(near) != 1:
        return None
    codes = near.pop()
    return (codes, gazetteer.names[codes[0]]) if len(codes) == 1 else None


def _is_telling(word: str, name: str) -> bool:
    """Whether the one character that differs is one that tells names apart."""
    (edit,) = Levenshtein.editops(word, name)
    changed = set() if edit.tag == "insert" else {word[edit.src_pos]}
    changed |= set() if edit.tag == "delete" else {name[edit.dest_pos]}
    return bool(changed & TELLING)
