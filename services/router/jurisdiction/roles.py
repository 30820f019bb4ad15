"""What is said of a place: that it is not meant, that it is only where somebody comes from."""

import re
from collections.abc import Sequence

from services.router.jurisdiction.model import Kind, Mention

LOOK_BACK = 16
NEGATED = re.compile(
    r"(?<!是)(?:不是|并非|并不是|不在|不属于|而非|不归|不算|没在|不应是|不该是|非(?![常法机]))"
    r"(?:在|属于?|位于|归|是)?,?[^,\n是在]{0,2}$"
)
QUESTIONED = re.compile(
    r"(?:是不是|是否|不知道?是|不确定|可能是?|好像是?|大概是?|或者?是?)[^,\n]{0,2}$"
)
BACKGROUND_BEFORE = re.compile(
    r"(?:户籍|户口|籍贯|老家|原籍|祖籍|娘家|婆家|身份证|出生)(?:地址?|所在地|登记)?[^,\n]{0,3}$"
)
BACKGROUND_AFTER = re.compile(r"户籍|户口|籍|人(?:[,\n士]|$)")


def is_negated(text: str, start: int) -> bool:
    """不是城东区, 并非湟中区; not 是不是城东区."""
    return NEGATED.search(text, max(0, start - LOOK_BACK), start) is not None


def is_questioned(text: str, start: int) -> bool:
    return QUESTIONED.search(text, max(0, start - LOOK_BACK), start) is not None


def is_background(text: str, start: int, end: int) -> bool:
    """户籍湟源县, 我老家在大通县, 湟中区人: where somebody comes from."""
    if BACKGROUND_BEFORE.search(text, max(0, start - LOOK_BACK), start):
        return True
    return BACKGROUND_AFTER.match(text, end) is not None


def chains(mentions: Sequence[Mention]) -> list[list[Mention]]:
    """Names that follow each other from large to small are said in one breath, so what is said of
    the first is said of all."""
    grouped: list[list[Mention]] = []
    for mention in mentions:
        follows = mention.chained or (
            bool(grouped)
            and grouped[-1][-1].kind is Kind.CITY
            and grouped[-1][-1].end == mention.start
        )
        if follows and grouped:
            grouped[-1].append(mention)
        else:
            grouped.append([mention])
    return grouped
