"""派 through the whole system: what becomes of an opened or a returned ticket, and what is told."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from a_classifier import WordClassifier
from city_history import open_city
from hypothesis import given, settings
from hypothesis import strategies as st

from services.console.system import System
from services.domain import commands as k
from services.domain import events as e
from services.intake.report import NewReport
from services.platform.processor import decode_all
from services.router.processor import RouterProcessor
from services.router.returns.case import past_of

COLD, COLD_ITEM, BROKEN_ITEM = "暖气不热", "01.01.01.01.01", "01.01.01.01.02"
WEST, WEST_GATE = "630104", "630104001"  # 城西区, 西关大街街道
MARKERS = ("欧阳小雨", "zqxjv", "13899990000")


class Router:
    def __init__(self, system: System) -> None:
        self.system = system
        self.sent = 0

    def submit(self, **words: Any) -> str:
        self.sent += 1
        values = {"text": "某事", "received_at": self.system.clock.now()} | words
        report = NewReport(channel="hotline", reference=f"r{self.sent}", **values)
        return self.system.intake.submit([report])[0].ticket_id

    def dispatched(self, **words: Any) -> Any:
        ticket_id = self.submit(**words)
        self.system.transport.run_until_idle()
        (fact,) = self.facts(ticket_id)
        return fact

    def facts(self, ticket_id: str) -> list[Any]:
        """Routings and triages of a ticket, in order."""
        facts = decode_all(self.system.log.read_stream(ticket_id))[0]
        wanted = (e.TicketRouted, e.TicketSentToTriage)
        return [fact.event for fact in facts if isinstance(fact.event, wanted)]

    def do(
        self, command: Any, ticket_id: str, actor: str = "person:dispatcher", **values: Any
    ) -> None:
        meta = {"ticket_id": ticket_id, "cause": "command:1", "now": self.system.clock.now()}
        self.system.handler.execute(command(**meta, actor=actor, **values))
        self.system.transport.run_until_idle()

    def route_by_hand(self, ticket_id: str, lead: str) -> None:
        values = {"confidence": 1.0, "explanation": "人工", "directory_version": "1"}
        self.do(k.RouteTicket, ticket_id, lead=lead, urgency_days=3, method="person", **values)


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Router]:
    system = open_city(tmp_path_factory.mktemp("router"))
    yield Router(system)
    system.close()


def test_an_item_that_was_chosen_is_routed_by_its_duty(router: Router) -> None:
    routed = router.dispatched(item=COLD_ITEM, area=WEST_GATE)
    assert (routed.method, routed.confidence, routed.item) == ("item_given", 1.0, COLD_ITEM)
    assert (routed.lead, routed.area, routed.urgency_days) == ("heating", WEST_GATE, 3)
    assert routed.assisting == ("housing-security", "630104-housing-construction")
    assert "室温不达标" in routed.explanation
    assert "西关大街街道" in routed.explanation
    assert "duties.csv" in routed.explanation


def test_an_item_is_found_by_its_alias_and_a_place_by_its_address(router: Router) -> None:
    routed = router.dispatched(title=COLD, text="请处理", address="城西区西关大街街道1号")
    assert (routed.method, routed.item, routed.area) == ("alias", COLD_ITEM, WEST_GATE)
    assert 0 < routed.confidence <= 1
    assert COLD in routed.explanation


def test_a_given_area_speaks_before_the_address(router: Router) -> None:
    routed = router.dispatched(item=COLD_ITEM, area="630105", address="城西区西关大街街道1号")
    assert routed.area == "630105"


def test_an_unknown_area_code_falls_back_to_what_is_known_around_it(router: Router) -> None:
    assert router.dispatched(item=COLD_ITEM, area="630104999").area == WEST
    assert router.dispatched(item=COLD_ITEM, area="110101").area is None


def test_every_answer_names_the_directory_and_the_fact_it_follows(router: Router) -> None:
    for fact in (router.dispatched(item=COLD_ITEM), router.dispatched(text="想说一下")):
        assert fact.directory_version == router.system.directory.version
        assert (fact.actor, fact.cause) == ("processor:router", f"event:{fact.ticket_id}/1")
        assert fact.explanation


def test_what_nobody_can_tell_goes_before_a_person(router: Router) -> None:
    triaged = router.dispatched(text="想说一下这个事情")
    assert (triaged.reason, triaged.candidates) == ("no_item", ())


@pytest.mark.parametrize("item", ["99.99", "01.01.01.01.01.01", "<b>", "' OR 1=1"])
def test_an_unknown_item_goes_before_a_person_with_what_the_words_say(
    router: Router, item: str
) -> None:
    fact = router.dispatched(item=item, title=COLD)
    assert fact.reason == "unknown_item"
    assert fact.candidates[0].item == COLD_ITEM


def test_two_matters_of_two_units_are_told_to_the_person(router: Router) -> None:
    triaged = router.dispatched(title="停暖，停水", text="停暖，停水")
    assert triaged.reason == "ambiguous_item"
    candidates = {candidate.item: candidate for candidate in triaged.candidates}
    assert {BROKEN_ITEM, "01.02.01.01.01"} <= set(candidates)
    assert all(candidate.score > 0 and candidate.words for candidate in candidates.values())


def test_a_returned_ticket_waits_for_a_person_and_goes_where_the_person_says(
    router: Router,
) -> None:
    first = router.dispatched(item=COLD_ITEM)
    ticket_id = first.ticket_id
    proposal = {"unit": first.lead, "reason": "not_ours", "proposed_unit": "water-supply"}
    router.do(k.ReturnTicket, ticket_id, actor="unit:heating", **proposal)
    _, triaged = router.facts(ticket_id)
    assert (triaged.reason, triaged.candidates) == ("returned", ())
    for told in ("heating", "not_ours", "water-supply"):
        assert told in triaged.explanation
    router.system.transport.run_until_idle()
    assert len(router.facts(ticket_id)) == 2  # no rule sends it anywhere
    router.route_by_hand(ticket_id, first.lead)  # back to who returned it: a person may
    *_, second = router.facts(ticket_id)
    assert (second.attempt, second.lead, second.method) == (2, first.lead, "person")


def test_an_opened_ticket_that_comes_again_is_not_routed_again(router: Router) -> None:
    first = router.dispatched(item=COLD_ITEM)
    position = {r.stream_id: r for r in router.system.log.read_all(0, 10_000) if r.version == 1}
    runner = next(r for r in router.system.transport.runners if r.name == "router")
    facts, _ = decode_all([position[first.ticket_id]])
    reaction = runner.processor.react(facts, router.system.clock.now())
    (outcome,) = router.system.handler.handle(lambda: reaction.commands)
    assert outcome.events == ()
    assert len(router.facts(first.ticket_id)) == 1


def test_who_was_erased_before_anybody_read_goes_before_a_person(tmp_path: Path) -> None:
    receiving = Router(open_city(tmp_path))
    words = {"title": COLD, "text": "城西区西关大街", "address": "城西区西关大街街道1号"}
    told = receiving.submit(**words, contact="13812340001")
    chosen = receiving.submit(**words, contact="13812340001", item=BROKEN_ITEM, area=WEST)
    resident = receiving.system.handler.tickets([told])[told].resident
    assert receiving.system.keyring.erase(resident)
    receiving.system.close()  # and with it what it remembers

    router = Router(open_city(tmp_path))
    router.system.transport.run_until_idle()
    (triaged,), (routed,) = router.facts(told), router.facts(chosen)
    assert (triaged.reason, triaged.candidates) == ("no_item", ())
    assert (routed.method, routed.item, routed.area) == ("item_given", BROKEN_ITEM, WEST)
    assert router.system.log.query("SELECT * FROM quarantine") == []
    router.system.close()


KNOWN = st.sampled_from(
    [COLD, "停水", "停暖", "路灯", "城西区", "西关大街", "南气象巷社区", "，", " "]
)
SAID = st.lists(st.one_of(KNOWN, st.sampled_from(MARKERS)), min_size=1, max_size=8).map("".join)
ITEMS = st.sampled_from([None, COLD_ITEM, "01", "99.99"])


@settings(max_examples=40)
@given(title=SAID, text=SAID, address=SAID, name=SAID, item=ITEMS)
def test_nothing_a_resident_said_is_in_what_the_router_writes(
    router: Router, title: str, text: str, address: str, name: str, item: str | None
) -> None:
    ticket_id = router.submit(
        title=title, text=text, address=address, name=name, contact="13899990000", item=item
    )
    router.system.transport.run_until_idle()
    recorded = router.system.log.read_stream(ticket_id)
    assert any(one.type in {"ticket.routed.v1", "ticket.sent_to_triage.v1"} for one in recorded)
    for one in recorded:
        for marker in MARKERS:
            assert marker.encode() not in one.data


def test_a_model_is_asked_and_named_by_what_it_decided(tmp_path: Path) -> None:
    classifier = WordClassifier({"冷": {"01": 0.97}, "闹": {"04": 0.5, "13": 0.4}}, ("01", "04"))
    system = open_city(tmp_path)
    said = ["屋里太冷", "太闹了", COLD]
    reports = [
        NewReport(channel="hotline", reference=str(n), text=text, received_at=system.clock.now())
        for n, text in enumerate(said)
    ]
    system.intake.submit(reports)
    facts = decode_all(system.log.read_all(0, 100))[0]
    processor = RouterProcessor(
        system.directories,
        system.keyring,
        lambda: system.rules().calendar,
        partial(past_of, system.log),
        lambda: classifier,
    )
    commands = processor.react(facts, system.clock.now()).commands
    system.handler.handle(lambda: list(commands))
    first, second, third = (
        decode_all(system.log.read_stream(fact.event.ticket_id))[0][-1].event for fact in facts
    )
    assert classifier.asked == [3]
    assert isinstance(first, e.TicketRouted)
    assert (first.item, first.method, first.confidence) == ("01", "model", 0.97)
    assert first.model_version == classifier.version
    assert "依据词“冷”" in first.explanation
    assert isinstance(second, e.TicketSentToTriage)
    assert second.model_version == classifier.version
    assert [candidate.item for candidate in second.candidates] == ["04", "13"]
    assert isinstance(third, e.TicketRouted)
    assert (third.item, third.model_version) == (COLD_ITEM, classifier.version)
    system.close()
