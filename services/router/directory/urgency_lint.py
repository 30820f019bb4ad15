"""What is wrong with the rules of urgency, beyond what loading refuses. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from services.domain.urgency import is_within
from services.platform.folded_text import folded
from services.router.directory.faults import Fault
from services.router.directory.model import Directory, Duty
from services.router.directory.urgency_rows import URGENCY_FILE
from services.router.urgency import (
    UrgencyRule,
    UrgencyTable,
    build_urgency_table,
    find_claims,
)

A_LEAP_YEAR = tuple(date(2024, 1, 1) + timedelta(days=n) for n in range(366))


def urgency_faults(directory: Directory, duties: Iterable[Duty]) -> Iterator[Fault]:
    """idle_rule: it never makes anything more urgent. dead_word: a word that adds nothing."""
    duties = [duty for duty in duties if duty.urgency_days is not None]
    for rule in directory.urgency.rules:
        why = _idle(directory, rule, duties)
        if why:
            yield Fault(URGENCY_FILE, rule.line, f"{rule.code}: {why}", "idle_rule")
        for word in rule.words:
            why = _dead(rule, word)
            if why:
                yield Fault(URGENCY_FILE, rule.line, f"words: {word!r} {why}", "dead_word")


def _idle(directory: Directory, rule: UrgencyRule, duties: Iterable[Duty]) -> str:
    if rule.urgency_days >= _slowest_days(directory, rule, duties):
        return "all its items are as urgent without it"
    if rule.words and not any(_says(rule, word) for word in rule.words):
        return "none of its words ever counts"
    for other in directory.urgency.rules:
        if other is not rule and _goes_before(other, rule):
            return f"{other.code} holds whenever it does, and asks for no more days"
    return ""


def _slowest_days(directory: Directory, rule: UrgencyRule, duties: Iterable[Duty]) -> int:
    """The most working days that a matter of its items may have without it."""
    items = directory.items.values()
    own = [item.urgency_days for item in items if is_within(item.code, rule.items)]
    given = [
        duty.urgency_days
        for duty in duties
        if is_within(duty.item, rule.items) or any(is_within(c, (duty.item,)) for c in rule.items)
    ]
    return max([*own, *(days for days in given if days is not None)])


def _goes_before(other: UrgencyRule, rule: UrgencyRule) -> bool:
    """Of two that cover each other, the one with the lower code is kept."""
    return _covers(other, rule) and (other.code < rule.code or not _covers(rule, other))


def _covers(other: UrgencyRule, rule: UrgencyRule) -> bool:
    return (
        other.urgency_days <= rule.urgency_days
        and other.reporters_min <= rule.reporters_min
        and _has_items_of(other, rule)
        and _has_days_of(other, rule)
        and _has_words_of(other, rule)
    )


def _has_items_of(other: UrgencyRule, rule: UrgencyRule) -> bool:
    if not rule.items:
        return not other.items
    return all(is_within(item, other.items) for item in rule.items)


def _has_days_of(other: UrgencyRule, rule: UrgencyRule) -> bool:
    if other.season is None:
        return True
    days = [day for day in A_LEAP_YEAR if rule.season is None or rule.season.has(day)]
    return all(other.season.has(day) for day in days)


def _has_words_of(other: UrgencyRule, rule: UrgencyRule) -> bool:
    """Looked at word by word: what stands around them in a text is left out."""
    if not other.words:
        return True
    if not rule.words or (rule.even_if_feared and not other.even_if_feared):
        return False
    return not other.decoys and all(_says(other, word) for word in rule.words)


def _dead(rule: UrgencyRule, word: str) -> str:
    if not _says(rule, word):
        return "never counts: a decoy, or the word itself, takes its meaning away"
    others = tuple(known for known in rule.words if known != word)
    inside = [known for known in others if folded(known) in folded(word)]
    if inside and _says(replace(rule, words=others), word):
        return f"adds nothing to {inside[0]!r}"
    return ""


def _says(rule: UrgencyRule, text: str) -> bool:
    """Whether its words are in this text, whatever the day."""
    return bool(find_claims(_table_of(rule), "", text, date.min))


@lru_cache(maxsize=256)  # a rule is asked about each word of every other
def _table_of(rule: UrgencyRule) -> UrgencyTable:
    return build_urgency_table([replace(rule, season=None)])
