"""The pages over a real system: what they count, what they show, and what they never show."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import httpx
import pytest

from services.console.monthly_topics import governance_of
from services.console.overview import overview_router
from services.console.overview_figures import Figures, Overview
from services.console.overview_words import EVENTS
from services.console.system import System, bootstrap
from services.console.web import create_app
from services.domain import commands as c
from services.domain.events import TICKET_EVENT
from services.domain.topic_commands import Propose
from services.governance.topic_desk import Asking
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.seldom import LOOK_EVERY_S
from services.platform.settings import Settings

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Xining
CONTACT, NAME = "13800001234", "马先生"
TEXT = '<script>alert("暖气")</script> 家里暖气不热，室温只有十二度'
ADDRESS = "城西区西关大街3号<b>二楼</b>"


class Pages:
    """The application in this process: requests pass its real doorway."""

    def __init__(self, folder: Path, api_keys: dict[str, str] | None = None) -> None:
        self.clock = VirtualClock(MONDAY)
        settings = Settings(folder, folder / "keys" / "master.key", api_keys or {})
        self.system: System = bootstrap(settings, self.clock)
        self._app = create_app(self.system, [overview_router(self.system)])

    def get(self, path: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://pages") as client:
                return await client.get(path)

        return anyio.run(asked)

    def figures(self) -> Figures:
        """Without waiting for the ones of before to grow old."""
        return Overview(self.system).figures()

    def opened(self, reference: str, **words: str) -> str:
        report = NewReport(
            channel="hotline",
            reference=reference,
            received_at=self.clock.now(),
            title=words.get("title", "家里暖气不热"),
            text=words.get("text", TEXT),
            address=words.get("address", f"{ADDRESS}{reference}"),
            contact=CONTACT,
            name=NAME,
        )
        receipt = self.system.intake.submit([report])[0]
        self.system.transport.run_until_idle()
        return receipt.ticket_id

    def pass_days(self, days: int) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(days=days))
        self.system.transport.run_until_idle()


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    made = Pages(tmp_path)
    yield made
    made.system.close()


def test_an_empty_city_has_a_page(pages: Pages) -> None:
    answer = pages.get("/")
    assert answer.status_code == 200
    assert "没有逾期" in answer.text
    assert pages.figures().by_stage == {}


def test_figures_count_what_is_there(pages: Pages) -> None:
    accepted = pages.opened("one")
    pages.opened("two", address="城东区东关大街9号")
    pages.opened("three", title="想问一下", text="想问一下那件事", address="")
    lead = pages.system.handler.tickets([accepted])[accepted].lead
    pages.system.handler.execute(
        c.AcceptTicket(
            ticket_id=accepted,
            actor=f"unit:{lead}",
            cause="command:1",
            now=pages.clock.now(),
            unit=lead or "",
        )
    )
    pages.system.transport.run_until_idle()
    figures = pages.figures()
    assert figures.by_stage == {"handling": 1, "routed": 1, "triage": 1}
    assert (figures.open, figures.received_today, figures.overdue) == (3, 3, 0)
    assert figures.position == pages.system.log.head() == figures.rows_position
    assert {stream.lag for stream in figures.processors.values()} == {0}
    assert figures.now == pages.clock.now()
    assert figures.newest[0].position == figures.position


def test_what_is_late_is_told_with_its_unit_and_how_late_it_is(pages: Pages) -> None:
    ticket_id = pages.opened("one")
    pages.pass_days(10)
    figures = pages.figures()
    assert (figures.overdue, figures.overdue_clocks) == (1, 4)  # two units assist
    helpers = {late.unit for late in figures.most_overdue if late.clock == "assist"}
    assert helpers == set(pages.system.handler.tickets([ticket_id])[ticket_id].assisting)
    worst = figures.most_overdue[0]
    assert worst.ticket_id == ticket_id
    assert worst.late_s == (pages.clock.now() - worst.due_at).total_seconds() > 0
    assert worst.unit_name
    assert worst.escalation > 0
    assert figures.overdue_units[0].overdue == 2
    assert ticket_id[-8:] in pages.get("/").text


def test_a_paused_clock_is_not_late(pages: Pages) -> None:
    ticket_id = pages.opened("one")
    lead = pages.system.handler.tickets([ticket_id])[ticket_id].lead or ""
    now, actor = pages.clock.now(), f"unit:{lead}"
    for cause, command in enumerate(
        (
            c.AcceptTicket(ticket_id=ticket_id, actor=actor, cause="command:1", now=now, unit=lead),
            c.SuspendTicket(
                ticket_id=ticket_id, actor=actor, cause="command:2", now=now, reason="weather"
            ),
        )
    ):
        assert pages.system.handler.execute(command).events, cause
    pages.pass_days(20)
    assert pages.figures().overdue == 0


def test_the_figures_are_json_of_the_described_shape(pages: Pages) -> None:
    pages.opened("one")
    answer = pages.get("/api/v1/overview")
    assert answer.status_code == 200
    assert Figures.model_validate_json(answer.content)
    described = pages.get("/openapi.json").json()["paths"]["/api/v1/overview"]["get"]
    schema = described["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["$ref"].endswith("/Figures")


def test_nobodys_words_are_in_the_overview(pages: Pages) -> None:
    pages.opened("one")
    pages.pass_days(10)
    for path in ("/", "/overview/part", "/api/v1/overview", "/reports/daily/2026-03-02"):
        text = pages.get(path).text
        for words in (CONTACT, NAME, "alert(", "西关大街", "室温只有"):
            assert words not in text, path


def test_a_ticket_page_escapes_what_people_write_and_masks_who_they_are(pages: Pages) -> None:
    ticket_id = pages.opened("one")
    answer = pages.get(f"/tickets/{ticket_id}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
    assert "<b>二楼" not in answer.text
    assert CONTACT not in answer.text
    assert "138****1234" in answer.text
    assert NAME not in answer.text


def test_a_ticket_page_says_why_it_is_due_then(pages: Pages) -> None:
    ticket_id = pages.opened("one")
    text = pages.get(f"/tickets/{ticket_id}").text
    assert "3 个工作日，起算当日不计" in text
    assert "办理时限 2026-03-05 18:00" in text
    assert "第 1 次派单" in text


def test_a_ticket_page_names_the_topics_of_its_ticket(pages: Pages) -> None:
    ticket_id = pages.opened("one")
    assert "每月一题" not in pages.get(f"/tickets/{ticket_id}").text
    proposal = Propose(heading="<b>供热</b>", month="2026-03", problem="停暖", tickets=(ticket_id,))
    topics = governance_of(pages.system)
    topics.execute(Asking("heating", proposal, "office:wang", "test/1"))
    time.sleep(LOOK_EVERY_S)  # another part of the process wrote it
    shown = pages.get(f"/tickets/{ticket_id}").text
    assert "每月一题" in shown
    assert "&lt;b&gt;供热" in shown


def test_words_need_a_key_where_keys_are_set(tmp_path: Path) -> None:
    pages = Pages(tmp_path, {"desk": "key-of-the-desk"})
    try:
        ticket_id = pages.opened("one")
        answer = pages.get(f"/tickets/{ticket_id}")
    finally:
        pages.system.close()
    assert answer.status_code == 200
    assert "alert(" not in answer.text
    assert "西关大街" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/tickets/nobody",
        "/overview/..%2foverview.py",
        "/overview/x",
        "/reports/daily/2026-03-03",
        "/reports/daily/9999-12-31",
    ],
)
def test_what_is_not_there_is_not_found(pages: Pages, path: str) -> None:
    assert pages.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/overview/part", "/overview/overview.js"])
def test_pages_run_no_script_but_their_own(pages: Pages, path: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    assert "http://" not in answer.text.replace("http://www.w3.org", "")


def test_figures_are_made_once_a_second_however_many_look(pages: Pages) -> None:
    at = [100.0]
    overview = Overview(pages.system, stopwatch=lambda: at[0])
    first = overview.figures()
    pages.opened("one")
    assert overview.figures() is first
    at[0] += 2
    second = overview.figures()
    assert second.position > first.position
    assert second.events_per_s == pytest.approx((second.position - first.position) / 2, abs=0.1)


def test_every_fact_has_words() -> None:
    schema = json.dumps(TICKET_EVENT.json_schema())
    assert all(f'"{name}"' in schema for name in EVENTS)
    assert len(EVENTS) == 55
