"""What a text is found by: its words, what they mean if they are a resident's own, and every two
neighbouring characters of its Chinese.

Words alone miss what the segmenter cuts otherwise in the question than in the article; pairs of
characters alone rank 暖气不热 with 天气热.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import rjieba

from services.knowledge.lay_words import with_what_is_meant
from services.platform.folded_text import folded

_BREAKS = re.compile(r"[,\n]")
_RUNS = re.compile(r"[a-z0-9]+|[^a-z0-9]+")


def terms_of(text: str) -> list[str]:
    """In the order of the text, repeats included. What is neither letter nor number is nothing."""
    found: list[str] = []
    for run in _runs(text):
        if run.isascii():  # a number or a word of another language is one term
            found.append(run)
        else:
            found += (a + b for a, b in pairwise(run))
            found += (word for word in rjieba.cut(run) if len(word) > 1)
    return found


def found_in(text: str, folded_article: str) -> tuple[tuple[str, ...], float]:
    """The longest pieces of the text that the article has too, two characters or more, and the
    share of the text's characters they are."""
    pieces: dict[str, None] = {}
    characters = covered = 0
    for run in _runs(text):
        found = list((_whole if run.isascii() else _shared)(run, folded_article))
        characters, covered = characters + len(run), covered + sum(map(len, found))
        pieces |= dict.fromkeys(found)
    return tuple(pieces), round(covered / characters, 2) if characters else 0.0


def _runs(text: str) -> Iterator[str]:
    for clause in _BREAKS.split(with_what_is_meant(folded(text))):
        yield from _RUNS.findall(clause)


def _whole(run: str, article: str) -> Iterator[str]:
    """1 is not in 12345."""
    if re.search(rf"(?<![a-z0-9]){run}(?![a-z0-9])", article):
        yield run


def _shared(run: str, article: str) -> Iterator[str]:
    begin = 0
    while begin < len(run) - 1:
        end = begin + 1
        while end < len(run) and run[begin : end + 1] in article:
            end += 1
        if end - begin > 1:
            yield run[begin:end]
        begin = end
