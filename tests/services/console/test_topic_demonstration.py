"""The four made-up topics: their sizes, their stories, on either database."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.console.main import main
from services.console.topic_demonstration import demonstrate
from services.domain.topic import Topic
from services.governance.demonstration import (
    CERTIFICATES,
    CODES,
    HEATING,
    PAY,
    SURVEY,
    WEEKS,
    first_monday,
    households,
)
from services.governance.figures import Quantity, figures_of
from services.governance.governance import Governance
from tests.services.governance.topic_city import TopicCity

MONDAY = date(2026, 3, 9)
LAST_DAY = MONDAY + timedelta(weeks=WEEKS)
BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BACKENDS, scope="module")
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Governance]:
    folder = tmp_path_factory.mktemp("topics")
    if request.param == "sqlite":
        city = TopicCity(folder)
        yield demonstrate(city.system, city.clock, MONDAY)
        city.close()
        return
    with request.getfixturevalue("postgres").database() as url:
        init = ["db", "init", "--data", str(folder), "--database-url", url]
        assert CliRunner().invoke(main, init).exit_code == 0
        city = TopicCity(folder, database_url=url, keys_url=url)
        yield demonstrate(city.system, city.clock, MONDAY)
        city.close()


def topic(lived: Governance, code: str) -> Topic:
    found = lived.topics.get(code)
    assert found is not None
    return found


def test_all_four_are_there(lived: Governance) -> None:
    assert {one.code for one in lived.topics.all()} == set(CODES)
    assert topic(lived, HEATING).stage == "closed"
    assert lived.desk.today() == LAST_DAY


def test_the_heating_of_471_households_held_only_at_the_second_try(lived: Governance) -> None:
    found = topic(lived, HEATING)
    assert found.items["1"].plan.total == 471
    assert (found.items["1"].reopened, found.look_backs) == (1, 1)
    assert len(found.tickets) == 6
    for ticket_id in found.tickets:
        assert [one.code for one in lived.topics.of_ticket(ticket_id)] == [HEATING]


def test_the_certificates_of_46_compounds(lived: Governance) -> None:
    found = topic(lived, CERTIFICATES)
    assert (len(households()), sum(households()), min(households()) > 0) == (46, 40_489, True)
    (quantity,) = figures_of(found, LAST_DAY).quantities
    assert (quantity.counted_in, quantity.total) == ("户", 40_489)
    largest = found.items["c01"]
    assert (largest.done, largest.plan.total) == (650, 3_242)


def test_the_pay_of_315_people_was_counted_right_in_the_end(lived: Governance) -> None:
    found = topic(lived, PAY)
    figures = figures_of(found, LAST_DAY)
    assert figures.quantities == (Quantity("人", 260, 315), Quantity("万元", 51, 88))
    assert figures.late == 1


def test_the_survey_was_imported(lived: Governance) -> None:
    found = topic(lived, SURVEY)
    aspects = {item.plan.aspect for item in found.items.values()}
    assert (len(found.items), len(aspects)) == (37, 9)
    figures = figures_of(found, LAST_DAY)
    assert (figures.struck_off, figures.exempt) == (2, 1)


def test_its_months_add_up(lived: Governance) -> None:
    months = ["2026-03", "2026-04", "2026-05", "2026-06"]
    bulletins = [lived.bulletin_at(month, lived.head()) for month in months]
    for code in CODES:
        moved = [d.done for one in bulletins for t in one.topics if t.code == code for d in t.done]
        assert sum(moved) == sum(item.done for item in topic(lived, code).items.values())
    assert lived.bulletin("2026-05")["pinned"] is False


def test_a_pinned_bulletin_is_made_from_its_position(lived: Governance) -> None:
    first = lived.desk.pin_bulletin("2026-04", lived.head(), "office:wang", "pin/1")
    found = lived.bulletin("2026-04")
    assert found["pinned"] is True
    position = first.bulletins.pins["2026-04"][0].position
    assert found["position"] == position
    again = lived.desk.pin_bulletin("2026-04", lived.head(), "office:wang", "pin/2", "更正")
    assert [one.position for one in again.bulletins.pins["2026-04"]] == [position, position + 1]
    assert lived.bulletin("2026-04")["topics"] == found["topics"]


def test_its_requests_are_counted(lived: Governance) -> None:
    effect = lived.effect(topic(lived, HEATING))
    assert effect is not None
    assert effect.before is None, "nothing was counted before its month"


def test_a_demonstration_needs_a_folder_of_its_own(tmp_path: Path) -> None:
    arguments = ["topic", "demo", "--data", str(tmp_path / "demo")]
    first = CliRunner().invoke(main, [*arguments, "--json"])
    assert first.exit_code == 0, first.output
    assert '"topics": ["heating", "certificates"' in first.stdout
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2
    assert "holds events already" in again.stderr


@pytest.mark.parametrize("today", [date(2026, 11, 25), date(2026, 11, 23), date(2026, 11, 29)])
def test_it_ends_in_the_week_of_today(today: date) -> None:
    start = first_monday(today)
    assert start.weekday() == 0
    assert start + timedelta(weeks=WEEKS) <= today
