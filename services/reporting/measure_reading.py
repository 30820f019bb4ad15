"""The measures of any days and slice, out of the daily counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from services.reporting.measure_policy import MeasurePolicy
from services.reporting.measures import Definition, Measured, kinds_of, measure
from services.reporting.rows import Query
from services.reporting.slices import Slice, condition

_COUNTS = (
    "SELECT measure, SUM(n) FROM daily_counts WHERE {part} AND measure IN ({marks})"
    " GROUP BY measure"
)
_BY_UNIT = (
    "SELECT measure, SUM(n), unit FROM daily_counts WHERE {part} AND measure IN ({marks})"
    " GROUP BY unit, measure"
)
Counts = Mapping[str, int]


def counts_of(query: Query, definitions: Iterable[Definition], part: Slice) -> Counts:
    """Kind of count → how many, for what these definitions need."""
    return {row[0]: int(row[1]) for row in _rows(query, _COUNTS, definitions, part)}


def counts_by_unit(
    query: Query, definitions: Iterable[Definition], part: Slice
) -> Mapping[str, Counts]:
    """As above for each unit that counts anything."""
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for kind, n, unit in _rows(query, _BY_UNIT, definitions, part):
        counts[unit][kind] = int(n)
    return {unit: one for unit, one in counts.items() if unit}


def measured_in(
    query: Query, definitions: Iterable[Definition], part: Slice, policy: MeasurePolicy
) -> dict[str, Measured]:
    """Key → numerator, denominator and value."""
    wanted = tuple(definitions)
    counts = counts_of(query, wanted, part)
    return {one.key: measure(one, counts, policy) for one in wanted}


def _rows(
    query: Query, statement: str, definitions: Iterable[Definition], part: Slice
) -> list[Any]:
    kinds = kinds_of(definitions)
    sql, values = condition(part)
    marks = ", ".join("?" * len(kinds))
    return query(statement.format(part=sql, marks=marks), [*values, *kinds])
