"""报: keeps the rows that reports read. A batch is folded in memory, and each row written once."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from zoneinfo import ZoneInfo

from services.domain.working_time import ZONE_NAME
from services.platform.event_log import Change
from services.platform.processor import Reaction
from services.platform.stored_time import stored
from services.platform.tail import Fact
from services.reporting.answer_rows import ADD_ANSWER, MARK_REOPENED
from services.reporting.day_sums import ADD_SUM, BEGIN_AT, day_sum_rows
from services.reporting.fold import Fold
from services.reporting.measure_exclusions import exclude
from services.reporting.measured_facts import ADD_MEASURED
from services.reporting.report_rows import ADD_REOPENING, ADD_REPORT, DROP_REPORT
from services.reporting.rows import (
    ADD_COUNT,
    MOVE_POSITION,
    TABLES,
    UPSERT_TICKET,
    Query,
    load_rows,
    position_of,
    row_values,
)


class ReportingProcessor:
    """However the facts are cut into batches, the rows come out the same to the byte.

    `query` reads the tables that the changes will be applied to.
    """

    name = "reporting"
    is_projection = True
    tables = TABLES

    def __init__(self, query: Query, zone: ZoneInfo | None = None) -> None:
        self._query = query
        self._zone = zone or ZoneInfo(ZONE_NAME)

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        """Facts that the rows hold already are left out, so a redelivery changes nothing."""
        position, recorded_at = position_of(self._query)
        fresh = facts
        if facts and facts[0].position <= position:
            fresh = [fact for fact in facts if fact.position > position]
        if not fresh:
            return Reaction()
        touched = list(dict.fromkeys(map(_ticket_id, fresh)))
        fold = Fold(load_rows(self._query, touched), self._zone)
        fold.apply(fresh)
        excluded = exclude(fold, self._query)
        recorded = max(recorded_at, stored(max(map(_recorded_at, fresh))))
        changes = _changes(fold, fresh[-1].position, recorded, position)
        return Reaction(changes=[*changes, *excluded])

    def tick(self, now: datetime) -> Reaction:
        return Reaction()


_ids = itemgetter(0, 1)
_ticket_id, _recorded_at = attrgetter("event.ticket_id"), attrgetter("event.recorded_at")


def _changes(fold: Fold, position: int, recorded_at: str, start: int) -> list[Change]:
    rows = sorted(map(row_values, fold.rows.values()))  # in key order: neighbours share pages
    counts = sorted((*key, n) for key, n in fold.counts.items())
    measured = sorted((*fact, kinds) for fact, kinds in fold.measured.items())
    return [
        Change(MOVE_POSITION, [(position, recorded_at, start)]),
        Change(UPSERT_TICKET, rows),
        Change(ADD_COUNT, counts),
        Change(BEGIN_AT, [(start,)]),
        Change(ADD_SUM, day_sum_rows(fold.counts, fold.day_sums)),
        *([Change(ADD_MEASURED, measured)] if measured else []),
        *fold.returns.changes(),
        *([Change(ADD_ANSWER, fold.answers)] if fold.answers else []),
        *([Change(MARK_REOPENED, fold.reopenings)] if fold.reopenings else []),
        *([Change(ADD_REPORT, sorted(fold.reports, key=_ids))] if fold.reports else []),
        *([Change(DROP_REPORT, fold.reports_gone)] if fold.reports_gone else []),
        *([Change(ADD_REOPENING, fold.came_back)] if fold.came_back else []),
    ]
