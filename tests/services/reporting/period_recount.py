"""The numbers of reports counted again by other means: plain SQL over an exported event table.

Nothing of the program counts here. Stored bytes go into one table as JSON; days are those of
UTC+8; who had a ticket, and how urgent it was, is looked up in what came before each event.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import reporting_recount as plain

from services.platform.event_log import EventLog

LOCAL = timezone(timedelta(hours=8))
SCHEMA = """
CREATE TABLE e (position INTEGER PRIMARY KEY, ticket TEXT, version INTEGER, type TEXT, day TEXT,
    recorded TEXT, j TEXT, clock TEXT, due TEXT, unit TEXT, urgency INTEGER);
CREATE INDEX by_ticket ON e (ticket, version);
CREATE INDEX by_type ON e (type, day);
CREATE INDEX by_due ON e (due);
"""
BEFORE = """UPDATE e SET
  unit = (SELECT json_extract(b.j, '$.lead') FROM e b WHERE b.ticket = e.ticket
          AND b.version <= e.version AND b.type = 'routed' ORDER BY b.version DESC LIMIT 1),
  urgency = (SELECT json_extract(b.j, '$.urgency_days') FROM e b WHERE b.ticket = e.ticket
          AND b.version < e.version AND (b.type = 'routed' OR (b.type = 'urgency_raised' AND EXISTS
            (SELECT 1 FROM e r WHERE r.ticket = b.ticket AND r.version < b.version
             AND r.type = 'routed'))) ORDER BY b.version DESC LIMIT 1)"""
TICKETS = """
CREATE TABLE t AS SELECT ticket, day, json_extract(j, '$.kind') AS kind,
  COALESCE((SELECT json_extract(r.j, '$.item') FROM e r WHERE r.ticket = e.ticket
    AND r.type = 'routed' AND json_extract(r.j, '$.item') IS NOT NULL
    ORDER BY r.version DESC LIMIT 1), json_extract(j, '$.item'), '') AS item,
  COALESCE((SELECT json_extract(r.j, '$.area') FROM e r WHERE r.ticket = e.ticket
    AND r.type = 'routed' AND json_extract(r.j, '$.area') IS NOT NULL
    ORDER BY r.version DESC LIMIT 1), json_extract(j, '$.area'), '') AS area
FROM e WHERE type = 'opened';
CREATE TABLE s AS SELECT ticket, version, day, CASE type
  WHEN 'opened' THEN 'received' WHEN 'sent_to_triage' THEN 'triage' WHEN 'accepted' THEN 'handling'
  WHEN 'answered_at_once' THEN 'answered' WHEN 'unmerged' THEN json_extract(j, '$.stage')
  WHEN 'reopened' THEN CASE (SELECT b.type FROM e b WHERE b.ticket = e.ticket
    AND b.version < e.version AND b.type IN ('routed', 'returned')
    ORDER BY b.version DESC LIMIT 1) WHEN 'routed' THEN 'handling' ELSE 'triage' END
  ELSE type END AS stage
FROM e WHERE type IN ('opened', 'sent_to_triage', 'routed', 'accepted', 'returned', 'resolved',
  'answered_at_once', 'declined', 'merged', 'unmerged', 'closed', 'reopened');
