"""The frozen values of urgency: rules, the table that finds their words, and the answer."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from services.domain.event_base import UrgencyDays
from services.domain.urgency import UrgencyClaim

MonthDay = tuple[int, int]


class Season(NamedTuple):
    """Days of every year, both included; a season may go over the end of the year."""

    first: MonthDay
    last: MonthDay

    def has(self, on: date) -> bool:
        day = on.month, on.day
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


@dataclass(frozen=True, slots=True)
class UrgencyRule:
    """It raises the urgency of matters within `items` (codes and all below; empty: all) to
    `urgency_days`, when all its conditions hold: one of its words is said, the day is in the
    season, so many residents tell it.

    decoys: longer words in which its words mean nothing. even_if_feared: they count too where they
    are only feared, possible or asked about. discreet: they tell of a person's health or distress
    and are not repeated in an explanation.
    """

    code: str
    name: str
    items: tuple[str, ...]
    words: tuple[str, ...]
    decoys: tuple[str, ...]
    even_if_feared: bool
    discreet: bool
    season: Season | None
    reporters_min: int
    urgency_days: UrgencyDays
    basis: str
    notes: str
    line: int


class Meaning(NamedTuple):
    """What a folded word stands for: rules by their place in the table."""

    wanted: tuple[tuple[int, str], ...]  # rule, and the word as the directory writes it
    decoy_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UrgencyTable:
    """All rules in the order of their codes. wordless: what those without words claim, each in its
    season. meanings: of the automaton's words, in its order."""

    rules: tuple[UrgencyRule, ...]
    wordless: tuple[tuple[Season | None, UrgencyClaim], ...]
    automaton: AhoCorasick
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Urgency:
    """Working days, and the codes of the rules that raised it to these (none: it stays as it was).
    The explanation holds the directory's own words only; empty if there are no rules."""

    days: int
    rules: tuple[str, ...] = ()
    explanation: str = ""
