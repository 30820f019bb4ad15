"""Projection: facts folded onto rows and counts. A function of the facts and of nothing else."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from services.domain import events as e
from services.domain import events_evaluation as v
from services.domain import events_merging as m
from services.domain.event_base import Event
from services.domain.events_returns import TicketReturnDecided
from services.domain.events_urgency import TicketUrgencyRaised
from services.platform.processor import Fact
from services.platform.stored_time import stored
from services.reporting.fold_clocks import CLOCK_HANDLERS
from services.reporting.report_rows import report_row
from services.reporting.rows import TicketRow
from services.reporting.sums import Sums

LATE = timedelta(days=1)  # a report that is written down later than this after it came


class Fold(Sums):
    """`apply` takes facts in the order of the log."""

    def apply(self, facts: Iterable[Fact]) -> None:
        rows = self.rows
        for position, version, event in facts:
            row = rows.get(event.ticket_id)
            if row is None:
                row = rows[event.ticket_id] = TicketRow(event.ticket_id)
            row.position, row.version = position, version
            handler = HANDLERS.get(type(event))
            if handler is not None:
                stage = row.stage
                handler(self, row, event)
                if row.stage != stage:
                    self.stage_moved(event, stage, row.stage)


def _opened(sums: Sums, row: TicketRow, event: e.TicketOpened) -> None:
    row.channel, row.kind = event.channel, event.kind
    row.item, row.area = event.item, event.area
    row.opened_at, row.opened_day = stored(event.occurred_at), sums.day(event.occurred_at)
    row.stage, row.reports = "received", 1
    if event.split_from is None:  # else it was counted when it was joined to another
        sums.count(row.opened_day, "received", row, None)
    sums.count(row.opened_day, "opened", row, None)
    if event.recorded_at - event.occurred_at > LATE:
        sums.day_sums["all", row.opened_day, "", "opened_late"] += 1
    sums.reports.append(report_row(event, row.opened_day))


def _joined(sums: Sums, row: TicketRow, event: e.ReportJoined) -> None:
    row.reports += 1
    day = sums.day(event.occurred_at)
    for measure in ("received", "joined"):  # through its own channel, on the ticket's matter
        sums.counts[day, measure, event.channel, row.item or "", row.area or "", ""] += 1
    sums.reports.append(report_row(event, day))


def _split(sums: Sums, row: TicketRow, event: m.ReportSplit) -> None:
    """received = opened + joined - split."""
    row.reports -= 1
    sums.reports_gone.append((event.ticket_id, event.report_id))
    sums.count_now(event, "split", row)


def _triaged(sums: Sums, row: TicketRow, event: e.TicketSentToTriage) -> None:
    row.stage, row.triage_reason = "triage", event.reason
    sums.count_now(event, "triaged", row)


def _routed(sums: Sums, row: TicketRow, event: e.TicketRouted) -> None:
    sums.returns.routed(event)
    row.stage, row.attempt = "routed", event.attempt
    row.lead = row.last_lead = event.lead
    row.assisting, row.urgency_days = len(event.assisting), event.urgency_days
    row.item, row.area = event.item or row.item, event.area or row.area
    row.routed_at = stored(event.occurred_at)
    row.accepted_at = row.resolved_at = row.resolved_day = None
    row.accept_due = row.accept_verdict = None
    sums.count_now(event, "routed", row)
    if row.first_routed_day is None:
        row.first_routed_day = sums.day(event.occurred_at)
        sums.count_now(event, "first_routed", row)


def _urgency_raised(sums: Sums, row: TicketRow, event: TicketUrgencyRaised) -> None:
    if row.urgency_days is not None:  # else routing will say what it is
        row.urgency_days = event.urgency_days


def _accepted(sums: Sums, row: TicketRow, event: e.TicketAccepted) -> None:
    row.stage, row.accepted_at = "handling", stored(event.occurred_at)
    sums.count_now(event, "accepted", row)


def _returned(sums: Sums, row: TicketRow, event: e.TicketReturned) -> None:
    sums.returns.returned(row, event)
    row.returned += 1
    if row.returned == 1 and row.attempt == 1:  # else its first routing was right
        sums.count(row.first_routed_day, "first_returned", row, event.unit)
    row.stage, row.lead = "returned", None
    sums.count_now(event, "returned", row)


def _return_decided(sums: Sums, row: TicketRow, event: TicketReturnDecided) -> None:
    sums.returns.decided(event)
    sums.count(sums.day(event.occurred_at), f"return_{event.decision}", row, event.returned_unit)
    if event.decision == "upheld" and event.attempt == 1:
        sums.count(row.first_routed_day, "first_upheld", row, event.returned_unit)


def _ended(row: TicketRow, event: e.TicketEvent) -> None:
    row.ended_at = stored(event.occurred_at)


def _done(sums: Sums, row: TicketRow, event: e.TicketResolved | e.TicketAnsweredAtOnce) -> None:
    _ended(row, event)
    row.resolved_at, row.resolved_day = row.ended_at, sums.day(event.occurred_at)
    _forget_call_back(row)


def _resolved(sums: Sums, row: TicketRow, event: e.TicketResolved) -> None:
    row.stage = "resolved"
    _done(sums, row, event)
    sums.count_now(event, "resolved", row)


def _answered(sums: Sums, row: TicketRow, event: e.TicketAnsweredAtOnce) -> None:
    row.stage = "answered"
    _done(sums, row, event)
    sums.count_now(event, "answered", row)
    if not row.reopened:  # else it was not the first contact, or it was counted then
        sums.count(row.opened_day, "opened_answered", row, row.last_lead)
    codes = (row.kind or "", row.item or "", row.area or "", event.article or "")
    known = (row.ticket_id, row.position, row.resolved_day, *codes, event.article_version)
    sums.answers.append(known)


def _declined(sums: Sums, row: TicketRow, event: e.TicketDeclined) -> None:
    row.stage = "declined"
    _ended(row, event)
    sums.count_now(event, "handed_over" if event.handed_over else "declined", row)


def _merged(sums: Sums, row: TicketRow, event: e.TicketMerged) -> None:
    row.stage, row.primary_ticket = "merged", event.primary
    _ended(row, event)
    sums.count_now(event, "merged", row)


def _unmerged(sums: Sums, row: TicketRow, event: m.TicketUnmerged) -> None:
    row.stage, row.primary_ticket, row.ended_at = event.stage, None, None
    sums.count_now(event, "unmerged", row)


def _closed(sums: Sums, row: TicketRow, event: e.TicketClosed) -> None:
    row.stage, row.closed_at = "closed", stored(event.occurred_at)
    row.ended_at = row.ended_at or row.closed_at
    sums.count_now(event, "closed", row)


def _reopened(sums: Sums, row: TicketRow, event: e.TicketReopened) -> None:
    if row.resolved_day is not None:
        sums.count(row.resolved_day, "done_reopened", row, row.last_lead)
    today = sums.day(event.occurred_at)
    sums.reopenings.append((today, row.ticket_id, row.position))
    if row.ended_at is not None:
        ended_day = sums.day(datetime.fromisoformat(row.ended_at))
        sums.came_back.append((row.ticket_id, row.position, ended_day, today))
    row.stage = "handling" if row.lead else "triage"
    row.reopened += 1
    row.resolved_at = row.resolved_day = row.closed_at = row.ended_at = None
    row.suspended_since, row.extensions = None, 0
    _forget_call_back(row)
    sums.count_now(event, "reopened", row)


def _forget_call_back(row: TicketRow) -> None:
    row.reached = row.responded = row.solved = row.satisfaction = None


def _evaluated(sums: Sums, row: TicketRow, event: e.TicketEvaluated) -> None:
    """A handling counts once, by the first answer to it: others may have reported the matter, too,
    and a later answer cannot make up for the first."""
    sums.count_now(event, "evaluated", row)
    if row.reached:
        if event.reached:
            sums.count_now(event, "evaluated_again", row)
        return
    row.reached, row.responded = event.reached, event.responded
    row.solved, row.satisfaction = event.solved, event.satisfaction
    said = {"reached": event.reached, "responded": event.responded, "solved": event.solved}
    for measure in (name for name, yes in said.items() if yes):
        sums.count_now(event, measure, row)
    if event.satisfaction is not None:
        sums.count_now(event, event.satisfaction, row)


def _looked_back(sums: Sums, row: TicketRow, event: e.TicketLookedBack) -> None:
    row.holds = event.holds
    sums.count_now(event, "looked_back", row)


def _call_back_ended(sums: Sums, row: TicketRow, event: v.CallBackEnded) -> None:
    if not row.reached:
        sums.count_now(event, f"call_back_{event.result}", row)


def _appealed(sums: Sums, row: TicketRow, event: v.TicketAppealed) -> None:
    sums.count(sums.day(event.occurred_at), "appealed", row, event.unit)


def _appeal_decided(sums: Sums, row: TicketRow, event: v.AppealDecided) -> None:
    sums.count(sums.day(event.occurred_at), f"appeal_{event.decision}", row, event.unit)
    if event.decision == "upheld":
        sums.upheld.append((event, row.version))


def _assistance(sums: Sums, row: TicketRow, event: e.AssistanceAsked) -> None:
    row.assisting += 1


def _suspended(sums: Sums, row: TicketRow, event: e.TicketSuspended) -> None:
    row.suspended_since = stored(event.occurred_at)
    sums.count_now(event, "suspended", row)


def _resumed(sums: Sums, row: TicketRow, event: e.TicketResumed) -> None:
    row.suspended_since = None
    sums.count_now(event, "resumed", row)


def _extended(sums: Sums, row: TicketRow, event: e.ExtensionGranted) -> None:
    row.extensions += 1
    sums.count_now(event, "extended", row)


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
    v.CallBackEnded: _call_back_ended,
    v.TicketAppealed: _appealed,
    v.AppealDecided: _appeal_decided,
    e.TicketClosed: _closed,
    e.TicketMerged: _merged,
    m.ReportSplit: _split,
    m.TicketUnmerged: _unmerged,
    TicketUrgencyRaised: _urgency_raised,
    **CLOCK_HANDLERS,
}
