"""Suggestions find the faults that were planted, and nothing where the directory is right."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from router_directory_files import small_directory

from services.domain import events as e
from services.domain.event_base import Event
from services.domain.events_returns import TicketReturnDecided
from services.router.directory import Directory, RouteQuery, find_route
from services.router.directory.duties import assign, find_duty
from services.router.directory.explain import item_by_alias
from services.router.suggestions.aliases import alias_suggestions, told_aliases
from services.router.suggestions.cases import LOOKED_AT, DispatchCase, cases_of
from services.router.suggestions.duties import duty_suggestions
from services.router.suggestions.evidence import wilson_lower
from tests.domain.facts import fact

ON = date(2026, 3, 9)
CUT_OFF, LAMP, MANHOLE, QUARREL, NOBODY = "01.01.01", "01.02.01", "01.02.02", "02.01", "03.01"
STREET = "990101001"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return small_directory(tmp_path_factory.mktemp("small"))


class Story:
    """The facts of many tickets."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.events: list[Any] = []
        self.tickets = 0

    def ticket(self) -> str:
        self.tickets += 1
        return f"t{self.tickets}"

    def say(self, kind: type[Event], ticket_id: str, **values: Any) -> None:
        self.events.append(fact(kind, ticket_id=ticket_id, **values))  # type: ignore[type-var]

    def routed(self, ticket_id: str, lead: str, item: str, **values: Any) -> None:
        version = {"directory_version": self.directory.version}
        routing = {"lead": lead, "item": item, "area": STREET, **version} | values
        self.say(e.TicketRouted, ticket_id, **routing)

    def resolved_by_its_lead(self, item: str, times: int = 1) -> None:
        for _ in range(times):
            ticket_id = self.ticket()
            lead = assign(self.directory, item, STREET, ON).lead
            self.routed(ticket_id, lead, item)
            self.say(e.TicketResolved, ticket_id, unit=lead)

    def returned(
        self, lead: str, item: str, better: str, times: int = 1, decision: str = "upheld"
    ) -> None:
        """Returned by its lead, decided, and resolved by another."""
        for _ in range(times):
            ticket_id = self.ticket()
            self.routed(ticket_id, lead, item)
            self.say(e.TicketReturned, ticket_id, unit=lead)
            decided = {"returned_unit": lead, "decision": decision, "attempt": 1}
            self.say(TicketReturnDecided, ticket_id, **decided)
            self.routed(ticket_id, better, item, method="return_rule", attempt=2)
            self.say(e.TicketResolved, ticket_id, unit=better)

    def chosen(self, item: str, better: str, times: int = 1, **values: Any) -> None:
        """Dispatched by a person, and resolved there."""
        for _ in range(times):
            ticket_id = self.ticket()
            self.routed(ticket_id, better, item, method="person", **values)
            self.say(e.TicketResolved, ticket_id, unit=better)

    def duties(self, tickets_min: int = 3) -> list[Any]:
        return duty_suggestions(cases_of(self.events), self.directory, ON, tickets_min)

    def aliases(self, tickets_min: int = 3) -> list[Any]:
        return alias_suggestions(cases_of(self.events), self.directory, tickets_min)


@pytest.fixture
def story(small: Directory) -> Story:
    return Story(small)


def test_a_duty_that_returns_contradict_is_found_with_its_line(story: Story) -> None:
    story.returned("water", CUT_OFF, "works", times=5)
    story.resolved_by_its_lead(CUT_OFF, times=2)
    (found,) = story.duties()
    duty = find_duty(story.directory, CUT_OFF, STREET, ON)
    assert duty is not None
    assert (found.line, found.covers, found.item) == (duty.line, "01.01", CUT_OFF)
    assert (found.lead, found.better, found.area) == ("water", "works", "9901")
    assert (found.tickets, found.returned, found.chosen, found.resolved) == (5, 5, 0, 7)
    assert found.listed == ("t1", "t2", "t3", "t4", "t5")
    assert found.confidence == round(wilson_lower(5, 7), 4)


def test_dispatchers_who_choose_against_the_directory_are_heard(story: Story) -> None:
    story.chosen(LAMP, "works", times=4)
    (found,) = story.duties()
    assert (found.lead, found.better, found.chosen) == ("990101-works", "works", 4)
    assert found.area == "990101"


def test_a_matter_that_is_nobodys_gets_a_row(story: Story) -> None:
    story.returned("990101", NOBODY, "works", times=3)
    (found,) = story.duties()
    assert (found.line, found.covers, found.lead, found.better) == (None, None, "990101", "works")


@pytest.mark.parametrize("times", [1, 2])
def test_a_few_cases_say_nothing(story: Story, times: int) -> None:
    story.returned("water", CUT_OFF, "works", times=times)
    assert story.duties() == []
    assert len(story.duties(tickets_min=times)) == 1


def test_a_duty_that_mostly_holds_is_left_alone(story: Story) -> None:
    story.returned("water", CUT_OFF, "works", times=6)
    story.resolved_by_its_lead(CUT_OFF, times=7)
    assert story.duties() == []


def test_a_refused_return_is_no_evidence(story: Story) -> None:
    story.returned("water", CUT_OFF, "works", times=9, decision="refused")
    assert story.duties() == []


