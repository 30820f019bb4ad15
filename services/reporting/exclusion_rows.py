"""The table of what upheld appeals (申诉成立) have taken out of the measures."""

TABLES = ("measure_exclusions",)
# version: the fact that counts no more in this measure; appeal: the fact that decided so.
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS measure_exclusions (
    ticket_id TEXT NOT NULL, version INTEGER NOT NULL, measure TEXT NOT NULL,
    appeal INTEGER NOT NULL, unit TEXT NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
    decided_day TEXT NOT NULL, PRIMARY KEY (ticket_id, version, measure)) WITHOUT ROWID""",
)
