"""The table of 不予受理."""

import pytest

from services.handling.decline_rules import read_decline_rules, shipped_decline_rules

RULE = (
    '[[rules]]\ncode = "a"\nname = "甲"\nname_en = "A"\nbasis = "b"\nlegal_route = "r"\n'
    'legal_route_en = "R"\n'
)


def test_the_shipped_rules_all_tell_a_basis_and_a_legal_route_in_both_languages() -> None:
    rules = shipped_decline_rules().rules.values()
    assert len(rules) == 10
    assert all(all(rule[:6]) for rule in rules)
    assert [rule.code for rule in rules if rule.handed_over] == ["emergency"]


@pytest.mark.parametrize(
    "text",
    [RULE, 'version = "1"', f'version = "1"\n{RULE}{RULE}', f'version = "1"\n{RULE}colour = "red"'],
)
def test_a_table_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="decline rules"):
        read_decline_rules(text)
