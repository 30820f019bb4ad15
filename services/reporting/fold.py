"""Projection: facts folded onto rows and counts. A function of the facts and of nothing else."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain.event_base import Event
from services.domain.events_returns import TicketReturnDecided
from services.domain.events_urgency import DeadlineShortened, TicketUrgencyRaised
from services.platform.processor import Fact
from services.platform.stored_time import stored
from services.reporting.returns.rows import ReturnRows
from services.reporting.rows import TicketRow

# day, measure, channel, item, area, unit; what is not known is the empty text
CountKey = tuple[str, str, str, str, str, str]


class Fold:
    """Rows and counts of one batch. `apply` takes facts in the order of the log."""

    def __init__(self, rows: dict[str, TicketRow], zone: ZoneInfo) -> None:
        self.rows = rows
        self.zone = zone
        self.counts: defaultdict[CountKey, int] = defaultdict(int)
        self.returns = ReturnRows(self.day)
        self.answers: list[tuple[object, ...]] = []  # as answer_rows.ADD_ANSWER takes them
        self.reopenings: list[tuple[object, ...]] = []  # as answer_rows.MARK_REOPENED does

    def apply(self, fact: Fact) -> None:
        event = fact.event
        row = self.rows.get(event.ticket_id)
        if row is None:
            row = self.rows[event.ticket_id] = TicketRow(event.ticket_id)
        row.position = fact.position
        row.version = fact.version
        handler = HANDLERS.get(type(event))
        if handler is not None:
            handler(self, row, event)

    def day(self, moment: datetime) -> str:
        return local_day(moment, self.zone)

    def count(self, day: str | None, measure: str, row: TicketRow, unit: str | None) -> None:
        key = (day or "", measure, row.channel or "", row.item or "", row.area or "", unit or "")
        self.counts[key] += 1

    def count_now(self, event: Event, measure: str, row: TicketRow) -> None:
        """On the day of the event, for the unit that has or had the ticket."""
        self.count(self.day(event.occurred_at), measure, row, row.last_lead)


@lru_cache(maxsize=8_192)  # facts of a batch share their times
def local_day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()


def _opened(fold: Fold, row: TicketRow, event: e.TicketOpened) -> None:
    row.channel, row.kind = event.channel, event.kind
    row.item, row.area = event.item, event.area
    row.opened_at, row.opened_day = stored(event.occurred_at), fold.day(event.occurred_at)
    row.stage, row.reports = "received", 1
    if event.split_from is None:  # else it was counted when it was joined to another
        fold.count(row.opened_day, "received", row, None)
    fold.count(row.opened_day, "opened", row, None)


def _joined(fold: Fold, row: TicketRow, event: e.ReportJoined) -> None:
    row.reports += 1
    day = fold.day(event.occurred_at)
    for measure in ("received", "joined"):  # through its own channel, on the ticket's matter
        fold.counts[day, measure, event.channel, row.item or "", row.area or "", ""] += 1


def _split(fold: Fold, row: TicketRow, event: m.ReportSplit) -> None:
    """received = opened + joined - split."""
    row.reports -= 1
    fold.count_now(event, "split", row)


def _triaged(fold: Fold, row: TicketRow, event: e.TicketSentToTriage) -> None:
    row.stage, row.triage_reason = "triage", event.reason
    fold.count_now(event, "triaged", row)


def _routed(fold: Fold, row: TicketRow, event: e.TicketRouted) -> None:
    fold.returns.routed(event)
    row.stage, row.attempt = "routed", event.attempt
    row.lead = row.last_lead = event.lead
    row.assisting, row.urgency_days = len(event.assisting), event.urgency_days
    row.item, row.area = event.item or row.item, event.area or row.area
    row.routed_at = stored(event.occurred_at)
    row.accepted_at = row.resolved_at = row.resolved_day = None
    row.accept_due = row.accept_verdict = None
    fold.count_now(event, "routed", row)
    if row.first_routed_day is None:
        row.first_routed_day = fold.day(event.occurred_at)
        fold.count_now(event, "first_routed", row)


def _urgency_raised(fold: Fold, row: TicketRow, event: TicketUrgencyRaised) -> None:
    if row.urgency_days is not None:  # else routing will say what it is
        row.urgency_days = event.urgency_days


def _accepted(fold: Fold, row: TicketRow, event: e.TicketAccepted) -> None:
    row.stage, row.accepted_at = "handling", stored(event.occurred_at)
    fold.count_now(event, "accepted", row)


def _returned(fold: Fold, row: TicketRow, event: e.TicketReturned) -> None:
    fold.returns.returned(row, event)
    row.returned += 1
    if row.returned == 1:
        fold.count(row.first_routed_day, "first_returned", row, event.unit)
    row.stage, row.lead = "returned", None
    fold.count_now(event, "returned", row)


def _return_decided(fold: Fold, row: TicketRow, event: TicketReturnDecided) -> None:
    fold.returns.decided(event)
    fold.count(fold.day(event.occurred_at), f"return_{event.decision}", row, event.returned_unit)
    if event.decision == "upheld" and event.attempt == 1:
        fold.count(row.first_routed_day, "first_upheld", row, event.returned_unit)


def _ended(row: TicketRow, event: e.TicketEvent) -> None:
    row.ended_at = stored(event.occurred_at)


def _done(fold: Fold, row: TicketRow, event: e.TicketResolved | e.TicketAnsweredAtOnce) -> None:
    _ended(row, event)
    row.resolved_at, row.resolved_day = row.ended_at, fold.day(event.occurred_at)
    _forget_call_back(row)


def _resolved(fold: Fold, row: TicketRow, event: e.TicketResolved) -> None:
    row.stage = "resolved"
    _done(fold, row, event)
    fold.count_now(event, "resolved", row)


def _answered(fold: Fold, row: TicketRow, event: e.TicketAnsweredAtOnce) -> None:
    row.stage = "answered"
    _done(fold, row, event)
    fold.count_now(event, "answered", row)
    fold.count(row.opened_day, "opened_answered", row, row.last_lead)
    codes = (row.kind or "", row.item or "", row.area or "", event.article or "")
    known = (row.ticket_id, row.position, row.resolved_day, *codes, event.article_version)
    fold.answers.append(known)


def _declined(fold: Fold, row: TicketRow, event: e.TicketDeclined) -> None:
    row.stage = "declined"
    _ended(row, event)
    fold.count_now(event, "handed_over" if event.handed_over else "declined", row)


def _merged(fold: Fold, row: TicketRow, event: e.TicketMerged) -> None:
    row.stage, row.primary_ticket = "merged", event.primary
    _ended(row, event)
    fold.count_now(event, "merged", row)


def _unmerged(fold: Fold, row: TicketRow, event: m.TicketUnmerged) -> None:
    row.stage, row.primary_ticket, row.ended_at = event.stage, None, None
    fold.count_now(event, "unmerged", row)


def _closed(fold: Fold, row: TicketRow, event: e.TicketClosed) -> None:
    row.stage, row.closed_at = "closed", stored(event.occurred_at)
    row.ended_at = row.ended_at or row.closed_at
    fold.count_now(event, "closed", row)


def _reopened(fold: Fold, row: TicketRow, event: e.TicketReopened) -> None:
    if row.resolved_day is not None:
        fold.count(row.resolved_day, "done_reopened", row, row.last_lead)
    fold.reopenings.append((fold.day(event.occurred_at), row.ticket_id, row.position))
    row.stage = "handling" if row.lead else "triage"
    row.reopened += 1
    row.resolved_at = row.resolved_day = row.closed_at = row.ended_at = None
    row.suspended_since, row.extensions = None, 0
    _forget_call_back(row)
    fold.count_now(event, "reopened", row)


def _forget_call_back(row: TicketRow) -> None:
    row.reached = row.responded = row.solved = row.satisfaction = None


def _evaluated(fold: Fold, row: TicketRow, event: e.TicketEvaluated) -> None:
    row.reached, row.responded = event.reached, event.responded
    row.solved, row.satisfaction = event.solved, event.satisfaction
    fold.count_now(event, "evaluated", row)
    said = {"reached": event.reached, "responded": event.responded, "solved": event.solved}
    for measure in (name for name, yes in said.items() if yes):
        fold.count_now(event, measure, row)
    if event.satisfaction is not None:
        fold.count_now(event, event.satisfaction, row)


def _looked_back(fold: Fold, row: TicketRow, event: e.TicketLookedBack) -> None:
    row.holds = event.holds
    fold.count_now(event, "looked_back", row)


def _assistance(fold: Fold, row: TicketRow, event: e.AssistanceAsked) -> None:
    row.assisting += 1


def _suspended(fold: Fold, row: TicketRow, event: e.TicketSuspended) -> None:
    row.suspended_since = stored(event.occurred_at)
    fold.count_now(event, "suspended", row)


def _resumed(fold: Fold, row: TicketRow, event: e.TicketResumed) -> None:
    row.suspended_since = None
    fold.count_now(event, "resumed", row)


def _extended(fold: Fold, row: TicketRow, event: e.ExtensionGranted) -> None:
    row.extensions += 1
    fold.count_now(event, "extended", row)


def _set_clock(row: TicketRow, event: c.DeadlineSet | c.DeadlineMoved | DeadlineShortened) -> None:
    if event.clock == "accept":
        row.accept_due = stored(event.due_at)
    else:
        row.resolve_due = stored(event.due_at)


def _deadline_set(fold: Fold, row: TicketRow, event: c.DeadlineSet) -> None:
    _set_clock(row, event)
    _set_verdict(row, event.clock, None)


def _deadline_moved(fold: Fold, row: TicketRow, event: c.DeadlineMoved | DeadlineShortened) -> None:
    if (row.accept_due if event.clock == "accept" else row.resolve_due) is not None:
        _set_clock(row, event)


def _set_verdict(row: TicketRow, clock: str, verdict: str | None) -> None:
    if clock == "accept":
        row.accept_verdict = verdict
    else:
        row.resolve_verdict = verdict


def _warned(fold: Fold, row: TicketRow, event: c.DeadlineWarned) -> None:
    fold.count_now(event, f"warned_{event.clock}", row)


def _judged(fold: Fold, row: TicketRow, event: c.DeadlineMet | c.DeadlineMissed) -> None:
    """Twice: on the day of the fact, and (due_…) on the day of the promise."""
    verdict = "met" if isinstance(event, c.DeadlineMet) else "missed"
    _set_verdict(row, event.clock, verdict)
    fold.count_now(event, f"{verdict}_{event.clock}", row)
    due_day = fold.day(event.due_at)
    fold.count(due_day, f"due_{verdict}_{event.clock}", row, row.last_lead)


def _escalated(fold: Fold, row: TicketRow, event: c.TicketEscalated) -> None:
    row.escalation = max(row.escalation, event.level)
    fold.count_now(event, f"escalated_{event.level}", row)


# What is not here (words added, progress, extensions asked for …) moves the position only.
HANDLERS: dict[type[Event], Callable[..., None]] = {
    e.TicketOpened: _opened,
    e.ReportJoined: _joined,
    e.TicketDeclined: _declined,
    e.TicketAnsweredAtOnce: _answered,
    e.TicketSentToTriage: _triaged,
    e.TicketRouted: _routed,
    e.TicketAccepted: _accepted,
    e.TicketReturned: _returned,
    TicketReturnDecided: _return_decided,
    e.AssistanceAsked: _assistance,
    e.TicketSuspended: _suspended,
    e.TicketResumed: _resumed,
    e.ExtensionGranted: _extended,
    e.TicketResolved: _resolved,
    e.TicketEvaluated: _evaluated,
    e.TicketReopened: _reopened,
    e.TicketLookedBack: _looked_back,
    e.TicketClosed: _closed,
    e.TicketMerged: _merged,
    m.ReportSplit: _split,
    m.TicketUnmerged: _unmerged,
    c.DeadlineSet: _deadline_set,
    c.DeadlineMoved: _deadline_moved,
    DeadlineShortened: _deadline_moved,
    TicketUrgencyRaised: _urgency_raised,
    c.DeadlineWarned: _warned,
    c.DeadlineMissed: _judged,
    c.DeadlineMet: _judged,
    c.TicketEscalated: _escalated,
}
