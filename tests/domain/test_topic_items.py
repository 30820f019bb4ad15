"""Given an item of a topic: quantities, weeks, 销号 by a second person, 回头看 that reopens."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from services.domain import topic_commands as k
from services.domain import topic_rejections as r
from services.domain.topic_decide_items import ITEMS_MAX
from tests.domain.topic_facts import (
    CHECKER,
    ITEM,
    LEADER,
    REPORTER,
    STREET,
    THIS_WEEK,
    TODAY,
    WEEK,
    add_item,
    adopted,
    closed,
    given,
    report,
    strike_off,
    struck_off,
    then,
    types,
    wish,
    with_item,
)

OTHER_CHECKER = "supervisor:zhao"
TARGET = date(2026, 6, 30)


def test_an_item_is_added_once():
    topic = with_item()
    assert topic.items[ITEM].plan.total == 471
    assert given(topic)(add_item(), LEADER) == []
    with pytest.raises(r.ItemExists):
        given(topic)(add_item(total=470), LEADER)


def test_an_item_that_was_changed_is_still_the_one_that_was_added():
    """So a survey that is imported again does not stumble over what was put right since."""
    change = wish(k.ChangeItem(item_code=ITEM, total=468, why="三户已拆迁"), LEADER)
    topic = with_item(change)
    assert topic.items[ITEM].plan.total == 468
    assert given(topic)(add_item(), LEADER) == []


def test_an_item_is_due_by_the_target_of_its_topic():
    assert given(adopted())(add_item(due=TARGET), LEADER)
    late = TARGET + timedelta(days=1)
    with pytest.raises(r.DueAfterTarget):
        given(adopted())(add_item(due=late), LEADER)
    with pytest.raises(r.DueAfterTarget):
        given(with_item())(k.ChangeItem(item_code=ITEM, due=late, why="延期"), LEADER)


def test_a_list_has_an_end():
    item = with_item().items[ITEM]
    full = adopted()._replace(items={str(n): item for n in range(ITEMS_MAX)})
    with pytest.raises(r.TooManyItems):
        given(full)(add_item("one-more"), LEADER)


@pytest.mark.parametrize(
    "values", [{"total": 0}, {"total": -1}, {"counted_in": ""}, {"item_code": "a b"}]
)
def test_an_item_counts_something(values):
    with pytest.raises(ValidationError):
        add_item(**values)


def test_a_change_says_why_and_keeps_the_rest():
    topic = with_item()
    change = k.ChangeItem(item_code=ITEM, due=date(2026, 6, 15), responsible=STREET, why="移交街道")
    (fact,) = given(topic)(change, LEADER)
    assert (fact.heading, fact.total, fact.responsible) == ("恢复供热", 471, STREET)
    assert given(then(topic, [fact]))(change, LEADER) == []
    with pytest.raises(r.ItemUnknown):
        given(topic)(k.ChangeItem(item_code="2", total=1, why="?"), LEADER)


def test_a_change_leaves_what_was_reported_true():
    topic = with_item(wish(report(200)))
    with pytest.raises(r.TotalBelowDone):
        given(topic)(k.ChangeItem(item_code=ITEM, total=199, why="更正"), LEADER)
    with pytest.raises(r.CountedAlready):
        given(topic)(k.ChangeItem(item_code=ITEM, counted_in="人", why="更正"), LEADER)
    assert given(topic)(k.ChangeItem(item_code=ITEM, total=200, why="更正"), LEADER)
    assert given(with_item())(k.ChangeItem(item_code=ITEM, counted_in="人", why="更正"), LEADER)
    with pytest.raises(r.ItemStruckOffBefore):
        given(struck_off())(k.ChangeItem(item_code=ITEM, total=500, why="更正"), LEADER)


def test_progress_is_of_this_week_unless_said_otherwise():
    (fact,) = given(with_item())(report(200, evidence=("照片",), remark="一期"))
    assert (fact.week, fact.done, fact.actor) == (THIS_WEEK, 200, REPORTER)
    topic = then(with_item(), [fact])
    item = topic.items[ITEM]
    assert (item.done, item.weeks, item.reporters) == (200, (THIS_WEEK,), {REPORTER})
    assert given(topic)(report(200, evidence=("照片",), remark="一期")) == []


def test_no_progress_is_a_report_as_well():
    topic = with_item(wish(report(200)))
    next_week = given(topic)(report(200), REPORTER, TODAY + WEEK)
    assert then(topic, next_week).items[ITEM].weeks == (THIS_WEEK, THIS_WEEK + WEEK)


def test_a_week_has_begun_and_comes_after_the_ones_before():
    topic = with_item(wish(report(10), today=TODAY + 2 * WEEK))
    later = TODAY + 2 * WEEK
    with pytest.raises(r.WeekNotBegun):
        given(topic)(report(20, week=THIS_WEEK + 3 * WEEK), REPORTER, later)
    with pytest.raises(r.WeekReportedLater):
        given(topic)(report(20, week=THIS_WEEK + WEEK), REPORTER, later)
    with pytest.raises(r.WeekBeforeAdoption):
        given(with_item())(report(20, week=THIS_WEEK - WEEK), REPORTER, later)
    with pytest.raises(ValidationError, match="Monday"):
        report(20, week=TODAY)


def test_no_more_is_done_than_there_is():
    with pytest.raises(r.MoreThanTotal, match="472 of 471"):
        given(with_item())(report(472))
    with pytest.raises(ValidationError):
        report(-1)


def test_less_than_before_needs_a_correction():
    topic = with_item(wish(report(200)))
    with pytest.raises(r.QuantityGoesBack, match="150 after 200"):
        given(topic)(report(150))
    facts = given(topic)(report(150, correction="重复统计"))
    assert then(topic, facts).items[ITEM].done == 150
    assert given(then(topic, facts))(report(150, correction="重复统计")) == []
    for done in (200, 201):
        with pytest.raises(r.NothingToCorrect):
            given(topic)(report(done, correction="无"))


def test_progress_needs_an_open_item():
    with pytest.raises(r.ItemUnknown):
        given(with_item())(report(1, "2"))
    with pytest.raises(r.ItemStruckOffBefore):
        given(struck_off())(report(471))
    with pytest.raises(r.TopicNotAdopted):
        given(closed())(report(471))


def test_what_is_done_is_struck_off_by_a_second_person():
    topic = with_item(wish(report(471)))
    (fact,) = given(topic)(strike_off(), CHECKER)
    assert (fact.done, fact.evidence) == (471, ("验收单",))
    item = then(topic, [fact]).items[ITEM]
    assert (item.is_open, item.struck_off_by, item.struck_off_on) == (False, CHECKER, TODAY)
    assert given(then(topic, [fact]))(strike_off(), REPORTER) == []
    with pytest.raises(ValidationError):
        strike_off(evidence=())


@pytest.mark.parametrize(
    "second", ["supervisor:li", "SUPERVISOR:li", "supervisor:ｌｉ", " supervisor:li"]
)
def test_who_reported_does_not_strike_off_however_the_name_is_typed(second):
    topic = with_item(wish(report(400), "supervisor:li"), wish(report(471), "worker:ma"))
    with pytest.raises(r.SelfStrikeOff):
        given(topic)(strike_off(), second)


@pytest.mark.parametrize("actor", ["unit:heating-office", "unit:heating-office/zhang"])
def test_the_responsible_unit_does_not_strike_off_its_own_item(actor):
    topic = with_item(wish(report(471), "worker:ma"))
    with pytest.raises(r.SelfStrikeOff):
        given(topic)(strike_off(), actor)
    assert given(topic)(strike_off(), "unit:heating-office-north"), "another unit"


def test_nothing_is_struck_off_unreported_or_unfinished():
    with pytest.raises(r.NothingReported):
        given(with_item())(strike_off(), CHECKER)
    with pytest.raises(r.NothingReported):
        given(with_item())(strike_off(exemption="不再需要"), CHECKER)
    topic = with_item(wish(report(469)))
    with pytest.raises(r.NotYetDone, match="469 of 471"):
        given(topic)(strike_off(), CHECKER)
    (fact,) = given(topic)(strike_off(exemption="两户长期无人"), CHECKER)
    assert (fact.done, fact.exemption) == (469, "两户长期无人")
    with pytest.raises(r.NothingToExempt):
        given(with_item(wish(report(471))))(strike_off(exemption="无"), CHECKER)
    with pytest.raises(r.ItemUnknown):
        given(topic)(strike_off("2"), CHECKER)


def test_a_reopened_item_is_reported_and_struck_off_anew():
    topic = struck_off()
    reopen = k.ReopenItem(item_code=ITEM, why="两栋又停暖", done=400)
    facts = given(topic)(reopen, CHECKER)
    topic = then(topic, facts)
    item = topic.items[ITEM]
    assert (item.is_open, item.done, item.reopened) == (True, 400, 1)
    assert given(topic)(reopen, CHECKER) == []
    with pytest.raises(r.NothingReported):
        given(topic)(strike_off(exemption="算了"), CHECKER)
    topic = then(topic, given(topic)(report(471), CHECKER))
    with pytest.raises(r.SelfStrikeOff):
        given(topic)(strike_off(), CHECKER)
    assert given(topic)(strike_off(), OTHER_CHECKER)


def test_only_what_is_struck_off_is_reopened():
    with pytest.raises(r.ItemNotStruckOff):
        given(with_item())(k.ReopenItem(item_code=ITEM, why="?"), CHECKER)
    with pytest.raises(r.MoreThanTotal, match="472 where 471"):
        given(struck_off())(k.ReopenItem(item_code=ITEM, why="?", done=472), CHECKER)


def test_a_look_back_that_fails_opens_item_and_topic_again():
    failed = k.ReopenItem(item_code=ITEM, why="又停暖", done=300)
    facts = given(closed())(k.LookBack(failed=(failed,), evidence=("走访记录",)), OTHER_CHECKER)
    assert types(facts) == ["topic.looked_back.v1", "topic.item_reopened.v1"]
    topic = then(closed(), facts)
    assert (topic.stage, topic.closed_on, topic.look_backs) == ("adopted", None, 1)
    assert topic.items[ITEM].done == 300
    assert given(topic)(k.LookBack(failed=(failed,), evidence=("走访记录",)), OTHER_CHECKER) == []


def test_a_look_back_that_holds_is_somebody_elses():
    holds = k.LookBack(held=(ITEM,))
    for actor in (CHECKER, REPORTER, "unit:heating-office/zhang"):
        with pytest.raises(r.LookBackByThoseInvolved):
            given(closed())(holds, actor)
    (fact,) = given(closed())(holds, OTHER_CHECKER)
    topic = then(closed(), [fact])
    assert (topic.stage, fact.held, fact.failed) == ("closed", (ITEM,), ())
    assert given(topic)(holds, OTHER_CHECKER) == []
    assert given(topic)(holds, OTHER_CHECKER, TODAY + WEEK), "another day is another look"


def test_a_look_back_names_what_it_looked_at_once():
    reopen = k.ReopenItem(item_code=ITEM, why="又停暖")
    for deed in (
        k.LookBack(),
        k.LookBack(held=(ITEM, ITEM)),
        k.LookBack(held=(ITEM,), failed=(reopen,)),
    ):
        with pytest.raises(r.NothingLookedAt):
            given(closed())(deed, OTHER_CHECKER)
    with pytest.raises(r.ItemNotStruckOff):
        given(with_item())(k.LookBack(held=(ITEM,)), OTHER_CHECKER)
    with pytest.raises(r.ItemUnknown):
        given(closed())(k.LookBack(held=("2",)), OTHER_CHECKER)


def test_whoever_struck_off_may_find_that_it_does_not_hold():
    assert given(closed())(k.ReopenItem(item_code=ITEM, why="又停暖"), CHECKER)
