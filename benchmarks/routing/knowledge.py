"""Finding what to answer: one search after another over thousands of made-up articles.

Processor time of the one thread that searches: a busy machine does not make a search slower, only
later, and p99 over the wall clock would measure the neighbours.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

from benchmarks.figures import Figure
from services.console.knowledge_files import shipped
from services.console.live_knowledge import item_words_of
from services.domain.knowledge import Article, ArticleContent, PublishArticle, decide
from services.domain.knowledge_events import ArticlePublished
from services.knowledge.index import ArticleIndex
from services.knowledge.search import ArticleQuery, find_articles
from services.knowledge.table import Known
from services.platform.folded_text import folded
from services.router.directory import Directory, shipped_directory

P99_MS_MAX = 5.0
WORDS_IN_A_QUESTION = 3
ON = date(2026, 3, 2)


def figures(quick: bool) -> Iterator[Figure]:
    """Baseline: counting in how many articles' texts each pair of the question's characters is,
    with `str.count` over all of them."""
    count = 1_000 if quick else 5_000
    chance = random.Random(20_260_302)
    directory = shipped_directory()
    articles = _made_up(directory, count, chance)
    started = time.thread_time()
    index = ArticleIndex(articles, item_words_of(directory))
    built_s = time.thread_time() - started
    questions = [_question(chance, articles) for _ in range(200 if quick else 1_000)]
    took_ms = sorted(_took_ms(index, question) for question in questions)
    scanned_ms = sorted(_scanned_ms(articles, question) for question in questions[:20])
    name = f"knowledge search p99 (processor), {count:,} articles"
    p99_ms = took_ms[int(len(took_ms) * 0.99)]
    yield Figure(f"{name} | limit", p99_ms, "ms", None, P99_MS_MAX, "<=", "value")
    median, scanned = (some[len(some) // 2] for some in (took_ms, scanned_ms))
    label = f"knowledge search median, {count:,} articles | scanning their texts"
    yield Figure(label, median, "ms", scanned, 0.5, "<=")
    yield Figure(f"knowledge index made anew, {count:,} articles", built_s * 1_000, "ms")
    started = time.thread_time()
    ArticleIndex(articles, item_words_of(directory))
    again_ms = (time.thread_time() - started) * 1_000
    label = f"knowledge index after one more article, {count:,} articles | made anew"
    yield Figure(label, again_ms, "ms", built_s * 1_000, 0.6, "<=")


def _made_up(directory: Directory, count: int, chance: random.Random) -> list[ArticlePublished]:
    """The shipped articles' questions and sentences, mixed."""
    known = Known(
        directory.items.__contains__,
        directory.areas.__contains__,
        lambda code: directory.unit(code) is not None,
    )
    contents, _ = shipped(known)
    questions = [question for one in contents for question in (one.heading, *one.questions)]
    sentences = [part for one in contents for part in one.answer.split("。") if part]
    items = [item for one in contents for item in one.items]
    return [
        _published(
            contents[0].model_copy(
                update={
                    "code": f"article-{number}",
                    "heading": chance.choice(questions),
                    "questions": tuple(chance.sample(questions, 5)),
                    "answer": "。".join(chance.sample(sentences, 5)),
                    "items": (chance.choice(items),),
                }
            )
        )
        for number in range(count)
    ]


def _published(content: ArticleContent) -> ArticlePublished:
    now = datetime(ON.year, ON.month, ON.day, tzinfo=UTC)
    command = PublishArticle(
        content=content, today=ON, actor="operator:bench", cause="command:1", now=now, why="bench"
    )
    (event,) = decide(command, Article())
    assert isinstance(event, ArticlePublished)
    return event


def _question(chance: random.Random, articles: list[ArticlePublished]) -> str:
    return "，".join(
        chance.choice(articles).heading[:12] for _ in range(chance.randint(1, WORDS_IN_A_QUESTION))
    )


def _took_ms(index: ArticleIndex, question: str) -> float:
    started = time.thread_time()
    assert find_articles(index, ArticleQuery(question))
    return (time.thread_time() - started) * 1_000


def _scanned_ms(articles: list[ArticlePublished], question: str) -> float:
    started = time.thread_time()
    plain = folded(question)
    pairs = {plain[at : at + 2] for at in range(len(plain) - 1)}
    for one in articles:
        text = "\n".join((one.heading, *one.questions, one.answer))
        sum(text.count(pair) for pair in pairs)
    return (time.thread_time() - started) * 1_000
