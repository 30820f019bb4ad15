"""What facts are folded onto: the rows and counts of one batch."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.domain.event_base import Event
from services.domain.events_evaluation import AppealDecided
from services.reporting.day_sums import SumKey
from services.reporting.measured_facts import BITS, MeasuredFact
from services.reporting.returns.rows import ReturnRows
from services.reporting.rows import TicketRow

QUARTER = timedelta(minutes=15)
QUARTERS_AN_HOUR = 4
_NONE = timedelta(0)
# day, measure, channel, item, area, unit; what is not known is the empty text
CountKey = tuple[str, str, str, str, str, str]


class Sums:
    """Rows and counts of one batch, while facts are folded onto them."""

    def __init__(self, rows: dict[str, TicketRow], zone: ZoneInfo) -> None:
        self.rows = rows
        self.zone = zone
        self._moment: datetime | None = None
        self._day = ""
        self.counts: defaultdict[CountKey, int] = defaultdict(int)
        self.day_sums: defaultdict[SumKey, int] = defaultdict(int)  # beside those of the counts
        self.measured: defaultdict[MeasuredFact, int] = defaultdict(int)  # which kinds, as bits
        self.upheld: list[tuple[AppealDecided, int]] = []  # and numbers of these facts
        self.returns = ReturnRows(self.day)
        self.answers: list[tuple[object, ...]] = []  # as answer_rows.ADD_ANSWER takes them
        self.reopenings: list[tuple[object, ...]] = []  # as answer_rows.MARK_REOPENED does
        self.reports: list[tuple[object, ...]] = []  # as report_rows.ADD_REPORT takes them
        self.reports_gone: list[tuple[object, ...]] = []  # as DROP_REPORT does
        self.came_back: list[tuple[object, ...]] = []  # as ADD_REOPENING does

    def day(self, moment: datetime) -> str:
        if moment is not self._moment:  # what happens at once is counted several times
            self._moment, self._day = moment, local_day(moment, self.zone)
        return self._day

    def count(self, day: str | None, measure: str, row: TicketRow, unit: str | None) -> None:
        key = (day or "", measure, row.channel or "", row.item or "", row.area or "", unit or "")
        self.counts[key] += 1
        if bit := BITS.get(measure):
            place = (row.ticket_id, row.version, key[0], key[5], key[2], key[3], key[4])
            self.measured[tuple.__new__(MeasuredFact, place)] |= bit

    def count_now(self, event: Event, measure: str, row: TicketRow) -> None:
        """On the day of the event, for the unit that has or had the ticket."""
        self.count(self.day(event.occurred_at), measure, row, row.last_lead)

    def stage_moved(self, event: Event, before: str, now: str) -> None:
        day = self.day(event.occurred_at)
        if before != "new":
            self.day_sums["stage", day, before, "tickets"] -= 1
        self.day_sums["stage", day, now, "tickets"] += 1


def local_day(moment: datetime, zone: ZoneInfo) -> str:
    if moment.utcoffset() != _NONE:
        moment = moment.astimezone(UTC)
    # `timestamp` would ask the zone for its offset several times, which takes longer than all this.
    quarter = moment.hour * QUARTERS_AN_HOUR + moment.minute // 15
    return _days_of(moment.toordinal(), zone)[quarter]


@lru_cache(maxsize=1_024)
def _days_of(ordinal: int, zone: ZoneInfo) -> tuple[str, ...]:
    """The local day at each quarter-hour of a day in UTC: no zone's day has changed within one
    since 1970."""
    begins = datetime.fromordinal(ordinal).replace(tzinfo=UTC)
    moments = (begins + n * QUARTER for n in range(24 * QUARTERS_AN_HOUR))
    return tuple(moment.astimezone(zone).date().isoformat() for moment in moments)
