"""Looking at requests: rows by query, one ticket straight from the log, words on demand."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from services.intake.proposals import Proposal, open_proposals
from services.intake.requests import IntakeProcessor
from services.intake.requests_following import as_primary_stands, with_primaries
from services.intake.requests_rows import COLUMNS, RequestRow, fold_row, rows_of
from services.platform.event_log import EventLog, Recorded
from services.platform.keys import Keyring
from services.platform.processor import decode_all
from services.platform.words import open_words

WAIT_S = 1.0
LOOK_AGAIN_S = 0.01


class RequestWords(NamedTuple):
    """What the resident said, and what they were answered. None: nothing, or erased."""

    title: str | None = None
    text: str | None = None
    address: str | None = None
    attachments: tuple[str, ...] = ()
    reply: str | None = None


class Query(NamedTuple):
    """Times are text as `stored` makes it; an empty tuple is no condition."""

    since: str
    until: str
    service_codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    limit: int = 1_000
    offset: int = 0


class RequestsView:
    """Reads only. Raises Outage."""

    def __init__(
        self, log: EventLog, keyring: Keyring, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._log = log
        self._keyring = keyring
        self._sleep = sleep
        self._promised = 0

    def promise(self, position: int) -> None:
        """A client was told of this position: lists that are asked for from now on show it."""
        self._promised = max(self._promised, position)

    def find(self, query: Query) -> list[RequestRow]:
        """The newest first. What was merged stands where its primary stands."""
        self._catch_up()
        conditions = ["requested_at >= ?", "requested_at <= ?"]
        parameters: list[Any] = [query.since, query.until]
        given = {"service_code": query.service_codes, "status": query.statuses}
        for column, values in given.items():
            if values:
                conditions.append(f"{column} IN ({','.join('?' * len(values))})")
                parameters += values
        statement = (
            f"SELECT {COLUMNS} FROM requests WHERE {' AND '.join(conditions)}"
            " ORDER BY requested_at DESC, ticket_id DESC LIMIT ? OFFSET ?"
        )
        rows = self._log.query(statement, [*parameters, query.limit, query.offset])
        found = {row[0]: RequestRow(*row) for row in rows}
        known = with_primaries(found, partial(rows_of, self._log))
        return [as_primary_stands(row, known) for row in found.values()]

    def page(
        self, stage: str | None, unit: str | None, limit: int, after: str | None
    ) -> list[RequestRow]:
        """The tickets that came in last, those before ticket `after` if it is given."""
        self._catch_up()
        given = {"stage = ?": stage, "agency = ?": unit, "ticket_id < ?": after}
        conditions = [condition for condition, value in given.items() if value is not None]
        parameters: list[Any] = [value for value in given.values() if value is not None]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        statement = f"SELECT {COLUMNS} FROM requests {where} ORDER BY ticket_id DESC LIMIT ?"
        return [RequestRow(*row) for row in self._log.query(statement, [*parameters, limit])]

    def by_ids(self, ticket_ids: Sequence[str]) -> list[RequestRow]:
        """From the log itself, so never late. Unknown ids are left out."""
        rows = self._folded_rows(list(dict.fromkeys(ticket_ids)))
        known = with_primaries(rows, self._folded_rows)
        return [as_primary_stands(row, known) for row in rows.values()]

    def _folded_rows(self, ticket_ids: Sequence[str]) -> dict[str, RequestRow]:
        streams = self._log.read_streams(ticket_ids)
        rows = {one: _folded(streams[one]) for one in ticket_ids if one in streams}
        return {one: row for one, row in rows.items() if row is not None}

    def proposals(self, after: int, limit: int) -> list[Proposal]:
        """Joinings that wait for a person's decision, the oldest first."""
        self._catch_up()
        return open_proposals(self._log, after, limit)

    def words(self, rows: Sequence[RequestRow]) -> dict[str, RequestWords]:
        """ticket → its words, read and opened together."""
        positions = [p for row in rows for p in (row.opened_position, row.answer_position) if p]
        recorded = self._log.read_at(positions)
        return {row.ticket_id: self._words(row, recorded) for row in rows}

    def _words(self, row: RequestRow, recorded: dict[int, Recorded]) -> RequestWords:
        here = [recorded[p] for p in (row.opened_position, row.answer_position) if p in recorded]
        words = RequestWords()
        for fact in decode_all(here)[0]:
            if fact.position == row.answer_position:
                reply = open_words(self._keyring, fact.event, fact.version, "reply")
                words = words._replace(reply=reply)
                continue
            opened = {
                field: open_words(self._keyring, fact.event, fact.version, field)
                for field in ("title", "text", "address")
            }
            attachments = getattr(fact.event, "attachments", ())
            words = words._replace(**opened, attachments=attachments)
        return words

    def _catch_up(self) -> None:
        """Wait a moment for rows of what we have answered for; late rows are no failure."""
        for _ in range(int(WAIT_S / LOOK_AGAIN_S)):
            if self._log.checkpoint(IntakeProcessor.name) >= self._promised:
                return
            self._sleep(LOOK_AGAIN_S)
        self._promised = 0  # nobody keeps the rows here: do not make every reader wait


def _folded(stream: Sequence[Recorded]) -> RequestRow | None:
    row: RequestRow | None = None
    for fact in decode_all(stream)[0]:
        row = fold_row(row, fact.event, fact.position)
    return row
