"""A process that goes on living while its disk is full, run with `python`; prints what happened.

`end_to_end_full_disk.py DATA`: every 40 KiB of files is a full disk until room is made; the same
reports are submitted again until they are accepted. Prints "STATUS OUTAGES".
"""

import resource
import sys
from datetime import UTC, datetime
from pathlib import Path

from services.console.system import bootstrap
from services.intake.report import NewReport
from services.platform.failures import Outage
from services.platform.settings import load_settings

FILE_BYTES_FIRST, FILE_BYTES_MORE, FILE_BYTES_LAST = 300 * 1024, 40 * 1024, 4 * 1024 * 1024


def report(number: int) -> NewReport:
    return NewReport(
        channel="app",
        reference=f"a{number}",
        received_at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        text=f"第{number}件：路灯不亮",
        contact=f"138{number:08}",
    )


def main(data: Path) -> None:
    system = bootstrap(load_settings(data, environment={}))
    room, outages, number = FILE_BYTES_FIRST, 0, 0
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    while room < FILE_BYTES_LAST:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            receipts = system.intake.submit([report(number + i) for i in range(50)])
            system.transport.step()
        except Outage:
            outages += 1
            room += FILE_BYTES_MORE
            continue
        # what was written before an outage of the processors is a duplicate now
        assert {one.status for one in receipts} <= {"opened", "duplicate"}
        number += len(receipts)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    system.transport.run_until_idle()
    print(number, outages)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
