"""解答知识库: facts of one article's stream, `knowledge:<code>`."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.domain.city_event_base import CityEvent
from services.domain.event_base import Code

ARTICLE_CODE_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
HEADING_CHARACTERS_MAX, QUESTION_CHARACTERS_MAX, QUESTIONS_MAX = 100, 100, 30
ANSWER_CHARACTERS_MAX, CODES_MAX = 4_000, 30
BASIS_CHARACTERS_MAX, CONTACT_CHARACTERS_MAX, WHY_CHARACTERS_MAX = 500, 300, 500

ArticleCode = Annotated[str, StringConstraints(pattern=ARTICLE_CODE_PATTERN, max_length=40)]
Codes = Annotated[tuple[Code, ...], Field(max_length=CODES_MAX)]
Heading = Annotated[str, StringConstraints(min_length=1, max_length=HEADING_CHARACTERS_MAX)]
Question = Annotated[str, StringConstraints(min_length=1, max_length=QUESTION_CHARACTERS_MAX)]
Questions = Annotated[tuple[Question, ...], Field(max_length=QUESTIONS_MAX)]
Answer = Annotated[str, StringConstraints(min_length=1, max_length=ANSWER_CHARACTERS_MAX)]
Basis = Annotated[str, StringConstraints(max_length=BASIS_CHARACTERS_MAX)]
Contact = Annotated[str, StringConstraints(max_length=CONTACT_CHARACTERS_MAX)]
Why = Annotated[str, StringConstraints(min_length=1, max_length=WHY_CHARACTERS_MAX)]


class ArticlePublished(CityEvent):
    """One version of an article, whole. number: from 1, of this article.

    questions: how residents ask it, in made-up words. areas: where it holds; empty: in the whole
    city. Both dates are local days, included; without valid_to it has no end. review_by: when
    somebody has to look whether it still holds.
    """

    type: Literal["knowledge.article_published.v1"] = "knowledge.article_published.v1"
    code: ArticleCode
    number: Annotated[int, Field(ge=1)]
    heading: Heading
    questions: Questions
    answer: Answer
    items: Codes
    areas: Codes
    basis: Basis
    responsible: Code
    contact_point: Contact
    valid_from: date
    valid_to: date | None = None
    review_by: date | None = None
    why: Why


class ArticleWithdrawn(CityEvent):
    """It is no answer any more, from this moment on, until a version is published again."""

    type: Literal["knowledge.article_withdrawn.v1"] = "knowledge.article_withdrawn.v1"
    code: ArticleCode
    why: Why
