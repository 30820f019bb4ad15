"""Published articles are seen by running processes, without a restart and without reading twice."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from city_history import open_city

from services.console.knowledge_files import shipped
from services.console.knowledge_publishing import (
    NotPublished,
    known_of,
    publish_articles,
    withdraw_article,
)
from services.console.live_knowledge import LiveKnowledge
from services.console.system import System
from services.domain.knowledge import ArticleContent
from services.platform.city_streams import family_facts, family_size, streams_of
from services.platform.clock import VirtualClock
from services.platform.event_log import NewEvent
from services.platform.failures import Outage
from services.platform.seldom import LOOK_EVERY_S

ACTOR = {"actor": "operator:zhang", "why": "测试"}
TODAY = date(2026, 3, 2)


def content(code: str = "heat-01", answer: str = "先报修。", **values: object) -> ArticleContent:
    return ArticleContent(
        code=code, heading="暖气不热怎么办", questions=(), answer=answer, items=(), areas=(),
        basis="", responsible="heating", contact_point="", **values,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.fixture
def city(tmp_path: Path) -> Iterator[System]:
    system = open_city(tmp_path / "city")
    yield system
    system.close()


class Watch:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def of_another_process(city: System, watch: Watch) -> LiveKnowledge:
    return LiveKnowledge(city.log, city.directories, city.knowledge.today, watch)


def test_another_process_sees_it_a_moment_later(city: System) -> None:
    watch = Watch()
    other = of_another_process(city, watch)
    assert other.index().articles == ()
    publish_articles(city, [content()], **ACTOR)
    assert other.index().articles == (), "it has just looked"
    watch.now_s += LOOK_EVERY_S
    assert [one.code for one in other.index().articles] == ["heat-01"]
    withdraw_article(city, "heat-01", **ACTOR)
    watch.now_s += LOOK_EVERY_S
    assert other.index().articles == ()
    assert other.article("heat-01").version == 2


def test_the_publishing_process_sees_it_at_once(city: System) -> None:
    publish_articles(city, [content()], **ACTOR)
    assert city.knowledge.article("heat-01").in_force(TODAY) is not None


def test_the_index_is_made_again_only_when_something_has_changed(city: System) -> None:
    watch = Watch()
    live = of_another_process(city, watch)
    publish_articles(city, [content()], **ACTOR)
    first = live.index()
    watch.now_s += 10
    assert live.index() is first
    assert publish_articles(city, [content()], **ACTOR).unchanged == 1
    watch.now_s += 10
    assert live.index() is first
    publish_articles(city, [content(answer="先测温。")], **ACTOR)
    watch.now_s += 10
    assert live.index() is not first
    assert live.index().articles[0].answer == "先测温。"


def test_the_day_decides_what_is_in_the_index(city: System) -> None:
    publish_articles(city, [content(valid_from=TODAY + timedelta(days=1))], **ACTOR)
    assert city.knowledge.index().articles == ()
    assert len(city.knowledge.index(TODAY + timedelta(days=1)).articles) == 1
    assert isinstance(city.clock, VirtualClock)
    city.clock.advance_to(city.clock.now() + timedelta(days=1))
    assert len(city.knowledge.index().articles) == 1


def test_articles_stand_in_streams_of_their_own_and_tickets_do_not_see_them(city: System) -> None:
    contents, faults = shipped(known_of(city))
    assert faults == []
    outcome = publish_articles(city, contents, **ACTOR)
    assert len(outcome.events) == len(contents) == family_size(city.log, "knowledge")
    assert streams_of(city.log, "knowledge") == sorted(f"knowledge:{c.code}" for c in contents)
    assert [fact for _, fact in family_facts(city.log, "knowledge")] == list(outcome.events)
    half = len(contents) // 2
    assert len(family_facts(city.log, "knowledge", half)) == len(contents) - half
    city.transport.run_until_idle()
    assert city.log.query("SELECT COUNT(*) FROM quarantine") == [(0,)]
    assert city.log.query("SELECT COUNT(*) FROM tickets") == [(0,)]


def test_one_refusal_and_nothing_is_written(city: System) -> None:
    head = city.log.head()
    wrong = content("heat-02", valid_from=TODAY, valid_to=TODAY - timedelta(days=1))
    with pytest.raises(NotPublished, match="ArticleEndsBeforeItBegins"):
        publish_articles(city, [content(), wrong], **ACTOR)
    assert city.log.head() == head


@pytest.mark.parametrize(
    ("actor", "why", "reason"),
    [("operator:zhang", " ", "why"), ("zhang", "为何", "actor"), ("operator:z", "长" * 501, "why")],
)
def test_who_and_why_must_be_said(city: System, actor: str, why: str, reason: str) -> None:
    with pytest.raises(NotPublished, match=reason):
        publish_articles(city, [content()], actor=actor, why=why)


def test_two_who_publish_at_once_do_not_overwrite_each_other(city: System) -> None:
    publish_articles(city, [content()], **ACTOR)
    watch = Watch()
    stale = of_another_process(city, watch)
    stale.articles()
    publish_articles(city, [content(answer="甲")], **ACTOR)
    with pytest.raises(NotPublished, match="ArticleChanged"):
        publish_articles(city, [content(answer="乙")], **ACTOR, expected_version=1)


def test_a_fact_of_a_later_program_stops_it_instead_of_being_passed_over(city: System) -> None:
    publish_articles(city, [content()], **ACTOR)
    unknown = NewEvent("knowledge:heat-01", 2, "knowledge.article_translated.v1", b"{}")
    city.log.append([unknown])
    watch = Watch()
    with pytest.raises(Outage, match="article_translated"):
        of_another_process(city, watch).articles()


def test_a_command_that_does_not_search_loads_no_search_engine() -> None:
    program = "import sys, services.console.status_command as _; print('bm25s' in sys.modules)"
    command = [sys.executable, "-c", program]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
