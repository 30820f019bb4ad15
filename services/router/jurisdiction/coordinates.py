"""What a point in a polygon adds to what the words say."""

from dataclasses import replace

from services.router.jurisdiction import explain
from services.router.jurisdiction.gazetteer import Gazetteer
from services.router.jurisdiction.model import LEVELS, Candidate, Jurisdiction
from services.router.jurisdiction.settle import agree, common

BY_POINT = 0.95
BY_BOTH = 0.97
DIFFERENT = 0.5
FOUND_BY = "坐标"


def with_point(
    gazetteer: Gazetteer, by_words: Jurisdiction, longitude: float, latitude: float
) -> Jurisdiction:
    """Point and words agree: the smaller area, surer than before. They differ: what both share."""
    points = gazetteer.boundaries.find(longitude, latitude)
    if not points:
        return _beyond(gazetteer, by_words)
    if by_words.outside:
        return _different(gazetteer, points, (), True)
    said = tuple(candidate.code for candidate in by_words.candidates)
    said = said or ((by_words.code,) if by_words.code else ())
    codes = agree(points, said) if said else points
    if not codes:
        return _different(gazetteer, points, said, False)
    if len(codes) > 1:
        return _different(gazetteer, codes, (), False)
    return _agreed(gazetteer, by_words, codes[0], points)


def _agreed(
    gazetteer: Gazetteer, by_words: Jurisdiction, code: str, points: tuple[str, ...]
) -> Jurisdiction:
    clear = by_words.code is not None and not by_words.candidates
    doubtful = clear and by_words.confidence < BY_POINT and code not in points
    confidence = by_words.confidence if doubtful else max(BY_POINT, by_words.confidence)
    if clear and not doubtful:
        confidence = max(BY_BOTH, by_words.confidence)
    found_by = f"{FOUND_BY}和地名" if by_words.words else FOUND_BY
    told = explain.settled(gazetteer.paths[code], found_by, by_words.words, ())
    return Jurisdiction(code, LEVELS[len(code)], confidence, (), told, False, by_words.words)


def _different(
    gazetteer: Gazetteer, points: tuple[str, ...], said: tuple[str, ...], outside: bool
) -> Jurisdiction:
    codes = list(dict.fromkeys((*said, *points)))
    around = None if outside else common(codes, gazetteer.city)
    candidates = tuple(
        Candidate(code, gazetteer.paths[code]) for code in codes if code in gazetteer.paths
    )
    doubts = ("coordinates_differ",) if said or outside else ()
    told = explain.several(gazetteer.paths.get(around or ""), candidates, doubts)
    level = LEVELS[len(around)] if around else None
    return Jurisdiction(around, level, DIFFERENT, candidates, told, False)


def _beyond(gazetteer: Gazetteer, by_words: Jurisdiction) -> Jurisdiction:
    """In no polygon: that says something only if the polygons cover the whole city."""
    drawn = gazetteer.boundaries.codes
    districts = {code for code in gazetteer.paths if len(code) == 6}
    if not (gazetteer.city in drawn or districts <= drawn):
        return by_words
    if by_words.code is None and not by_words.candidates:
        return Jurisdiction(None, None, BY_POINT, (), explain.outside(()), True)
    told = by_words.explanation + explain.REMARKS["coordinates_differ"] + "。"
    return replace(by_words, confidence=min(by_words.confidence, DIFFERENT), explanation=told)
