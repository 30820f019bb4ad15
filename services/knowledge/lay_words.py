"""What residents call things: 房本 is 房产证, 娃 is 孩子. Either is found by the other."""

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from services.platform.folded_text import folded


class LayWords(NamedTuple):
    finder: AhoCorasick
    meant: tuple[str, ...]  # by the number of the pattern


def with_what_is_meant(text: str) -> str:
    """A folded text, and after it, as clauses of their own, the words that its lay words mean."""
    words = _lay_words()
    found = words.finder.find_matches_as_indexes(text)
    meant = dict.fromkeys(words.meant[pattern] for pattern, _, _ in found)
    return ",".join((text, *meant))


@lru_cache(maxsize=1)
def _lay_words() -> LayWords:
    path = files("services.knowledge") / "data" / "lay_words.csv"
    meant = read_lay_words(path.read_text("utf-8"))
    finder = AhoCorasick(list(meant), matchkind=MatchKind.LeftmostLongest)
    return LayWords(finder, tuple(meant.values()))


def read_lay_words(text: str) -> Mapping[str, str]:
    """Lay word → what it means, both folded. Columns: word, said_as (separated by `|`)."""
    rows = csv.DictReader(text.splitlines())
    return {folded(said): folded(row["word"]) for row in rows for said in row["said_as"].split("|")}
