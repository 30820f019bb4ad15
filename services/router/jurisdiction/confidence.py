"""How sure an area is, from how it was named. The figures are a policy, measured by the tests: from
DISPATCH_MIN on nobody looks, so whatever may mislead has a figure below it."""

from types import MappingProxyType

from services.router.jurisdiction.model import Kind, Mention
from services.router.jurisdiction.settle import Group

WHOLE_PATH = 1.0  # every level by a full name
WHOLE_PATH_SHORT = 0.97  # every level, some by a short name
LEVEL_LEFT_OUT = 0.95
STREET_ALONE = 0.94
STREET_ALONE_SHORT = 0.92
COMMUNITY_ALONE = 0.92
COMMUNITY_ALONE_SHORT = 0.85
STEM = 0.92
LOOSE = 0.85
PLACE = 0.92
COMMON_NAME_CHARACTERS_MAX = 3  # 和平村, 幸福村
COMMON_NAME = 0.85
ONLY_TEXT = 0.97  # a factor
SEVERAL = 0.5  # at most: several areas may be meant
CONFLICT = 0.6  # at most
DOUBTS = MappingProxyType(  # at most, whichever applies
    {
        "negated": 0.85,
        "questioned": 0.8,
        "background": 0.88,
        "only_background": 0.5,
        "dropped": 0.85,
        "guessed": 0.85,
        "unknown_name": 0.85,
        "elsewhere": 0.85,
        "text_differs": 0.85,
        "finer_in_text": 0.88,  # it may be of another sentence, about another place
    }
)


def sureness(group: Group) -> float:
    """Of a group with one area."""
    code = group.codes[0]
    named: dict[int, Mention] = {}
    for mention in sorted(group.mentions, key=lambda found: (found.kind, not found.chained)):
        for other in mention.codes:
            if code.startswith(other):
                named.setdefault(len(other), mention)
    deepest = named.get(len(code))
    if deepest is None or deepest.kind is Kind.PLACE:
        return PLACE
    missing = [length for length in (6, 9, 12) if length <= len(code) and length not in named]
    figure = _by_levels(named, missing, deepest, len(code))
    if any(mention.kind is Kind.LOOSE for mention in named.values()):
        return min(figure, LOOSE)
    return min(figure, STEM) if deepest.kind is Kind.STEM else figure


def _by_levels(
    named: dict[int, Mention], missing: list[int], deepest: Mention, length: int
) -> float:
    full = deepest.kind in (Kind.FULL, Kind.VEILED)
    common = deepest.end - deepest.start <= COMMON_NAME_CHARACTERS_MAX
    if length == 12 and common and not deepest.chained and named.keys() - {12}:
        return COMMON_NAME
    if not missing:
        whole = all(mention.kind in (Kind.FULL, Kind.VEILED) for mention in named.values())
        return WHOLE_PATH if whole else WHOLE_PATH_SHORT
    if len(named) > 1:
        return LEVEL_LEFT_OUT if full else STEM
    if length == 9:
        return STREET_ALONE if full else STREET_ALONE_SHORT
    sure = full and not common
    return COMMUNITY_ALONE if sure else COMMUNITY_ALONE_SHORT
