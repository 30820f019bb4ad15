"""Articles as BM25 sees them: by what they are asked, what they answer, how their items are called.

The three are indices of their own, so that a long answer does not thin out a short question.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy
from numpy.typing import NDArray

from services.domain.knowledge_events import ArticlePublished
from services.knowledge.lay_words import with_what_is_meant
from services.knowledge.terms import terms_of
from services.platform.folded_text import folded

if TYPE_CHECKING:
    import bm25s

Scores = NDArray[numpy.float32]
ItemWords = Callable[[str], Iterable[str]]  # item code -> its name and what residents call it
ANSWER_WEIGHT = 0.3  # an answer also names what it is not about
ITEM_WORDS_WEIGHT = 0.3  # an item is wider than its article
READ_MAX = 20_000  # articles that stay read, so that publishing one does not read all again


class ArticleIndex:
    """Immutable. `articles` are those that may be shown as answers."""

    def __init__(
        self, articles: Sequence[ArticlePublished], item_words: ItemWords = lambda item: ()
    ) -> None:
        self.articles = tuple(articles)
        read = [_read(one) for one in articles]
        words = {item: tuple(item_words(item)) for one in articles for item in one.items}
        item_terms = {item: terms_of("\n".join(found)) for item, found in words.items()}
        self._parts = (
            (1.0, _indexed([one.head for one in read])),
            (ANSWER_WEIGHT, _indexed([one.answer for one in read])),
            (
                ITEM_WORDS_WEIGHT,
                _indexed([[t for item in one.items for t in item_terms[item]] for one in articles]),
            ),
        )
        self.by_item = _places((one.items, place) for place, one in enumerate(articles))
        self.by_area = _places((one.areas, place) for place, one in enumerate(articles))
        self._texts = [one.text for one in read]
        self._words = {
            item: with_what_is_meant(folded("\n".join(found))) for item, found in words.items()
        }

    def scores(self, text: str) -> Scores:
        """One for each article, 0 where nothing fits. Each term counts once."""
        wanted = list(dict.fromkeys(terms_of(text)))
        total = numpy.zeros(len(self.articles), dtype=numpy.float32)
        for weight, part in self._parts:
            known = [term for term in wanted if part is not None and term in part.vocab_dict]
            if part is not None and known:
                total += weight * part.get_scores(known)
        return total

    def text_of(self, place: int) -> str:
        """All that an article can be found by, folded."""
        words = (self._words[item] for item in self.articles[place].items)
        return "\n".join((self._texts[place], *words))


class _Read(NamedTuple):
    head: list[str]
    answer: list[str]
    text: str


@lru_cache(maxsize=READ_MAX)
def _read(article: ArticlePublished) -> _Read:
    head = "\n".join((article.heading, *article.questions))
    text = with_what_is_meant(folded(f"{head}\n{article.answer}"))
    return _Read(terms_of(head), terms_of(article.answer), text)


def _indexed(documents: list[list[str]]) -> "bm25s.BM25 | None":
    """None if there is not a single term: the library refuses that."""
    if not any(documents):
        return None
    import bm25s  # takes half a second, so not before somebody searches

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it has just set DEBUG for itself
    index = bm25s.BM25()
    index.index(documents, show_progress=False)
    return index


def _places(coded: Iterable[tuple[Sequence[str], int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for codes, place in coded:
        for code in codes:
            found.setdefault(code, []).append(place)
    return found
