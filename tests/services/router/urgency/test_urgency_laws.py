"""Laws of urgency under any rules and texts: never lowered, more reporters never less urgent."""

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.platform.folded_text import folded
from services.router.urgency import (
    Season,
    UrgencyRule,
    build_urgency_table,
    find_claims,
    raised_urgency,
)

WORDS = ["泄漏", "燃气泄漏", "老人", "停水", "大面积停水", "被困", "零下"]
SAID = st.lists(
    st.sampled_from([*WORDS, "没有", "不是", "担心", "，", "。", "被困扰", "家里", "欧阳小雨"]),
    max_size=9,
).map("".join)
DAYS = st.builds(lambda n: date(2026, 1, 1) + timedelta(days=n), st.integers(0, 400))
MONTH_DAYS = st.tuples(st.integers(1, 12), st.integers(1, 28))
RULES = st.lists(
    st.builds(
        UrgencyRule,
        code=st.sampled_from(["a", "b", "c", "d", "e"]),
        name=st.just("某规则"),
        items=st.sampled_from([(), ("01",), ("01.01", "02")]),
        words=st.lists(st.sampled_from(WORDS), max_size=3, unique=True).map(tuple),
        decoys=st.sampled_from([(), ("被困扰",)]),
        even_if_feared=st.booleans(),
        discreet=st.booleans(),
        season=st.none() | st.builds(Season, MONTH_DAYS, MONTH_DAYS),
        reporters_min=st.integers(1, 5),
        urgency_days=st.sampled_from([1, 3, 7, 11]),
        basis=st.just(""),
        notes=st.just(""),
        line=st.just(2),
    ),
    max_size=5,
    unique_by=lambda rule: rule.code,
)
ITEMS = st.sampled_from([None, "01", "01.01", "02", "03"])
BASES = st.sampled_from([1, 3, 7, 11])


@given(RULES, SAID, SAID, ITEMS, BASES, DAYS, st.integers(1, 6), st.integers(0, 99))
def test_never_lowered_and_whatever_the_order(
    rules: list[UrgencyRule],
    title: str,
    text: str,
    item: str | None,
    base: int,
    on: date,
    reporters: int,
    seed: int,
) -> None:
    found = raised_urgency(build_urgency_table(rules), item, base, title, text, on, reporters)
    assert found.days <= base
    assert (found.days < base) == bool(found.rules) == bool(found.explanation)
    shuffled = rules.copy()
    Random(seed).shuffle(shuffled)
    again = raised_urgency(build_urgency_table(shuffled), item, base, title, text, on, reporters)
    assert again == found
    assert "欧阳" not in found.explanation


@given(RULES, SAID, ITEMS, BASES, DAYS, st.integers(1, 6))
def test_more_reporters_are_never_less_urgent(
    rules: list[UrgencyRule], text: str, item: str | None, base: int, on: date, reporters: int
) -> None:
    table = build_urgency_table(rules)
    few = raised_urgency(table, item, base, "", text, on, reporters)
    assert raised_urgency(table, item, base, "", text, on, reporters + 1).days <= few.days


@given(RULES, SAID, DAYS)
def test_a_claim_names_a_word_that_is_in_the_text(
    rules: list[UrgencyRule], text: str, on: date
) -> None:
    by_code = {rule.code: rule for rule in rules}
    claims = find_claims(build_urgency_table(rules), "", text, on)
    assert len({claim.rule for claim in claims}) == len(claims)
    for claim in claims:
        rule = by_code[claim.rule]
        assert not rule.words or any(folded(word) in folded(text) for word in rule.words)
        assert rule.season is None or rule.season.has(on)


@given(MONTH_DAYS, MONTH_DAYS, DAYS)
def test_a_season_and_what_is_left_of_the_year_are_the_year(
    first: tuple[int, int], last: tuple[int, int], on: date
) -> None:
    day = (on.month, on.day)
    if first <= last:
        assert Season(first, last).has(on) == (first <= day <= last)
    else:
        assert Season(first, last).has(on) == (not last < day < first)
