"""黄牌 and 红牌 of one unit: what its cards have counted, and when the next one is due. Pure.

Each thing counts once for a rule, for ever: also after its card was withdrawn.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple, assert_never

from msgspec import Struct

from services.domain.supervision_card_events import CardIssued, CardWithdrawn
from services.domain.supervision_rejections import (
    CardUnknown,
    SupervisedByResident,
    WithdrawnByItself,
)
from services.domain.supervision_union import CardFact
from services.domain.supervision_values import FAMILY, Colour, CountedOnce
from services.domain.topic_decide_base import same_person, speaks_for

PREFIX = f"{FAMILY}:unit-"
NAME_MAX = 43  # what a stream's name leaves for it
DIGEST_DIGITS = 40


class Counting(NamedTuple):
    """What the cards of one rule have counted, and how many there are by a period's first day."""

    sources: frozenset[str] = frozenset()
    numbers: Mapping[date, int] = MappingProxyType({})


class Cards(NamedTuple):
    """A unit's cards by code, the codes of those that stand no longer, and rule by rule what they
    have counted."""

    version: int = 0
    issued: Mapping[str, CardIssued] = MappingProxyType({})
    withdrawn: frozenset[str] = frozenset()
    counted: Mapping[str, Counting] = MappingProxyType({})


class Judged(NamedTuple):
    """One rule over one period: what was counted by now, oldest first."""

    rule: str
    colour: Colour
    at_least: int
    first_day: date
    last_day: date
    period: str
    counted: Sequence[CountedOnce]
    policy_version: str
    wording: str


class Withdraw(NamedTuple):
    card: str
    why: str


class CardCommand(Struct, frozen=True, kw_only=True):
    """judged: rules in the order in which they are looked at."""

    unit: str
    actor: str
    cause: str
    now: datetime
    today: date
    deed: Sequence[Judged] | Withdraw


def cards_stream(unit: str) -> str:
    """Codes that do not fit into a stream's name are in it as a digest."""
    if len(unit) <= NAME_MAX and ":" not in unit:
        return f"{PREFIX}{unit}"
    return f"{PREFIX}~{sha256(unit.encode()).hexdigest()[:DIGEST_DIGITS]}"


def fold_cards(events: Iterable[CardFact], cards: Cards = Cards()) -> Cards:  # noqa: B008
    for event in events:
        cards = evolve_cards(cards, event)
    return cards


def evolve_cards(cards: Cards, event: CardFact) -> Cards:
    version = cards.version + 1
    match event:
        case CardIssued():
            return cards._replace(
                version=version,
                issued={**cards.issued, event.card: event},
                counted={**cards.counted, event.rule: _counting(cards, event)},
            )
        case CardWithdrawn():
            return cards._replace(version=version, withdrawn=cards.withdrawn | {event.card})
        case _:
            assert_never(event)


def _counting(cards: Cards, event: CardIssued) -> Counting:
    before = cards.counted.get(event.rule, Counting())
    number = before.numbers.get(event.first_day, 0) + 1
    return Counting(
        before.sources.union(thing.source for thing in event.counted),
        {**before.numbers, event.first_day: number},
    )


def decide_cards(command: CardCommand, cards: Cards) -> Sequence[CardFact]:
    """Raises a subclass of SupervisionRejected."""
    deed = command.deed
    if isinstance(deed, Withdraw):
        return _withdraw(command, deed, cards)
    facts: list[CardFact] = []
    for judged in deed:
        for card in _cards_due(command, judged, cards):
            facts.append(card)
            cards = evolve_cards(cards, card)
    return facts


def _cards_due(command: CardCommand, judged: Judged, cards: Cards) -> Sequence[CardIssued]:
    """One card for every `at_least` things that no card of this rule has counted yet: the same
    cards whether they are looked at one by one or after a week."""
    of_rule = cards.counted.get(judged.rule, Counting())
    left = [thing for thing in judged.counted if thing.source not in of_rule.sources]
    before = of_rule.numbers.get(judged.first_day, 0)
    size = judged.at_least
    return [
        _card(command, judged, number, left[(number - before - 1) * size :][:size])
        for number in range(before + 1, before + 1 + len(left) // size)
    ]


def _card(
    command: CardCommand, judged: Judged, number: int, counted: Sequence[CountedOnce]
) -> CardIssued:
    return CardIssued(
        stream_id=cards_stream(command.unit),
        actor=command.actor,
        cause=command.cause,
        occurred_at=command.now,
        recorded_at=command.now,
        on=command.today,
        unit=command.unit,
        card=f"{judged.rule}/{judged.period}/{number}",
        colour=judged.colour,
        rule=judged.rule,
        first_day=judged.first_day,
        last_day=judged.last_day,
        at_least=judged.at_least,
        counted=tuple(counted),
        explanation=judged.wording,
        policy_version=judged.policy_version,
    )


def _withdraw(command: CardCommand, deed: Withdraw, cards: Cards) -> Sequence[CardWithdrawn]:
    """The card, and every card that counted on it: those fall with it."""
    role = command.actor.partition(":")[0]
    if role == "resident":
        raise SupervisedByResident(deed.card)
    card = cards.issued.get(deed.card)
    if card is None:
        raise CardUnknown(deed.card, command.unit)
    if deed.card in cards.withdrawn:
        return []
    of_the_unit = speaks_for(command.actor, command.unit)
    if role == "processor" or of_the_unit or same_person(command.actor, card.actor):
        raise WithdrawnByItself(deed.card)
    facts = [_withdrawn(command, deed.card, deed.why, None)]
    for other in cards.issued.values():
        rests_on_it = any(thing.source == card_source(card) for thing in other.counted)
        if rests_on_it and other.card not in cards.withdrawn:
            facts.append(_withdrawn(command, other.card, deed.why, deed.card))
    return facts


def card_source(card: CardIssued | CardWithdrawn) -> str:
    """How a card is named by a card that counts it."""
    return f"{card.unit}/{card.card}"


def _withdrawn(command: CardCommand, card: str, why: str, because_of: str | None) -> CardWithdrawn:
    return CardWithdrawn(
        stream_id=cards_stream(command.unit),
        actor=command.actor,
        cause=command.cause,
        occurred_at=command.now,
        recorded_at=command.now,
        on=command.today,
        unit=command.unit,
        card=card,
        why=why,
        because_of=because_of,
    )
