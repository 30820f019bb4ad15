"""The plan of a synthetic city: the same seed is the same city, however it is asked."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.console.simulation.deeds import Deed
from services.console.simulation.driver import Agenda
from services.console.simulation.handling import worked
from services.console.simulation.life import Life
from services.console.simulation.matters import matters
from services.console.simulation.planner import Origin, Planner, origin_of
from services.console.simulation.working_hours import is_office_time, office_hours_after
from services.router.directory import Route, RouteQuery, Triage, find_route, shipped_directory
from services.sla.calendar import calendar_for

MONDAY = date(2026, 3, 2)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
SPRING_FESTIVAL = date(2026, 2, 17)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Planner:
    return Planner(7, shipped_directory(), calendar_for(tmp_path_factory.mktemp("calendar")))


def said(
    city: Planner, day: date, tickets: int
) -> list[tuple[datetime, str, str, str, str | None]]:
    return [
        (moment, report.channel, report.reference, report.text, report.contact)
        for moment, report in city.day(day, tickets)
    ]


def test_the_same_seed_plans_the_same_day(city: Planner) -> None:
    again = Planner(7, city.directory, city.calendar)
    assert said(city, MONDAY, 50) == said(again, MONDAY, 50)


def test_another_seed_plans_another_day(city: Planner) -> None:
    other = Planner(8, city.directory, city.calendar)
    assert said(city, MONDAY, 50) != said(other, MONDAY, 50)


def test_a_report_is_made_again_from_its_reference_alone(city: Planner) -> None:
    for moment, report in city.day(MONDAY, 60):
        origin = origin_of(report.reference)
        assert origin is not None
        if origin.part != "B":
            again = city.report(origin)
            assert again.report == report
            assert moment >= again.moment


def test_more_tickets_a_day_leave_the_first_ones_as_they_were(city: Planner) -> None:
    few = {reference: text for _, _, reference, text, _ in said(city, MONDAY, 20)}
    many = {reference: text for _, _, reference, text, _ in said(city, MONDAY, 80)}
    assert few.items() <= many.items()


@settings(max_examples=25, deadline=None)
@given(day=st.dates(date(2026, 1, 1), date(2026, 11, 1)))
def test_a_day_is_in_order_and_within_itself(city: Planner, day: date) -> None:
    moments = [moment for moment, _ in city.day(day, 15)]
    assert moments == sorted(moments)
    assert {city.calendar.local_date(moment) for moment in moments} <= {day}


def test_days_off_are_quieter(city: Planner) -> None:
    assert city.count(SPRING_FESTIVAL, 100) < 70 < city.count(MONDAY, 100)


def test_all_channels_neighbours_and_repeats_occur(city: Planner) -> None:
    reports = [report for _, report in city.day(MONDAY, 600)]
    assert {report.channel for report in reports} == {
        "hotline",
        "wechat",
        "app",
        "web",
        "letter",
        "community",
        "inspector",
        "open311",
    }
    references = [report.reference for report in reports]
    assert len(references) > len(set(references))
    assert {reference[-1] for reference in references} >= {"B", "R"}


def test_contacts_come_from_the_block_of_examples(city: Planner) -> None:
    contacts = [report.contact for _, report in city.day(MONDAY, 100)]
    assert all(one is None or (one.startswith("1380000") and len(one) == 11) for one in contacts)


def test_no_heating_complaints_in_summer(city: Planner) -> None:
    july = [city.matter(Origin(date(2026, 7, 6), number, "")) for number in range(400)]
    assert not [matter for matter in july if matter.title == "家里暖气不热"]


def test_there_are_many_templates_over_many_items(city: Planner) -> None:
    items = {matter.item for matter in matters() if not matter.fate}
    assert len(matters()) >= 60
    assert len(items) >= 60
    assert items <= city.directory.items.keys()


def test_clear_templates_are_routed_to_their_item_and_vague_ones_end_in_triage(
    city: Planner,
) -> None:
    for number in range(300):
        origin = Origin(MONDAY, number, "")
        matter, report = city.matter(origin), city.report(origin).report
        query = RouteQuery(None, report.title or "", report.text, report.area, None, MONDAY)
        found = find_route(city.directory, query)
        if matter.fate:
            assert isinstance(found, Triage), matter.title
        elif isinstance(found, Route):
            assert found.item == matter.item, matter.title


@settings(max_examples=60, deadline=None)
@given(
    start=st.integers(0, 240 * 1440).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    hours=st.floats(0, 60),
)
def test_offices_work_in_office_time_only(city: Planner, start: datetime, hours: float) -> None:
    moment = office_hours_after(city.calendar, start, hours)
    assert moment >= start
    assert is_office_time(city.calendar, moment)


def test_what_a_unit_does_depends_on_the_ticket_and_not_on_when_it_is_asked(
    city: Planner,
) -> None:
    since = datetime(2026, 3, 3, 2, tzinfo=UTC)
    life = Life(
        "t", "S20260302-00001", Origin(MONDAY, 1, ""), "hotline", lead="heating", routed_at=since
    )
    first, again = worked(city, life, since), worked(city, life, since)
    assert first == again
    causes = [deed.cause for _, deed in first if isinstance(deed, Deed)]
    assert len(set(causes)) == len(causes) == len(first)


@given(
    moments=st.lists(st.integers(0, 100), max_size=30).map(sorted),
    added=st.lists(st.integers(0, 100), max_size=30),
    cuts=st.lists(st.integers(0, 100), max_size=6).map(sorted),
)
def test_an_agenda_gives_everything_once_and_in_order(
    moments: list[int], added: list[int], cuts: list[int]
) -> None:
    start = datetime(2026, 3, 2, tzinfo=UTC)

    def at(minute: int) -> datetime:
        return start + timedelta(minutes=minute)

    agenda = Agenda(iter([(at(minute), lambda view: None) for minute in moments]))
    agenda.add([(at(minute), lambda view: None) for minute in added])
    taken = [moment for cut in [*cuts, 100] for moment, _ in agenda.take(at(cut))]
    assert taken == sorted(map(at, [*moments, *added]))
    assert agenda.next_moment() is None
