"""Publishing and withdrawing articles: decided, and written into the log as facts, all or none."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from services.console.system import System
from services.domain.knowledge import (
    Article,
    ArticleContent,
    ArticleEvent,
    PublishArticle,
    WithdrawArticle,
    decide,
)
from services.domain.rejections import Rejected
from services.knowledge.table import Known
from services.platform.city_streams import append_city_together
from services.platform.ids import system_entropy, time_ordered_id

Command = PublishArticle | WithdrawArticle


class NotPublished(Exception):
    """The rules say no; nothing was written. reasons: one for each article that may not."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("\n".join(reasons))
        self.reasons = tuple(reasons)


class Outcome(NamedTuple):
    """unchanged: how many were so already."""

    events: tuple[ArticleEvent, ...]
    unchanged: int


def publish_articles(
    system: System,
    contents: Sequence[ArticleContent],
    *,
    actor: str,
    why: str,
    expected_version: int | None = None,
) -> Outcome:
    """Those that differ from what is there. Raises NotPublished, ConcurrentAppend, Outage."""
    today = system.knowledge.today()

    def command(content: ArticleContent, meta: dict[str, Any]) -> Command:
        return PublishArticle(content=content, today=today, **meta)

    pairs = [(content.code, _bound(command, content)) for content in contents]
    return _run(system, pairs, actor, why, expected_version)


def withdraw_article(
    system: System, code: str, *, actor: str, why: str, expected_version: int | None = None
) -> Outcome:
    """Raises NotPublished, ConcurrentAppend, Outage."""

    def command(meta: dict[str, Any]) -> Command:
        return WithdrawArticle(code=code, **meta)

    return _run(system, [(code, command)], actor, why, expected_version)


def known_of(system: System) -> Known:
    directory = system.directory
    return Known(
        is_item=directory.items.__contains__,
        is_area=directory.areas.__contains__,
        is_unit=lambda code: directory.unit(code) is not None,
    )


def _bound(
    command: Callable[[ArticleContent, dict[str, Any]], Command], content: ArticleContent
) -> Callable[[dict[str, Any]], Command]:
    return lambda meta: command(content, meta)


def _run(
    system: System,
    commands: Sequence[tuple[str, Callable[[dict[str, Any]], Command]]],
    actor: str,
    why: str,
    expected_version: int | None,
) -> Outcome:
    if not why.strip():
        raise NotPublished(["say what has changed and why"])
    now = system.clock.now()
    meta: dict[str, Any] = {
        "actor": actor,
        "cause": f"command:{time_ordered_id(now, system_entropy)}",
        "now": now,
        "why": why.strip(),
        "expected_version": expected_version,
    }
    system.knowledge.refresh()
    articles = system.knowledge.articles()
    numbered: list[tuple[ArticleEvent, int]] = []
    refused: list[str] = []
    for code, command in commands:
        article = articles.get(code, Article())
        try:
            events = decide(command(meta), article)
        except Rejected as rejection:
            refused.append(f"{rejection.code}: {rejection}")
        except ValidationError as error:  # an actor or a reason that a fact may not hold
            first = error.errors(include_input=False, include_url=False)[0]
            raise NotPublished([f"{first['loc'][0]}: {first['msg']}"]) from None
        else:
            numbered += [(event, article.version + 1) for event in events]
    if refused:
        raise NotPublished(refused)
    if numbered:
        append_city_together(system.log, numbered, system.transport.wake)
        system.knowledge.refresh()
    return Outcome(tuple(event for event, _ in numbered), len(commands) - len(numbered))
