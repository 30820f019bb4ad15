"""What a model sees of a message: its words, its runs of characters, and how it begins."""

import re
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from operator import add
from typing import NamedTuple

import rjieba

from services.platform.folded_text import folded

READER = 1  # another way of reading needs other models: they name the one they were taught with
RAW_CHARACTERS_MAX = 3_000  # of each field; the matter is told before that
WORDS_MAX = 400
CHARACTERS_MAX = 800
HEAD_CHARACTERS = 24  # a title's worth, whether or not the title came apart
HAN_FIRST = "\u3400"  # commas and line feeds, all else that is left by then, come before it

# Digits and letters are numbers, names and the masks of published messages: never a matter.
_NOT_READ = re.compile("[^\u3400-\u9fff,\n]+")


class Grams(NamedTuple):
    """Each as often as it is there. words: single ones, and neighbours with a space between."""

    runs: list[str]
    words: list[str]
    head: list[str]


def read(title: str, text: str) -> Grams:
    """Spaces, width, traditional forms and cutting into words make no difference."""
    words = (words_of(title) + words_of(text))[:WORDS_MAX]
    whole = "".join(words)[:CHARACTERS_MAX]
    return Grams(
        runs=_runs(whole),
        words=[*words, *map(" ".join, pairwise(words))],
        head=_runs(whole[:HEAD_CHARACTERS]),
    )


def words_of(text: str) -> list[str]:
    """Chinese words in order, without those that carry no matter."""
    plain = _NOT_READ.sub("", folded(text[:RAW_CHARACTERS_MAX]))
    dropped = function_words()
    return [word for word in rjieba.cut(plain) if word > HAN_FIRST and word not in dropped]


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    path = files("services.router.classifier") / "data" / "function_words.txt"
    lines = path.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _runs(whole: str) -> list[str]:
    """One, two and three characters that follow each other."""
    pairs = list(map(add, whole, whole[1:]))
    return [*whole, *pairs, *map(add, pairs, whole[2:])]
