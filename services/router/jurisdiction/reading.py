"""One text read: the places it names, and what gives reason to doubt."""

import re
from dataclasses import dataclass

from services.platform.folded_text import folded
from services.router.jurisdiction.gazetteer import Gazetteer
from services.router.jurisdiction.mentions import find_mentions
from services.router.jurisdiction.misspelt import add_misspelt
from services.router.jurisdiction.model import Kind, Mention
from services.router.jurisdiction.roles import chains, is_background, is_negated, is_questioned
from services.router.jurisdiction.settle import Settled, settle

NOTHING_SETTLED = Settled((), ())
# An address that begins with a city or county of another name: 曲阜市, 泽普县. 超市 is no city.
UNKNOWN_CITY = re.compile(
    r"(?:[^,\n\da-z市县区]{2,7}(?:省|自治区),?)?"
    r"(?![^市县州盟]{0,5}[住在去到从的])[^,\n\da-z市县区]{2,9}?"
    r"(?:(?<![超菜夜门集城都股闹本全我该各楼花书鱼早])市(?![民场政场区内中里郊]|中心)|自治[州县]"
    r"|(?<![本全我该各])县(?![城委医])|盟(?=[^,\n]{1,5}[旗市县]))"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """`elsewhere`: the text tells of a place outside the city; `outside`: and of none inside."""

    settled: Settled
    doubts: frozenset[str]
    elsewhere: bool
    outside: bool


NOTHING = Reading(NOTHING_SETTLED, frozenset(), False, False)


def read(gazetteer: Gazetteer, text: str, is_address: bool) -> Reading:
    """Pure; any text will do. An address is one place, so misspelt names are sought only there."""
    words = folded(text)
    if not words:
        return NOTHING
    found = find_mentions(gazetteer, words)
    unknown_city = _unknown_city_end(words, found.mentions) if is_address else 0
    elsewhere = [*found.elsewhere, (0, unknown_city)] if unknown_city else found.elsewhere
    mentions = found.mentions
    doubts: set[str] = set()
    if elsewhere:
        mentions = _not_elsewhere(words, mentions, sorted(elsewhere), is_address)
    if is_address and not (elsewhere and not mentions):
        mentions, unknown = add_misspelt(gazetteer, words, mentions)
        if unknown:
            doubts.add("unknown_name")
    kept = _meant(words, mentions, doubts)
    settled = settle(kept) if kept else NOTHING_SETTLED
    inside = any(mention.kind is not Kind.PLACE for mention in kept)
    if not is_address:  # who came from elsewhere to this city, or bought there, is here
        inside = inside or any(mention.kind is Kind.CITY for mention in mentions)
    if elsewhere and kept:
        doubts.add("elsewhere")
    if settled.dropped:
        doubts.add("dropped")
    if any(mention.guessed for mention in kept):
        doubts.add("guessed")
    return Reading(settled, frozenset(doubts), bool(elsewhere), bool(elsewhere) and not inside)


def _unknown_city_end(words: str, mentions: list[Mention]) -> int:
    """Where the name of another city at the beginning of an address ends; 0 if there is none."""
    match = UNKNOWN_CITY.match(words)
    if match is None or (mentions and mentions[0].start < match.end()):
        return 0
    return match.end()


def _not_elsewhere(
    words: str, mentions: list[Mention], elsewhere: list[tuple[int, int]], is_address: bool
) -> list[Mention]:
    """Without the names that only say where in another city: until this city is named, in a text
    also until a pause."""
    kept, until = [], 0
    spans = iter([*elsewhere, (len(words) + 1, 0)])
    start, end = next(spans)
    covering = False
    for mention in mentions:
        while start <= mention.start:
            covering, until = True, end
            start, end = next(spans)
        if covering:
            breaks = "\n" if is_address else ",\n"
            paused = any(mark in words[until : mention.start] for mark in breaks)
            covering = not (mention.kind is Kind.CITY or paused)
        if not covering:
            kept.append(mention)
    return kept


def _meant(words: str, mentions: list[Mention], doubts: set[str]) -> list[Mention]:
    """Without what is denied and, if anything is left, without where people come from; without
    the city's own name, which settles nothing."""
    meant: list[Mention] = []
    background: list[Mention] = []
    for chain in chains(mentions):
        start, end = chain[0].start, chain[-1].end
        named = [mention for mention in chain if mention.kind is not Kind.CITY]
        if not named:
            continue
        if is_negated(words, start):
            doubts.add("negated")
        elif is_background(words, start, end):
            background.extend(named)
        else:
            meant.extend(named)
            if is_questioned(words, start):
                doubts.add("questioned")
    if background:
        doubts.add("background" if meant else "only_background")
    return meant or background
