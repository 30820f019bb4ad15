"""The measures of any days and slice, out of the daily counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from services.reporting.measure_policy import MeasurePolicy
from services.reporting.measures import Definition, Measured, kinds_of, measure
from services.reporting.rows import Query
from services.reporting.slices import Slice, condition

_COUNTS = (
    "SELECT {column}, measure, SUM(n) FROM daily_counts WHERE {part}"
    " AND measure IN ({marks}) GROUP BY {column}, measure"
)
Counts = Mapping[str, int]


def counts_of(query: Query, definitions: Iterable[Definition], part: Slice) -> Counts:
    """Kind of count → how many, for what these definitions need."""
    return _counts_by(query, "''", definitions, part).get("", {})


def counts_by_unit(
    query: Query, definitions: Iterable[Definition], part: Slice
) -> Mapping[str, Counts]:
    """As above for each unit that counts anything."""
    found = _counts_by(query, "unit", definitions, part)
    return {unit: counts for unit, counts in found.items() if unit}


def measured_in(
    query: Query, definitions: Iterable[Definition], part: Slice, policy: MeasurePolicy
) -> dict[str, Measured]:
    """Key → numerator, denominator and value."""
    wanted = tuple(definitions)
    counts = counts_of(query, wanted, part)
    return {one.key: measure(one, counts, policy) for one in wanted}


def _counts_by(
    query: Query, column: str, definitions: Iterable[Definition], part: Slice
) -> Mapping[str, Counts]:
    kinds = kinds_of(definitions)
    sql, values = condition(part)
    marks = ", ".join("?" * len(kinds))
    statement = _COUNTS.format(column=column, part=sql, marks=marks)
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for key, kind, n in query(statement, [*values, *kinds]):
        counts[key][kind] = int(n)
    return counts
