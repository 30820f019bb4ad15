"""100,000 reports in one hour: a burst main, an earthquake, a portal that is imported at once.

`python -m benchmarks.flood [REPORTS]`. The reports of a synthetic city, spread evenly over one hour
of its clock, through everything that runs by default: intake, dispatch, similar tickets, clocks,
rows (notices are not on by default). By the clock; the baseline is the hour itself. Counted in the
log at the end: each report once, a ticket for each of those that opened one, nothing quarantined;
and the daily report of it is made.
"""

import gc
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.figures import Figure, reported
from services.console.main import COLLECT_EVERY
from services.console.period_reports import make_report
from services.console.simulation.planner import Origin, Planner
from services.console.system import System, bootstrap
from services.domain.events import (
    ReportJoined,
    TicketEvent,
    TicketOpened,
    TicketRouted,
    TicketSentToTriage,
)
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.processor import read_batch
from services.platform.quarantine import counts
from services.platform.settings import load_settings

REPORTS, QUICK_REPORTS = 100_000, 1_000
DAY = date(2026, 3, 2)
BEGIN = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # half past nine in Xining
HOUR, TURN = timedelta(hours=1), timedelta(seconds=10)
SUBMIT_MAX = 500  # as a channel's adapter sends them
SEED = 1
READ_MAX = 5_000


def flood(count: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yousu-bench-flood-") as folder:
        clock = VirtualClock(BEGIN)
        system = bootstrap(load_settings(Path(folder), environment={}), clock)
        yield from _figures(system, clock, count)
        system.close()


def _figures(system: System, clock: VirtualClock, count: int) -> Iterator[Figure]:
    planner = Planner(SEED, system.directory, system.rules().calendar)
    statuses: Counter[str] = Counter()
    slowest_s, spent_s, sent = 0.0, 0.0, 0
    while clock.now() < BEGIN + HOUR:
        clock.advance_to(clock.now() + TURN)
        due = round(count * ((clock.now() - BEGIN) / HOUR))
        reports = [_report(planner, number, clock.now()) for number in range(sent, due)]
        sent = due
        began = time.perf_counter()
        for start in range(0, len(reports), SUBMIT_MAX):
            receipts = system.intake.submit(reports[start : start + SUBMIT_MAX])
            statuses.update(receipt.status for receipt in receipts)
        system.transport.run_until_idle()
        system.transport.tick(clock.now())
        took_s = time.perf_counter() - began
        slowest_s, spent_s = max(slowest_s, took_s), spent_s + took_s
    began = time.perf_counter()
    system.transport.run_until_idle()
    spent_s += time.perf_counter() - began
    began = time.perf_counter()
    told = make_report(system, "daily", DAY).flow[0].count
    report_s = time.perf_counter() - began
    _counted(system, statuses, count, told)
    name = f"{count:,} reports of one hour, taken in, dispatched, compared | the hour"
    yield Figure(name, spent_s, "s", HOUR.total_seconds(), 1.0, "<=")
    yield Figure("  for each report, all in", 1e6 * spent_s / count, "us")
    # Ten seconds' reports: a clerk's ticket waits behind them for as long.
    yield Figure("  the longest turn | what it stands for", slowest_s, "s", TURN.total_seconds())
    yield Figure("  the daily report of that day", report_s, "s")
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("  memory at its peak", peak_mib, "MiB")


def _report(planner: Planner, number: int, now: datetime) -> NewReport:
    return replace(planner.report(Origin(DAY, number, "")).report, received_at=now)


def _counted(system: System, statuses: Counter[str], count: int, told: int) -> None:
    """Raises AssertionError if a report is missing or there twice: in receipts, log or report."""
    assert statuses["opened"] + statuses["joined"] == count, statuses
    received: Counter[type[TicketEvent]] = Counter()
    opened, sent = [], set()
    after = 0
    while (batch := read_batch(system.log, after, READ_MAX)).upto > after:
        assert not batch.broken
        for _, _, event in batch.facts:
            received[type(event)] += 1
            if isinstance(event, TicketOpened):
                opened.append(event.ticket_id)
            elif isinstance(event, TicketRouted | TicketSentToTriage):
                sent.add(event.ticket_id)
        after = batch.upto
    assert len(opened) == statuses["opened"] == told, (len(opened), statuses, told)
    assert received[ReportJoined] == statuses["joined"], statuses
    assert sent == set(opened), len(sent)
    assert not counts(system.log), counts(system.log)


def main(count: int) -> int:
    gc.set_threshold(*COLLECT_EVERY)  # as the service itself runs
    return reported(flood(count), "flood" if count == REPORTS else "flood-short")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else REPORTS))
