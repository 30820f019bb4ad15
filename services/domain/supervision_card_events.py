"""黄牌 and 红牌: facts about the cards of a unit, in the stream `supervision:unit-<unit>`."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.domain.event_base import Code
from services.domain.supervision_events import SupervisionFact
from services.domain.supervision_values import CardCode, Colour, CountedList, RuleCode
from services.domain.topic_values import Line, Words


class CardIssued(SupervisionFact):
    """By a rule, for things that each count once for it. card: rule, period and number in it."""

    type: Literal["supervision.card_issued.v1"] = "supervision.card_issued.v1"
    unit: Code
    card: CardCode
    colour: Colour
    rule: RuleCode
    first_day: date
    last_day: date
    at_least: Annotated[int, Field(ge=1)]
    counted: CountedList
    explanation: Line
    policy_version: Code


class CardWithdrawn(SupervisionFact):
    """撤销, by a person who is not of the unit. because_of: the card whose withdrawal took away
    what this one rested on."""

    type: Literal["supervision.card_withdrawn.v1"] = "supervision.card_withdrawn.v1"
    unit: Code
    card: CardCode
    why: Words
    because_of: CardCode | None = None
