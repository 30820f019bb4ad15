"""Resident memory of fresh processes on a log of that size."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure

WORK = """
import sys
from pathlib import Path
from benchmarks import city
from services.audit.replay import replay
from services.console.system import bootstrap
from services.platform.settings import load_settings
system = bootstrap(load_settings(Path(sys.argv[1]), environment={}))
if sys.argv[2] == "replay":
    replay(system.log)
else:
    reports = city.reports(10**9, 2000, system.clock.now())
    for start in range(0, len(reports), 500):
        system.intake.submit(reports[start:start + 500])
        system.transport.run_until_idle()
# Of this program alone: ru_maxrss would count the process that started it, too.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(peak.split()[1])
"""


def memory(data_dir: Path, events: int) -> Iterator[Figure]:
    for what in ("processing", "replay"):
        done = subprocess.run(
            [sys.executable, "-c", WORK, str(data_dir), what],
            check=True,
            capture_output=True,
            text=True,
        )
        peak_mib = int(done.stdout.split()[-1]) / 1024
        yield Figure(f"peak memory of {what}, {events:,} events", peak_mib, "MiB")
