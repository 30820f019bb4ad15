"""The rules as a table that finds their words in one pass."""

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, Implementation

from services.domain.urgency import UrgencyClaim
from services.platform.folded_text import folded
from services.router.urgency.explain import told
from services.router.urgency.model import Meaning, UrgencyRule, UrgencyTable


def build_urgency_table(rules: Iterable[UrgencyRule]) -> UrgencyTable:
    ordered = tuple(sorted(rules, key=lambda rule: rule.code))
    wanted: dict[str, list[tuple[int, str]]] = {}
    decoy_of: dict[str, list[int]] = {}
    for place, rule in enumerate(ordered):
        for word in rule.words:
            wanted.setdefault(folded(word), []).append((place, word))
        for decoy in rule.decoys:
            decoy_of.setdefault(folded(decoy), []).append(place)
    words = sorted(wanted.keys() | decoy_of.keys())
    return UrgencyTable(
        rules=ordered,
        wordless=tuple((rule.season, claim_of(rule)) for rule in ordered if not rule.words),
        automaton=AhoCorasick(words, implementation=Implementation.DFA),
        meanings=tuple(
            Meaning(tuple(wanted.get(word, ())), tuple(decoy_of.get(word, ()))) for word in words
        ),
    )


def claim_of(rule: UrgencyRule, word: str | None = None) -> UrgencyClaim:
    """word: the one that was found, as the directory writes it."""
    return UrgencyClaim(
        rule.code, rule.urgency_days, rule.items, rule.reporters_min, told(rule, word)
    )
