"""Sums by day that reports over weeks, months and years read: few rows for many counts.

dimension `all`: every kind of count; `unit`: most of them by unit; `channel`: reports received, by
the channel of each; `urgency`: promises due, by working days of urgency; `stage`: by how many
tickets a stage grew (shrank) on the day, so that the sum up to a day is how many stood there at its
end.
"""

from collections import defaultdict
from collections.abc import Mapping

TABLES = ("day_sums", "day_sums_from")
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS day_sums (
    dimension TEXT NOT NULL, day TEXT NOT NULL, code TEXT NOT NULL, measure TEXT NOT NULL,
    n INTEGER NOT NULL, PRIMARY KEY (dimension, day, code, measure)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS day_sums_from (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL)""",
)
ADD_SUM = (
    "INSERT INTO day_sums VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (dimension, day, code, measure) DO UPDATE SET n = day_sums.n + excluded.n"
)
# From where on these sums were kept: rows that an older version began lack what was before.
BEGIN_AT = "INSERT INTO day_sums_from VALUES (1, ?) ON CONFLICT (id) DO NOTHING"
SumKey = tuple[str, str, str, str]  # dimension, day, code, measure
# Kinds of count that no table by unit shows, and that are many.
NOT_BY_UNIT = frozenset(
    f"{kind}_{clock}" for kind in ("met", "missed", "warned") for clock in ("accept", "resolve")
) | {"closed", "evaluated", "suspended", "resumed", "escalated_1", "escalated_2", "escalated_3"}


def day_sum_rows(
    counts: Mapping[tuple[str, str, str, str, str, str], int], more: Mapping[SumKey, int]
) -> list[tuple[str, str, str, str, int]]:
    """Rows for ADD_SUM, in key order. counts: as `daily_counts` takes them."""
    sums: defaultdict[SumKey, int] = defaultdict(int, more)
    for (day, measure, channel, _, _, unit), n in counts.items():
        sums["all", day, "", measure] += n
        if unit:
            if measure not in NOT_BY_UNIT:
                sums["unit", day, unit, measure] += n
        elif measure == "received":
            sums["channel", day, channel, measure] += n
    return sorted((*key, n) for key, n in sums.items())
