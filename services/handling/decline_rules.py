"""不予受理: the rules by which a matter is not accepted, and the legal route that is told."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple


class DeclineRule(NamedTuple):
    """handed_over: an emergency, passed on at once."""

    code: str
    name: str
    name_en: str
    basis: str
    legal_route: str
    legal_route_en: str
    handed_over: bool = False


class DeclineRules(NamedTuple):
    version: str
    rules: Mapping[str, DeclineRule]


@cache
def shipped_decline_rules() -> DeclineRules:
    return read_decline_rules(files(__package__).joinpath("decline_rules.toml").read_text("utf-8"))


def read_decline_rules(text: str) -> DeclineRules:
    """Raises ValueError if the table is not complete, or names a code twice."""
    table: dict[str, Any] = tomllib.loads(text)
    try:
        rules = [DeclineRule(**row) for row in table["rules"]]
        version = str(table["version"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"decline rules: {error}") from None
    by_code = {rule.code: rule for rule in rules}
    if len(by_code) < len(rules):
        raise ValueError("decline rules: a code stands twice")
    return DeclineRules(version, by_code)
