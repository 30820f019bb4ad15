"""Articles and what was found, ready for JSON."""

from datetime import date
from typing import TYPE_CHECKING, Any

from services.domain.knowledge import Article, content_of
from services.domain.knowledge_events import ArticlePublished

if TYPE_CHECKING:
    from services.knowledge.search import Found


def listed(article: ArticlePublished) -> dict[str, Any]:
    """One line of a list."""
    shown = ("code", "number", "heading", "items", "areas", "responsible")
    days = ("valid_from", "valid_to", "review_by")
    return article.model_dump(mode="json", include={*shown, *days})


def full(article: ArticlePublished) -> dict[str, Any]:
    document = content_of(article).model_dump(mode="json")
    return document | {
        "number": article.number,
        "why": article.why,
        "published_by": article.actor,
        "published_at": article.model_dump(mode="json")["recorded_at"],
    }


def whole(article: Article, on: date, number: int | None = None) -> dict[str, Any] | None:
    """One article: the version asked for, else the one in force, else the last; and where it
    stands. None if there is no such version."""
    current = article.in_force(on)
    wanted = current or article.latest
    if number is not None:
        wanted = next((one for one in article.versions if one.number == number), None)
    if wanted is None:
        return None
    return {
        **full(wanted),
        "in_force": None if current is None else current.number,
        "withdrawn": None if article.withdrawn is None else article.withdrawn.why,
        "versions": [listed(one) | {"why": one.why} for one in article.versions],
    }


def found_document(found: "Found") -> dict[str, Any]:
    """`words` are those of the asker that the article has."""
    reason = {"words": list(found.words), "share": found.share}
    return {
        **full(found.article),
        "score": found.score,
        "found_by": reason | {"item": found.by_item, "area": found.by_area},
    }
