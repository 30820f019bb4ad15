"""The rows of supervision. Those of tickets follow the processor's checkpoint; those of cases,
cards and tellings are written with their facts, so they never lag."""

TABLES = (
    "supervised_tickets",
    "supervision_asked",
    "supervision_rungs",
    "supervision_counted",
    "supervision_cases",
    "supervision_case_tickets",
    "supervision_told",
    "supervision_cards",
)
SCHEMA = (
    # stage: open, merged (all waits), done (not evaluated yet), settled.
    """CREATE TABLE IF NOT EXISTS supervised_tickets (
    ticket_id TEXT NOT NULL PRIMARY KEY, lead TEXT NOT NULL, stage TEXT NOT NULL) WITHOUT ROWID""",
    # 督办 was reached, or (clock is empty) a resident disagrees again, and no case answers it yet.
    """CREATE TABLE IF NOT EXISTS supervision_asked (
    ticket_id TEXT NOT NULL, version INTEGER NOT NULL, clock TEXT NOT NULL, due_at TEXT NOT NULL,
    unit TEXT NOT NULL, PRIMARY KEY (ticket_id, version)) WITHOUT ROWID""",
    # Rungs of the ladder that nobody has been told of yet.
    """CREATE TABLE IF NOT EXISTS supervision_rungs (
    ticket_id TEXT NOT NULL, version INTEGER NOT NULL, at TEXT NOT NULL, unit TEXT NOT NULL,
    clock TEXT NOT NULL, due_at TEXT NOT NULL, level INTEGER NOT NULL, measure TEXT NOT NULL,
    addressee TEXT NOT NULL, PRIMARY KEY (ticket_id, version)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS supervision_rungs_at ON supervision_rungs (at)",
    """CREATE TABLE IF NOT EXISTS supervision_counted (
    source TEXT NOT NULL PRIMARY KEY, unit TEXT NOT NULL, kind TEXT NOT NULL,
    on_day TEXT NOT NULL, ticket_id TEXT) WITHOUT ROWID""",
    """CREATE INDEX IF NOT EXISTS supervision_counted_days
    ON supervision_counted (on_day, unit)""",
    """CREATE INDEX IF NOT EXISTS supervision_counted_units
    ON supervision_counted (unit, on_day)""",
    # step: 0 waits for the warning, 1 for the date, 2 and on for the rungs after the miss.
    """CREATE TABLE IF NOT EXISTS supervision_cases (
    code TEXT NOT NULL PRIMARY KEY, stage TEXT NOT NULL, reason TEXT NOT NULL, unit TEXT NOT NULL,
    why TEXT NOT NULL, reference TEXT, tickets INTEGER NOT NULL, opened_at TEXT NOT NULL,
    opened_by TEXT NOT NULL, cause TEXT NOT NULL, due_at TEXT NOT NULL, step INTEGER NOT NULL,
    next_at TEXT, replied INTEGER NOT NULL DEFAULT 0, missed INTEGER NOT NULL DEFAULT 0,
    closed_at TEXT, outcome TEXT) WITHOUT ROWID""",
    """CREATE INDEX IF NOT EXISTS supervision_cases_next ON supervision_cases (next_at)
    WHERE next_at IS NOT NULL""",
    """CREATE INDEX IF NOT EXISTS supervision_cases_open ON supervision_cases (code)
    WHERE stage = 'open'""",
    "CREATE INDEX IF NOT EXISTS supervision_cases_cause ON supervision_cases (cause)",
    """CREATE TABLE IF NOT EXISTS supervision_case_tickets (
    code TEXT NOT NULL, ticket_id TEXT NOT NULL, reason TEXT NOT NULL, is_open INTEGER NOT NULL,
    PRIMARY KEY (code, ticket_id)) WITHOUT ROWID""",
    # Never two open cases for one ticket and reason: the database says so, too.
    """CREATE UNIQUE INDEX IF NOT EXISTS supervision_case_tickets_once
    ON supervision_case_tickets (ticket_id, reason) WHERE is_open = 1""",
    """CREATE INDEX IF NOT EXISTS supervision_case_tickets_of
    ON supervision_case_tickets (ticket_id)""",
    # Once told of a rung, nobody is told again: the key says so, too.
    """CREATE TABLE IF NOT EXISTS supervision_told (
    ticket_id TEXT NOT NULL, version INTEGER NOT NULL, day TEXT NOT NULL, part TEXT NOT NULL,
    addressee TEXT NOT NULL, role TEXT NOT NULL, unit TEXT NOT NULL, clock TEXT NOT NULL,
    due_at TEXT NOT NULL, level INTEGER NOT NULL, measure TEXT NOT NULL,
    explanation TEXT NOT NULL, PRIMARY KEY (ticket_id, version)) WITHOUT ROWID""",
    """CREATE INDEX IF NOT EXISTS supervision_told_days
    ON supervision_told (day, addressee)""",
    """CREATE TABLE IF NOT EXISTS supervision_cards (
    unit TEXT NOT NULL, card TEXT NOT NULL, colour TEXT NOT NULL, rule TEXT NOT NULL,
    first_day TEXT NOT NULL, last_day TEXT NOT NULL, on_day TEXT NOT NULL, counted INTEGER NOT NULL,
    explanation TEXT NOT NULL, policy_version TEXT NOT NULL, withdrawn_on TEXT,
    withdrawn_by TEXT, withdrawn_why TEXT, PRIMARY KEY (unit, card)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS supervision_cards_days ON supervision_cards (on_day)",
)
