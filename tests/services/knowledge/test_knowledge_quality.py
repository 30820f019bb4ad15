"""Is the right article found? Measured on made-up questions in residents' words.

plain: the matter is named in everyday words. oblique: a story is told, often without a word of
the article; the list of lay words was written with these two at hand. fresh: written after all
was set, and nothing was set by it: what a city may expect.
"""

import pytest
from knowledge_articles import questions, shipped_articles, shipped_index

from services.knowledge.search import ArticleQuery, find_articles


def recall(name: str, within: int) -> float:
    asked = questions(name)
    hits = [
        expected
        in [one.article.code for one in find_articles(shipped_index(), ArticleQuery(text))][:within]
        for text, expected in asked
    ]
    return sum(hits) / len(asked)


@pytest.mark.parametrize(
    ("name", "first", "third"),
    [("plain", 0.90, 0.96), ("oblique", 0.70, 0.84), ("fresh", 0.80, 0.90)],
)
def test_the_article_that_answers_is_found(name: str, first: float, third: float) -> None:
    assert recall(name, 1) >= first
    assert recall(name, 3) >= third


def test_every_shipped_article_is_asked_for() -> None:
    codes = {one.code for one in shipped_articles()}
    assert len(codes) >= 60
    assert {code for _, code in questions("plain")} == codes
    for name in ("oblique", "fresh"):
        assert {code for _, code in questions(name)} <= codes


def test_a_known_item_helps() -> None:
    """A dispatcher's item brings the article up where the words alone do not."""
    asked = questions("oblique")
    items = {one.code: one.items[0] for one in shipped_articles()}
    hits = 0
    for text, expected in asked:
        query = ArticleQuery(text, item=items[expected], limit=3)
        hits += expected in [one.article.code for one in find_articles(shipped_index(), query)]
    assert hits / len(asked) >= 0.97


def test_questions_are_not_the_articles_own_words() -> None:
    own = {text for one in shipped_articles() for text in (one.heading, *one.questions)}
    for name in ("plain", "oblique", "fresh"):
        assert own.isdisjoint(text for text, _ in questions(name))
