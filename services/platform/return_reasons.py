"""退单理由: the closed list of reasons for which a unit may return a ticket."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, get_args

Proposal = Literal["", "unit", "item"]


class ReturnReason(NamedTuple):
    """proposal: what has to be named with it."""

    code: str
    name: str
    meaning: str
    proposal: Proposal


class ReturnReasons(NamedTuple):
    version: str
    reasons: Mapping[str, ReturnReason]

    def name(self, code: str) -> str:
        """A code of an old log, or of another city's, stands for itself."""
        known = self.reasons.get(code)
        return known.name if known else code


@cache
def shipped_return_reasons() -> ReturnReasons:
    return read_return_reasons(
        files(__package__).joinpath("return_reasons.toml").read_text("utf-8")
    )


def read_return_reasons(text: str) -> ReturnReasons:
    """Raises ValueError if the table is not complete, or names a code twice."""
    table: dict[str, Any] = tomllib.loads(text)
    try:
        reasons = [ReturnReason(**row) for row in table["reasons"]]
        version = str(table["version"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"return reasons: {error}") from None
    by_code = {reason.code: reason for reason in reasons}
    if len(by_code) < len(reasons):
        raise ValueError("return reasons: a code stands twice")
    for reason in reasons:
        if reason.proposal not in get_args(Proposal):
            raise ValueError(f"return reasons: {reason.code}: proposal is not unit, item or empty")
    return ReturnReasons(version, by_code)
