"""An article of 解答知识库: `decide(command, article) -> [facts]`, and the article its facts make.

`[]` means there is nothing to do (a repeat). A `Rejected` means that it may not happen.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from typing import Any, NamedTuple, assert_never

from msgspec import Struct

from services.domain.event_base import Code, Frozen
from services.domain.knowledge_events import (
    Answer,
    ArticleCode,
    ArticlePublished,
    ArticleWithdrawn,
    Basis,
    Codes,
    Contact,
    Heading,
    Questions,
)
from services.domain.rejections import Rejected

FAMILY = "knowledge"
ArticleEvent = ArticlePublished | ArticleWithdrawn


class ArticleContent(Frozen):
    """What an office writes. valid_from: None, if it does not say: then from the day on which it
    is published, and a repeat of what is there stays a repeat."""

    code: ArticleCode
    heading: Heading
    questions: Questions
    answer: Answer
    items: Codes
    areas: Codes
    basis: Basis
    responsible: Code
    contact_point: Contact
    valid_from: date | None = None
    valid_to: date | None = None
    review_by: date | None = None


class ArticleCommand(Struct, frozen=True, kw_only=True):
    """now: UTC. today: the local day. expected_version: of the stream, as the actor saw it."""

    actor: str
    cause: str
    now: datetime
    why: str
    expected_version: int | None = None


class PublishArticle(ArticleCommand, frozen=True, kw_only=True):
    content: ArticleContent
    today: date


class WithdrawArticle(ArticleCommand, frozen=True, kw_only=True):
    code: str


class Article(NamedTuple):
    """versions: all that were ever published, in their order. live: those of them that count,
    which a withdrawal ends. version: how many facts the stream holds."""

    version: int = 0
    versions: tuple[ArticlePublished, ...] = ()
    live: tuple[ArticlePublished, ...] = ()
    withdrawn: ArticleWithdrawn | None = None

    @property
    def latest(self) -> ArticlePublished | None:
        return self.versions[-1] if self.versions else None

    def begun(self, on: date) -> ArticlePublished | None:
        """The live one with the latest first day that has come; of one day, the one published
        last. So a correction today does not undo what is planned for the first of next month."""
        candidates = [one for one in self.live if one.valid_from <= on]
        return max(reversed(candidates), key=lambda one: one.valid_from, default=None)

    def in_force(self, on: date) -> ArticlePublished | None:
        """None before it begins, after it ends, and once it is withdrawn. An older version does
        not come back when a newer one ends."""
        begun = self.begun(on)
        return None if begun is None or (begun.valid_to and begun.valid_to < on) else begun


class ArticleUnknown(Rejected):
    message = "there is no such article"


class ArticleChanged(Rejected):
    message = "the article has changed since you looked at it"


class ArticleEndsBeforeItBegins(Rejected):
    message = "the last day is before the first"


class ArticleOvershadowed(Rejected):
    message = "the version in force begins later, so this one would never be used"


def stream_of(code: str) -> str:
    return f"{FAMILY}:{code}"


def decide(command: PublishArticle | WithdrawArticle, article: Article) -> list[ArticleEvent]:
    """Raises a subclass of Rejected."""
    match command:
        case PublishArticle():
            return _publish(command, article)
        case WithdrawArticle():
            return _withdraw(command, article)
        case _:
            assert_never(command)


def evolve(article: Article, event: ArticleEvent) -> Article:
    version = article.version + 1
    match event:
        case ArticlePublished():
            versions, live = (*article.versions, event), (*article.live, event)
            return Article(version, versions, live, None)
        case ArticleWithdrawn():
            return Article(version, article.versions, (), event)
        case _:
            assert_never(event)


def fold(events: Iterable[ArticleEvent]) -> Article:
    return reduce(evolve, events, Article())


def content_of(event: ArticlePublished) -> ArticleContent:
    return ArticleContent(**{name: getattr(event, name) for name in ArticleContent.model_fields})


def _publish(command: PublishArticle, article: Article) -> list[ArticleEvent]:
    content = command.content
    if article.withdrawn is None and article.latest is not None:
        was = content_of(article.latest)
        if was == content.model_copy(update={"valid_from": content.valid_from or was.valid_from}):
            return []
    _require_unchanged(command, content.code, article)
    first_day = content.valid_from or command.today
    if content.valid_to is not None and content.valid_to < first_day:
        raise ArticleEndsBeforeItBegins(content.code, content.code)
    begun = article.begun(command.today)
    if begun is not None and first_day < begun.valid_from:
        raise ArticleOvershadowed(content.code, f"{content.code} since {begun.valid_from}")
    number = len(article.versions) + 1
    facts = {name: getattr(content, name) for name in ArticleContent.model_fields}
    facts |= {"valid_from": first_day, "number": number}
    return [ArticlePublished(**_meta(command, content.code), **facts)]


def _withdraw(command: WithdrawArticle, article: Article) -> list[ArticleEvent]:
    if not article.versions:
        raise ArticleUnknown(command.code, command.code)
    if article.withdrawn is not None:
        return []
    _require_unchanged(command, command.code, article)
    return [ArticleWithdrawn(**_meta(command, command.code), code=command.code)]


def _require_unchanged(command: ArticleCommand, code: str, article: Article) -> None:
    if command.expected_version not in (None, article.version):
        raise ArticleChanged(code, code)


def _meta(command: ArticleCommand, code: str) -> dict[str, Any]:
    return {
        "stream_id": stream_of(code),
        "actor": command.actor,
        "cause": command.cause,
        "occurred_at": command.now,
        "recorded_at": command.now,
        "why": command.why,
    }
