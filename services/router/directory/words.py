"""Finding many words in one text quickly: aliases of items, names of areas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from services.platform.folded_text import folded

WORD_CHARACTERS_MIN = 2  # a single Chinese character says too little to decide anything


@dataclass(frozen=True, slots=True)
class WordTable:
    """An automaton over the folded words, and each word as it is listed with what it stands for, in
    the same order."""

    automaton: AhoCorasick
    entries: tuple[tuple[str, tuple[str, ...]], ...]

    def find(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """The words in the text, in order, with their meanings. A word inside a longer word that
        was found is not found again; words that only overlap both are. A decoy (a word without
        meaning) hides the words inside it and is left out. Width, spaces between characters,
        traditional forms and invisible characters make no difference (`folded`, which also cuts
        what is too long)."""
        matches = self.automaton.find_matches_as_indexes(folded(text), overlapping=True)
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
    """A table of these words (two characters or more). Meanings outrank decoys."""
    listed: dict[str, tuple[str, set[str]]] = {folded(word): (word, set()) for word in decoys}
    for word, codes in meanings.items():
        told, known = listed.get(folded(word), (word, set()))
        listed[folded(word)] = (told if known else word, known | set(codes))
    words = sorted((plain, entry) for plain, entry in listed.items() if plain)
    entries = tuple((word, tuple(sorted(codes))) for _, (word, codes) in words)
    return WordTable(AhoCorasick([plain for plain, _ in words]), entries)
