"""From a resident's words to items, by the directory's aliases."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.router.directory.model import Directory, Item

TITLE_WEIGHT = 3  # people put the matter in the title and its story in the text
TITLE_CHARACTERS = 30  # without a title, the text's beginning serves as one


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """An item, its score, and the aliases that speak for it or for its ancestors."""

    item: str
    score: int
    words: tuple[str, ...]


def score_items(directory: Directory, title: str, text: str) -> list[ScoredItem]:
    """Items whose aliases are in the words, the best first.

    Each alias counts once, by its length: a longer one is more particular. In the title it weighs
    TITLE_WEIGHT times. What speaks for an item speaks for all items below it, and an item steps
    back when one below it was found. Equal scores: the more urgent, then the lower code.
    """
    weights = _word_weights(directory, title, text)
    by_item: dict[str, list[tuple[str, int]]] = {}
    for (word, code), weight in weights.items():
        by_item.setdefault(code, []).append((word, weight))
    items = directory.items
    above = {ancestor for code in by_item for ancestor in items[code].lineage[1:]}
    scored = [_scored(items[code], by_item) for code in by_item if code not in above]
    scored.sort(key=lambda found: (-found.score, items[found.item].urgency_days, found.item))
    return scored


def _word_weights(directory: Directory, title: str, text: str) -> dict[tuple[str, str], int]:
    """(alias, item) -> weight."""
    if not title.strip():
        title, text = text[:TITLE_CHARACTERS], text[TITLE_CHARACTERS:]
    weights: dict[tuple[str, str], int] = {}
    for words, weight in ((title, TITLE_WEIGHT), (text, 1)):
        for word, codes in directory.item_words.find(words):
            for code in codes:
                weights.setdefault((word, code), weight * len(word))
    return weights


def _scored(item: Item, by_item: Mapping[str, list[tuple[str, int]]]) -> ScoredItem:
    speaking = [pair for code in item.lineage if code in by_item for pair in by_item[code]]
    score = sum(weight for _, weight in speaking)
    return ScoredItem(item.code, score, tuple(word for word, _ in speaking))
