"""Reports over a million events: the rows they are read from, and the monthly bulletin itself.

`python -m benchmarks.reports [EVENTS]`. Times are processor time. The baseline is the same counts
made plainly out of the stored bytes with polars (polars' own threads count as its time, too).
"""

import gc
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.figures import Figure, reported
from benchmarks.report_city import fill
from services.console.main import COLLECT_EVERY
from services.console.period_reports import make_report
from services.console.system import System, bootstrap
from services.platform.event_log import Checkpoint
from services.platform.processor import read_batch
from services.platform.settings import load_settings
from services.platform.transport.embedded import PROJECTIONS_BEHIND_MAX
from services.reporting.processor import ReportingProcessor

EVENTS = 1_000_000
ROUNDS = 5
MONTH = date(2026, 1, 15)
LOCAL = pl.duration(hours=8)


def main(events: int) -> int:
    gc.set_threshold(*COLLECT_EVERY)  # as the service itself runs
    return reported(report_figures(events), "reports")


def report_figures(events: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="yousu-bench-reports-") as folder:
        system = bootstrap(load_settings(Path(folder), environment={"YOUSU_SIMILAR": "off"}))
        fill(system.log, system.directory, events)
        yield from _figures(system, Path(folder))
        system.close()


def _figures(system: System, folder: Path) -> Iterator[Figure]:
    events = system.log.head()
    taken_s = _project(system)
    plain_s, counted = _plainly(folder / "yousu.db")
    name = f"reporting rows, {events:,} events"
    yield Figure(name, events / taken_s, "/s", 30_000.0, 1.0, ">=")
    yield Figure("one recount with polars", plain_s, "s")
    warm_s = min(_made(system, counted) for _ in range(ROUNDS))
    yield Figure("monthly bulletin, warm | polars", warm_s, "s", plain_s, 0.3, "<=", "value")
    yield Figure("monthly bulletin, new process", _cold(folder), "s", plain_s, 3.0, "<=", "value")


def _project(system: System) -> float:
    """Read, decoded, folded, written with the checkpoint: as the transport does."""
    processor = ReportingProcessor(system.log.query)
    began, after = time.process_time(), 0
    while (batch := read_batch(system.log, after, PROJECTIONS_BEHIND_MAX)).upto > after:
        changes = processor.react(batch.facts, batch.facts[-1].event.recorded_at).changes
        checkpoint = Checkpoint("reporting", batch.upto, after)
        system.log.append([], checkpoint=checkpoint, changes=changes)
        after = batch.upto
    return time.process_time() - began


def _made(system: System, counted: int) -> float:
    began = time.process_time()
    report = make_report(system, "monthly", MONTH, with_findings=False)
    took_s = time.process_time() - began
    assert report.flow[0].count == counted
    assert not report.in_progress
    assert report.flow[0].year_before is not None
    return took_s


def _cold(folder: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "services.console.main", "report", "monthly", "--json"]
    command += ["--no-findings"]
    out = ["--date", MONTH.isoformat(), "--out", str(folder / "out.json"), "--data", str(folder)]
    subprocess.run([*command, *out], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _plainly(file: Path) -> tuple[float, int]:
    """Counts of the month by type, of tickets by item and area; (seconds, reports received)."""
    began = time.process_time()
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT topic, CAST(state AS TEXT) FROM stored_events").fetchall()
    events = pl.DataFrame(rows, schema=["topic", "state"], orient="row")
    at = pl.col("state").str.json_path_match("$.occurred_at").str.slice(0, 19)
    day = (at.str.to_datetime("%Y-%m-%dT%H:%M:%S") + LOCAL).dt.date()
    events = events.with_columns(day=day, ticket=pl.col("state").str.json_path_match("$.ticket_id"))
    first, last = MONTH.replace(day=1), MONTH.replace(day=31)
    month = events.filter(pl.col("day").is_between(first, last))
    by_type = dict(month.group_by("topic").len().iter_rows())
    opened = month.filter(pl.col("topic") == "ticket.opened.v1").select("ticket")
    routed = events.filter(pl.col("topic") == "ticket.routed.v1").join(opened, on="ticket")
    routed.group_by(
        pl.col("state").str.json_path_match("$.item"),
        pl.col("state").str.json_path_match("$.area").alias("area"),
    ).len()
    return time.process_time() - began, by_type["ticket.opened.v1"]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS))
