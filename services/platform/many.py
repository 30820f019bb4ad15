"""Asking a database for many values at once: in parts, for the number of marks has a limit."""

from collections.abc import Iterator, Sequence
from typing import Any

PER_QUERY_MAX = 500


def in_parts(
    statement: str, values: Sequence[Any], first: Sequence[Any] = ()
) -> Iterator[tuple[str, list[Any]]]:
    """(statement, parameters) for each part; `{marks}` in the statement stands for its values,
    which come after the parameters in `first`."""
    for start in range(0, len(values), PER_QUERY_MAX):
        some = values[start : start + PER_QUERY_MAX]
        yield statement.format(marks=",".join("?" * len(some))), [*first, *some]
