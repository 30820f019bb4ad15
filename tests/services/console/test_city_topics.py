"""Topics 每月一题 of a synthetic city: worked on day by day, each deed once, whoever goes on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.console.simulation.course import end_of_day
from services.console.simulation.founding import city_state, open_past
from services.console.simulation.topics import TopicCourse, topics_of_city
from services.domain.topic_evolve import stream_of
from services.governance.demonstration import CERTIFICATES, CODES, HEATING
from services.governance.reading import topic_facts
from services.platform.settings import load_settings
from tests.services.governance.topic_city import TopicCity

MONDAY = date(2026, 3, 9)


def at(day: int, hour: int = 10) -> datetime:
    """Local time, so many days after the Monday."""
    return datetime(MONDAY.year, MONDAY.month, MONDAY.day, hour - 8, tzinfo=UTC) + timedelta(day)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[TopicCity]:
    opened = TopicCity(tmp_path)
    yield opened
    opened.close()


def work_on(city: TopicCity, course: TopicCourse, moment: datetime) -> None:
    city.clock.advance_to(max(moment, city.clock.now()))
    course.work_on(moment)


def facts(city: TopicCity, code: str) -> list[tuple[str, str]]:
    found = topic_facts(city.system.log, stream_of(code))
    return [(fact.type.split(".")[1], fact.cause) for fact in found]


def test_a_deed_waits_for_its_day_and_for_the_offices_to_open(city: TopicCity) -> None:
    course = TopicCourse(city.system, MONDAY, lambda: ())
    for early in (at(-3), at(0, 23), at(1, 9)):
        work_on(city, course, early)
        assert facts(city, HEATING) == []
    work_on(city, course, at(1))
    assert [kind for kind, _ in facts(city, HEATING)] == ["proposed"]
    work_on(city, course, at(12))
    assert [kind for kind, _ in facts(city, HEATING)].count("item_added") == 2
    assert len(facts(city, CERTIFICATES)) == 48  # proposed, adopted, 46 items
    assert [kind for kind, _ in facts(city, HEATING)][-1] == "progress_reported"


def test_who_goes_on_does_only_what_is_left(city: TopicCity) -> None:
    work_on(city, TopicCourse(city.system, MONDAY, lambda: ()), at(12))
    before = {code: facts(city, code) for code in CODES}
    again = topics_of_city(city.system, MONDAY + timedelta(days=12))  # goes on from its own Monday
    work_on(city, again, at(12))
    assert {code: facts(city, code) for code in CODES} == before
    work_on(city, again, at(18))
    assert len(facts(city, HEATING)) == len(before[HEATING]) + 1


def test_the_first_topic_names_tickets_that_are_asked_for_once(city: TopicCity) -> None:
    ticket = city.ticket("cold")
    asked: list[int] = []

    def tickets() -> list[str]:
        asked.append(1)
        return [ticket]

    course = TopicCourse(city.system, MONDAY, tickets)
    work_on(city, course, at(2))
    work_on(city, course, at(3))
    found = city.governance.topics.get(HEATING)
    assert found is not None
    assert (list(found.tickets), asked) == ([ticket], [1])


def test_a_topic_of_somebody_elses_is_left_alone(city: TopicCity) -> None:
    city.adopted(HEATING)
    theirs = facts(city, HEATING)
    work_on(city, TopicCourse(city.system, MONDAY, lambda: ()), at(12))
    assert facts(city, HEATING) == theirs
    assert facts(city, CERTIFICATES)


def test_a_city_has_topics_about_its_own_tickets(tmp_path: Path) -> None:
    settings = load_settings(tmp_path, environment={})
    state = city_state(settings, 60, 3, None)
    with open_past(settings, state) as past:
        calendar = past.planner.calendar
        first = calendar.local_date(state.until)
        past.topics = topics_of_city(past.system, first)
        for n in range(10):
            past.live_until(end_of_day(first + timedelta(days=n), calendar))
        found = topic_facts(past.system.log, stream_of(HEATING))
        tickets = found[0].tickets  # type: ignore[union-attr]
        assert sorted({fact.on for fact in found}) == [first + timedelta(days=n) for n in (8, 9)]
        assert tickets
        assert {past.system.handler.tickets([one])[one].area[:6] for one in tickets} == {"630104"}  # type: ignore[index]
