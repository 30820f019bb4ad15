"""The index finds what comparing with all finds, whatever came and went before."""

from collections.abc import Sequence
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_reports import SETS, labelled
from similar_strategies import MATTERS

from services.intake.similarity import index as index_module
from services.intake.similarity.index import TicketIndex
from services.intake.similarity.matter import Match, Matter
from services.intake.similarity.reading import prepare
from services.intake.similarity.rule import compare

ALL = 1_000
SOME = st.lists(MATTERS, max_size=12)


def filled(matters: Sequence[Matter], order: Sequence[int] | None = None) -> TicketIndex:
    """Two reports a ticket."""
    index = TicketIndex()
    for number in order if order is not None else range(len(matters)):
        index.add(f"t{number // 2}", f"r{number}", matters[number])
    return index


prepared = lru_cache(maxsize=1_000)(prepare)  # each is read once, not once for each other


def by_comparing_with_all(matters: Sequence[Matter], asked: Matter) -> dict[str, tuple[float, str]]:
    best: dict[str, tuple[float, str]] = {}
    for number, matter in enumerate(matters):
        found = compare(prepared(asked), prepared(matter))
        ticket = f"t{number // 2}"
        if found.verdict and found.score > best.get(ticket, (0.0, ""))[0]:
            best[ticket] = (found.score, found.verdict)
    return best


def shown(matches: Sequence[Match]) -> dict[str, tuple[float, str]]:
    return {match.ticket_id: (match.score, match.verdict) for match in matches}


@given(SOME, MATTERS)
def test_what_it_finds_is_what_comparing_gives_and_sure_ones_are_never_missed(
    matters: list[Matter], asked: Matter
) -> None:
    found = shown(filled(matters).find(asked, ALL))
    expected = by_comparing_with_all(matters, asked)
    assert found.items() <= expected.items()
    assert {one for one, (_, verdict) in expected.items() if verdict == "sure"} <= found.keys()


def test_on_the_labelled_reports_it_misses_nothing_at_all() -> None:
    matters = [one.report for name in SETS for one in labelled(name)]
    index = filled(matters)
    for asked in matters:
        assert shown(index.find(asked, ALL)) == by_comparing_with_all(matters, asked)


@given(SOME, MATTERS, st.randoms(use_true_random=False))
def test_the_order_of_coming_makes_no_difference(
    matters: list[Matter], asked: Matter, chance: object
) -> None:
    order = list(range(len(matters)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    assert filled(matters, order).find(asked, ALL) == filled(matters).find(asked, ALL)


@given(SOME, MATTERS)
def test_adding_twice_changes_nothing(matters: list[Matter], asked: Matter) -> None:
    twice = filled(matters, [*range(len(matters)), *range(len(matters))])
    assert twice.find(asked, ALL) == filled(matters).find(asked, ALL)
    assert len(twice) == len(matters)


@given(SOME, SOME, MATTERS, st.booleans())
def test_what_came_and_went_again_leaves_no_trace(
    matters: list[Matter], others: list[Matter], asked: Matter, whole: bool
) -> None:
    index = filled(matters)
    for number, matter in enumerate(others):
        index.add(f"other{number}", "r", matter)
    for number in reversed(range(len(others))):
        if whole:
            index.drop_ticket(f"other{number}")
        else:
            index.drop_report(f"other{number}", "r")
    assert index.find(asked, ALL) == filled(matters).find(asked, ALL)
    assert len(index) == len(matters)


@given(SOME, MATTERS)
def test_a_renamed_ticket_is_found_under_its_new_name(matters: list[Matter], asked: Matter) -> None:
    index = filled(matters)
    index.rename_ticket("t0", "t1")
    merged = TicketIndex()
    for number, matter in enumerate(matters):
        merged.add("t1" if number < 2 else f"t{number // 2}", f"r{number}", matter)
    assert index.find(asked, ALL) == merged.find(asked, ALL)


def test_unknown_tickets_and_reports_are_nothing_to_do() -> None:
    index = filled([])
    index.drop_ticket("nobody")
    index.drop_report("nobody", "nothing")
    index.rename_ticket("nobody", "somebody")
    assert len(index) == 0


@settings(max_examples=10)
@given(st.lists(MATTERS, min_size=4, max_size=12), MATTERS)
def test_settled_and_rebuilt_it_answers_the_same(matters: list[Matter], asked: Matter) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "DEAD_MIN", 1)
        patch.setattr("services.intake.similarity.postings.RECENT_MAX", 10)
        index = filled(matters)
        for number in range(len(matters)):
            index.add(f"gone{number}", "r", matters[number])
        for number in range(len(matters)):
            index.drop_ticket(f"gone{number}")
        assert index.find(asked, ALL) == filled(matters).find(asked, ALL)


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    matters = [one.report for one in labelled("before")]
    index = TicketIndex()
    for number, matter in enumerate(matters):
        index.add(str(number), "r", matter)
    everything = index.find(matters[0], ALL)
    assert len(everything) > 2
    assert [one.score for one in everything] == sorted((o.score for o in everything), reverse=True)
    assert list(index.find(matters[0], 2)) == list(everything[:2])
    assert index.find(matters[0], 0) == []
