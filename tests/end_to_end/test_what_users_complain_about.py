"""The fifteen things that users of other services complain about most, through the whole system.

docs/complaints.md lists them, with where each is shown.
"""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from city_history import open_city
from end_to_end_place import ENVIRONMENT

from services.audit.ticket_view import ticket_view
from services.console.overview_figures import Overview
from services.console.report_forms import make_daily
from services.console.status import status_of
from services.console.web import create_app
from services.domain import commands as k
from services.domain.personal import Personal
from services.domain.rejections import Rejected
from services.intake.report import NewReport
from services.platform.words import open_words
from services.supervision.reading import told_between
from tests.platform.helpers import spoil
from tests.services.sla.sla_city import HEATING, HOUR, WATER, local
from tests.services.supervision.watched_city import WatchedCity

pytestmark = pytest.mark.without_bus("lives under a clock of its own")
SHANGHAI = ZoneInfo("Asia/Shanghai")
ROOM_TOO_COLD = "01.01.01.01.01"
KEY = {"X-Actor": "resident:zhang", "Idempotency-Key": "once"}


class City(WatchedCity):
    """With its doors. `at`: of a moment, the local day and hour."""

    def __init__(self, system: Any) -> None:
        super().__init__(system)
        self.app = create_app(system)

    def report(self, text: str, channel: str = "hotline", **values: Any) -> str:
        self.sent += 1
        given = {"channel": channel, "reference": f"r{self.sent}", "received_at": self.now}
        receipt = self.system.intake.submit([NewReport(**given, text=text, **values)])[0]
        self.system.transport.run_until_idle()
        return receipt.ticket_id

    def due(self, ticket_id: str) -> str:
        return f"{self.state(ticket_id).resolve.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"

    def view(self, ticket_id: str) -> Any:
        stream = self.system.log.read_stream(ticket_id)
        return ticket_view(stream, lambda *asked: open_words(self.system.keyring, *asked), SHANGHAI)

    def get(self, path: str) -> Any:
        return self.ask("GET", path)

    def ask(self, method: str, path: str, body: Any = None, headers: Any = None) -> Any:
        async def answered() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://city") as client:
                return await client.request(method, path, json=body, headers=headers)

        answer = asyncio.run(answered())
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def city(data: Path) -> Iterator[City]:
    """On the Monday of an ordinary week."""
    system = open_city(data, local("2026-03-09 09:00"), environment=ENVIRONMENT)
    yield City(system)
    system.close()


def test_01_the_calendar_is_not_24_by_7_and_nothing_escalates_on_creation(city: City) -> None:
    city.go_to(local("2026-03-13 23:30"))  # Friday, after hours
    ticket_id = city.routed(1)
    assert city.course(ticket_id) == ["set"], "out of hours there is no deadline of zero"
    assert city.due(ticket_id) == "2026-03-16 18:00"
    city.go_on(local("2026-03-16 09:00"))
    assert city.course(ticket_id) == ["set"], "a weekend uses up no time"


def test_02_pauses_are_never_counted_twice(city: City) -> None:
    ticket_id = city.overdue(3)  # due Thursday 12 March
    city.go_to(local("2026-03-10 10:00"))
    city.suspend(ticket_id)
    with pytest.raises(Rejected):
        city.suspend(city.unrouted())
    city.suspend(ticket_id)  # again: nothing new
    city.go_to(local("2026-03-11 10:00"))
    city.resume(ticket_id)
    city.suspend(ticket_id)  # a second pause on the day on which the first one ended
    city.go_to(local("2026-03-12 10:00"))
    city.resume(ticket_id)
    assert city.due(ticket_id) == "2026-03-16 18:00", "Tuesday to Thursday are two working days"
    city.go_to(local("2026-05-02 10:00"))  # a holiday: made, paused and resumed on it
    on_a_holiday = city.overdue(1)
    first = city.due(on_a_holiday)
    city.suspend(on_a_holiday)
    city.go_to(local("2026-05-03 10:00"))
    city.resume(on_a_holiday)
    assert city.due(on_a_holiday) == first == "2026-05-06 18:00"


def test_03_everybody_can_see_why_a_date_is_what_it_is(city: City) -> None:
    city.go_to(local("2026-09-30 10:00"))
    ticket_id = city.routed(1)
    clock = next(one for one in city.view(ticket_id).clocks if one["clock"] == "resolve")
    assert clock["due_at"] == "2026-10-08T18:00:00+08:00"
    assert "1 working days from 2026-09-30 10:00, that day not counted" in clock["why"]
    version = city.system.rules().calendar.version
    assert version in clock["why"], "the table of holidays has a version, and is named"


