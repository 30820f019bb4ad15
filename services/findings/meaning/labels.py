"""A short name for a group, out of words that many of its messages share, so of nobody's alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, sqrt

import rjieba

SHARED_MIN = 0.35  # of the messages
WORD_MIN, WORD_MAX = 2, 8
WORDS_MAX = 3
GROWN_MAX = 10
TOKENS_MAX = 4
USUAL_SHARE = 0.05  # of all messages: what more of them have names nothing
LABEL_LETTERS_MAX = 20
SWALLOWED = 0.7  # a longer word that so many of a shorter one's messages have takes its place
DIGITS_MAX = 4  # in a row: more may be somebody's number


def label_of(titles: Sequence[str], all_titles: Sequence[str]) -> str:
    """The words that tell the group from others; "" if they share none. Titles are folded."""
    found = _shared(titles)
    if not found:
        return ""
    many = len(all_titles)
    told = []
    for word, count in found.items():
        carriers = _carriers(word, all_titles)
        if carriers <= max(count, USUAL_SHARE * many):
            rare = log((1 + many) / (1 + carriers))
            told.append((count / len(titles) * rare * sqrt(len(word)), word))
    chosen: list[str] = []
    for _, word in sorted(told, key=lambda pair: (-pair[0], pair[1])):
        if len(chosen) == WORDS_MAX or sum(map(len, [*chosen, word])) > LABEL_LETTERS_MAX:
            break
        grown = _grown(word, titles)
        if not any(_overlap(grown, other) for other in chosen):
            chosen.append(grown)
    return " ".join(sorted(chosen, key=lambda word: _place(word, titles)))


def _grown(word: str, titles: Sequence[str]) -> str:
    """With the letters beside it that nearly all have there: names are cut at odd places."""
    while len(word) < GROWN_MAX:
        parts = [title.partition(word) for title in titles if word in title]
        before = Counter(part[0][-1:] for part in parts).most_common(1)[0]
        after = Counter(part[2][:1] for part in parts).most_common(1)[0]
        longer = max((before[1], f"{before[0]}{word}"), (after[1], f"{word}{after[0]}"))
        if longer[0] < SWALLOWED * len(parts) or not _may_grow(longer[1], word):
            return word
        word = longer[1]
    return word


def _may_grow(longer: str, word: str) -> bool:
    new = longer.replace(word, "", 1)
    return new.isalpha() and not _may_be_a_number(longer)


def _shared(titles: Sequence[str]) -> dict[str, int]:
    counts = Counter(word for title in titles for word in set(_words(title)))
    least = max(2, SHARED_MIN * len(titles))
    kept = {word: count for word, count in counts.items() if count >= least}
    return {
        word: count
        for word, count in kept.items()
        if not any(
            word != other and word in other and more >= SWALLOWED * count
            for other, more in kept.items()
        )
    }


def _words(title: str) -> Iterator[str]:
    """Words, and what neighbouring ones make together, without words of one letter at the ends."""
    for part in title.replace("\n", ",").split(","):
        tokens = rjieba.cut(part)
        for start in range(len(tokens)):
            word = ""
            for token in tokens[start : start + TOKENS_MAX]:
                word += token
                ends_well = len(token) > 1 and len(tokens[start]) > 1
                if WORD_MIN <= len(word) <= WORD_MAX and ends_well and not _may_be_a_number(word):
                    yield word


def _may_be_a_number(word: str) -> bool:
    return sum(letter.isdigit() for letter in word) > DIGITS_MAX


def _carriers(word: str, titles: Sequence[str]) -> int:
    return sum(word in title for title in titles)


def _overlap(one: str, other: str) -> bool:
    return any(one[at : at + 2] in other for at in range(len(one) - 1))


def _place(word: str, titles: Sequence[str]) -> tuple[float, str]:
    at = [title.index(word) for title in titles if word in title]
    return sum(at) / max(len(at), 1), word
