"""The pages of 每月一题, over the four made-up topics."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import anyio
import httpx
import pytest

from services.console.topic_demonstration import demonstrate
from services.console.topic_history_words import WORDS
from services.console.topic_pages import topic_pages_router
from services.console.web import create_app
from services.domain.topic_union import TOPIC_EVENTS
from services.governance.demonstration import CODES, HEATING
from tests.services.governance.topic_city import TopicCity

MONDAY = date(2026, 3, 9)


class Asked:
    def __init__(self, city: TopicCity) -> None:
        self.city = city
        self._app = create_app(city.system, [topic_pages_router(city.system)])

    def get(self, path: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://pages") as client:
                return await client.get(path)

        return anyio.run(asked)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    city = TopicCity(tmp_path_factory.mktemp("topics"))
    demonstrate(city.system, city.clock, MONDAY)
    yield Asked(city)
    city.close()


def test_all_topics_are_listed_with_links_and_the_list_of_the_week(pages: Asked) -> None:
    page = pages.get("/topics")
    assert page.status_code == 200
    assert all(f'href="/topics/{code}"' in page.text for code in CODES)
    schedule = pages.city.governance.schedule()
    assert all(line.heading in page.text for line in schedule.due_this_week[:8])
    assert "周调度清单" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_a_topic_shows_its_items_its_tickets_and_its_history(pages: Asked) -> None:
    topic = pages.city.governance.topics.get(HEATING)
    assert topic is not None
    page = pages.get(f"/topics/{HEATING}").text
    assert all(item.plan.heading in page for item in topic.items.values())
    assert "471" in page
    assert all(f'href="/tickets/{one}"' in page for one in topic.tickets)
    assert "立题" in page
    assert "销号" in page


def test_every_topic_of_the_demonstration_has_a_page(pages: Asked) -> None:
    assert {pages.get(f"/topics/{code}").status_code for code in CODES} == {200}


def test_a_topic_that_is_not_there_has_none(pages: Asked) -> None:
    assert pages.get("/topics/2026-01-nothing").status_code == 404
    assert pages.get("/topics/..%2Fkeys").status_code == 404


def test_without_topics_the_page_says_how_to_begin(tmp_path: Path) -> None:
    empty = TopicCity(tmp_path)
    assert "yousu topic propose" in Asked(empty).get("/topics").text
    empty.close()


def test_every_fact_of_a_topic_has_its_words() -> None:
    assert set(WORDS) == {fact.model_fields["type"].default for fact in TOPIC_EVENTS}
