"""黄牌 and 红牌: so many things make a card, each counts once, and a person can take it back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.domain import supervision_rejections as r
from services.domain.supervision_cards import (
    CardCommand,
    Cards,
    Judged,
    Withdraw,
    decide_cards,
    fold_cards,
)
from services.domain.supervision_union import CardFact
from services.domain.supervision_values import CountedOnce
from tests.domain.supervision_facts import CHIEF, MONDAY

DAY = date(2026, 3, 9)
PROCESSOR = "processor:supervision"


def misses(count: int, first: int = 1) -> list[CountedOnce]:
    return [
        CountedOnce(kind="resolve_missed", source=f"t-{n:03d}/9", on=DAY, ticket_id=f"t-{n:03d}")
        for n in range(first, first + count)
    ]


def judged(counted: list[CountedOnce], at_least: int = 3, **values: object) -> Judged:
    rule = Judged(
        "late", "yellow", at_least, date(2026, 3, 1), date(2026, 3, 31), "2026-03", counted,
        "policy-1", "逾期每满3件次发黄牌",
    )  # fmt: skip
    return rule._replace(**values)  # type: ignore[arg-type]


def ask(deed: object, actor: str = PROCESSOR) -> CardCommand:
    return CardCommand(
        unit="heating",
        actor=actor,
        cause="clock:2026-03-09T09:00",
        now=MONDAY,
        today=DAY,
        deed=deed,  # type: ignore[arg-type]
    )


def after(*facts: CardFact) -> Cards:
    return fold_cards(facts)


def test_a_card_lists_what_it_rests_on_and_the_rule_that_made_it() -> None:
    assert list(decide_cards(ask([judged(misses(2))]), Cards())) == []
    (card,) = decide_cards(ask([judged(misses(3))]), Cards())
    assert card.card == "late/2026-03/1"
    assert card.type == "supervision.card_issued.v1"
    assert [thing.ticket_id for thing in card.counted] == ["t-001", "t-002", "t-003"]
    assert (card.policy_version, card.at_least) == ("policy-1", 3)


def test_seven_misses_are_two_cards_and_the_seventh_waits() -> None:
    cards = decide_cards(ask([judged(misses(7))]), Cards())
    assert [card.card for card in cards] == ["late/2026-03/1", "late/2026-03/2"]
    assert list(decide_cards(ask([judged(misses(7))]), after(*cards))) == []
    (third,) = decide_cards(ask([judged(misses(9))]), after(*cards))
    assert [thing.source for thing in third.counted] == ["t-007/9", "t-008/9", "t-009/9"]


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(1, 5))
def test_the_cards_are_the_same_however_often_somebody_looks(
    looks: list[int], at_least: int
) -> None:
    seen: list[CardFact] = []
    for count in [*sorted(looks), 30]:
        seen += decide_cards(ask([judged(misses(count), at_least)]), after(*seen))
    at_once = list(decide_cards(ask([judged(misses(30), at_least)]), Cards()))
    assert seen == at_once
    sources = [thing.source for card in seen for thing in card.counted]
    assert len(sources) == len(set(sources)) == 30 // at_least * at_least


def with_red() -> list[CardFact]:
    """Two yellow cards, and the red one that rests on them."""
    yellow = list(decide_cards(ask([judged(misses(6))]), Cards()))
    things = [
        CountedOnce(kind="yellow_card", source=f"heating/{card.card}", on=DAY) for card in yellow
    ]
    quarter = judged(things, 2, rule="second-yellow", colour="red", period="2026-Q1")
    return [*yellow, *decide_cards(ask([quarter]), after(*yellow))]


@pytest.mark.parametrize("unit", ["u" * 64, "a:b", "城西区" * 20])
def test_any_code_of_a_unit_has_a_stream(unit: str) -> None:
    command = ask([judged(misses(3))])
    (card,) = decide_cards(replace(command, unit=unit), Cards())
    assert (card.unit, len(card.stream_id) <= 64) == (unit, True)


def test_two_yellow_cards_make_a_red_one() -> None:
    assert [card.card for card in with_red()][-1] == "second-yellow/2026-Q1/1"


def test_a_withdrawn_card_takes_with_it_what_rests_on_it() -> None:
    facts = with_red()
    withdrawn = decide_cards(ask(Withdraw("late/2026-03/1", "工单派错"), CHIEF), after(*facts))
    assert [(one.card, one.because_of) for one in withdrawn] == [
        ("late/2026-03/1", None),
        ("second-yellow/2026-Q1/1", "late/2026-03/1"),
    ]
    again = ask(Withdraw("late/2026-03/1", "工单派错"), CHIEF)
    assert list(decide_cards(again, after(*facts, *withdrawn))) == []
    what_counted = ask([judged(misses(6))])
    assert list(decide_cards(what_counted, after(*facts, *withdrawn))) == [], "counts once for ever"


@pytest.mark.parametrize(
    ("actor", "card", "refusal"),
    [
        (PROCESSOR, "late/2026-03/1", r.WithdrawnByItself),
        ("unit:heating/wang", "late/2026-03/1", r.WithdrawnByItself),
        ("resident:1", "late/2026-03/1", r.SupervisedByResident),
        (CHIEF, "late/2026-04/1", r.CardUnknown),
    ],
)
def test_who_may_not_withdraw(actor: str, card: str, refusal: type[r.SupervisionRejected]) -> None:
    with pytest.raises(refusal):
        decide_cards(ask(Withdraw(card, "?"), actor), after(*with_red()))


def test_a_thing_of_yesterday_counts_in_its_own_period() -> None:
    may = [one.model_copy(update={"on": DAY + timedelta(days=60)}) for one in misses(3, 10)]
    facts = decide_cards(
        ask(
            [
                judged(misses(3)),
                judged(may, period="2026-05", first_day=date(2026, 5, 1)),
            ]
        ),
        Cards(),
    )
    assert [card.card for card in facts] == ["late/2026-03/1", "late/2026-05/1"]
