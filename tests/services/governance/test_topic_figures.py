"""Figures of topics, the weekly list, and a month's bulletin: pure functions over facts."""

from datetime import date, timedelta

import pytest

from services.domain import topic_commands as k
from services.domain.topic import Topic
from services.domain.topic_decide import decide_topic
from services.domain.topic_evolve import evolve_topic
from services.domain.topic_union import AnyTopicEvent
from services.governance.bulletin import MonthDone, days_of, month_bulletin
from services.governance.figures import Quantity, figures_of
from services.governance.schedule import weekly_schedule
from tests.domain.topic_facts import (
    CHECKER,
    LEADER,
    PROPOSER,
    REPORTER,
    THIS_WEEK,
    TODAY,
    WEEK,
    add_item,
    adopt,
    adopted,
    propose,
    report,
    strike_off,
    wish,
    with_item,
)

DAY = timedelta(days=1)


def items(*lines: k.AddItem) -> Topic:
    return adopted(*[wish(line, LEADER) for line in lines])


def test_quantities_of_one_unit_are_added_up_and_others_stand_apart():
    topic = items(
        add_item("1", total=471),
        add_item("2", counted_in="个小区", total=46),
        add_item("3", total=29),
    )
    for command in (wish(report(100, "1")), wish(report(29, "3")), wish(strike_off("3"), CHECKER)):
        for fact in decide_topic(command, topic):
            topic = evolve_topic(topic, fact)
    figures = figures_of(topic, TODAY)
    assert figures.quantities == (Quantity("户", 129, 500), Quantity("个小区", 0, 46))
    assert figures.quantities[0].share == pytest.approx(0.258)
    assert (figures.struck_off, figures.items) == (1, 3)
    assert figures.strike_off_rate == pytest.approx(1 / 3)


def test_a_topic_without_items_has_no_rate():
    assert figures_of(adopted(), TODAY).strike_off_rate is None


def test_late_is_what_is_not_done_after_its_day():
    due = TODAY + WEEK
    topic = items(add_item("1", due=due), add_item("2", due=due))
    for fact in decide_topic(wish(report(471, "2")), topic):
        topic = evolve_topic(topic, fact)
    on_the_day, after = figures_of(topic, due), figures_of(topic, due + DAY)
    assert (on_the_day.late, after.late) == (0, 1)
    assert after.to_check == 1, "what is done waits for the second person, and is not late"


def test_the_weekly_list_says_what_is_late_due_and_silent():
    topic = items(
        add_item("late", due=TODAY - DAY),
        add_item("today", due=TODAY),
        add_item("sunday", due=THIS_WEEK + WEEK - DAY),
        add_item("monday", due=THIS_WEEK + WEEK),
        add_item("far", due=THIS_WEEK + 2 * WEEK),
        add_item("ready", due=TODAY),
    )
    for command in (wish(report(1, "sunday")), wish(report(471, "ready"))):
        for fact in decide_topic(command, topic):
            topic = evolve_topic(topic, fact)
    found = weekly_schedule([topic], TODAY, TODAY)
    assert found.monday == THIS_WEEK
    assert [line.item_code for line in found.late] == ["late"]
    assert found.late[0].days_late == 1
    assert [line.item_code for line in found.due_this_week] == ["today", "sunday"]
    assert [line.item_code for line in found.due_next_week] == ["monday"]
    assert [line.item_code for line in found.silent] == ["late", "today", "monday", "far"]
    assert [line.item_code for line in found.to_check] == ["ready"]


def test_the_list_of_another_week_knows_what_day_it_is():
    topic = items(add_item("a", due=TODAY + DAY), add_item("b", due=TODAY + WEEK))
    next_week = weekly_schedule([topic], TODAY + WEEK, TODAY)
    assert (next_week.late, [line.item_code for line in next_week.due_this_week]) == ((), ["b"])
    past = weekly_schedule([topic], TODAY, TODAY + WEEK + DAY)
    assert [line.item_code for line in past.late] == ["a"]
    assert past.due_this_week == ()


def test_a_unit_sees_its_own_lines():
    topic = items(add_item("1"), add_item("2", responsible="roads-office"))
    found = weekly_schedule([topic], TODAY, TODAY, "roads-office")
    assert [line.item_code for line in found.silent] == ["2"]


