"""Address, text and coordinates together: one answer, with how sure it is and why."""

from collections.abc import Iterable

from services.router.jurisdiction import explain
from services.router.jurisdiction.confidence import CONFLICT, DOUBTS, ONLY_TEXT, SEVERAL, sureness
from services.router.jurisdiction.coordinates import with_point
from services.router.jurisdiction.gazetteer import Gazetteer
from services.router.jurisdiction.model import LEVELS, Candidate, Jurisdiction, Kind, Mention
from services.router.jurisdiction.reading import NOTHING, Reading, read
from services.router.jurisdiction.settle import Group, agree, common, is_weak

CANDIDATES_MAX = 10
IN_ADDRESS = "地址中的地名"
IN_TEXT = "诉求中的地名"
IN_BOTH = "地址和诉求中的地名"
OUTSIDE_SURE = 0.95
OUTSIDE_BY_TEXT = 0.85


def locate(
    gazetteer: Gazetteer,
    address: str | None,
    text: str | None,
    longitude: float | None = None,
    latitude: float | None = None,
) -> Jurisdiction:
    """Pure, raises nothing whatever the texts and numbers are. Degrees, in the polygons' system."""
    by_words = _by_words(gazetteer, address or "", text or "")
    if longitude is None or latitude is None or not gazetteer.boundaries.codes:
        return by_words
    return with_point(gazetteer, by_words, longitude, latitude)


def _by_words(gazetteer: Gazetteer, address: str, text: str) -> Jurisdiction:
    in_address = read(gazetteer, address, True) if address else NOTHING
    if in_address.outside:
        return _outside(OUTSIDE_SURE, in_address.doubts)
    in_text = read(gazetteer, text, False) if text else NOTHING
    if not in_address.settled.groups:
        return _by_text(gazetteer, in_address, in_text)
    if not in_text.settled.groups:
        doubts = in_address.doubts | ({"elsewhere"} if in_text.elsewhere else set())
        return _answer(gazetteer, in_address.settled.groups, IN_ADDRESS, doubts)
    return _by_both(gazetteer, in_address, in_text)


def _by_text(gazetteer: Gazetteer, in_address: Reading, in_text: Reading) -> Jurisdiction:
    doubts = in_address.doubts | in_text.doubts
    if in_text.outside:
        return _outside(OUTSIDE_BY_TEXT, doubts)
    return _answer(gazetteer, in_text.settled.groups, IN_TEXT, doubts, ONLY_TEXT)


def _by_both(gazetteer: Gazetteer, in_address: Reading, in_text: Reading) -> Jurisdiction:
    """The text may say more precisely where in the address's area; if it says somewhere else, the
    address stands but not surely."""
    here, there = in_address.settled.groups, in_text.settled.groups
    doubts = in_address.doubts
    if len(here) == 1 and len(there) == 1:
        codes = agree(here[0].codes, there[0].codes)
        if codes:
            if codes == here[0].codes:
                return _answer(gazetteer, here, IN_ADDRESS, doubts)
            group = Group(codes, here[0].mentions + there[0].mentions)
            doubts = doubts | in_text.doubts | {"finer_in_text"}
            return _answer(gazetteer, (group,), IN_BOTH, doubts)
    if all(is_weak(mention) for group in there for mention in group.mentions):
        return _answer(gazetteer, here, IN_ADDRESS, doubts | {"text_differs"})
    return _differing(gazetteer, here, there, doubts | in_text.doubts | {"conflict"})


def _differing(
    gazetteer: Gazetteer,
    here: tuple[Group, ...],
    there: tuple[Group, ...],
    doubts: frozenset[str],
) -> Jurisdiction:
    codes = [code for group in here for code in group.codes]
    others = [code for group in there for code in group.codes]
    around = common(codes, gazetteer.city)
    candidates = _candidates(gazetteer, [*codes, *others])
    path = gazetteer.paths.get(around or "")
    return Jurisdiction(
        code=around,
        level=LEVELS[len(around)] if around else None,
        confidence=min([CONFLICT, *(DOUBTS[doubt] for doubt in doubts if doubt in DOUBTS)]),
        candidates=candidates,
        explanation=explain.several(path, candidates, doubts),
        outside=False,
        words=_words(mention for group in here for mention in group.mentions),
    )


def _answer(
    gazetteer: Gazetteer,
    groups: tuple[Group, ...],
    found_by: str,
    doubts: frozenset[str],
    factor: float = 1.0,
) -> Jurisdiction:
    codes = [code for group in groups for code in group.codes]
    if not codes:
        return Jurisdiction(None, None, 0.0, (), explain.nowhere(doubts), False)
    most = min([1.0, *(DOUBTS[doubt] for doubt in doubts)])
    words = _words(mention for group in groups for mention in group.mentions)
    if len(codes) > 1:
        around = common(codes, gazetteer.city)
        candidates = _candidates(gazetteer, codes)
        told = explain.several(gazetteer.paths.get(around or ""), candidates, doubts)
        level = LEVELS[len(around)] if around else None
        return Jurisdiction(around, level, min(most, SEVERAL), candidates, told, False, words)
    code = codes[0]
    confidence = round(min(most, sureness(groups[0]) * factor), 2)
    told = explain.settled(gazetteer.paths[code], found_by, words, doubts)
    return Jurisdiction(code, LEVELS[len(code)], confidence, (), told, False, words)


def _outside(confidence: float, doubts: frozenset[str]) -> Jurisdiction:
    most = min([confidence, *(DOUBTS[doubt] for doubt in doubts)])
    return Jurisdiction(None, None, most, (), explain.outside(doubts), True)


def _candidates(gazetteer: Gazetteer, codes: Iterable[str]) -> tuple[Candidate, ...]:
    unique = list(dict.fromkeys(codes))[:CANDIDATES_MAX]
    return tuple(Candidate(code, gazetteer.paths[code]) for code in unique)


def _words(mentions: Iterable[Mention]) -> tuple[str, ...]:
    """Areas only: a road or a compound says nearly where somebody lives, and stays untold."""
    areas = (mention.name for mention in mentions if mention.kind is not Kind.PLACE)
    return tuple(dict.fromkeys(areas))
