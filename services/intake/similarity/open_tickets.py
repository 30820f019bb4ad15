"""Open tickets as the log tells them, in memory. Each process holds its own and follows the log.

Safe to share between threads; every call does a bounded amount of work.
"""

import logging
import threading
from collections.abc import Sequence
from typing import NamedTuple

from services.domain import events as e
from services.domain.events_merging import ReportSplit, TicketUnmerged
from services.intake.requests import IntakeProcessor
from services.intake.similarity.hearing import Where, given_area, matter_of
from services.intake.similarity.index import TicketIndex
from services.intake.similarity.matter import Match, Matter
from services.intake.similarity.reading import Prepared, prepare
from services.platform.event_log import EventLog
from services.platform.failures import Outage
from services.platform.keys import Keyring
from services.platform.processor import decode_all
from services.platform.quarantine import failed_at
from services.platform.tail import Fact

logger = logging.getLogger(__name__)

# Small: a report waits for the call that goes on meanwhile, 0.7 ms for each ticket read.
STEP_TICKETS = 50  # loaded at the start by one call
STEP_EVENTS = 500  # read from the log by one call, of which few open a ticket
REST_S = 1.0
FAILED_REST_S = 30.0
STEP_REST_S = 0.02  # of the background between two steps: others want the processor, too
_OPEN_ROWS = (
    "SELECT ticket_id FROM requests WHERE status = 'open' AND stage <> 'merged' ORDER BY ticket_id"
)
_MERGED_ROWS = "SELECT ticket_id, note FROM requests WHERE stage = 'merged'"
_WORDS = frozenset(("ticket.opened.v1", "ticket.report_joined.v1", "ticket.report_split.v1"))


class Standing(NamedTuple):
    """position: of the log, up to which it is known. complete: nothing more was there to read."""

    complete: bool
    position: int
    tickets: int
    reports: int


