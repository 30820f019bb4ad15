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
SAID = {
    "reached": "json_extract(j, '$.reached') = 1",
    "responded": "json_extract(j, '$.responded') = 1",
    "solved": "json_extract(j, '$.solved') = 1",
    "satisfied": "json_extract(j, '$.satisfaction') = 'satisfied'",
    "fairly": "json_extract(j, '$.satisfaction') = 'fairly'",
}
FIRST = "type = 'routed' AND json_extract(j, '$.attempt') = 1"
RETURNED = "EXISTS (SELECT 1 FROM e r WHERE r.ticket = e.ticket AND r.type = 'returned')"
UPHELD = """EXISTS (SELECT 1 FROM e r WHERE r.ticket = e.ticket AND r.type = 'return_decided'
  AND json_extract(r.j, '$.attempt') = 1 AND json_extract(r.j, '$.decision') = 'upheld')"""
DONE = "('resolved', 'answered_at_once')"
REDONE = f"""EXISTS (SELECT 1 FROM e r WHERE r.ticket = e.ticket AND r.type = 'reopened'
  AND r.version > e.version AND NOT EXISTS (SELECT 1 FROM e d WHERE d.ticket = e.ticket
  AND d.type IN {DONE} AND d.version > e.version AND d.version < r.version))"""
ANSWERED = """EXISTS (SELECT 1 FROM e a WHERE a.ticket = e.ticket AND a.type = 'answered_at_once'
  AND NOT EXISTS (SELECT 1 FROM e r WHERE r.ticket = a.ticket AND r.type = 'reopened'
  AND r.version < a.version))"""


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
        self.db.executescript(TICKETS)
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

        def n(what: str) -> int:
            return self.n(f"{what} AND {IN} AND {more}", first, last)

        said = {key: n(f"type = 'evaluated' AND {what}") for key, what in SAID.items()}
        resolve, accept = (self.due(clock, first, last, more) for clock in ("resolve", "accept"))
        routed, tried = n("type = 'routed'"), n(FIRST)
        decided = {
            what: n(f"type = 'return_decided' AND json_extract(j, '$.decision') = '{what}'")
            for what in ("upheld", "refused")
        }
        done = n(f"type IN {DONE}")
        return {
            "response_rate": (said["responded"], said["reached"]),
            "solution_rate": (said["solved"], said["reached"]),
            "satisfaction_rate": (
                round(said["satisfied"] + 0.6 * said["fairly"], 6),
                said["reached"],
            ),
            "on_time_rate": (resolve[0], sum(resolve)),
            "accept_on_time_rate": (accept[0], sum(accept)),
            "first_try_rate": (tried - n(f"{FIRST} AND {RETURNED}"), tried),
            "return_rate": (n("type = 'returned'"), routed),
            "first_right_rate": (tried - n(f"{FIRST} AND {UPHELD}"), tried),
            "return_upheld_rate": (decided["upheld"], sum(decided.values())),
            "answered_at_once_rate": (n(f"type = 'opened' AND {ANSWERED}"), n("type = 'opened'")),
            "redo_rate": (n(f"type IN {DONE} AND {REDONE}"), done),
            "overdue_rate": (resolve[1], sum(resolve)),
            "accept_overdue_rate": (accept[1], sum(accept)),
        }

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
