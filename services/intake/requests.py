"""Intake's own read model: what was asked of the city, and how far it has come."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter

from services.intake.proposals import proposal_changes
from services.intake.requests_following import with_status_of_primaries
from services.intake.requests_rows import RequestRow, fold_row, rows_of, upsert
from services.platform.event_log import EventLog
from services.platform.processor import Reaction
from services.platform.tail import Fact

_ticket_id = attrgetter("event.ticket_id")


class IntakeProcessor:
    """Reads its rows once a batch, folds the batch's facts into them, writes them once."""

    name = "intake"
    is_projection = True
    tables = ("requests", "join_proposals")

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        touched = dict.fromkeys(map(_ticket_id, facts))
        opened = {fact.event.ticket_id for fact in facts if fact.version == 1}
        before = rows_of(self._log, [one for one in touched if one not in opened])
        after: dict[str, RequestRow] = dict(before)
        for fact in facts:
            ticket_id = fact.event.ticket_id
            row = fold_row(after.get(ticket_id), fact.event, fact.position)
            if row is not None:
                after[ticket_id] = row
        changed = {one: row for one, row in after.items() if row != before.get(one)}
        changed = with_status_of_primaries(self._log, changed, partial(rows_of, self._log))
        rows = [upsert(list(changed.values()))] if changed else []
        return Reaction(changes=[*rows, *proposal_changes(facts)])

    def tick(self, now: datetime) -> Reaction:
        return Reaction()