class OpenTickets:
    """`SimilarTickets` that follows the log. A ticket that was merged speaks for its primary.

    The start takes the open tickets of intake's own rows, and follows from where these stand.
    """

    def __init__(self, log: EventLog, keyring: Keyring, where: Where = given_area) -> None:
        self._log = log
        self._keyring = keyring
        self._where = where
        self._lock = threading.RLock()
        self._index = TicketIndex()
        self._to_load: list[str] | None = None  # not asked for yet
        self._position = 0
        self._complete = False
        self._open: set[str] = set()
        self._primary: dict[str, str] = {}
        self._reports_of: dict[str, list[tuple[str, str]]] = {}  # resident: ticket and report
        self._erasures = keyring.erasures()
        self._last: tuple[Matter, Prepared] | None = None
        self._followed = False

    @property
    def standing(self) -> Standing:
        with self._lock:
            index = self._index
            return Standing(self._complete, self._position, index.tickets, len(index))

    def catch_up(self) -> bool:
        """One step nearer to the log. True if there is more to read. Raises Outage."""
        with self._lock:
            self._forget_erased()
            if self._to_load is None:
                self._begin()
            if self._to_load:
                some, self._to_load = self._to_load[:STEP_TICKETS], self._to_load[STEP_TICKETS:]
                self._load(some)
                if self._to_load:
                    return True
            recorded = self._log.read_all(self._position, STEP_EVENTS)
            for fact in decode_all(recorded)[0]:
                self._take(fact)
            if recorded:
                self._position = recorded[-1].position
            self._complete = len(recorded) < STEP_EVENTS
            return not self._complete

    def catch_up_for_report(self) -> None:
        """What a report waits for: while a thread reads the past, nothing. Raises Outage."""
        if not self._followed or self._complete:
            self.catch_up()

    def catch_up_all(self) -> None:
        """For a command that may wait. Raises Outage."""
        while self.catch_up():
            pass

    def follow(self, stopping: threading.Event) -> None:
        """In a thread of its own until the event is set. An outage is waited out, and what else
        fails is said and tried again."""
        self._followed, rest_s = True, 0.0
        while not stopping.wait(rest_s):
            try:
                rest_s = STEP_REST_S if self.catch_up() else REST_S
            except Outage:
                rest_s = REST_S
            except Exception as error:  # what it says may quote a resident
                logger.error("open tickets are not followed: %s", failed_at(error))
                rest_s = FAILED_REST_S

    def find(self, matter: Matter, limit: int) -> Sequence[Match]:
        """The best first. What has not been read yet is not found. Raises nothing."""
        report = self._read(matter)
        with self._lock:
            return self._index.find_prepared(report, limit)

    def add(self, ticket_id: str, report_id: str, matter: Matter) -> None:
        report = self._read(matter)
        with self._lock:
            self._index.add_prepared(ticket_id, report_id, report)

    def _read(self, matter: Matter) -> Prepared:
        """Whoever adds a report has sought its like just before: it is read once."""
        last = self._last
        if last is None or last[0] is not matter:
            area = self._where(matter.area, matter.address, matter.title, matter.text)
            self._last = last = matter, prepare(matter._replace(area=area))
        return last[1]

    def drop_ticket(self, ticket_id: str) -> None:
        with self._lock:
            self._index.drop_ticket(ticket_id)

    def drop_report(self, ticket_id: str, report_id: str) -> None:
        with self._lock:
            self._index.drop_report(ticket_id, report_id)

    def _begin(self) -> None:
        """Rows may be newer than the checkpoint, never older: what is read twice does no harm."""
        self._position = self._log.checkpoint(IntakeProcessor.name)
        self._primary = dict(self._log.query(_MERGED_ROWS))
        self._open = {ticket_id for (ticket_id,) in self._log.query(_OPEN_ROWS)}
        followers = [one for one in self._primary if self._primary_of(one) in self._open]
        self._to_load = sorted({*self._open, *followers})

    def _load(self, ticket_ids: Sequence[str]) -> None:
        for fact in self._words_of(ticket_ids):
            self._take_words(fact)

    def _words_of(self, ticket_ids: Sequence[str]) -> Sequence[Fact]:
        streams = self._log.read_streams(ticket_ids)
        recorded = [one for ticket_id in ticket_ids for one in streams.get(ticket_id, ())]
        return decode_all([one for one in recorded if one.type in _WORDS])[0]

    def _take_words(self, fact: Fact) -> None:
        event = fact.event
        if isinstance(event, ReportSplit):  # its new ticket opens with it
            self._index.drop_report(self._primary_of(event.ticket_id), event.report_id)
        else:
            self._add(fact)

    def _take(self, fact: Fact) -> None:
        event = fact.event
        match event:
            case e.TicketOpened():
                self._open.add(event.ticket_id)
                self._add(fact)
            case e.ReportJoined() | ReportSplit():
                self._take_words(fact)
            case TicketUnmerged():
                self._unmerge(event.ticket_id)
            case e.TicketReopened():
                self._reopen(event.ticket_id)
            case e.TicketMerged():
                self._merge(event.ticket_id, event.primary)
            case e.TicketResolved() | e.TicketAnsweredAtOnce() | e.TicketDeclined():
                self._end(event.ticket_id)
            case e.TicketClosed():
                self._end(event.ticket_id)
            case _:  # says nothing of what a ticket is about
                pass

    def _add(self, fact: Fact) -> None:
        event = fact.event
        assert isinstance(event, e.TicketOpened | e.ReportJoined)
        ticket_id = self._primary_of(event.ticket_id)
        if ticket_id not in self._open:
            return
        if not self._index.has(ticket_id, event.report_id):  # intake adds what it writes
            matter = matter_of(self._keyring, fact, self._where)
            if matter is None:
                return
            self._index.add(ticket_id, event.report_id, matter)
        mine = self._reports_of.setdefault(event.resident, [])
        mine.append((event.ticket_id, event.report_id))

    def _reopen(self, ticket_id: str) -> None:
        self._primary.pop(ticket_id, None)
        self._open.add(ticket_id)
        self._load([ticket_id, *self._followers_of(ticket_id)])

    def _merge(self, ticket_id: str, primary: str) -> None:
        self._primary[ticket_id] = primary
        self._open.discard(ticket_id)
        primary = self._primary_of(ticket_id)
        if primary in self._open:
            self._index.rename_ticket(ticket_id, primary)
        else:
            self._index.drop_ticket(ticket_id)

    def _unmerge(self, ticket_id: str) -> None:
        """It and what follows it stand for themselves again."""
        before = self._primary_of(ticket_id)
        self._primary.pop(ticket_id, None)
        self._open.add(ticket_id)
        family = [ticket_id, *self._followers_of(ticket_id)]
        for fact in self._words_of(family):
            assert isinstance(fact.event, e.TicketOpened | e.ReportJoined | ReportSplit)
            self._index.move_report(fact.event.report_id, before, ticket_id)
        self._load(family)

    def _followers_of(self, ticket_id: str) -> list[str]:
        return [one for one in self._primary if self._primary_of(one) == ticket_id]

    def _end(self, ticket_id: str) -> None:
        self._open.discard(ticket_id)
        self._index.drop_ticket(ticket_id)

    def _primary_of(self, ticket_id: str) -> str:
        seen = {ticket_id}
        while (after := self._primary.get(ticket_id, ticket_id)) not in seen:
            seen.add(after)
            ticket_id = after
        return ticket_id

    def _forget_erased(self) -> None:
        """Who was erased is heard no longer, here either."""
        erasures = self._keyring.erasures()
        if erasures == self._erasures:
            return
        for resident in self._keyring.erased_of(list(self._reports_of)):
            for ticket_id, report_id in self._reports_of.pop(resident):
                self._index.drop_report(self._primary_of(ticket_id), report_id)
        self._erasures = erasures
