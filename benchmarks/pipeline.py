"""Reports per second from accepted to routed, clocks set and projected, all durable."""

import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import city, library_system
from benchmarks.figures import Figure
from benchmarks.floor import floor_seconds, rows_now
from services.console.system import System
from services.platform.clock import VirtualClock

BATCH = 500
NAME = "reports/s, accepted to routed + clocks + projected"


def pipeline(
    system: System,
    clock: VirtualClock,
    folder: Path,
    levels: list[int],
    rounds: int,
    reports: int,
) -> Iterator[Figure]:
    """For each size of the log: against the floor and the library's system, in the same run."""
    per_report_us: list[float] = []
    number = 0
    for level in levels:
        number = city.grow(system, clock, level, number)
        ours, floor, library = [], [], []
        for turn in range(rounds):  # interleaved: the machine's moods are shared by all
            known = rows_now(system.settings.data_dir)
            ours.append(_ours(system, clock, number, reports))
            spare = folder / f"floor-{level}-{turn}"
            spare.mkdir()
            source = system.settings.data_dir
            floor.append(floor_seconds(source, spare, known, reports // BATCH))
            sample = city.reports(number, max(200, reports // 10), clock.now())
            library.append(library_system.reports_per_second(spare, sample))
            number += reports
        rate = reports / _median(ours)
        per_report_us.append(1e6 / rate)
        at = f"{NAME}, {level:,} events"
        yield Figure(f"{at} | library", rate, "/s", _median(library), 10, ">=")
        yield Figure(f"{at} | floor", rate, "/s", reports / _median(floor), 0.25, ">=")
    if len(levels) > 1:
        name = f"cost per report, {levels[-1]:,} events | {levels[0]:,} events"
        yield Figure(name, per_report_us[-1], "us", per_report_us[0], 1.15, "<=")


def _ours(system: System, clock: VirtualClock, first_number: int, reports: int) -> float:
    """Seconds, from the first report to the last row."""
    batches = [
        city.reports(first_number + start, BATCH, clock.now()) for start in range(0, reports, BATCH)
    ]
    started = time.perf_counter()
    for batch in batches:
        system.intake.submit(batch)
        system.transport.run_until_idle()
    return time.perf_counter() - started


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