"""
IN = "day BETWEEN :first AND :last"
DUE = "due BETWEEN :first AND :last"
CLOCK = "clock = '{}'"
# kind of count → the events that it counts
FLOW = {
    "received": "type IN ('opened', 'report_joined') AND json_extract(j, '$.split_from') IS NULL",
    "opened": "type = 'opened'",
    "joined": "type = 'report_joined'",
    "split": "type = 'report_split'",
    "declined": "type = 'declined' AND json_extract(j, '$.handed_over') = 0",
    "handed_over": "type = 'declined' AND json_extract(j, '$.handed_over') = 1",
    "answered": "type = 'answered_at_once'",
    "routed": "type = 'routed'",
    "triaged": "type = 'sent_to_triage'",
    "accepted": "type = 'accepted'",
    "returned": "type = 'returned'",
    "suspended": "type = 'suspended'",
    "extended": "type = 'extension_granted'",
    "resolved": "type = 'resolved'",
    "met_resolve": "type = 'deadline_met' AND " + CLOCK.format("resolve"),
    "missed_accept": "type = 'deadline_missed' AND " + CLOCK.format("accept"),
    "missed_resolve": "type = 'deadline_missed' AND " + CLOCK.format("resolve"),
    "evaluated": "type = 'evaluated'",
    "reopened": "type = 'reopened'",
    "closed": "type = 'closed'",
    "warned_resolve": "type = 'deadline_warned' AND " + CLOCK.format("resolve"),
    **{
        f"escalated_{n}": f"type = 'escalated' AND json_extract(j, '$.level') = {n}"
        for n in (1, 2, 3, 4)
    },
}
# An answer about a handling of which somebody has been reached already counts no more.
AGAIN = """EXISTS (SELECT 1 FROM e b WHERE b.ticket = e.ticket AND b.type = 'evaluated'
  AND json_extract(b.j, '$.reached') = 1 AND b.version < e.version AND NOT EXISTS (
    SELECT 1 FROM e c WHERE c.ticket = e.ticket AND c.version > b.version
    AND c.version < e.version AND c.type IN ('resolved', 'answered_at_once', 'reopened')))"""
SAID = f"type = 'evaluated' AND NOT {AGAIN} AND json_extract(j, '$.{{}}')"
FIRST_DAY = "(SELECT r.day FROM e r WHERE r.ticket = e.ticket AND r.type = 'routed' LIMIT 1)"
DECIDED = "type = 'return_decided' AND json_extract(j, '$.decision') = '{}'"
LAST_DONE = """(SELECT CASE b.type WHEN 'reopened' THEN NULL ELSE b.day END FROM e b
  WHERE b.ticket = e.ticket AND b.version < e.version
  AND b.type IN ('resolved', 'answered_at_once', 'reopened') ORDER BY b.version DESC LIMIT 1)"""
# what measures are made of → (the events that it counts, the day on which they count)
TERMS = {
    "reached": (SAID.format("reached") + " = 1", "day"),
    "responded": (SAID.format("responded") + " = 1", "day"),
    "solved": (SAID.format("solved") + " = 1", "day"),
    "satisfied": (SAID.format("satisfaction") + " = 'satisfied'", "day"),
    "fairly": (SAID.format("satisfaction") + " = 'fairly'", "day"),
    "routed": ("type = 'routed'", "day"),
    "returned": ("type = 'returned'", "day"),
    "upheld": (DECIDED.format("upheld"), "day"),
    "refused": (DECIDED.format("refused"), "day"),
    "opened": ("type = 'opened'", "day"),
    "done": ("type IN ('resolved', 'answered_at_once')", "day"),
    "first_routed": ("type = 'routed' AND json_extract(j, '$.attempt') = 1", "day"),
    "first_returned": (
        "type = 'returned' AND version = (SELECT MIN(r.version) FROM e r"
        " WHERE r.ticket = e.ticket AND r.type = 'returned') AND 1 = (SELECT COUNT(*) FROM e r"
        " WHERE r.ticket = e.ticket AND r.type = 'routed' AND r.version < e.version)",
        FIRST_DAY,
    ),
    "first_upheld": (
        DECIDED.format("upheld") + " AND json_extract(j, '$.attempt') = 1",
        FIRST_DAY,
    ),
    "opened_answered": (
        "type = 'answered_at_once' AND NOT EXISTS (SELECT 1 FROM e r"
        " WHERE r.ticket = e.ticket AND r.type = 'reopened' AND r.version < e.version)",
        "(SELECT o.day FROM e o WHERE o.ticket = e.ticket AND o.type = 'opened')",
    ),
    "done_reopened": (f"type = 'reopened' AND {LAST_DONE} IS NOT NULL", LAST_DONE),
    **{
        f"{verdict}_{clock}": (f"type = 'deadline_{verdict}' AND {CLOCK.format(clock)}", "due")
        for verdict in ("met", "missed")
        for clock in ("accept", "resolve")
    },
}
# measure → (weights of its numerator, denominator)
MEASURES: dict[str, tuple[dict[str, float], tuple[str, ...]]] = {
    "response_rate": ({"responded": 1}, ("reached",)),
    "solution_rate": ({"solved": 1}, ("reached",)),
    "satisfaction_rate": ({"satisfied": 1, "fairly": 0.6}, ("reached",)),
    "on_time_rate": ({"met_resolve": 1}, ("met_resolve", "missed_resolve")),
    "accept_on_time_rate": ({"met_accept": 1}, ("met_accept", "missed_accept")),
    "first_try_rate": ({"first_routed": 1, "first_returned": -1}, ("first_routed",)),
    "return_rate": ({"returned": 1}, ("routed",)),
    "first_right_rate": ({"first_routed": 1, "first_upheld": -1}, ("first_routed",)),
    "return_upheld_rate": ({"upheld": 1}, ("upheld", "refused")),
    "answered_at_once_rate": ({"opened_answered": 1}, ("opened",)),
    "redo_rate": ({"done_reopened": 1}, ("done",)),
    "overdue_rate": ({"missed_resolve": 1}, ("met_resolve", "missed_resolve")),
    "accept_overdue_rate": ({"missed_accept": 1}, ("met_accept", "missed_accept")),
}
# What upheld appeals take out: fact by fact and measure by measure.
APPEALS = """CREATE TABLE x AS SELECT e.ticket, f.value AS version, m.value AS measure
FROM e, json_each(e.j, '$.facts') f, json_each(e.j, '$.measures') m
WHERE e.type = 'appeal_decided' AND json_extract(e.j, '$.decision') = 'upheld';
CREATE TABLE m (term TEXT, ticket TEXT, version INTEGER, day TEXT, unit TEXT);
CREATE INDEX by_term ON m (term, day);"""
OUT = """EXISTS (SELECT 1 FROM x WHERE x.ticket = m.ticket AND x.version = m.version
  AND x.measure = '{}')"""


class Recount:
    def __init__(self, log: EventLog) -> None:
        self.documents = plain.documents(log)
        self.streams = plain.streams(self.documents)
        self.db = sqlite3.connect(":memory:")
        self.db.executescript(SCHEMA)
        for recorded in log.read_all(0, 10**6):
            j = json.loads(recorded.data)
            day = datetime.fromisoformat(j["occurred_at"]).astimezone(LOCAL).date().isoformat()
            name = recorded.type.removeprefix("ticket.").removesuffix(".v1")
            row = (recorded.position, recorded.stream_id, recorded.version, name, day)
            due = j.get("due_at")
            text = json.dumps({key: j[key] for key in j if key not in ("text", "title")})
            self.db.execute(
                "INSERT INTO e VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
                (*row, j["recorded_at"], text, j.get("clock"), due and plain.local_day(due)),
            )
        self.db.execute(BEFORE)
        self.db.executescript(TICKETS + APPEALS)
        for term, (what, day) in TERMS.items():
            columns = f"'{term}', ticket, version, {day}, unit"
            self.db.execute(f"INSERT INTO m SELECT {columns} FROM e WHERE {what}")
        self.standing = {
            ticket: (stream, plain.standing(stream)) for ticket, stream in self.streams.items()
        }
        self.begins = date.fromisoformat(self.one("SELECT MIN(day) FROM e"))

    def all(self, statement: str, first: date, last: date) -> list[Any]:
        span = {"first": first.isoformat(), "last": last.isoformat()}
        return self.db.execute(statement, span).fetchall()

    def one(self, statement: str, first: date = date.min, last: date = date.max) -> Any:
        return self.all(statement, first, last)[0][0]

    def n(self, condition: str, first: date, last: date) -> int:
        return int(self.one(f"SELECT COUNT(*) FROM e WHERE {condition}", first, last))

    def by(self, key: str, condition: str, first: date, last: date) -> dict[Any, int]:
        statement = f"SELECT {key}, COUNT(*) FROM e WHERE {condition} GROUP BY 1"
        return dict(self.all(statement, first, last))

    def flow(self, first: date, last: date) -> dict[str, int]:
        return {key: self.n(f"{what} AND {IN}", first, last) for key, what in FLOW.items()}

    def channels(self, first: date, last: date) -> dict[str, int]:
        return self.by("json_extract(j, '$.channel')", f"{FLOW['received']} AND {IN}", first, last)

    def opened(self, column: str, first: date, last: date) -> dict[str, int]:
        """column: kind, item or area, as it was known last."""
        statement = f"SELECT COALESCE({column}, ''), COUNT(*) FROM t WHERE {IN} GROUP BY 1"
        return dict(self.all(statement, first, last))

    def stages(self, last: date) -> dict[str, int]:
        statement = """SELECT stage, COUNT(*) FROM s WHERE version = (SELECT MAX(version) FROM s l
            WHERE l.ticket = s.ticket AND l.day <= :last) GROUP BY stage"""
        return dict(self.all(statement, date.min, last))

    def measures(self, first: date, last: date, more: str = "1") -> dict[str, tuple[float, int]]:
        """(numerator, denominator); more: a condition, as of one unit."""
        found = {}
        for key, (weights, below) in MEASURES.items():
            where = f"{IN} AND {more} AND NOT {OUT.format(key)} GROUP BY term"
            counts = dict(self.all(f"SELECT term, COUNT(*) FROM m WHERE {where}", first, last))
            above = sum(weight * counts.get(term, 0) for term, weight in weights.items())
            found[key] = (round(above, 6), sum(counts.get(term, 0) for term in below))
        return found

    def due(self, clock: str, first: date, last: date, more: str = "1") -> tuple[int, int]:
        """(kept, missed) promises that fell due in the span."""
        of_clock = f"{CLOCK.format(clock)} AND {DUE} AND {more}"
        return (
            self.n(f"type = 'deadline_met' AND {of_clock}", first, last),
            self.n(f"type = 'deadline_missed' AND {of_clock}", first, last),
        )

    def units(self, first: date, last: date) -> dict[str, dict[str, int]]:
        """unit → kind of count → how many."""
        found: dict[str, dict[str, int]] = {}
        for key in ("routed", "accepted", "returned", "resolved", "reopened"):
            for unit, n in self.by("unit", f"{FLOW[key]} AND {IN}", first, last).items():
                if unit:
                    found.setdefault(unit, {})[key] = n
        return found

    def returns(self, first: date, last: date) -> dict[str, tuple[int, int, int, int]]:
        """reason → (returns, upheld, refused, waiting)."""
        statement = f"""WITH r AS (SELECT ticket, version, json_extract(j, '$.reason') AS reason,
              (SELECT b.type || COALESCE(json_extract(b.j, '$.decision'), '') FROM e b
               WHERE b.ticket = e.ticket AND b.version > e.version
               AND b.type IN ('return_decided', 'routed') ORDER BY b.version LIMIT 1) AS next
            FROM e WHERE type = 'returned' AND {IN})
          SELECT reason, COUNT(*), SUM(COALESCE(next, '') = 'return_decidedupheld'),
            SUM(COALESCE(next, '') = 'return_decidedrefused'), SUM(next IS NULL)
          FROM r GROUP BY reason"""
        return {row[0]: tuple(row[1:]) for row in self.all(statement, first, last)}

    def as_at(self, last: date) -> str:
        ends = datetime.combine(last + timedelta(days=1), time(0), LOCAL)
        recorded = datetime.fromisoformat(self.one("SELECT MAX(recorded) FROM e"))
        return min(ends, recorded).isoformat()

    def overdue(self, last: date) -> Counter[str]:
        """clock → promises broken by the end of the day, of tickets that were open then."""
        as_at = datetime.fromisoformat(self.as_at(last))
        found: Counter[str] = Counter()
        for _, state in self.standing.values():
            due = {clock: datetime.fromisoformat(at) < as_at for clock, at in state["due"].items()}
            waits = state.get("suspended") and datetime.fromisoformat(state["suspended"]) <= as_at
            waits = waits and "resolve" not in state.get("missed", ())
            is_open = state["ended"] is None or datetime.fromisoformat(state["ended"]) > as_at
            found["resolve"] += bool(due.get("resolve") and is_open and not waits)
            accepted = state.get("accepted")
            late = datetime.fromisoformat(accepted) > as_at if accepted else False
            unaccepted = late if accepted else state["stage"] == "routed"
            found["accept"] += bool(due.get("accept") and unaccepted)
        return found

    def falls_due(self, last: date, first: date, until: date) -> Counter[str]:
        """clock → promises of tickets open at the end of `last`, due from `first` to `until`."""
        as_at = datetime.fromisoformat(self.as_at(last))
        found: Counter[str] = Counter()
        for stream, state in self.standing.values():
            routed = [d for d in stream if plain.kind(d) == "routed"]
            if not routed:
                continue
            asked_on = plain.local_day(routed[0]["occurred_at"])
            asked_at = datetime.fromisoformat(routed[-1]["occurred_at"])
            accepted = state.get("accepted")
            waits = (
                datetime.fromisoformat(accepted) > as_at if accepted else state["stage"] == "routed"
            )
            ended = state["ended"]
            counts = {
                "resolve": (ended is None or datetime.fromisoformat(ended) > as_at)
                and asked_on <= last.isoformat(),
                "accept": waits and asked_at <= as_at,
            }
            for clock, due in state["due"].items():
                moment = datetime.fromisoformat(due)
                day = moment.astimezone(LOCAL).date()
                found[clock] += counts[clock] and moment > as_at and first <= day <= until
        return found


def grouped(counts: dict[str, int], codes: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Summed by what each code lies in."""
    above, sums = dict(codes), Counter[str]()
    for code, n in counts.items():
        sums[above.get(code, code)] += n
    return dict(sums)
