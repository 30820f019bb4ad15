"""One row for each fact that a measure counts: which ticket, on which day, for whom.

The counts say how many; these rows say which, and are written from the same additions in the same
transaction. `kinds` are bits: a call-back is counted as reached, solved and satisfied at once.
"""

from typing import NamedTuple

from services.reporting.measures import DEFINITIONS

# Beside what the measures are made of: what is left out of them, and why.
LEFT_OUT = {
    "evaluated_again": "another answer about a handling that has been evaluated counts once only",
    "call_back_declined": "the resident wanted to say nothing",
    "call_back_not_reached": "nobody was reached in as many tries as the rule asks for",
}
KINDS = (*dict.fromkeys(term for one in DEFINITIONS for term in one.terms), *LEFT_OUT)
BITS = {kind: 1 << place for place, kind in enumerate(KINDS)}

TABLES = ("measured_facts",)
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS measured_facts (
    ticket_id TEXT NOT NULL, version INTEGER NOT NULL, day TEXT NOT NULL, unit TEXT NOT NULL,
    channel TEXT NOT NULL, item TEXT NOT NULL, area TEXT NOT NULL, kinds INTEGER NOT NULL,
    PRIMARY KEY (ticket_id, version, day, unit)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS measured_facts_by_day ON measured_facts (day)",
)
ADD_MEASURED = "INSERT INTO measured_facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class MeasuredFact(NamedTuple):
    """version: the fact's number in its ticket. day: the one that it counts on, a local one."""

    ticket_id: str
    version: int
    day: str
    unit: str
    channel: str
    item: str
    area: str


def mask_of(kinds: tuple[str, ...]) -> int:
    return sum(BITS[kind] for kind in kinds)
