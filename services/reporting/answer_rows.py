"""One row for each answer at the first contact: of what, by which article, and whether it held."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Query = Callable[[str, Sequence[Any]], list[Any]]

TABLE = "direct_answers"
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS direct_answers (
    ticket_id TEXT NOT NULL, position INTEGER NOT NULL, answered_day TEXT NOT NULL,
    kind TEXT NOT NULL, item TEXT NOT NULL, area TEXT NOT NULL, article TEXT NOT NULL,
    article_version INTEGER, reopened_day TEXT, PRIMARY KEY (ticket_id, position))
    WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS direct_answers_by_day ON direct_answers (answered_day)",
)
ADD_ANSWER = (
    "INSERT INTO direct_answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)"
    " ON CONFLICT (ticket_id, position) DO NOTHING"
)
# After the answers of the same batch: only those given before the reopening are meant.
MARK_REOPENED = (
    "UPDATE direct_answers SET reopened_day = ?"
    " WHERE ticket_id = ? AND position < ? AND reopened_day IS NULL"
)
_SPAN = "answered_day >= ? AND answered_day <= ?"
_BY_ARTICLE = (
    "SELECT article, COUNT(*), COUNT(reopened_day), MIN(answered_day), MAX(answered_day)"
    f" FROM direct_answers WHERE {_SPAN} AND article <> '' GROUP BY article"
    " ORDER BY COUNT(*) DESC, article"
)
_BY_VERSION = (
    "SELECT article, article_version, COUNT(*), COUNT(reopened_day) FROM direct_answers"
    f" WHERE {_SPAN} AND article <> '' AND article_version IS NOT NULL"
    " GROUP BY article, article_version ORDER BY article, article_version"
)
_WITHOUT_ARTICLE = (
    f"SELECT item, COUNT(*) FROM direct_answers WHERE {_SPAN} AND article = '' AND kind = 'inquiry'"
    " GROUP BY item ORDER BY COUNT(*) DESC, item"
)
_RATE = (
    "SELECT item, SUM(CASE WHEN measure = 'opened' THEN n ELSE 0 END),"
    " SUM(CASE WHEN measure = 'opened_answered' THEN n ELSE 0 END) FROM daily_counts"
    " WHERE day >= ? AND day <= ? AND measure IN ('opened', 'opened_answered')"
    " GROUP BY item ORDER BY 2 DESC, item"
)


class ArticleUse(NamedTuple):
    """reopened: how many of these answers did not hold. Days are local ones, as text."""

    article: str
    answered: int
    reopened: int
    first_day: str
    last_day: str


class VersionUse(NamedTuple):
    article: str
    number: int
    answered: int
    reopened: int


class ItemAnswers(NamedTuple):
    """现场办结率 of an item (empty: not known): tickets opened in the span, and those of them that
    were answered at the first contact."""

    item: str
    opened: int
    answered: int


class Usage(NamedTuple):
    """without_article: inquiries (咨询) that were answered without naming one, by item."""

    articles: list[ArticleUse]
    versions: list[VersionUse]
    items: list[ItemAnswers]
    without_article: list[tuple[str, int]]


def usage_of(query: Query, since: str, until: str) -> Usage:
    """From the live rows; both local days are included."""
    span = (since, until)
    return Usage(
        [ArticleUse(*row) for row in query(_BY_ARTICLE, span)],
        [VersionUse(*row) for row in query(_BY_VERSION, span)],
        [ItemAnswers(row[0], int(row[1]), int(row[2])) for row in query(_RATE, span)],
        [(row[0], row[1]) for row in query(_WITHOUT_ARTICLE, span)],
    )
