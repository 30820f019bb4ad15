"""What dispatch is asked and what it answers."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Method = Literal["item_given", "alias", "model", "model_and_alias"]
Reason = Literal[
    "unknown_item",
    "item_too_broad",
    "ambiguous_item",
    "no_item",
    "several_matters",
    "other_language",
    "outside_city",
    "ambiguous_area",
]


@dataclass(frozen=True, slots=True)
class RouteQuery:
    """What is known of one matter. `on` is the local day on which the duty must be valid."""

    item: str | None
    title: str
    text: str
    area: str | None
    address: str | None
    on: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be meant; `words` are the aliases that speak for it. `score` is in points:
    those of its aliases, or as many as the model's `probability` is worth."""

    item: str
    name: str
    score: int
    words: tuple[str, ...]
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """The answer: unit codes, working days, and an explanation without the resident's own words.

    `confidence` is of the item, `area_confidence` of the area (0: not known). Candidates: what
    else the words may mean, the item itself first; none for an item that was given.
    `urgency_rules` are those that raised the urgency of the item or duty (`with_urgency`).
    """

    item: str
    item_name: str
    area: str | None
    lead: str
    assisting: tuple[str, ...]
    urgency_days: int
    method: Method
    confidence: float
    explanation: str
    area_confidence: float
    model_version: str | None = None
    candidates: tuple[Candidate, ...] = ()
    subject_confidence: float = 1.0
    urgency_rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Triage:
    """A person has to look. `reason` is a stable code; the explanation says it in words.

    `matters`: of several matters, what each may be about, in their order. `subject`: the code of
    the first-level item that is the best guess, and how sure it is (0 to 1).
    """

    reason: Reason
    candidates: tuple[Candidate, ...]
    explanation: str
    area: str | None = None
    area_confidence: float = 0.0
    model_version: str | None = None
    matters: tuple[Candidate, ...] = ()
    subject: str | None = None
    subject_confidence: float = 0.0
