"""The table of returns."""

# attempt: the routing that was returned. routed_at: when the unit was asked; next_at: when the next
# one was. Times in UTC; returned_day is a local day.
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS ticket_returns (
    ticket_id TEXT NOT NULL, attempt INTEGER NOT NULL, unit TEXT NOT NULL, reason TEXT NOT NULL,
    item TEXT, area TEXT, proposed_unit TEXT, proposed_item TEXT, routed_at TEXT,
    returned_at TEXT NOT NULL, returned_day TEXT NOT NULL, decision TEXT, decided_by TEXT,
    decided_at TEXT, next_lead TEXT, next_at TEXT,
    PRIMARY KEY (ticket_id, attempt)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS ticket_returns_by_day ON ticket_returns (returned_day)",
)
TABLES = ("ticket_returns",)
