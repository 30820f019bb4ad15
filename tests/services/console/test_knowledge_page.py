"""The call-taker's page: nothing inline, nothing from elsewhere, nobody's words."""

import re
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest
from city_history import open_city

from services.console.knowledge_page import ASSETS, knowledge_page_router
from services.console.system import System
from services.console.web import create_app


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = open_city(Path(tmp_path_factory.mktemp("pages")))
    yield system
    system.close()


def get(system: System, path: str) -> httpx.Response:
    app = create_app(system, [knowledge_page_router()])

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://pages") as client:
            return await client.get(path)

    return anyio.run(asked)


def test_the_page_runs_under_a_strict_policy(city: System) -> None:
    page = get(city, "/knowledge")
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert not re.search(r"<script>|<style>|\son\w+=|\sstyle=|https?://", page.text)
    linked = re.findall(r'(?:href|src)="/knowledge/([^"]+)"', page.text)
    assert set(linked) == set(ASSETS)


@pytest.mark.parametrize(("name", "media_type"), ASSETS.items())
def test_its_parts_are_served_as_what_they_are(city: System, name: str, media_type: str) -> None:
    part = get(city, f"/knowledge/{name}")
    assert part.status_code == 200
    assert part.headers["content-type"].startswith(media_type)
    assert part.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|localStorage", part.text)


def test_there_is_nothing_else_beside_it(city: System) -> None:
    assert get(city, "/knowledge/overview.html").status_code == 404
    assert get(city, "/knowledge/..%2Fticket.html").status_code == 404
