"""What notices cost: the pipeline with them on against off, and how fast they go out.

`python -m benchmarks.notices`: processor time of one process, one run after the other.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.console.notices import postman_of
from services.console.system import System, bootstrap
from services.intake.report import NewReport
from services.notices.reading import figures_of
from services.notices.rows import due_notices
from services.platform.clock import VirtualClock
from services.platform.settings import Settings

MORNING = datetime(2026, 3, 11, 2, tzinfo=UTC)
REPORTS, BATCH = 4_000, 500
WAITING = 100_000
IDLE_LOOKS = 200


def opened(folder: Path, notices: str, clock: VirtualClock) -> System:
    key = folder / "keys" / "master.key"
    given = {"similar": "off", "notices": notices}
    return bootstrap(Settings(folder, key, {}, **given), clock)  # type: ignore[arg-type]


def report(number: int) -> NewReport:
    return NewReport(
        channel="hotline",
        reference=f"call-{number}",
        received_at=MORNING,
        text=f"暖气不热，第{number}户",
        contact=f"138{number:08d}",
        item="01.01.01.01.01",
        area="630104",
    )


def submit(system: System, count: int, first: int = 0) -> None:
    for start in range(first, first + count, BATCH):
        system.intake.submit([report(start + n) for n in range(BATCH)])
        system.transport.run_until_idle()


def cpu_s(work: Callable[[], object]) -> float:
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def pipeline() -> None:
    took = {}
    for notices in ("off", "on", "off", "on"):
        with tempfile.TemporaryDirectory() as folder:
            system = opened(Path(folder), notices, VirtualClock(MORNING))
            took[notices] = cpu_s(lambda: submit(system, REPORTS))  # noqa: B023
            events = system.log.head()
            system.close()
            rate = REPORTS / took[notices]
            print(
                f"pipeline, notices {notices:<3}  {took[notices]:.2f} s CPU,"
                f" {rate:,.0f} reports/s, {events:,} events"
            )
    print(f"pipeline, on against off  {took['on'] / took['off']:.2f}")


def delivery(waiting: int) -> None:
    """All of it due at once, by the channel into a file."""
    clock = VirtualClock(MORNING)
    with tempfile.TemporaryDirectory() as folder:
        system = opened(Path(folder), "on", clock)
        submit(system, -(-waiting // 5 // BATCH) * BATCH)
        postman = postman_of(system)
        due = figures_of(system.log, clock.now()).due
        first_s = cpu_s(lambda: due_notices(system.log, clock.now(), 200))
        all_s = cpu_s(postman.deliver_all)
        print(f"delivery of {due:,} due at once  {all_s:.1f} s CPU, {due / all_s:,.0f} notices/s")
        print(f"  the first look at them  {first_s * 1_000:.2f} ms")
        clock.advance_to(clock.now() + timedelta(hours=1))
        idle_s = cpu_s(lambda: [postman.deliver() for _ in range(IDLE_LOOKS)])
        print(f"  an idle look after them  {idle_s / IDLE_LOOKS * 1_000:.3f} ms")
        system.close()


if __name__ == "__main__":
    pipeline()
    delivery(WAITING // 5)
