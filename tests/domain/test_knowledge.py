"""解答知识: every rule of an article's life, given its facts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from services.domain import knowledge as kn
from services.domain.knowledge_events import ArticlePublished, ArticleWithdrawn
from tests.domain.facts import MONDAY

TODAY = date(2026, 3, 9)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def content(**values: Any) -> kn.ArticleContent:
    defaults: dict[str, Any] = {
        "code": "heat-01",
        "heading": "暖气不热怎么办",
        "questions": ("屋里冷",),
        "answer": "先报修。",
        "items": ("01.01.01.01.01",),
        "areas": (),
        "basis": "条例",
        "responsible": "heating",
        "contact_point": "营业厅",
    }
    return kn.ArticleContent(**{**defaults, **values})


def publish(today: date = TODAY, version: int | None = None, **values: Any) -> kn.PublishArticle:
    return kn.PublishArticle(
        content=content(**values),
        today=today,
        actor="operator:zhang",
        cause="command:1",
        now=MONDAY,
        why="新规定",
        expected_version=version,
    )


def withdraw(code: str = "heat-01", version: int | None = None) -> kn.WithdrawArticle:
    return kn.WithdrawArticle(
        code=code,
        actor="operator:zhang",
        cause="command:2",
        now=MONDAY,
        why="已废止",
        expected_version=version,
    )


Command = kn.PublishArticle | kn.WithdrawArticle


def after(*commands: Command) -> kn.Article:
    article = kn.Article()
    for command in commands:
        for event in kn.decide(command, article):
            article = kn.evolve(article, event)
    return article


def given(*commands: Command) -> Callable[[Command], list[kn.ArticleEvent]]:
    return lambda command: kn.decide(command, after(*commands))


def test_a_first_version_holds_from_today_on():
    (event,) = given()(publish())
    assert isinstance(event, ArticlePublished)
    assert (event.number, event.valid_from, event.why) == (1, TODAY, "新规定")
    assert (event.stream_id, event.actor) == ("knowledge:heat-01", "operator:zhang")
    assert kn.content_of(event) == content(valid_from=TODAY)


def test_the_same_again_is_nothing_new():
    assert given(publish())(publish()) == []
    later = publish(today=MAY)  # a file that names no first day, imported again
    assert given(publish())(later) == []
    assert given(publish())(publish(version=99)) == []


def test_another_content_is_the_next_version():
    (event,) = given(publish())(publish(answer="先测温。"))
    assert isinstance(event, ArticlePublished)
    assert event.number == 2


def test_another_first_day_is_another_version():
    (event,) = given(publish())(publish(valid_from=APRIL))
    assert isinstance(event, ArticlePublished)
    assert event.valid_from == APRIL


def test_a_correction_does_not_undo_what_is_planned():
    article = after(
        publish(), publish(answer="四月起。", valid_from=APRIL), publish(answer="更正。")
    )
    assert answer_on(article, TODAY) == "更正。"
    assert answer_on(article, APRIL) == "四月起。"


def test_of_one_first_day_the_last_one_published_holds():
    article = after(publish(valid_from=MARCH), publish(valid_from=MARCH, answer="更正。"))
    assert answer_on(article, TODAY) == "更正。"


def test_a_version_that_would_never_be_used_is_refused():
    with pytest.raises(kn.ArticleOvershadowed, match="since 2026-03-09"):
        given(publish())(publish(answer="旧的", valid_from=MARCH))


def test_a_last_day_before_the_first_is_refused():
    with pytest.raises(kn.ArticleEndsBeforeItBegins):
        given()(publish(valid_to=MARCH))


def test_after_its_last_day_nothing_holds_and_no_older_version_comes_back():
    article = after(publish(valid_from=MARCH), publish(valid_to=APRIL, answer="至四月一日。"))
    assert answer_on(article, APRIL) == "至四月一日。"
    assert answer_on(article, APRIL + timedelta(days=1)) is None
    assert article.latest is not None, "it can still be shown"


def test_a_withdrawn_article_is_no_answer_on_any_day_until_it_is_published_again():
    article = after(publish(), publish(valid_from=APRIL, answer="四月起。"), withdraw())
    assert [answer_on(article, day) for day in (TODAY, APRIL, MAY)] == [None] * 3
    again = after(publish(), withdraw(), publish())
    assert answer_on(again, TODAY) == "先报修。"
    assert (again.version, again.latest and again.latest.number) == (3, 2)


def test_withdrawing_twice_is_once():
    (event,) = given(publish())(withdraw())
    assert isinstance(event, ArticleWithdrawn)
    assert (event.code, event.why) == ("heat-01", "已废止")
    assert given(publish(), withdraw())(withdraw()) == []


def test_what_nobody_has_published_cannot_be_withdrawn():
    with pytest.raises(kn.ArticleUnknown, match="heat-99"):
        given()(withdraw("heat-99"))


@pytest.mark.parametrize("command", [publish(answer="新", version=1), withdraw(version=1)])
def test_whoever_looked_at_an_older_version_is_told(command: Command):
    history = (publish(), publish(answer="别人改的"))
    with pytest.raises(kn.ArticleChanged):
        given(*history)(command)
    assert len(given(history[0])(command)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Heat 01"},
        {"code": "heat:01"},
        {"code": "暖气"},
        {"code": "a" * 41},
        {"heading": ""},
        {"answer": ""},
        {"answer": "长" * 4_001},
        {"questions": ("问",) * 31},
        {"items": tuple(map(str, range(31)))},
        {"responsible": ""},
    ],
)
def test_what_a_fact_may_not_hold_is_no_content(wrong: dict[str, Any]):
    with pytest.raises(ValidationError):
        content(**wrong)


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
VERSIONS = st.lists(st.tuples(DAYS, st.none() | DAYS), min_size=1, max_size=6)


@for_all(versions=VERSIONS, on=DAYS)
def test_in_force_is_the_latest_first_day_that_has_come_and_has_not_ended(
    versions: list[tuple[date, date | None]], on: date
):
    article, kept = kn.Article(), []
    for number, (first, last) in enumerate(versions):
        command = publish(
            today=date(2025, 1, 1), answer=str(number), valid_from=first, valid_to=last
        )
        try:
            events = kn.decide(command, article)
        except kn.ArticleEndsBeforeItBegins:
            continue
        article = kn.evolve(article, events[0])
        kept.append((first, number, last))
    begun = [one for one in kept if one[0] <= on]
    expected = max(begun, default=None)
    if expected is None or (expected[2] is not None and expected[2] < on):
        assert answer_on(article, on) is None
    else:
        assert answer_on(article, on) == str(expected[1])


@for_all(st.lists(st.sampled_from("abw"), max_size=12))
def test_deciding_again_on_what_was_decided_changes_nothing(deeds: str):
    stream: list[kn.ArticleEvent] = []
    for deed in deeds:
        command = withdraw() if deed == "w" else publish(answer=deed)
        try:
            stream += kn.decide(command, kn.fold(stream))
        except kn.ArticleUnknown:
            continue
        article = kn.fold(stream)
        assert article.version == len(stream)
        assert kn.decide(command, article) == []


def answer_on(article: kn.Article, on: date) -> str | None:
    found = article.in_force(on)
    return None if found is None else found.answer