def test_only_topics_that_are_worked_on_are_on_the_list():
    assert weekly_schedule([with_item()._replace(stage="closed")], TODAY, TODAY).silent == ()


class History:
    """One topic's facts, on days of the test's choosing."""

    def __init__(self) -> None:
        self.topic = Topic()
        self.facts: list[AnyTopicEvent] = []

    def on(self, day: date, deed: k.AnyDeed, actor: str = REPORTER) -> None:
        facts = decide_topic(wish(deed, actor, day), self.topic)
        assert facts
        for fact in facts:
            self.topic = evolve_topic(self.topic, fact)
        self.facts += facts


@pytest.fixture
def history() -> History:
    found = History()
    found.on(date(2026, 2, 27), propose(), PROPOSER)
    found.on(date(2026, 2, 28), adopt(), LEADER)
    found.on(date(2026, 3, 1), add_item("1"), LEADER)
    found.on(date(2026, 3, 2), add_item("2", total=10), LEADER)
    found.on(date(2026, 3, 31), report(200, "1"))
    found.on(date(2026, 4, 1), report(460, "1"))
    found.on(date(2026, 4, 2), report(10, "2"))
    found.on(date(2026, 4, 3), strike_off("2"), CHECKER)
    found.on(date(2026, 4, 30), report(450, "1", correction="重复统计"))
    found.on(date(2026, 5, 1), k.ReopenItem(item_code="2", why="反弹", done=4), CHECKER)
    return found


def test_a_month_ends_on_its_last_day(history: History):
    march, april, may = (month_bulletin([history.facts], f"2026-0{n}") for n in (3, 4, 5))
    (topic,) = march.topics
    assert topic.done == (MonthDone("户", 200),)
    assert (topic.items_added, topic.struck_off, topic.reports) == (2, 0, 1)
    (topic,) = april.topics
    assert topic.done == (MonthDone("户", 260),)
    assert (topic.struck_off, topic.figures.struck_off, topic.figures.items) == (1, 1, 2)
    (topic,) = may.topics
    assert topic.done == (MonthDone("户", -6),)
    assert (topic.reopened, topic.figures.struck_off) == (1, 0)


def test_the_months_of_a_topic_add_up_to_what_it_has_done(history: History):
    months = [month_bulletin([history.facts], f"2026-0{n}") for n in range(2, 7)]
    total = sum(done.done for one in months for topic in one.topics for done in topic.done)
    assert total == sum(item.done for item in history.topic.items.values()) == 454


def test_a_month_that_is_over_says_the_same_for_ever(history: History):
    before = month_bulletin([history.facts], "2026-04")
    history.on(date(2026, 5, 4), report(471, "1"))
    assert month_bulletin([history.facts], "2026-04") == before


def test_a_bulletin_has_the_topics_of_its_month_only(history: History):
    assert month_bulletin([history.facts], "2026-01").topics == ()
    february = month_bulletin([history.facts], "2026-02")
    assert february.proposed == (history.topic.code,)
    assert len(february.topics) == 1
    history.on(date(2026, 5, 4), report(471, "1"))
    history.on(date(2026, 5, 4), report(10, "2"))
    for code in ("1", "2"):
        history.on(date(2026, 5, 5), strike_off(code), "supervisor:zhao")
    history.on(date(2026, 5, 6), k.Close(outcome="完成"), CHECKER)
    (closing,) = month_bulletin([history.facts], "2026-05").topics
    assert closing.closed_on == date(2026, 5, 6)
    assert month_bulletin([history.facts], "2026-06").topics == ()


@pytest.mark.parametrize(
    ("month", "last"),
    [("2026-02", 28), ("2028-02", 29), ("2026-12", 31), ("2026-04", 30)],
)
def test_months_have_their_days(month: str, last: int):
    first_day, last_day = days_of(month)
    assert (first_day.day, last_day.day) == (1, last)


@pytest.mark.parametrize("month", ["2026-13", "2026", "abc-de"])
def test_what_is_no_month_is_refused(month: str):
    with pytest.raises(ValueError, match=r"month must|isoformat"):
        days_of(month)
