"""紧急程度 through the whole system: at dispatch, by what is said later, and by how many say it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from city_history import open_city

from services.console.system import System
from services.domain import commands as k
from services.domain import events as e
from services.domain import events_urgency as u
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.platform.processor import decode_all

WINTER = datetime(2026, 1, 12, 2, tzinfo=UTC)
COLD, COLD_ITEM, ROAD_ITEM = "暖气不热", "01.01.01.01.01", "01.05.01.01.01"


class City:
    def __init__(self, system: System) -> None:
        self.system = system
        self.sent = 0

    def told(self, **words: Any) -> str:
        """One report, processed; the ticket that it became or joined."""
        self.sent += 1
        contact = words.pop("contact", f"138{self.sent:08}")
        values = {
            "text": "某事",
            "received_at": self.system.clock.now(),
            "contact": contact,
        } | words
        report = NewReport(channel="hotline", reference=f"r{self.sent}", **values)
        ticket_id = self.system.intake.submit([report])[0].ticket_id
        self.system.transport.run_until_idle()
        return ticket_id

    def do(self, command: Any, ticket_id: str, **values: Any) -> None:
        meta = {"ticket_id": ticket_id, "cause": "command:1", "now": self.system.clock.now()}
        self.system.handler.execute(command(**meta, actor="person:dispatcher", **values))
        self.system.transport.run_until_idle()

    def supplement(self, ticket_id: str, note: str) -> None:
        resident = self.state(ticket_id).resident
        self.do(k.SupplementTicket, ticket_id, note=Personal(resident, note))

    def state(self, ticket_id: str) -> Any:
        return self.system.handler.tickets([ticket_id])[ticket_id]

    def facts(self, ticket_id: str, kind: type[Any]) -> list[Any]:
        facts = decode_all(self.system.log.read_stream(ticket_id))[0]
        return [fact.event for fact in facts if isinstance(fact.event, kind)]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    system = open_city(tmp_path_factory.mktemp("urgency"), WINTER)
    yield City(system)
    system.close()


def test_a_ticket_is_routed_as_urgent_as_the_rules_say_and_tells_why(city: City) -> None:
    plain = city.told(item=COLD_ITEM, title=COLD, address="甲路1号")
    (routed,) = city.facts(plain, e.TicketRouted)
    assert (routed.urgency_days, routed.urgency_rules) == (3, None)
    with_a_baby = city.told(item=COLD_ITEM, title=COLD, text="家里有婴儿", address="乙路2号")
    (routed,) = city.facts(with_a_baby, e.TicketRouted)
    assert (routed.urgency_days, routed.urgency_rules) == (1, ("heat-frail",))
    assert "紧急程度由 3 个工作日提为 1 个工作日：规则“供暖期老弱病残孕”" in routed.explanation
    assert "婴儿" not in routed.explanation


def test_a_note_that_tells_of_danger_makes_an_open_ticket_more_urgent(city: City) -> None:
    ticket_id = city.told(item=ROAD_ITEM, title="路面破损", address="丙路3号")
    city.supplement(ticket_id, "今天还是没有人受伤")
    assert city.facts(ticket_id, u.TicketUrgencyRaised) == []
    city.supplement(ticket_id, "刚才有人摔伤了")
    (raised,) = city.facts(ticket_id, u.TicketUrgencyRaised)
    assert (raised.from_days, raised.urgency_days, raised.rules) == (3, 1, ("injury",))
    assert raised.actor == "processor:router"
    assert raised.cause.startswith(f"event:{ticket_id}/")
    assert raised.directory_version == city.system.directory.version
    assert "“摔伤”" in raised.explanation
    assert city.state(ticket_id).urgency_days == 1


def test_the_twentieth_resident_makes_it_more_urgent_and_the_same_one_does_not(city: City) -> None:
    same = {"title": "路面坑洼", "text": "路面坑洼", "address": "丁路4号", "item": ROAD_ITEM}
    ticket_id = city.told(**same)
    for _ in range(18):
        assert city.told(**same) == ticket_id
    again = {"contact": "13900000000"}
    for _ in range(3):  # the 19th and two who are the same
        city.told(**same, **again)
    assert city.told(**same, contact=None) == ticket_id  # nobody can tell whether this is another
    raised = city.facts(ticket_id, u.TicketUrgencyRaised)
    assert [(one.reporters, one.rules) for one in raised] == [(20, ("reporters-20",))]
    city.told(**same)
    assert len(city.facts(ticket_id, u.TicketUrgencyRaised)) == 1


def test_what_nobody_can_dispatch_is_as_urgent_once_a_person_has_routed_it(city: City) -> None:
    ticket_id = city.told(text="家里老人走失，请帮忙找找")
    (triaged,) = city.facts(ticket_id, e.TicketSentToTriage)
    (raised,) = city.facts(ticket_id, u.TicketUrgencyRaised)
    assert triaged.reason == "no_item"
    assert (raised.from_days, raised.urgency_days) == (None, 1)
    assert city.state(ticket_id).urgency_at_most == 1


def test_words_of_another_matter_do_not_count_where_nobody_knows_the_item(city: City) -> None:
    ticket_id = city.told(text="有孕妇")
    assert city.facts(ticket_id, e.TicketSentToTriage)
    assert city.facts(ticket_id, u.TicketUrgencyRaised) == []


def test_a_fact_that_comes_again_changes_nothing(city: City) -> None:
    ticket_id = city.told(item=ROAD_ITEM, title="人行道坏了", address="戊路5号")
    city.supplement(ticket_id, "有人骨折")
    runner = next(r for r in city.system.transport.runners if r.name == "router")
    facts, _ = decode_all(city.system.log.read_stream(ticket_id))
    reaction = runner.processor.react(facts, city.system.clock.now())
    outcomes = city.system.handler.handle(lambda: reaction.commands)
    assert all(outcome.events == () for outcome in outcomes)
    assert len(city.facts(ticket_id, u.TicketUrgencyRaised)) == 1


def test_a_ticket_that_is_done_stays_as_it_is(tmp_path: Path) -> None:
    city = City(open_city(tmp_path, WINTER))
    ticket_id = city.told(item=ROAD_ITEM, title="人行道坏了")
    note = Personal(city.state(ticket_id).resident, "有人摔伤")
    now = city.system.clock.now()
    meta = {"ticket_id": ticket_id, "cause": "command:1", "now": now, "actor": "person:x"}
    reply = Personal(city.state(ticket_id).resident, "已答复")
    city.system.handler.handle(  # both before the router has looked
        lambda: [k.SupplementTicket(**meta, note=note), k.AnswerAtOnce(**meta, reply=reply)]
    )
    city.system.transport.run_until_idle()
    assert city.state(ticket_id).stage == "answered"
    assert city.facts(ticket_id, u.TicketUrgencyRaised) == []
    assert city.system.log.query("SELECT * FROM quarantine") == []
    city.system.close()


def test_who_was_erased_before_anybody_read_makes_nothing_more_urgent(tmp_path: Path) -> None:
    city = City(open_city(tmp_path, WINTER))
    report = NewReport(
        channel="hotline", reference="x", received_at=WINTER, text="燃气泄漏", contact="13800000000"
    )
    ticket_id = city.system.intake.submit([report])[0].ticket_id
    assert city.system.keyring.erase(city.state(ticket_id).resident)
    city.system.close()
    city = City(open_city(tmp_path, WINTER))
    city.system.transport.run_until_idle()
    assert city.facts(ticket_id, e.TicketSentToTriage)
    assert city.facts(ticket_id, u.TicketUrgencyRaised) == []
    city.system.close()
