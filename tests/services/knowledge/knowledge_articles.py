"""Articles for tests: the shipped ones, and made-up ones with a field or two of their own."""

import csv
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from services.console.knowledge_files import shipped
from services.console.live_knowledge import item_words_of
from services.domain.knowledge import Article, ArticleContent, PublishArticle, decide
from services.domain.knowledge_events import ArticlePublished
from services.knowledge.index import ArticleIndex
from services.knowledge.table import Known
from services.router.directory import Directory, shipped_directory

TODAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 1, 30, tzinfo=UTC)
HEATING_ITEM, WATER_ITEM = "01.01.01.01.01", "01.02.01.01.01"


@cache
def directory() -> Directory:
    return shipped_directory()


def known() -> Known:
    found = directory()
    return Known(
        found.items.__contains__,
        found.areas.__contains__,
        lambda code: found.unit(code) is not None,
    )


def content(code: str = "heat-01", **values: Any) -> ArticleContent:
    defaults: dict[str, Any] = {
        "code": code,
        "heading": "暖气不热怎么办",
        "questions": ("屋里冷",),
        "answer": "先向供热单位报修。",
        "items": (HEATING_ITEM,),
        "areas": (),
        "basis": "条例",
        "responsible": "heating",
        "contact_point": "营业厅",
    }
    return ArticleContent(**{**defaults, **values})


def published(given: ArticleContent) -> ArticlePublished:
    """Its first version, in force from TODAY if it does not say."""
    command = PublishArticle(
        content=given, today=TODAY, actor="operator:zhang", cause="command:1", now=NOW, why="测试"
    )
    (event,) = decide(command, Article())
    assert isinstance(event, ArticlePublished)
    return event


def article(code: str = "heat-01", **values: Any) -> ArticlePublished:
    return published(content(code, **values))


@cache
def shipped_articles() -> tuple[ArticlePublished, ...]:
    contents, faults = shipped(known())
    assert not faults
    return tuple(map(published, contents))


@cache
def shipped_index() -> ArticleIndex:
    return ArticleIndex(shipped_articles(), item_words_of(directory()))


def questions(name: str) -> list[tuple[str, str]]:
    """(what a resident says, the article that answers it), made up."""
    with (Path(__file__).parent / f"questions_{name}.csv").open(encoding="utf-8") as file:
        return [(row["question"], row["article"]) for row in csv.DictReader(file)]
