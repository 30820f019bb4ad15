"""From names to the areas they agree on."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.router.jurisdiction.model import LENGTHS, Kind, Mention

GROUPS_MAX = 20  # who names more places than that names none


class Group(NamedTuple):
    """Names that can be of one place, and the areas that place may be (smallest, never empty)."""

    codes: tuple[str, ...]
    mentions: tuple[Mention, ...]


class Settled(NamedTuple):
    """Several groups: several places are named. `dropped`: weak names that fit no group."""

    groups: tuple[Group, ...]
    dropped: tuple[Mention, ...]


def settle(mentions: Iterable[Mention]) -> Settled:
    strong: list[Mention] = []
    weak: list[Mention] = []
    for mention in mentions:
        (weak if is_weak(mention) else strong).append(mention)
    groups: list[Group] = []
    for mention in strong:
        if not _joined(groups, mention) and len(groups) < GROUPS_MAX:
            groups.append(Group(mention.codes, (mention,)))
    dropped, had_strong = [], bool(groups)
    for mention in weak:
        if _joined(groups, mention):
            continue
        beside = _beside(groups, mention)
        if (had_strong and not beside) or len(groups) >= GROUPS_MAX:
            dropped.append(mention)
        else:
            groups.append(Group(beside or mention.codes, (mention,)))
    return Settled(tuple(groups), tuple(dropped))


def is_weak(mention: Mention) -> bool:
    """A road, a short name or a community without a larger area before it yields to others."""
    if mention.chained:
        return False
    return mention.kind is not Kind.FULL or len(mention.codes[0]) == LENGTHS[-1]


def _beside(groups: list[Group], mention: Mention) -> tuple[str, ...]:
    """Of a full name, the meanings in a district already named: 桃园社区和李园社区之间 are two."""
    districts = {code[:6] for group in groups for code in group.codes}
    full = mention.kind is Kind.FULL
    return tuple(code for code in mention.codes if full and code[:6] in districts)


def _joined(groups: list[Group], mention: Mention) -> bool:
    """Whether the mention fits a group, the last one first; it is added there."""
    for position in range(len(groups) - 1, -1, -1):
        group = groups[position]
        codes = agree(group.codes, mention.codes)
        if codes:
            groups[position] = Group(codes, (*group.mentions, mention))
            return True
    return False


def agree(some: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The smaller of each two of which one is in the other."""
    both = {one for one in some for other in others if one.startswith(other)}
    both |= {other for one in some for other in others if other.startswith(one)}
    return tuple(sorted(both))


def common(codes: Iterable[str], city: str) -> str | None:
    """The smallest area around all of them; None if that is the city or nothing."""
    listed = list(codes)
    if not listed:
        return None
    first, last = min(listed), max(listed)
    for length in reversed(LENGTHS):
        if length <= len(first) and first[:length] == last[:length]:
            around = first[:length]
            return around if around != city and around.startswith(city) else None
    return None