def test_what_an_older_directory_gave_elsewhere_is_no_evidence(story: Story) -> None:
    for _ in range(9):
        ticket_id = story.ticket()
        story.routed(ticket_id, "works", CUT_OFF, directory_version="older")
        story.say(e.TicketResolved, ticket_id, unit="works")
    story.chosen(CUT_OFF, "works", times=9, directory_version="older")
    assert story.duties() == []


def test_what_is_not_resolved_yet_is_no_evidence(story: Story) -> None:
    story.returned("water", CUT_OFF, "works", times=5)
    for number in range(1, 6):
        story.say(e.TicketReopened, f"t{number}")
    assert story.duties() == []


def test_codes_that_the_directory_does_not_know_are_passed_over(story: Story) -> None:
    story.returned("water", "77.77", "works", times=5)
    story.chosen(CUT_OFF, "works", times=3, area="630104")
    assert [one.item for one in story.duties()] == [CUT_OFF]


def by_alias(story: Story, alias: str, item: str, chosen: str, times: int) -> None:
    """Routed by an alias, returned, and given another item (or the same) by a person."""
    told = item_by_alias(story.directory.items[item], [alias])
    for _ in range(times):
        ticket_id = story.ticket()
        story.routed(ticket_id, "works", item, method="alias", explanation=f"{told}；区域不明。")
        if chosen != item:
            story.say(e.TicketReturned, ticket_id, unit="works")
            story.routed(ticket_id, "water", chosen, method="person", attempt=2)
        story.say(e.TicketResolved, ticket_id, unit="water")


def test_an_alias_that_people_contradict_is_to_be_moved(story: Story) -> None:
    by_alias(story, "路灯", LAMP, CUT_OFF, times=4)
    by_alias(story, "路灯", LAMP, LAMP, times=1)
    (found,) = story.aliases()
    assert (found.alias, found.item, found.better) == ("路灯", LAMP, CUT_OFF)
    assert (found.chosen, found.kept) == (4, 1)
    assert found.line == story.directory.items[LAMP].line
    assert found.confidence == round(wilson_lower(4, 5), 4)


def test_an_alias_whose_matters_go_in_all_directions_is_to_be_removed(story: Story) -> None:
    for chosen in (CUT_OFF, "01.01.02", QUARREL, MANHOLE):
        by_alias(story, "路灯", LAMP, chosen, times=2)
    (found,) = story.aliases()
    assert (found.alias, found.better, found.chosen) == ("路灯", None, 8)


def test_what_triage_put_first_and_people_did_not_take_counts_too(story: Story) -> None:
    offered = (e.Candidate(item=LAMP, score=3, words=("路灯",)),)
    for _ in range(3):
        ticket_id = story.ticket()
        story.say(e.TicketSentToTriage, ticket_id, candidates=offered)
        story.routed(ticket_id, "water", CUT_OFF, method="person")
        story.say(e.TicketResolved, ticket_id, unit="water")
    (found,) = story.aliases()
    assert (found.alias, found.better, found.chosen) == ("路灯", CUT_OFF, 3)


def test_an_alias_that_is_confirmed_or_gone_is_left_alone(story: Story) -> None:
    by_alias(story, "路灯", LAMP, LAMP, times=9)
    by_alias(story, "旧别名", LAMP, CUT_OFF, times=9)
    by_alias(story, "井盖", MANHOLE, "01.02", times=9)  # broader, not otherwise
    assert story.aliases() == []


def test_the_aliases_are_those_that_routing_really_tells(small: Directory) -> None:
    query = RouteQuery(None, "路灯不亮，停电", "", STREET, None, ON)
    route = find_route(small, query)
    assert told_aliases(route.explanation) == ("路灯不亮",)
    assert told_aliases(item_by_alias(small.items[LAMP], ["甲", "乙"])) == ("甲", "乙")
    assert told_aliases("事项由受理人选定：“甲”") == ()


CLEAN = st.lists(
    st.sampled_from([CUT_OFF, LAMP, MANHOLE, QUARREL, NOBODY]), min_size=1, max_size=40
)


@given(items=CLEAN)
def test_a_clean_history_suggests_nothing(
    tmp_path_factory: pytest.TempPathFactory, items: list[str]
) -> None:
    story = Story(_small(tmp_path_factory))
    for item in items:
        story.resolved_by_its_lead(item)
    assert (story.duties(1), story.aliases(1)) == ([], [])


_LOADED: list[Directory] = []


def _small(factory: pytest.TempPathFactory) -> Directory:
    if not _LOADED:
        _LOADED.append(small_directory(Path(factory.mktemp("clean"))))
    return _LOADED[0]


def test_every_fact_that_a_case_looks_at_is_read() -> None:
    assert "ticket.routed.v1" in LOOKED_AT
    case = DispatchCase("t")
    case.see(fact(e.TicketOpened))
    assert case == DispatchCase("t")


@given(hits=st.integers(0, 200), more=st.integers(0, 200))
def test_wilson_s_bound_lies_below_the_share_and_nears_it(hits: int, more: int) -> None:
    total = hits + more
    bound = wilson_lower(hits, total)
    assert 0 <= bound <= (hits / total if total else 0) + 1e-12
    assert wilson_lower(hits * 100, total * 100) >= bound - 1e-12


def test_wilson_s_bound_is_the_known_one() -> None:
    assert math.isclose(wilson_lower(5, 5), 0.5655, abs_tol=1e-4)
    assert math.isclose(wilson_lower(81, 263), 0.2553, abs_tol=1e-4)
    assert wilson_lower(0, 0) == 0.0
