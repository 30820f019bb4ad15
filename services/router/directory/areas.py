"""From what is known of the place to an area: a code, the address, or names in the text."""

from dataclasses import dataclass

from services.router.directory.model import AREA_LEVELS, Directory

CODE_LENGTHS = tuple(sorted(AREA_LEVELS.values(), reverse=True))


@dataclass(frozen=True, slots=True)
class Place:
    """An area below the city (None: not known) and how it was found, in words for a dispatcher."""

    area: str | None
    found_by: str


NOWHERE = Place(None, "未能确定")


def find_place(
    directory: Directory, code: str | None, address: str | None, title: str, text: str
) -> Place:
    """The first of these that says anything: the code given, the address, the title and text."""
    if code:
        known = longest_known_area(directory, code)
        if known is not None:
            found_by = "给定的区划代码" if known == code else "给定区划代码的上级"
            return Place(known, found_by)
    for words, found_by in ((address, "地址中的地名"), (f"{title}\n{text}", "诉求中的地名")):
        area = find_area(directory, words) if words else None
        if area is not None:
            return Place(area, found_by)
    return NOWHERE


def longest_known_area(directory: Directory, code: str) -> str | None:
    """The smallest known area around an official code; None for the city itself or outside it."""
    for length in CODE_LENGTHS:
        prefix = code[:length]
        if len(code) >= length and prefix in directory.areas:
            return prefix if prefix != directory.city else None
    return None


def find_area(directory: Directory, words: str) -> str | None:
    """The smallest area the names agree on, from districts down to communities; never a guess.

    A name outside what the larger names settled is passed over. Several areas of one level (two
    places, or one name of several places) settle only what they share, unless the smaller names
    speak for one of them.
    """
    found = {code for _, codes in directory.area_words.find(words) for code in codes}
    settled = directory.city
    for length in CODE_LENGTHS[-2::-1] if found else ():
        inside = {code for code in found if len(code) == length and code.startswith(settled)}
        if len(inside) > 1:
            inside = _spoken_for(inside, found) or inside
        if inside:
            settled = _shared(inside)
        if len(inside) > 1:
            break
    return settled if settled != directory.city else None


def _spoken_for(codes: set[str], found: set[str]) -> set[str]:
    """Those with a smaller named area inside, if there is just one."""
    speaking = {code for code in codes if any(_is_inside(other, code) for other in found)}
    return speaking if len(speaking) == 1 else set()


def _is_inside(one: str, other: str) -> bool:
    return len(one) > len(other) and one.startswith(other)


def _shared(codes: set[str]) -> str:
    """The smallest area around all the codes (all are of one city)."""
    first, last = min(codes), max(codes)
    return next(first[:length] for length in CODE_LENGTHS if first[:length] == last[:length])
