"""Finding many words in one text quickly: aliases of items, names of areas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

WORD_CHARACTERS_MIN = 2  # a single Chinese character says too little to decide anything
TEXT_CHARACTERS_MAX = 10_000  # what is longer is cut: the matter is told before that


@dataclass(frozen=True, slots=True)
class WordTable:
    """An automaton over the words, and each word with what it stands for, in the same order."""

    automaton: AhoCorasick
    entries: tuple[tuple[str, tuple[str, ...]], ...]

    def find(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """The words in the text, in order, with their meanings. A word inside a longer word that
        was found is not found again; words that only overlap both are. A decoy (a word without
        meaning) hides the words inside it and is left out."""
        lowered = text[:TEXT_CHARACTERS_MAX].lower()
        matches = self.automaton.find_matches_as_indexes(lowered, overlapping=True)
        matches.sort(key=_by_start_longest_first)
        found, covered_to = [], 0
        for index, _, end in matches:
            if end > covered_to:
                covered_to = end
                if self.entries[index][1]:
                    found.append(self.entries[index])
        return found


def _by_start_longest_first(match: tuple[int, int, int]) -> tuple[int, int]:
    return match[1], -match[2]


def build_word_table(meanings: Mapping[str, Iterable[str]], decoys: Iterable[str]) -> WordTable:
    """A table of these words (lower case, two characters or more). Meanings outrank decoys."""
    words = {word: () for word in decoys} | {
        word: tuple(sorted(codes)) for word, codes in meanings.items()
    }
    entries = tuple(sorted(words.items()))
    return WordTable(AhoCorasick([word for word, _ in entries]), entries)