def test_04_one_clock_does_not_overrule_another(city: City) -> None:
    ticket_id = city.routed(3)
    city.go_to(local("2026-03-10 17:00"))
    city.accept(ticket_id)
    note = Personal(city.state(ticket_id).resident, "师傅已上门")
    city.do(k.ReportProgress, ticket_id, unit=HEATING, note=note)
    city.go_on(local("2026-03-11 18:00"), 3 * HOUR)
    assert city.course(ticket_id, "accept")[-1] == "met", "answered in time: nothing escalates"
    assert "missed" not in city.course(ticket_id, "accept")
    assert city.due(ticket_id) == "2026-03-12 18:00", "and a note moves no date"


def test_05_nobody_is_reminded_at_midnight_on_weekends_or_holidays(city: City) -> None:
    city.go_to(local("2026-04-30 22:00"))  # before five days off
    for urgency in (1, 3):
        city.overdue(urgency)
    city.go_on(local("2026-05-13 12:00"), 2 * HOUR)
    told = told_between(city.system.log, "2026-04-30", "2026-05-13")
    calendar = city.system.rules().calendar
    assert {one.measure for one in told} >= {"remind", "urge", "supervise"}
    assert all(calendar.is_working_day(date.fromisoformat(one.day)) for one in told)
    assert {one.part for one in told} <= {"09:00", "14:00", "16:30"}
    for fact in [*city.written("told"), *city.written("reply_warned")]:
        moment = fact.occurred_at.astimezone(SHANGHAI)
        assert 9 <= moment.hour < 18
        assert calendar.is_working_day(moment.date())


def test_06_a_clock_does_not_depend_on_the_channel(city: City) -> None:
    tickets = [
        city.report("暖气不热", channel, item=ROOM_TOO_COLD, area="630104", address=f"海晏路{n}号")
        for n, channel in enumerate(("hotline", "wechat", "app", "web"))
    ]
    assert len(set(tickets)) == 4
    assert len({city.due(one) for one in tickets}) == 1
    for ticket_id in tickets:
        city.accept(ticket_id)
        city.resolve(ticket_id)
        assert city.course(ticket_id)[-1] == "met"


def test_07_holidays_and_make_up_days_are_known(city: City) -> None:
    city.go_to(local("2026-09-30 10:00"))
    assert city.due(city.routed(3)) == "2026-10-10 18:00", "the Saturday is worked (调休)"
    city.go_to(local("2026-10-09 12:00"))
    assert city.due(city.routed(1)) == "2026-10-10 18:00"


def test_08_being_routed_again_keeps_the_first_promise(city: City) -> None:
    ticket_id = city.routed(3)
    first = city.due(ticket_id)
    city.go_to(local("2026-03-10 15:00"))
    city.do(k.ReturnTicket, ticket_id, unit=HEATING, reason="not-our-duty")
    city.route(ticket_id, 3, WATER)
    state = city.state(ticket_id)
    assert (city.due(ticket_id), state.attempt, state.lead) == (first, 2, WATER)
    sent = [fact for fact in city.facts(ticket_id) if fact.type == "ticket.routed.v1"]
    assert [one.lead for one in sent] == [HEATING, WATER], "and when it was sent first is kept"


def test_09_the_right_body_is_found_and_a_doubt_is_a_person_s_to_settle(city: City) -> None:
    sure = city.report("家里暖气不热，只有十度", item=ROOM_TOO_COLD, area="630104")
    routed = next(f for f in city.facts(sure) if f.type == "ticket.routed.v1")
    assert routed.lead == HEATING
    assert "室温不达标" in routed.explanation, "in words, with the version of the directory"
    assert routed.directory_version == city.system.directory.version
    doubtful = city.report("有个事情要反映一下")
    assert city.state(doubtful).stage == "triage", "it is not guessed"
    reason = next(f for f in city.facts(doubtful) if f.type == "ticket.sent_to_triage.v1")
    assert reason.explanation


def test_10_a_matter_that_was_not_fixed_goes_back_to_the_unit_under_a_new_clock(
    city: City,
) -> None:
    ticket_id = city.overdue(1)
    city.resolve(ticket_id)
    city.go_to(local("2026-03-11 10:00"))
    city.evaluated(ticket_id, solved=False)
    state = city.state(ticket_id)
    assert (state.stage, state.lead, state.reopened) == ("handling", HEATING, 1)
    assert city.course(ticket_id) == ["set", "met", "set"], "the old promise stays as it ended"
    assert city.due(ticket_id) == "2026-03-12 18:00"
    city.go_to(local("2026-03-16 18:01"))
    assert city.cases()[0].unit == HEATING, "nor does it get lost there"


