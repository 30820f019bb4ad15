"""From what is known of the place to an area: a code, the address, or names in the text."""

from dataclasses import dataclass

from services.router.directory.model import AREA_LEVELS, Directory
from services.router.jurisdiction import locate

CODE_LENGTHS = tuple(sorted(AREA_LEVELS.values(), reverse=True))


@dataclass(frozen=True, slots=True)
class Place:
    """An area below the city (None: not known), how sure (0 to 1), and how it was found: a sentence
    for a dispatcher. `outside`: what was said is not in this city. `candidates`: the areas that may
    be meant, where there are several."""

    area: str | None
    confidence: float
    told: str
    outside: bool = False
    candidates: tuple[str, ...] = ()


def find_place(
    directory: Directory, code: str | None, address: str | None, title: str, text: str
) -> Place:
    """The code given, if it says anything; else what address, title and text say together."""
    known = longest_known_area(directory, code) if code else None
    if known is not None:
        found_by = "给定的区划代码" if known == code else "给定区划代码的上级"
        return Place(known, 1.0, f"区域按{found_by}定为{directory.gazetteer.paths[known]}")
    found = locate(directory.gazetteer, address, f"{title}\n{text}")
    return Place(
        found.code,
        found.confidence,
        f"区域{found.explanation}".rstrip("。"),
        found.outside,
        tuple(candidate.code for candidate in found.candidates),
    )


def longest_known_area(directory: Directory, code: str) -> str | None:
    """The smallest known area around an official code; None for the city itself or outside it."""
    for length in CODE_LENGTHS:
        prefix = code[:length]
        if len(code) >= length and prefix in directory.areas:
            return prefix if prefix != directory.city else None
    return None
