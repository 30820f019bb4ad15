"""The figures of the whole system for Prometheus, out of the log's database. Nobody's words."""

from services.console.status import ProcessorStatus, Reading, failing
from services.console.system import System
from services.domain.ticket import OPEN
from services.notices.reading import figures_of
from services.platform.ops.figures import Figures, Place
from services.platform.stored_time import stored

WHOLE = "whole"
_STAGES = "SELECT stage, COUNT(*) FROM tickets GROUP BY stage"
# A clock that stands still in a pause is not late, unless it was missed before.
_OVERDUE = (
    "SELECT tickets.escalation, COUNT(DISTINCT deadlines.ticket_id)"
    " FROM deadlines JOIN tickets ON tickets.ticket_id = deadlines.ticket_id"
    " WHERE deadlines.due_at < ? AND deadlines.paused < 2"
    " AND (deadlines.paused = 0 OR deadlines.step > 1)"
    " AND deadlines.clock IN ('accept', 'resolve')"
    " GROUP BY tickets.escalation"
)
LEVELS = range(5)  # of the ladder; 0: nobody was told yet


def log_figures(system: System) -> Figures:
    """Raises Outage."""
    reading = Reading(system)
    statuses = reading.processors()
    relay = reading.relay()
    if relay is not None:
        statuses["relay"] = relay
    stages = dict(system.log.query(_STAGES))
    overdue = dict(system.log.query(_OVERDUE, (stored(system.clock.now()),)))
    outbox = figures_of(system.log, system.clock.now())
    return Figures(
        head=reading.head,
        places=[place for name, one in statuses.items() for place in places(name, one)],
        quarantine=dict.fromkeys(statuses, 0) | reading.quarantined,
        failing=failing(statuses),
        open_by_stage={stage: stages.get(stage, 0) for stage in sorted(OPEN)},
        overdue=dict.fromkeys(LEVELS, 0) | overdue,
        notices={
            "waiting": outbox.waiting,
            "sending": outbox.sending,
            "given_up": outbox.given_up,
        },
        notices_due=outbox.due,
        notices_oldest_due_s=outbox.oldest_due_s,
    )


def places(name: str, status: ProcessorStatus) -> list[Place]:
    lanes = [
        Place(name, lane["partition"], lane["position"], lane["lag"])
        for lane in status["partitions"]
    ]
    return lanes or [Place(name, WHOLE, status["position"], status["lag"])]