def test_11_closed_is_not_solved_and_no_figure_says_so(city: City) -> None:
    solved, unsolved, silent = (city.overdue(3) for _ in range(3))
    for ticket_id in (solved, unsolved, silent):
        city.resolve(ticket_id)
    city.evaluated(solved, satisfaction="satisfied")
    city.evaluated(unsolved, solved=False, satisfaction="dissatisfied")
    assert city.state(unsolved).stage == "handling", "who says no is not closed"
    for ticket_id in (solved, silent):
        city.do(k.CloseTicket, ticket_id, reason="done")
    report = make_daily(city.system, city.now.astimezone(SHANGHAI).date())
    rate = next(line for line in report.measures if line.name == "解决率").day
    assert (rate.numerator, rate.denominator) == (1, 2), "three done, two asked, one solved"


def test_12_today_is_the_calendar_day_and_counts_do_not_stop_at_a_page(city: City) -> None:
    city.go_to(local("2026-03-09 23:59"))
    city.report("路灯坏了，海晏路1号")
    city.go_to(local("2026-03-10 00:01"))
    late = [city.report(f"井盖丢了，海晏路{n}号") for n in (2, 3)]
    assert Overview(city.system).figures().received_today == 2
    days = [make_daily(city.system, date(2026, 3, day)) for day in (9, 10)]
    assert [sum(line.day for line in one.by_channel) for one in days] == [1, 2]
    assert len(city.get("/api/v1/tickets?limit=1")["tickets"]) == 1
    assert Overview(city.system).figures().open == 1 + len(late)


def test_13_residents_are_told_the_promised_date(city: City) -> None:
    where = {"item": ROOM_TOO_COLD, "area": "630104", "address": "海晏路1号"}
    ticket_id = city.report("暖气不热", **where)
    (request,) = city.get(f"/open311/v2/requests/{ticket_id}.json")
    promised = city.state(ticket_id).resolve.due_at
    assert request["expected_datetime"].startswith(
        f"{promised.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
    )
    city.go_to(promised + timedelta(hours=1))
    assert ticket_id in {
        one["ticket_id"] for one in Overview(city.system).figures().model_dump()["most_overdue"]
    }


def test_14_the_same_matter_is_found_before_filing_and_merging_is_in_the_history(
    city: City,
) -> None:
    first = city.report("海晏路1号小区停水三天了，没人管", area="630104", address="海晏路1号")
    asked = {"text": "海晏路1号小区停水三天，无人管", "address": "海晏路1号", "area": "630104"}
    answer = city.ask("POST", "/api/v1/similar", asked)
    assert [one["ticket_id"] for one in answer["tickets"]] == [first]
    other = city.report("水管不出水", area="630104", address="海晏路一号院")
    city.do(k.MergeTicket, other, primary=first)
    assert city.facts(other)[-1].type == "ticket.merged.v1"
    assert city.state(other).primary == first
    note = {"note": "还是没水"}
    for _ in range(2):  # the second time it is a repeat
        city.ask("POST", f"/api/v1/tickets/{other}/supplement", note, KEY)
    (said,) = [one for one in city.facts(first) if one.type == "ticket.supplemented.v1"]
    assert said.note.subject == city.state(other).resident, "a word to it reaches who handles it"


def test_15_nothing_is_lost_in_silence_or_shown_to_others(city: City) -> None:
    ticket_id = city.report("暖气不热", item=ROOM_TOO_COLD, area="630104", contact="13897001234")
    shown = city.get(f"/api/v1/tickets/{ticket_id}")
    assert shown["contact"] == "138****1234"
    city.accept(ticket_id)
    city.resolve(ticket_id)
    opening = city.facts(ticket_id)[0]
    kept = open_words(city.system.keyring, opening, 1, "contact")
    assert kept == "13897001234", "what is masked on a page is whole in the log"
    spoil(city.system.log)
    after = city.report("路灯坏了，昆仑路9号")
    assert city.state(after).version > 1, "what cannot be read blocks nobody"
    quarantined = {one["quarantined"] for one in status_of(city.system).values()}
    assert quarantined == {1}, "and every processor says so"
