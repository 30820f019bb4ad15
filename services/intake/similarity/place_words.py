"""The shipped words by which places are found in a text."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from services.intake.similarity.pairs_of_letters import common_words

NAME_LETTERS_MIN = 2


class PlaceWords(NamedTuple):
    """ending: of names, the longest first. kind_of: of an ending."""

    ending: re.Pattern[str]
    kind_of: dict[str, str]
    not_in_names: frozenset[str]
    not_names: frozenset[str]
    not_roads: frozenset[str]
    not_tails: tuple[str, ...]
    firms: frozenset[str]
    trades: frozenset[str]
    estates: frozenset[str]
    estate_names: frozenset[str]
    plain: frozenset[str]
    short_names: dict[str, str]
    not_before: dict[str, str]
    not_after: dict[str, str]

    def is_other_word(self, text: str, found: re.Match[str]) -> bool:
        """街道 and 路面 are no roads, 政府 no 府, 村民 no village."""
        after, before = text[found.end() : found.end() + 1], text[found.start() - 1 : found.start()]
        ending = found.group()
        return bool(after and after in self.not_before.get(ending, "")) or bool(
            before and before in self.not_after.get(ending, "")
        )

    def is_name(self, ending: str, core: str) -> bool:
        if len(core) < NAME_LETTERS_MIN:
            return bool(core) and core in self.short_names.get(ending, "")
        kind = self.kind_of[ending]
        if core in self.estate_names and ending in self.estates:
            return True
        if core in (self.not_roads if kind == "road" else self.not_names):
            return False
        if ending in self.firms and core in self.trades:
            return False
        if _is_plain(kind, core) or core.endswith(self.not_tails):
            return False
        return not (ending in self.firms and core[-NAME_LETTERS_MIN:] in self.not_names)


@lru_cache(maxsize=1)
def place_words() -> PlaceWords:
    path = files("services.intake.similarity") / "data" / "place_words.toml"
    words = tomllib.loads(path.read_text("utf-8"))
    kind_of = {ending: kind for kind, endings in words["endings"].items() for ending in endings}
    return PlaceWords(
        ending=re.compile("|".join(sorted(kind_of, key=len, reverse=True))),
        kind_of=kind_of,
        not_in_names=frozenset(words["not_in_names"]),
        not_names=frozenset(words["not_names"]),
        not_roads=frozenset(words["not_roads"]),
        not_tails=tuple(words["not_tails"]),
        firms=frozenset(words["firms"]),
        trades=frozenset(words["trades"]),
        estates=frozenset(words["estates"]),
        estate_names=frozenset(words["estate_names"]),
        plain=frozenset(words["plain"]),
        short_names=words["short_names"],
        not_before=words["not_before"],
        not_after=words["not_after"],
    )


def _is_plain(kind: str, core: str) -> bool:
    """我们的老旧小区 names no place; but 人民路 is a road."""
    pairs = [core[at : at + 2] for at in range(len(core) - 1)]
    return kind == "named" and all(pair in common_words() for pair in pairs)
