"""Answers at the first contact, one row each: counted by other means out of the log."""

from collections import Counter
from collections.abc import Sequence

from reporting_rows import rows_after

from services.console.system import System
from services.domain import events as e
from services.platform.processor import Fact
from services.reporting.answer_rows import usage_of


def test_every_answer_has_its_row_and_its_reopening(
    facts: Sequence[Fact], reported_city: System
) -> None:
    answers = [fact for fact in facts if isinstance(fact.event, e.TicketAnsweredAtOnce)]
    reopened = [fact for fact in facts if isinstance(fact.event, e.TicketReopened)]
    rows = rows_after([facts])["direct_answers"]
    assert answers
    assert {row[:2] for row in rows} == {(f.event.ticket_id, f.position) for f in answers}
    did_not_hold = {
        (answer.event.ticket_id, answer.position)
        for answer in answers
        for later in reopened
        if later.event.ticket_id == answer.event.ticket_id and later.position > answer.position
    }
    assert {row[:2] for row in rows if row[8] is not None} == did_not_hold


def test_usage_counts_what_the_log_says(facts: Sequence[Fact], reported_city: System) -> None:
    usage = usage_of(reported_city.log.query, "2026-01-01", "2027-01-01")
    named = Counter(
        fact.event.article
        for fact in facts
        if isinstance(fact.event, e.TicketAnsweredAtOnce) and fact.event.article
    )
    assert {one.article: one.answered for one in usage.articles} == named
    assert sum(one.opened for one in usage.items) == sum(
        isinstance(fact.event, e.TicketOpened) for fact in facts
    )


def test_answered_again_after_a_reopening_is_two_answers_and_one_that_held(
    facts: Sequence[Fact],
) -> None:
    opened = next(f for f in facts if isinstance(f.event, e.TicketOpened))
    answer = next(f.event for f in facts if isinstance(f.event, e.TicketAnsweredAtOnce))
    reopened = next(f.event for f in facts if isinstance(f.event, e.TicketReopened))
    ticket = {"ticket_id": opened.event.ticket_id}
    story = [
        opened._replace(position=1, version=1),
        Fact(2, 2, answer.model_copy(update=ticket | {"article": "heat-01"})),
        Fact(3, 3, reopened.model_copy(update=ticket)),
        Fact(4, 4, answer.model_copy(update=ticket | {"article": "heat-02"})),
    ]
    expected = rows_after([story])["direct_answers"]
    assert [(row[6], row[8] is not None) for row in expected] == [
        ("heat-01", True),
        ("heat-02", False),
    ]
    assert rows_after([one] for one in story)["direct_answers"] == expected
